// The session of a client against a real Gatehouse: renewal, sign-out, outages, wrong clocks.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { createClient, isError } from '@gatehouse/client';
import { logout, me } from '../../../tests/workerd/people.mjs';
import { until } from '../../../tests/workerd/until.mjs';
import { LIFETIME, REFRESH, clock, gate, losing, refreshes, signedIn, statusOf, storage, whileRenewing, worker as open } from './users.mjs';

const MINUTE = 60_000;

test('a token is kept while it is fresh and renewed once however many ask for it', async (t) => {
  const worker = await open(t);
  const client = await signedIn(worker);
  const time = clock(t);
  const first = await client.getToken();
  time.pass(0.7 * LIFETIME);
  assert.equal(await client.getToken(), first);
  assert.equal(refreshes(worker), 0);

  time.pass(0.3 * LIFETIME); // it has expired
  const next = await Promise.all(Array.from({ length: 20 }, () => client.getToken()));
  assert.equal(new Set(next).size, 1);
  assert.notEqual(next[0], first);
  assert.equal(refreshes(worker), 1);
  assert.equal((await me(worker, next[0])).status, 200);
});

test('from four fifths of its life a token is renewed while requests go on with it', async (t) => {
  const worker = await open(t);
  const held = gate(REFRESH);
  const client = await signedIn(worker, { fetch: held.fetch });
  const time = clock(t);
  const first = await client.getToken();
  held.close();
  time.pass(0.85 * LIFETIME);
  assert.equal(await client.getToken(), first);
  await until(() => held.waiting === 1, 'nothing is renewed');
  assert.equal(await client.getToken(), first);
  held.letGo();
  await until(async () => (await client.getToken()) !== first, 'the next token is not taken');
  assert.equal(refreshes(worker), 1);
});

for (const minutes of [-5, 5]) {
  test(`a clock that is wrong by ${minutes} minutes renews as often as a right one`, async (t) => {
    const worker = await open(t);
    const time = clock(t, minutes * MINUTE);
    const client = await signedIn(worker);
    const first = await client.getToken();
    time.pass(0.7 * LIFETIME);
    assert.equal(await client.getToken(), first);
    time.pass(0.3 * LIFETIME);
    assert.notEqual(await client.getToken(), first);
    assert.equal(await client.getToken(), await client.getToken());
    assert.equal(refreshes(worker), 1);
  });
}

test('a clock that is put right while the session lasts is followed', async (t) => {
  const worker = await open(t);
  const time = clock(t, -5 * MINUTE);
  const client = await signedIn(worker);
  time.pass(300);
  const next = await client.getToken();
  assert.equal(await client.getToken(), next);
  assert.equal(refreshes(worker), 1);
});

test('a lost answer is asked for again, and costs no sign-in', async (t) => {
  const worker = await open(t);
  const client = await signedIn(worker, { fetch: losing(REFRESH, 2) });
  clock(t).pass(LIFETIME);
  const token = await client.getToken();
  assert.equal(refreshes(worker), 3);
  assert.equal((await me(worker, token)).status, 200);
  assert.equal(await worker.generation(), 1);
  assert.equal(statusOf(client), 'signed_in');
});

for (const [name, code, serve] of [
  ['no answer', 'offline', (_, answer) => answer.destroy()],
  ['a page of a proxy, 502,', 'unavailable', (_, answer) => answer.writeHead(502).end('<h1>Bad Gateway</h1>')],
  ['a page of a proxy, 401,', 'unexpected', (_, answer) => answer.writeHead(401).end('<h1>Who are you?</h1>')],
  ['too many requests, 429,', 'rate_limited', (_, answer) => answer.writeHead(429).end('{"data":{"error":"rate_limited"}}')],
]) {
  test(`${name} signs nobody out, and afterwards everything goes on`, async (t) => {
    const worker = await open(t);
    const client = await signedIn(worker);
    const pass = worker.proxy.serve;
    worker.proxy.serve = serve;
    clock(t).pass(LIFETIME);
    await assert.rejects(client.getToken(), (error) => isError(error, code));
    assert.equal(statusOf(client), 'signed_in');
    worker.proxy.serve = pass;
    assert.equal((await me(worker, await client.getToken())).status, 200);
  });
}

