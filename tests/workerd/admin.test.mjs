import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { open, uncounted } from './house.mjs';
import { ada, assertRefused, join, login, linkToken, me, signIn } from './people.mjs';
import { resend } from './resend.mjs';

const bob = { login: 'bob', email: 'bob@mail.example', password: 'staple battery horse correct' };
const grace = { login: 'grace', email: "grace.o'hopper@mail.example", password: 'a ship in port is safe' };
const script = fileURLToPath(new URL('../../scripts/admin.mjs', import.meta.url));

const bearer = ({ token }) => ({ Authorization: `Bearer ${token}` });
const verify = (house, session) => house.get('/api/auth/verify', bearer(session));
const administer = (house, admin, id, act, body = {}) => house.post(`/api/admin/users/${id}/${act}`, body, bearer(admin));
const chosen = 'we can see plenty there';

/** `npm run admin -- …` on a house that is open: how it ended, and what it said. */
const admin = (house, ...args) =>
  new Promise((resolve) => {
    execFile(process.execPath, [script, ...args, '--persist-to', house.state], (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });

async function done(house, ...args) {
  const { code, stdout, stderr } = await admin(house, ...args);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

async function refused(house, ...args) {
  const { code, stdout, stderr } = await admin(house, ...args);
  assert.equal(code, 1, stdout + stderr);
  return stderr;
}

const idOf = async (house, { login }) => (await house.sql('SELECT id FROM users WHERE login = ?', login))[0].id;

/** What an act leaves of a user, but for times, names of operations and drawn hashes. */
async function trace(house, { login }) {
  const [user] = await house.sql(
    `SELECT role, auth_version, disabled_at IS NULL AS enabled, mark_except, mark_until > 0 AS until, op IS NULL AS unnamed,
            updated_at > created_at AS touched, substr(password_hash, 1, 31) AS parameters, length(password_hash) AS length
     FROM users WHERE login = ?`,
    login,
  );
  const sessions = await house.sql(
    `SELECT end_reason, ended_at IS NULL AS open, sessions.op, sessions.mark_pending FROM sessions JOIN users ON users.id = user_id WHERE login = ?`,
    login,
  );
  const acts = await house.sql(
    `SELECT act, outcome FROM audit JOIN users ON users.id = target_id WHERE login = ? ORDER BY audit.id`,
    login,
  );
  const ways = await house.sql(
    `SELECT used_at IS NULL AS open FROM email_undos JOIN users ON users.id = user_id WHERE login = ?`,
    login,
  );
  return { user, sessions, ways, acts: acts.map(({ act, outcome }) => `${act} ${outcome}`) };
}

test('the first administrator comes from the command line, and administers', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail });
  await join(house, mail, ada);
  await join(house, mail, bob);
  const before = await signIn(house, ada);
  const bobs = await signIn(house, bob);
  assertRefused(await house.get('/api/admin/users', bearer(before)), 403, 'forbidden');

  assert.match(await done(house, 'promote', 'ADA'), /ada \(ada@mail\.example\) is an administrator from the next sign-in on/);
  assertRefused(await me(house, before.token), 401, 'token_revoked');
  await house.cron();
  assertRefused(await verify(house, before), 401, 'token_revoked');
  assert.match(await done(house, 'promote', ada.email), /ada is an administrator already/);

  const session = await signIn(house, ada);
  assert.equal((await verify(house, session)).headers.get('X-Auth-Role'), 'admin');
  const { users, next } = (await house.get('/api/admin/users?q=B', bearer(session))).json;
  assert.deepEqual([users.map(({ login }) => login), next], [['bob'], null]);
  assert.equal((await administer(house, session, users[0].id, 'disable')).status, 200);
  assertRefused(await me(house, bobs.token), 401, 'token_revoked');
  assertRefused(await verify(house, bobs), 401, 'token_revoked');
  assertRefused(await login(house, bob), 403, 'account_disabled');
  await mail.letterTo(bob.email, ({ subject }) => subject.includes('was disabled'));
  assertRefused(await administer(house, session, await idOf(house, ada), 'role', { role: 'user' }), 409, 'last_admin');

  const log = (await house.get(`/api/admin/audit?user=${users[0].id}&act=disable_user`, bearer(session))).json.entries;
  assert.deepEqual(log.map(({ user, target }) => [user, target]), [[await idOf(house, ada), users[0].id]]);
  const { entries } = (await house.get('/api/admin/audit?address=command%20line', bearer(session))).json;
  assert.deepEqual(entries.map(({ act, user }) => [act, user]), [['promote', null]]);

  assert.match(await done(house, 'list'), /^[\da-f-]{36} +ada +ada@mail\.example +admin +since [\d-]+\n[\da-f-]{36} +bob +bob@mail\.example +user +since [\d-]+ +disabled [\d-]+\n$/);
});

test('the command line leaves of an account what the doors leave of it', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail, vars: uncounted });
  for (const person of [ada, bob, grace]) await join(house, mail, person);
  await done(house, 'promote', 'ada');
  await house.sql(`INSERT INTO email_undos (id, user_id, number, email, email_folded, created_at, expires_at)
                   SELECT id, id, 1, 'was@' || email, 'was@' || email_folded, 1, 9e15 FROM users`);
  const session = await signIn(house, ada);
  const byDoor = (act, body) => async () => administer(house, session, await idOf(house, bob), act, body);

  for (const [command, door] of [
    ['promote', byDoor('role', { role: 'admin' })],
    ['demote', byDoor('role', { role: 'user' })],
    ['disable', byDoor('disable')],
    ['enable', byDoor('enable')],
    ['reset', byDoor('reset')],
  ]) {
    await house.sql("DELETE FROM sessions WHERE user_id IN (SELECT id FROM users WHERE role = 'user' OR login <> 'ada')");
    if (command !== 'enable') for (const person of [bob, grace]) await signIn(house, person);
    assert.equal((await door()).status, 200, command);
    await done(house, command, 'grace');
    assert.deepEqual(await trace(house, grace), await trace(house, bob), command);
    assert.deepEqual((await trace(house, bob)).ways, [{ open: command === 'reset' ? 0 : 1 }], command);
  }
});

