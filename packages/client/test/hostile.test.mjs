// A client with what it cannot rely on: two users at once, storages and listeners that fail, clocks and answers that are wrong.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { createClient, isError } from '@gatehouse/client';
import { ada, join, logout } from '../../../tests/workerd/people.mjs';
import { until } from '../../../tests/workerd/until.mjs';
import { LIFETIME, REFRESH, clock, gate, refreshes, signedIn, statusOf, storage, whileRenewing, worker as open } from './users.mjs';

const bob = { login: 'bob', email: 'bob@mail.example', password: 'tr0ubador with a battery' };

/** A Gatehouse with ada and bob in it. */
async function withBob(t, vars) {
  const worker = await open(t, vars);
  await join(worker, worker.mail, bob);
  return worker;
}

const signInAs = (client, { login, password }) => client.signIn({ login, password });

for (const delay of [0, 50]) {
  test(`a sign-in as another user is not replaced by a renewal that is answered meanwhile, with a storage of ${delay} ms`, async (t) => {
    const worker = await withBob(t);
    const time = clock(t);
    for (const inAnother of [false, true]) {
      const { client, other, asked, letGo } = await whileRenewing(worker, time, delay);
      const { id } = await signInAs(inAnother ? other : client, bob);
      letGo();
      await asked;
      assert.equal(await client.getToken(), await other.getToken());
      assert.equal(client.snapshot().user.id, id);
    }
  });
}

test('a sign-in that is answered while a renewal looks into a slow storage is kept', async (t) => {
  const worker = await withBob(t);
  const [slow, renewing, entering] = [storage(50), gate(REFRESH), gate('/local/login')];
  const fetch = (request) => (request.url.endsWith(REFRESH) ? renewing : entering).fetch(request);
  const client = await signedIn(worker, { storage: slow, fetch });
  renewing.close();
  entering.close();
  const signingIn = signInAs(client, bob);
  clock(t).pass(LIFETIME);
  const asked = client.getToken();
  await until(() => renewing.waiting === 1 && entering.waiting === 2, 'nothing is asked');
  renewing.letGo();
  await until(() => slow.busy === 1, 'the storage is not read');
  entering.letGo();
  const { id } = await signingIn;
  await asked;
  assert.equal(client.snapshot().user.id, id);
  assert.equal(userIn(slow), id);
});

/** The user whose token a storage holds. */
const userIn = (kept) => JSON.parse(atob(JSON.parse(kept.text()).token.split('.')[1])).sub;

test('a request of one user is not repeated as another, nor does its refusal end the session of the other', async (t) => {
  const worker = await withBob(t);
  const shared = storage();
  const client = await signedIn(worker, { storage: shared });
  await logout(worker, await client.getToken());
  const other = createClient({ url: worker.proxy.local, storage: shared });
  const { id } = await signInAs(other, bob);
  await assert.rejects(client.me(), (error) => isError(error, 'token_revoked'));
  assert.equal(client.snapshot().user.id, id);
  assert.equal((await client.me()).id, id);
  assert.equal(await client.getToken(), await other.getToken());
});

for (const failing of ['read', 'write']) {
  test(`a storage whose ${failing} fails costs no sign-in`, async (t) => {
    const worker = await open(t, { AUTH_REFRESH_GRACE: '0' });
    const full = storage();
    const client = await signedIn(worker, { storage: full });
    const time = clock(t);
    const act = full[failing];
    full[failing] = () => { throw new DOMException('it is full', 'QuotaExceededError'); };
    for (const generation of [1, 2]) {
      time.pass(LIFETIME);
      assert.ok(await client.getToken());
      assert.equal(await worker.generation(), generation);
    }
    full[failing] = act;
    time.pass(LIFETIME);
    const token = await client.getToken();
    assert.equal(JSON.parse(full.text()).token, token, 'what the storage holds is the present pair again');
    full[failing] = () => Promise.reject(new Error('it is broken'));
    await client.signOut();
    assert.deepEqual(await worker.sql('SELECT id FROM sessions WHERE ended_at IS NULL'), [], 'Gatehouse learns of the sign-out');
    assert.equal(await client.getToken(), null);
  });
}

