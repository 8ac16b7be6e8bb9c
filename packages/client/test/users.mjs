// A Gatehouse with ada in it, and her program.

import { setTimeout } from 'node:timers/promises';
import { createClient } from '@gatehouse/client';
import { ada, join } from '../../../tests/workerd/people.mjs';
import { openProxy } from '../../../tests/workerd/proxy.mjs';
import { resend } from '../../../tests/workerd/resend.mjs';
import { until } from '../../../tests/workerd/until.mjs';
import { open, uncounted } from '../../../tests/workerd/worker.mjs';

/** The shortest that settings allow, in seconds. */
export const LIFETIME = 60;
export const REFRESH = '/api/auth/token/refresh';

/** A worker behind a proxy that can be cut. `generation()` is how often ada's only session has been renewed. */
export async function worker(t, vars) {
  const [mail, proxy] = [await resend(t), await openProxy(t)];
  const settings = { ...uncounted, APP_BASE_URL: proxy.local, AUTH_ACCESS_TOKEN_LIFETIME: String(LIFETIME), ...vars };
  const worker = await open(t, { mail, vars: settings });
  proxy.leadTo(await worker.direct());
  await join(worker, mail, ada);
  return Object.assign(worker, { mail, proxy, generation: generationOf(worker) });
}

const generationOf = (worker) => async () => {
  const [{ generation }] = await worker.sql('SELECT generation FROM sessions WHERE ended_at IS NULL');
  return generation;
};

/** A client in which ada is signed in. */
export async function signedIn(worker, options) {
  const client = createClient({ url: worker.proxy.local, ...options });
  await client.signIn({ login: ada.login, password: ada.password });
  return client;
}

/** The clock of this process, which `pass` moves on. */
export function clock(t, wrongBy = 0) {
  const now = Date.now;
  let ahead = wrongBy;
  t.mock.method(Date, 'now', () => now() + ahead);
  return { pass: (seconds) => (ahead += seconds * 1000) };
}

export const refreshes = ({ proxy }) => proxy.asked.filter((asked) => asked === `POST ${REFRESH}`).length;
export const statusOf = (client) => client.snapshot().status;

/**
 * A storage in which two clients are two tabs. It may take its time, in milliseconds. `text()` is what it holds, and `busy` how much
 * is being read and written.
 */
export function storage(delay) {
  let text = null;
  const it = { busy: 0, text: () => text, read: () => later(() => text), write: (written) => later(() => (text = written)) };
  const later = (act) => {
    if (!delay) return act();
    it.busy += 1;
    return setTimeout(delay).then(() => (it.busy -= 1)).then(act);
  };
  return it;
}

/** `fetch` over a network that loses the first answers to a path. */
export function losing(path, times) {
  let lost = 0;
  return async (request) => {
    const answer = await fetch(request);
    if (!request.url.endsWith(path) || lost === times) return answer;
    lost += 1;
    throw new TypeError('the connection was lost');
  };
}

/**
 * Two clients with one storage, which may take its time: the first has asked for its next tokens, which wait until they are let go.
 * `asked` is its token then.
 */
export async function whileRenewing(worker, time, delay) {
  const [shared, held] = [storage(delay), gate(REFRESH)];
  const client = await signedIn(worker, { storage: shared, fetch: held.fetch });
  const other = createClient({ url: worker.proxy.local, storage: shared });
  held.close();
  time.pass(LIFETIME);
  const asked = client.getToken();
  await until(() => held.waiting === 1, 'nothing is renewed');
  return { client, other, shared, asked, letGo: held.letGo };
}

/** `fetch`, in which answers to a path wait until they are let go. */
export function gate(path) {
  let release = () => undefined;
  let opened = Promise.resolve();
  const it = { waiting: 0, close: () => (opened = new Promise((resolve) => (release = resolve))), letGo: () => release() };
  it.fetch = async (request) => {
    const answer = await fetch(request);
    if (!request.url.endsWith(path)) return answer;
    it.waiting += 1;
    await opened;
    return answer;
  };
  return it;
}
