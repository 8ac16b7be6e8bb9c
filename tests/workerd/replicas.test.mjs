// Reads through D1's sessions, which is how deployed replicas are read. Local D1 has one database and no lag, so these tests only
// check that sessions and bookmarks round-trip and that no bookmark does harm; for lag see tests/native/replicas.rs.

import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { activate, activationToken, ada, assertRefused, join, login, logout, register, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

const replicas = { ...uncounted, AUTH_READ_REPLICAS: 'on' };
const chosen = 'we can see plenty there';
const bearer = ({ token }) => ({ Authorization: `Bearer ${token}` });
const basic = (key) => ({ Authorization: `Basic ${btoa(`apikey:${key}`)}` });
const look = (worker, credential, bookmark) =>
  worker.get('/api/auth/me', { ...credential, ...(bookmark !== undefined && { 'X-D1-Bookmark': bookmark }) });
const bookmarkOf = ({ headers }) => headers.get('X-D1-Bookmark');

async function makeKey(worker, session) {
  const request = { description: 'backup', expired: new Date(Date.now() + 86_400_000).toISOString() };
  const made = await worker.post('/api/manage/v1/ApiKeys', request, bearer(session));
  assert.equal(made.status, 200, made.text);
  return made.json.value;
}

/** Asserts success through a D1 session that may use a replica: only responses from the primary carry a bookmark. */
function assertNearby(answer) {
  assert.deepEqual([answer.status, bookmarkOf(answer)], [200, null], answer.text);
}

test('with replicas the whole scenario works, and each answer of the primary has a bookmark of its own', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: replicas });
  const registered = await register(worker, ada);
  const activated = await activate(worker, activationToken(await mail.emailTo(ada.email)));
  const session = await login(worker, ada);
  const key = await makeKey(worker, session.json);
  assertNearby(await look(worker, bearer(session.json), bookmarkOf(session)));
  assertNearby(await look(worker, bearer(session.json)));
  assertNearby(await look(worker, basic(key)));
  const change = { current_password: ada.password, new_password: chosen };
  const changed = await worker.post('/api/auth/password', change, bearer(session.json));
  const renewed = await signIn(worker, { ...ada, password: chosen });
  assertNearby(await look(worker, bearer(renewed), bookmarkOf(changed)));
  const out = await logout(worker, renewed.token);
  assertRefused(await look(worker, bearer(renewed), bookmarkOf(out)), 401, 'token_revoked');
  const deletion = { method: 'DELETE', body: JSON.stringify({ apiKey: key }) };
  const headers = { ...bearer(session.json), 'Content-Type': 'application/json' };
  const deleted = await fetch(`${worker.url}/api/manage/v1/ApiKeys`, { ...deletion, headers });
  assert.equal(deleted.status, 204);
  assertRefused(await look(worker, basic(key), bookmarkOf(deleted)), 401, 'token_revoked');

  const given = [registered, activated, session, changed, out, deleted].map(bookmarkOf);
  assert.equal(new Set(given).size, given.length);
  assert.equal(new Set(given.map(({ length }) => length)).size, 1, given.join('\n'));
  for (const bookmark of given) assert.match(bookmark, /^[\w-]{132}$/);
});

test('what is no bookmark is answered by the primary, and as if there were none', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: replicas });
  await join(worker, mail, ada);
  const session = await signIn(worker, ada);
  const raw = 'ffffffff-ffffffff-ffffffff-ffffffffffffffffffffffffffffffff';
  const good = bookmarkOf(await login(worker, ada));
  for (const hostile of ['', ' ', 'first-unconstrained', raw, 'x'.repeat(10_000), 'é', "'; DROP TABLE users", good.slice(1), `${good}, ${good}`]) {
    const answer = await look(worker, bearer(session), hostile);
    assert.equal(answer.status, 200, answer.text);
    assert.notEqual(bookmarkOf(answer), null, hostile);
  }
  assertNearby(await look(worker, bearer(session), good));
});

test('a bookmark from the future of another database holds nobody up', async (t) => {
  const mail = await resend(t);
  const vars = { ...replicas, APP_KEY: randomBytes(32).toString('base64url') };
  const [older, younger] = [await open(t, { mail, vars }), await open(t, { mail, vars })];
  await join(older, mail, ada);
  for (let more = 0; more < 20; more += 1) await signIn(older, ada);
  const future = bookmarkOf(await login(older, ada));
  await join(younger, mail, ada);
  const session = await signIn(younger, ada);
  assert.equal((await look(younger, bearer(session), future)).status, 200);
  await logout(younger, session.token);
  assertRefused(await look(younger, bearer(session), future), 401, 'token_revoked');
});

test('without replicas no answer has a bookmark, and none is looked at', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const answer = await login(worker, ada);
  const looked = await look(worker, bearer(answer.json), 'first-unconstrained');
  for (const one of [answer, looked]) assert.deepEqual([one.status, bookmarkOf(one)], [200, null], one.text);
});