test('a listener that throws keeps no other from being told, and no token in the storage', async (t) => {
  const worker = await open(t);
  const kept = storage();
  const client = await signedIn(worker, { storage: kept });
  const report = t.mock.method(console, 'error', () => undefined); // in a browser, `reportError`
  let told = 0;
  client.subscribe(() => { throw new Error('of a listener'); });
  client.subscribe(() => (told += 1));
  await client.signOut();
  assert.equal(told, 1);
  assert.equal(kept.text(), null);
  assert.deepEqual(await worker.sql('SELECT id FROM sessions WHERE ended_at IS NULL'), []);
  assert.match(report.mock.calls[0].arguments[0].message, /of a listener/);
});

test('a clock that is set back while the session lasts keeps no token beyond its life', async (t) => {
  const worker = await open(t);
  const time = clock(t);
  const client = await signedIn(worker);
  const first = await client.getToken();
  time.pass(-300);
  await until(async () => (await client.getToken()) !== first, 'nothing is renewed');
  const next = await client.getToken();
  time.pass(0.7 * LIFETIME);
  assert.equal(await client.getToken(), next);
  assert.equal(refreshes(worker), 1);
});

for (const [what, date] of [['another year', 'Tue, 01 Jan 2999 00:00:00 GMT'], ['no time', 'soon']]) {
  test(`an answer whose Date is ${what} is renewed as often as others`, async (t) => {
    const worker = await open(t);
    const dated = async (request) => {
      const answer = await fetch(request);
      return new Response(answer.body, { status: answer.status, headers: { 'Content-Type': 'application/json', Date: date } });
    };
    const client = await signedIn(worker, { fetch: dated });
    for (let times = 0; times < 3; times++) assert.ok(await client.getToken());
    assert.equal(refreshes(worker), 0);
  });
}

test('a redirect is not followed with tokens or passwords', async (t) => {
  const worker = await open(t);
  const client = await signedIn(worker);
  const asked = worker.proxy.asked.length;
  worker.proxy.serve = (_, answer) => answer.writeHead(307, { Location: '/elsewhere' }).end();
  for (const act of [() => client.me(), () => signInAs(client, ada), () => client.reauthenticate({ password: ada.password })]) {
    await assert.rejects(act(), (error) => isError(error, 'unexpected'));
  }
  assert.deepEqual(worker.proxy.asked.slice(asked).map((request) => request.split('/').at(-1)), ['me', 'login', 'reauthenticate']);
  assert.equal(statusOf(client), 'signed_in');
});

const claims = (more) => `e30.${btoa(JSON.stringify({ sub: 'ada', sid: '1', ...more }))}.x`;

test('a success that is none of Gatehouse is an unexpected answer', async () => {
  for (const body of ['{}', '[]', '{"token":"x"}', JSON.stringify({ token: claims({}) }), JSON.stringify({ token: claims({ iat: 2, exp: 1 }) })]) {
    const client = createClient({ url: 'http://localhost:1', fetch: async () => new Response(body) });
    const confirmed = !JSON.parse(body).token; // such an answer says that the session there is was confirmed
    await assert.rejects(signInAs(client, ada), (error) => isError(error, confirmed ? 'unauthorized' : 'unexpected'), body);
    assert.equal(statusOf(client), 'signed_out');
  }
});

test('a request that its caller aborts throws what the caller says', async (t) => {
  const worker = await open(t);
  const client = await signedIn(worker);
  for (const reason of [new Error('gone'), 'gone', null, new DOMException('late', 'TimeoutError')]) {
    const controller = new AbortController();
    const asked = client.fetch(`${worker.proxy.local}/api/auth/me`, { signal: controller.signal });
    controller.abort(reason);
    assert.equal(await asked.catch((error) => ({ error })).then(({ error }) => error), reason);
  }
});
