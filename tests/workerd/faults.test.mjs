// D1 and KV failing, one at a time, in the real runtime: the native tests only simulate these failures.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { activate, activationToken, ada, assertRefused, join, login, logout, me, refresh, register, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { until } from './until.mjs';
import { open } from './worker.mjs';

const bob = { login: 'bob', email: 'bob@mail.example', password: 'staple battery horse correct' };
const grace = { login: 'grace', email: 'grace@mail.example', password: 'a ship in port is safe' };
const alan = { login: 'alan', email: 'alan@mail.example', password: 'a short distance ahead' };
const chosen = 'we can see plenty there';
const change = { current_password: ada.password, new_password: chosen };

const bearer = ({ token }) => ({ Authorization: `Bearer ${token}` });
const verify = (worker, session) => worker.get('/api/auth/verify', bearer(session));
const recover = (worker, { email }) => worker.post('/api/auth/local/recover', { email });
const requestCode = (worker, { email }) => worker.post('/api/auth/otp/request', { email });
const presentCode = (worker, { email }, code) => worker.post('/api/auth/otp/verify', { email, code });

/**
 * Every route of the native API that needs D1, in an order in which each works: its request, the status without a failure, and whether
 * it leaves an audit entry.
 */
const routes = [
  ['register', (worker) => register(worker, alan), 200, true],
  ['activate', (worker, { activation }) => activate(worker, activation), 200, true],
  ['activate/send', (worker) => worker.post('/api/auth/local/activate/send', { email: ada.email }), 200, true],
  ['login', (worker) => login(worker, ada), 200, true],
  ['login with a wrong password', (worker) => login(worker, { ...ada, password: 'not the password' }), 401, true],
  ['login of nobody', (worker) => login(worker, { login: 'nobody', password: ada.password }), 401, true],
  ['me', (worker, { one }) => me(worker, one.token), 200, false],
  ['refresh', (worker, { one }) => refresh(worker, one.refresh_token), 200, false],
  ['sessions', (worker, { one }) => worker.get('/api/auth/sessions', bearer(one)), 200, false],
  ['the end of another session', (worker, { one, other }) => worker.delete(`/api/auth/sessions/${sessionOf(other)}`, bearer(one)), 204, true],
  ['reauthenticate', (worker, { one }) => worker.post('/api/auth/reauthenticate', { password: ada.password }, bearer(one)), 200, true],
  ['password', (worker, { one }) => worker.post('/api/auth/password', change, bearer(one)), 200, true],
  ['logout/all', (worker, { one }) => worker.post('/api/auth/logout/all', undefined, bearer(one)), 200, true],
  ['recover', (worker) => recover(worker, ada), 200, true],
  ['recover/check', (worker, { recovery }) => worker.post('/api/auth/local/recover/check', { token: recovery }), 200, false],
  ['otp/request', (worker) => requestCode(worker, ada), 200, true],
  ['otp/verify', (worker, { code }) => presentCode(worker, bob, code), 200, true],
  ['logout', (worker, { bobs }) => logout(worker, bobs.token), 200, true],
  ['logout with a refresh token', (worker, { more: { refresh_token } }) => worker.post('/api/auth/logout', { refresh_token }), 200, true],
  ['recover/reset', (worker, { recovery: token }) => worker.post('/api/auth/local/recover/reset', { token, password: chosen }), 200, true],
];

const sessionOf = ({ token }) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sid;

test('without its database the service is unavailable, and goes on afterwards as if nothing had been asked', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail });
  const carried = await settle(worker, mail);
  const before = await contents(worker);

  await t.test('with every table gone it lets nobody in, and tells nobody that they are wrong', async () => {
    const bring = await away(worker, await tables(worker));
    for (const [name, ask] of routes) assertUnavailable(await ask(worker, carried), name);
    await bring();
    assert.deepEqual(await contents(worker), before);
  });

  await t.test('what needs no database is answered meanwhile', async () => {
    const bring = await away(worker, await tables(worker));
    for (const path of ['/health', '/.well-known/jwks.json']) assert.equal((await worker.get(path)).status, 200, path);
    const passed = await verify(worker, carried.one);
    assert.equal(passed.status, 200, passed.text);
    assert.equal(passed.headers.get('X-Auth-Session'), sessionOf(carried.one));
    assert.equal((await worker.get('/health/ready')).status, 503);
    await bring();
  });

  await t.test('what cannot be put on record is not done either, not even in part', async () => {
    const bring = await away(worker, ['audit']);
    for (const [name, ask, , audited] of routes) if (audited) assertUnavailable(await ask(worker, carried), name);
    await bring();
    // A try is spent before a password or code is compared, so a failure in between grants no free guess.
    await worker.sql('UPDATE codes SET tries = 0');
    await worker.sql('UPDATE attempts SET failures = 0');
    await worker.sql("DELETE FROM quotas WHERE id LIKE 'failures%'");
    assert.deepEqual(await contents(worker), before);
  });

  await t.test('once it is back every route answers', async () => {
    for (const [name, ask, status] of routes) {
      const answer = await ask(worker, carried);
      assert.equal(answer.status, status, `${name}: ${answer.text}`);
      if (name === 'recover/check') assert.deepEqual(answer.json, { valid: true });
    }
    await signIn(worker, grace);
    await signIn(worker, { ...bob, password: chosen });
  });
});