test('a session that was ended elsewhere is over as soon as its token is refused', async (t) => {
  const worker = await open(t);
  const client = await signedIn(worker);
  await logout(worker, await client.getToken());
  await assert.rejects(client.me(), (error) => isError(error, 'token_revoked'));
  assert.equal(statusOf(client), 'signed_out');
  assert.equal(await client.getToken(), null);
  await assert.rejects(client.me(), (error) => isError(error, 'unauthorized'));
});

for (const [how, delay] of [['', 0], [', with a storage that takes its time', 50]]) {
  test(`a sign-out, in this tab or another, is not undone by a renewal that is answered later${how}`, async (t) => {
    const worker = await open(t);
    const time = clock(t);
    for (const inAnother of [false, true]) {
      const { client, other, shared, asked, letGo } = await whileRenewing(worker, time, delay);
      await (inAnother ? other : client).signOut();
      letGo();
      assert.equal(await asked, null);
      assert.equal(statusOf(client), 'signed_out');
      assert.equal(shared.text(), null);
      assert.equal(await client.getToken(), null);
    }
  });
}

test('a storage that takes its time loses no sign-in to a look at what it held before', async (t) => {
  const worker = await open(t);
  const shared = storage(50);
  const client = createClient({ url: worker.proxy.local, storage: shared });
  const looked = client.getToken();
  await client.signIn({ login: 'ada', password: 'correct horse battery staple' });
  await looked;
  assert.equal(statusOf(client), 'signed_in');
  assert.ok(shared.text());
});

test('a tab takes over what another has renewed, even if nobody told it', async (t) => {
  const worker = await open(t);
  const shared = storage();
  const client = await signedIn(worker, { storage: shared });
  const other = createClient({ url: worker.proxy.local, storage: shared });
  await other.getToken();
  clock(t).pass(LIFETIME);
  const token = await client.getToken();
  assert.equal(await other.getToken(), token);
  assert.equal(refreshes(worker), 1);
});

test('a tab whose refresh token is refused looks once more into the storage', async (t) => {
  const worker = await open(t);
  const [shared, held] = [storage(), gate(REFRESH)];
  const slow = await signedIn(worker, { storage: shared, fetch: held.fetch });
  await logout(worker, await slow.getToken());
  held.close();
  clock(t).pass(LIFETIME);
  const asked = slow.getToken();
  await until(() => held.waiting === 1, 'nothing is renewed');
  const quick = await signedIn(worker, { storage: shared });
  held.letGo();
  assert.equal(await asked, await quick.getToken());
  assert.equal(statusOf(slow), 'signed_in');
});

test('a client without refresh tokens is signed in until its token expires', async (t) => {
  const worker = await open(t, { AUTH_ENABLE_REFRESH_TOKEN: 'false' });
  const client = await signedIn(worker);
  const time = clock(t);
  time.pass(0.95 * LIFETIME);
  assert.ok(await client.getToken());
  time.pass(0.1 * LIFETIME);
  assert.equal(await client.getToken(), null);
  assert.equal(statusOf(client), 'signed_out');

  const another = await signedIn(worker);
  await logout(worker, await another.getToken());
  await assert.rejects(another.me(), (error) => isError(error, 'token_revoked'));
  assert.equal(statusOf(another), 'signed_out');
});

test('what a storage holds that is no session counts as none', async (t) => {
  for (const text of ['', 'null', '{}', '{"token":"a.b.c"}', '[1]']) {
    const client = createClient({ url: 'http://localhost:1', storage: { read: () => text, write: () => undefined } });
    assert.equal(await client.getToken(), null, text);
    assert.equal(statusOf(client), 'signed_out');
  }
});

test('the snapshot stays the same object while tokens are renewed, and listeners are told of changes only', async (t) => {
  const worker = await open(t);
  const client = createClient({ url: worker.proxy.local });
  assert.equal(statusOf(client), 'pending');
  await client.getToken();
  let told = 0;
  const leave = client.subscribe(() => (told += 1));
  await client.signIn({ login: 'ada', password: 'correct horse battery staple' });
  const before = client.snapshot();
  assert.equal(before.user.acr, 'aal1');
  clock(t).pass(LIFETIME);
  await client.getToken();
  assert.equal(client.snapshot(), before);
  assert.equal(told, 1);
  leave();
  await client.signOut();
  assert.equal(told, 1);
});

test('no token goes to an origin that is not listed', async (t) => {
  const worker = await open(t);
  const client = await signedIn(worker, { apis: ['https://api.example'] });
  await assert.rejects(client.fetch('https://elsewhere.example/'), /list it in the option "apis"/);
});
