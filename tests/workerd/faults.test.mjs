// D1 and KV failing, each alone, where they really are: what the native tests only tell a stand-in to do.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { open } from './house.mjs';
import { activate, activationToken, ada, assertRefused, join, login, logout, me, refresh, register, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { until } from './until.mjs';

const bob = { login: 'bob', email: 'bob@mail.example', password: 'staple battery horse correct' };
const grace = { login: 'grace', email: 'grace@mail.example', password: 'a ship in port is safe' };
const alan = { login: 'alan', email: 'alan@mail.example', password: 'a short distance ahead' };
const chosen = 'we can see plenty there';
const change = { current_password: ada.password, new_password: chosen };

const bearer = ({ token }) => ({ Authorization: `Bearer ${token}` });
const verify = (house, session) => house.get('/api/auth/verify', bearer(session));
const recover = (house, { email }) => house.post('/api/auth/local/recover', { email });
const requestCode = (house, { email }) => house.post('/api/auth/otp/request', { email });
const presentCode = (house, { email }, code) => house.post('/api/auth/otp/verify', { email, code });

/**
 * Every door of dialect S that needs D1, in an order in which all of them open: what is asked of it, the status when all
 * is well, and whether it leaves an audit entry.
 */
const doors = [
  ['register', (house) => register(house, alan), 200, true],
  ['activate', (house, { activation }) => activate(house, activation), 200, true],
  ['activate/send', (house) => house.post('/api/auth/local/activate/send', { email: ada.email }), 200, true],
  ['login', (house) => login(house, ada), 200, true],
  ['login with a wrong password', (house) => login(house, { ...ada, password: 'not the password' }), 401, true],
  ['login of nobody', (house) => login(house, { login: 'nobody', password: ada.password }), 401, true],
  ['me', (house, { one }) => me(house, one.token), 200, false],
  ['refresh', (house, { one }) => refresh(house, one.refresh_token), 200, false],
  ['sessions', (house, { one }) => house.get('/api/auth/sessions', bearer(one)), 200, false],
  ['the end of another session', (house, { one, other }) => house.delete(`/api/auth/sessions/${sessionOf(other)}`, bearer(one)), 204, true],
  ['reauthenticate', (house, { one }) => house.post('/api/auth/reauthenticate', { password: ada.password }, bearer(one)), 200, true],
  ['password', (house, { one }) => house.post('/api/auth/password', change, bearer(one)), 200, true],
  ['logout/all', (house, { one }) => house.post('/api/auth/logout/all', undefined, bearer(one)), 200, true],
  ['recover', (house) => recover(house, ada), 200, true],
  ['recover/check', (house, { recovery }) => house.post('/api/auth/local/recover/check', { token: recovery }), 200, false],
  ['otp/request', (house) => requestCode(house, ada), 200, true],
  ['otp/verify', (house, { code }) => presentCode(house, bob, code), 200, true],
  ['logout', (house, { bobs }) => logout(house, bobs.token), 200, true],
  ['logout with a refresh token', (house, { more: { refresh_token } }) => house.post('/api/auth/logout', { refresh_token }), 200, true],
  ['recover/reset', (house, { recovery: token }) => house.post('/api/auth/local/recover/reset', { token, password: chosen }), 200, true],
];

const sessionOf = ({ token }) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sid;

test('without its database a house is unavailable, and goes on afterwards as if nothing had been asked', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail });
  const carried = await settle(house, mail);
  const before = await contents(house);

  await t.test('with every table gone it lets nobody in, and tells nobody that they are wrong', async () => {
    const bring = await away(house, await tables(house));
    for (const [name, ask] of doors) assertUnavailable(await ask(house, carried), name);
    await bring();
    assert.deepEqual(await contents(house), before);
  });

  await t.test('what needs no database is answered meanwhile', async () => {
    const bring = await away(house, await tables(house));
    for (const path of ['/health', '/.well-known/jwks.json']) assert.equal((await house.get(path)).status, 200, path);
    const passed = await verify(house, carried.one);
    assert.equal(passed.status, 200, passed.text);
    assert.equal(passed.headers.get('X-Auth-Session'), sessionOf(carried.one));
    assert.equal((await house.get('/health/ready')).status, 503);
    await bring();
  });

  await t.test('what cannot be put on record is not done either, not even in part', async () => {
    const bring = await away(house, ['audit']);
    for (const [name, ask, , audited] of doors) if (audited) assertUnavailable(await ask(house, carried), name);
    await bring();
    // A try is spent before a password or code is compared: a failure in between gives no guess away for nothing.
    await house.sql('UPDATE codes SET tries = 0');
    await house.sql('UPDATE attempts SET failures = 0');
    await house.sql("DELETE FROM quotas WHERE id LIKE 'failures%'");
    assert.deepEqual(await contents(house), before);
  });

  await t.test('once it is back every door opens', async () => {
    for (const [name, ask, status] of doors) {
      const answer = await ask(house, carried);
      assert.equal(answer.status, status, `${name}: ${answer.text}`);
      if (name === 'recover/check') assert.deepEqual(answer.json, { valid: true });
    }
    await signIn(house, grace);
    await signIn(house, { ...bob, password: chosen });
  });
});