test('without KV nobody passes by code or at the gateway; the rest works, and what KV missed it is told', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail });
  const { one, bobs, code } = await settle(worker, mail);
  await reopenWithout(worker, ['KV']);

  await t.test('the gateway is told neither yes nor no', async () => {
    const answer = await verify(worker, one);
    assertUnavailable(answer, 'verify');
    for (const name of ['X-Auth-User', 'X-Auth-Role', 'X-Auth-Session']) assert.equal(answer.headers.get(name), null);
    assert.equal((await worker.get('/health/ready')).status, 503);
  });

  await t.test('no code is sent that could not be checked, and none is checked', async () => {
    // A request for a code is counted and logged before KV is written.
    const kept = async () => ({ ...(await contents(worker)), audit: undefined, quotas: undefined });
    const before = await kept();
    assertUnavailable(await requestCode(worker, ada), 'otp/request');
    assertUnavailable(await presentCode(worker, bob, code), 'otp/verify with the right code');
    assertUnavailable(await presentCode(worker, bob, '000000'), 'otp/verify with a wrong one');
    assert.deepEqual(await kept(), before);
  });

  await t.test('people sign in, stay and leave', async () => {
    const session = await signIn(worker, ada);
    const next = await refresh(worker, session.refresh_token);
    assert.equal(next.status, 200);
    assert.equal((await me(worker, next.json.token)).status, 200);
    assert.equal((await logout(worker, one.token)).status, 200);
    assertRefused(await me(worker, one.token), 401, 'token_revoked');
    assert.equal((await worker.post('/api/auth/logout/all', undefined, bearer(bobs))).status, 200);
    assertRefused(await me(worker, bobs.token), 401, 'token_revoked');
    assert.deepEqual(await pending(worker), { sessions: 1, users: 1 });
    await worker.cron();
    assert.deepEqual(await pending(worker), { sessions: 1, users: 1 }, 'cron gives nothing up');
  });

  await t.test('once it is back cron tells it who has left, and the code is still good', async () => {
    await reopenWithout(worker, []);
    await worker.cron();
    assert.deepEqual(await pending(worker), { sessions: 0, users: 0 });
    for (const session of [one, bobs]) assertRefused(await verify(worker, session), 401, 'token_revoked');
    assert.equal((await presentCode(worker, bob, code)).status, 200);
  });
});

/** Users in the middle of every process, with no email pending; returns their tokens. */
async function settle(worker, mail) {
  for (const person of [ada, bob]) await join(worker, mail, person);
  const [one, other] = [await signIn(worker, ada), await signIn(worker, ada)];
  const [bobs, more] = [await signIn(worker, bob), await signIn(worker, bob)];
  await register(worker, grace);
  await recover(worker, bob);
  await requestCode(worker, bob);
  const activation = activationToken(await mail.emailTo(grace.email));
  const { text } = await mail.emailTo(bob.email, ({ text }) => text.includes('/account/recover?token='));
  const { subject } = await mail.emailTo(bob.email, ({ subject }) => /^\d{6} /.test(subject));
  await until(async () => (await worker.sql('SELECT id FROM outbox WHERE sent_at IS NULL')).length === 0, 'the outbox does not get empty');
  return { one, other, bobs, more, activation, recovery: text.match(/recover\?token=([\w-]+)/)[1], code: subject.slice(0, 6) };
}

/** Our tables: neither SQLite's nor the runtime's. */
async function tables(worker) {
  const rows = await worker.sql("SELECT name FROM sqlite_schema WHERE type = 'table'");
  return rows.map(({ name }) => name).filter((name) => !/^(sqlite|_cf)_/.test(name));
}

/** Renames tables, so that D1 itself fails every statement on them. The returned function restores them. */
async function away(worker, names) {
  for (const name of names) await worker.sql(`ALTER TABLE ${name} RENAME TO away_${name}`);
  return async () => {
    for (const name of names) await worker.sql(`ALTER TABLE away_${name} RENAME TO ${name}`);
  };
}

/** Every row, in an order independent of the database. */
async function contents(worker) {
  const all = {};
  for (const name of await tables(worker)) {
    // A counter at zero is equivalent to no row.
    const rows = await worker.sql(`SELECT * FROM ${name} ${name === 'attempts' ? 'WHERE failures > 0' : ''}`);
    all[name] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return all;
}

/** How many marks have not been written to KV. */
async function pending(worker) {
  const [{ count: sessions }] = await worker.sql('SELECT count(*) AS count FROM sessions WHERE mark_pending = 1');
  const [{ count: users }] = await worker.sql('SELECT count(*) AS count FROM users WHERE mark_pending = 1');
  return { sessions, users };
}

async function reopenWithout(worker, bindings) {
  await worker.close();
  worker.missing = bindings;
  await worker.reopen();
}

function assertUnavailable(answer, what) {
  assert.equal(answer.status, 503, `${what}: ${answer.text}`);
  assertRefused(answer, 503, 'unavailable');
  assert.ok(Number(answer.headers.get('Retry-After')) > 0, what);
  assert.match(answer.headers.get('X-Request-Id'), /^[\da-f]{16}$/, what);
}
