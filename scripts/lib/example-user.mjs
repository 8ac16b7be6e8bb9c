// What `npm run example` creates in its Gatehouse, as its operator would: an administrator, and the client.

import { setTimeout as sleep } from 'node:timers/promises';
import { stop } from './log.mjs';
import { inRoot } from './paths.mjs';
import { quietly } from './run.mjs';

export const USER = { login: 'ada', email: 'ada@example.com', password: 'correct horse battery staple' };

/** Creates an administrator, who chooses a password by the link in the recovery email. Returns an access token. */
export async function createUser(auth, state) {
  const { login, email, password } = USER;
  await quietly('node', [inRoot('scripts', 'admin.mjs'), 'create', login, email, '--admin', '--persist-to', state]);
  await post(`${auth}/api/auth/local/recover`, { email });
  await post(`${auth}/api/auth/local/recover/reset`, { token: await recoveryToken(auth), password, confirm_password: password });
  return (await post(`${auth}/api/auth/local/login`, { login, password })).token;
}

/** Registers an OAuth client; returns its secret, if it has one. */
export async function registerClient(auth, token, client) {
  return (await post(`${auth}/api/admin/clients`, client, { Authorization: `Bearer ${token}` })).client_secret;
}

/** Emails are written after the answer. */
async function recoveryToken(auth) {
  for (;;) {
    const mailbox = await (await fetch(`${auth}/dev/mail`)).text();
    const [, token] = mailbox.match(/\/account\/recover\?token=([\w-]+)/) ?? [];
    if (token) return token;
    await sleep(20);
  }
}

async function post(address, body, headers) {
  const answer = await fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const text = await answer.text();
  return answer.ok ? JSON.parse(text) : stop(`${address} answered ${answer.status}: ${text}`);
}
