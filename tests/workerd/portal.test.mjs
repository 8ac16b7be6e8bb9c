import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, fiftyTimes, join } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

const tokenlogin = (worker, ttl) => worker.post('/fpc/api/auth/tokenlogin/', { username: ada.login, password: ada.password, ...ttl });
const portal = (token) => ({ Authorization: `Token ${token}` });
const held = { error: 'Maximum amount of tokens allowed per user exceeded.' };

/** A worker with an administrator. */
async function administered(t) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  await worker.sql("UPDATE users SET role = 'admin'");
  return worker;
}

test('of fifty portal logins at once one gets the token, and nobody is told that the password was wrong', async (t) => {
  const worker = await administered(t);
  const answers = await fiftyTimes(() => tokenlogin(worker));
  const of = (status) => answers.filter((answer) => answer.status === status);
  const [winner, ...others] = of(200);
  assert.equal(others.length, 0);
  assert.match(winner.json.token, /^[\da-f]{64}$/);
  assert.ok(of(403).length >= 1);
  for (const { json } of of(403)) assert.deepEqual(json, held);
  // A try counts as a failure until the password has been compared: beyond ten in progress, further ones must wait.
  assert.equal(of(403).length + of(429).length, 49, answers.map(({ status }) => status).join(' '));
  assert.deepEqual(await worker.sql('SELECT kind, ended_at FROM tokens'), [{ kind: 'portal', ended_at: null }]);
  assert.deepEqual(await worker.sql('SELECT failures FROM attempts WHERE failures > 0'), [], 'none of them was a failure');
});

test('a portal token is taken, used, held, given back, and taken again', async (t) => {
  const worker = await administered(t);
  const first = await tokenlogin(worker, { ttl_days: 1, ttl_hours: 0, ttl_minutes: 30 });
  assert.equal(first.status, 200, first.text);
  assert.match(first.json.expiry, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
  const life = new Date(first.json.expiry) - Date.now();
  assert.ok(Math.abs(life - (24 * 60 + 30) * 60_000) < 60_000, first.json.expiry);
  assert.equal((await worker.get('/api/auth/me', portal(first.json.token))).json.login, ada.login);
  const second = await tokenlogin(worker);
  assert.deepEqual([second.status, second.json], [403, held]);

  const given = await fiftyTimes(() => worker.post('/fpc/api/auth/tokenlogout/', undefined, portal(first.json.token)));
  assert.equal(given.filter(({ status }) => status === 204).length, 1);
  for (const { status, json, headers } of given.filter(({ status }) => status !== 204)) {
    assert.deepEqual([status, json, headers.get('WWW-Authenticate')], [401, { detail: 'Invalid token.' }, 'Token']);
  }
  assert.equal((await worker.get('/api/auth/me', portal(first.json.token))).status, 401);
  const next = await tokenlogin(worker);
  assert.equal(next.status, 200, next.text);
  assert.equal(next.json.expiry, null);
  const acts = await worker.sql("SELECT outcome FROM audit WHERE act = 'end_token' AND outcome = 'ok'");
  assert.equal(acts.length, 1);
});