test('without KV nobody passes by code or at the gateway; the rest works, and what KV missed it is told', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail });
  const { one, bobs, code } = await settle(house, mail);
  await reopenWithout(house, ['KV']);

  await t.test('the gateway is told neither yes nor no', async () => {
    const answer = await verify(house, one);
    assertUnavailable(answer, 'verify');
    for (const name of ['X-Auth-User', 'X-Auth-Role', 'X-Auth-Session']) assert.equal(answer.headers.get(name), null);
    assert.equal((await house.get('/health/ready')).status, 503);
  });

  await t.test('no code is sent that could not be checked, and none is checked', async () => {
    // That a code was asked for is counted, and on record, before KV is told of it.
    const kept = async () => ({ ...(await contents(house)), audit: undefined, quotas: undefined });
    const before = await kept();
    assertUnavailable(await requestCode(house, ada), 'otp/request');
    assertUnavailable(await presentCode(house, bob, code), 'otp/verify with the right code');
    assertUnavailable(await presentCode(house, bob, '000000'), 'otp/verify with a wrong one');
    assert.deepEqual(await kept(), before);
  });

  await t.test('people sign in, stay and leave', async () => {
    const session = await signIn(house, ada);
    const next = await refresh(house, session.refresh_token);
    assert.equal(next.status, 200);
    assert.equal((await me(house, next.json.token)).status, 200);
    assert.equal((await logout(house, one.token)).status, 200);
    assertRefused(await me(house, one.token), 401, 'token_revoked');
    assert.equal((await house.post('/api/auth/logout/all', undefined, bearer(bobs))).status, 200);
    assertRefused(await me(house, bobs.token), 401, 'token_revoked');
    assert.deepEqual(await pending(house), { sessions: 1, users: 1 });
    await house.cron();
    assert.deepEqual(await pending(house), { sessions: 1, users: 1 }, 'cron gives nothing up');
  });

  await t.test('once it is back cron tells it who has left, and the code is still good', async () => {
    await reopenWithout(house, []);
    await house.cron();
    assert.deepEqual(await pending(house), { sessions: 0, users: 0 });
    for (const session of [one, bobs]) assertRefused(await verify(house, session), 401, 'token_revoked');
    assert.equal((await presentCode(house, bob, code)).status, 200);
  });
});

/** People in the middle of everything, and no letter on its way: what they carry. */
async function settle(house, mail) {
  for (const person of [ada, bob]) await join(house, mail, person);
  const [one, other] = [await signIn(house, ada), await signIn(house, ada)];
  const [bobs, more] = [await signIn(house, bob), await signIn(house, bob)];
  await register(house, grace);
  await recover(house, bob);
  await requestCode(house, bob);
  const activation = activationToken(await mail.letterTo(grace.email));
  const { text } = await mail.letterTo(bob.email, ({ text }) => text.includes('/account/recover?token='));
  const { subject } = await mail.letterTo(bob.email, ({ subject }) => /^\d{6} /.test(subject));
  await until(async () => (await house.sql('SELECT id FROM outbox WHERE sent_at IS NULL')).length === 0, 'the outbox does not get empty');
  return { one, other, bobs, more, activation, recovery: text.match(/recover\?token=([\w-]+)/)[1], code: subject.slice(0, 6) };
}

/** Our tables: neither SQLite's nor the runtime's. */
async function tables(house) {
  const rows = await house.sql("SELECT name FROM sqlite_schema WHERE type = 'table'");
  return rows.map(({ name }) => name).filter((name) => !/^(sqlite|_cf)_/.test(name));
}

/** Takes tables away, by their names: D1 itself then fails every statement on them. What is returned brings them back. */
async function away(house, names) {
  for (const name of names) await house.sql(`ALTER TABLE ${name} RENAME TO away_${name}`);
  return async () => {
    for (const name of names) await house.sql(`ALTER TABLE away_${name} RENAME TO ${name}`);
  };
}

/** Every row there is, in no order of the database's. */
async function contents(house) {
  const all = {};
  for (const name of await tables(house)) {
    // A counter that stands at nothing counts nothing.
    const rows = await house.sql(`SELECT * FROM ${name} ${name === 'attempts' ? 'WHERE failures > 0' : ''}`);
    all[name] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return all;
}

/** How many marks KV has not been told of. */
async function pending(house) {
  const [{ count: sessions }] = await house.sql('SELECT count(*) AS count FROM sessions WHERE mark_pending = 1');
  const [{ count: users }] = await house.sql('SELECT count(*) AS count FROM users WHERE mark_pending = 1');
  return { sessions, users };
}

async function reopenWithout(house, bindings) {
  await house.close();
  house.missing = bindings;
  await house.reopen();
}

function assertUnavailable(answer, what) {
  assert.equal(answer.status, 503, `${what}: ${answer.text}`);
  assertRefused(answer, 503, 'unavailable');
  assert.ok(Number(answer.headers.get('Retry-After')) > 0, what);
  assert.match(answer.headers.get('X-Request-Id'), /^[\da-f]{16}$/, what);
}
