// The users of each system as users of a client of its OpenID provider: signed in to it once, and their consent remembered.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Browser } from '../../tests/workerd/form-browser.mjs';
import { ask } from '../../tests/workerd/http.mjs';
import { passPages } from '../../tests/workerd/identity-providers/openid-provider.mjs';
import { follow, registrar } from '../../tests/workerd/oauth.mjs';
import { METADATA, authorization, endpoints, redemption, tokensOf } from '../oauth.mjs';
import { postToPeer } from '../routes.mjs';

/** Registers a client at ours, and signs the users in to it. */
export async function intoOurs(worker, mail, states) {
  const register = await registrar(worker, mail);
  const client = credentials(await register({ client_id: 'client', ...METADATA }));
  const at = endpoints.Gatehouse;
  const url = await worker.direct();
  for (const state of states) {
    const browser = new Browser(worker);
    await browser.signIn(state);
    const back = await follow(browser, `https://login.example${authorization(at, client)}`);
    Object.assign(state, { client, browser: browser.sentCookies(), tokens: tokensOf(await ask(url, redemption(at, client, back))) });
  }
}

/** The same at Better Auth. */
export async function intoPeer(url, states) {
  const at = endpoints['Better Auth, plugins'];
  const send = async (way, body, Cookie) => JSON.parse((await ask(url, { ...postToPeer(`/api/auth/oauth2/${way}`, body, { Cookie }), status: [200, 201] })).text);
  const client = credentials(await send('create-client', METADATA, states[0].cookie));
  for (const state of states) {
    const asked = await ask(url, { method: 'GET', path: authorization(at, client), headers: { Cookie: state.cookie }, status: 302 });
    const oauth_query = asked.headers.location.split('?')[1];
    const { url: back } = await send('consent', { accept: true, oauth_query }, state.cookie);
    Object.assign(state, { client, browser: state.cookie, tokens: tokensOf(await ask(url, redemption(at, client, back))) });
  }
}

/** oidc-provider is no Worker: it is a process of Node, over SQLite. */
export async function openOidcProvider(scope, count) {
  const home = await mkdtemp(path(tmpdir(), 'gatehouse-bench-'));
  const child = fork(fileURLToPath(new URL('oidc-provider.mjs', import.meta.url)), [path(home, 'db'), count], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const at = performance.now();
  scope.after(async () => {
    child.kill();
    await rm(home, { recursive: true });
  });
  const [{ url, client, users }] = await once(child, 'message');
  const states = [];
  for (const login of users) states.push(await intoOidcProvider(url, client, login));
  return { worker: { direct: () => url, started: { process: child, at } }, states };
}

async function intoOidcProvider(url, client, login) {
  const browser = new Browser({ url });
  const at = endpoints['oidc-provider'];
  const back = await passPages(browser, authorization(at, client), login);
  return { email: `${login}@mail.example`, client, browser: browser.sentCookies(), tokens: tokensOf(await ask(url, redemption(at, client, back))) };
}

const credentials = ({ client_id: id, client_secret: secret }) => ({ id, secret });