test('whom the command line disables, programs do not speak for either', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail });
  await join(house, mail, bob);
  const session = await signIn(house, bob);
  const wish = { name: 'nightly export', expiration_time: new Date(Date.now() + 365 * 86_400_000).toISOString() };
  const { data: token } = (await house.post('/api/v1/auth/private_tokens/', wish, bearer(session))).json;
  assert.equal((await verify(house, { token })).status, 200);
  // Bob has not been here for a month, and his program has.
  await house.sql('DELETE FROM sessions');
  await done(house, 'disable', 'bob');
  await house.cron();
  assertRefused(await verify(house, { token }), 401, 'token_revoked');
});

test('an account made on the command line has its password from a letter, as one that was reset', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail });
  await join(house, mail, ada);
  // Somebody waits for the address with a password of their own.
  await house.post('/api/auth/local/register', { ...grace, login: 'somebody' });
  assert.match(await done(house, 'create', 'Grace', grace.email, '--admin'), /Created grace \(grace\.o'hopper@mail\.example\), an administrator/);
  assert.match(await refused(house, 'create', 'grace', 'other@mail.example'), /There is an account already: grace/);
  assert.match(await refused(house, 'create', 'other', grace.email.toUpperCase()), /There is an account already: grace/);
  assertRefused(await login(house, { ...grace, login: 'somebody' }), 401, 'invalid_credentials');

  const choose = async (password) => {
    const seen = mail.letters.length;
    const answer = await house.post('/api/auth/local/recover', { email: grace.email });
    assert.equal(answer.status, 200);
    const letter = await mail.letterTo(grace.email, (letter) => mail.letters.indexOf(letter) >= seen);
    const token = linkToken(letter, 'recover', 'ghv_');
    assert.equal((await house.post('/api/auth/local/recover/reset', { token, password })).status, 200);
  };
  await choose(grace.password);
  const session = await signIn(house, grace);
  assert.equal((await house.get('/api/admin/users', bearer(session))).status, 200);

  assert.match(await done(house, 'reset', grace.email), /curl http:\/\/localhost:8787\/api\/auth\/local\/recover .+grace\.o'\\''hopper@mail\.example/);
  assertRefused(await me(house, session.token), 401, 'token_revoked');
  assertRefused(await login(house, grace), 401, 'invalid_credentials');
  await choose(chosen);
  await signIn(house, { ...grace, password: chosen });
});

test('the command line says what is wrong and what to do, and takes no SQL', async (t) => {
  const house = await open(t, { mail: await resend(t) });
  await house.post('/api/auth/local/register', ada);
  assert.match(await refused(house, 'promote', 'ada'), /has registered and not yet followed the letter's link/);
  assert.match(await refused(house, 'promote', 'nobody'), /Nobody has the name or address "nobody"/);
  assert.match(await refused(house, 'promote'), /Usage: npm run admin/);
  assert.match(await refused(house, 'drop', 'ada'), /Usage: npm run admin/);
  assert.match(await refused(house, 'promote', 'ada', '--force'), /Usage: npm run admin/);
  assert.match(await refused(house, 'toString', 'ada'), /Usage: npm run admin/);
  const attack = "x'; UPDATE users SET role = 'admin'; --";
  assert.match(await refused(house, 'promote', attack), /Nobody has the name or address/);
  assert.match(await refused(house, 'promote', `a@b.c${attack}`), /Nobody has the name or address/);
  assert.match(await refused(house, 'create', attack, 'x@mail.example'), /cannot be a login name/);
  for (const address of [`x@b.c${attack}`, 'x', 'x@y', 'x@.c', '.x@b.c', 'x y@b.c', 'x@b.c\nBcc: y@b.c']) {
    assert.match(await refused(house, 'create', 'x', address), /no e-mail address/);
  }
  assert.match(await done(house, 'list', attack), /Nobody's name or address begins with/);
  assert.match(await done(house, 'list'), /There are no accounts yet/);
  const elsewhere = { state: `${house.state}/empty` };
  assert.match(await refused(elsewhere, 'list'), /no such table[^]+start the service once with `npm start`/);
});

test('however often and at once two administrators resign, one stays', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail, vars: uncounted });
  for (const person of [ada, bob]) await join(house, mail, person);
  await house.sql("UPDATE users SET role = 'admin'");
  const [one, other] = [await signIn(house, ada), await signIn(house, bob)];
  const [ofAda, ofBob] = [await idOf(house, ada), await idOf(house, bob)];
  const acts = [
    () => administer(house, one, ofAda, 'role', { role: 'user' }),
    () => administer(house, other, ofBob, 'disable'),
    () => administer(house, one, ofBob, 'role', { role: 'user' }),
    () => administer(house, other, ofAda, 'disable'),
  ];
  const answers = await Promise.all(Array.from({ length: 48 }, (_, turn) => acts[turn % acts.length]()));
  for (const { status, text } of answers) assert.ok([200, 401, 403, 409].includes(status), text);
  const [{ left }] = await house.sql("SELECT count(*) AS left FROM users WHERE role = 'admin' AND disabled_at IS NULL");
  const [{ acts: done }] = await house.sql("SELECT count(*) AS acts FROM audit WHERE target_id IS NOT NULL AND outcome = 'ok'");
  assert.equal(left, 1);
  assert.ok(done >= 1);
});
