import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { ada, assertRefused, join, login, linkToken, me, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

const bob = { login: 'bob', email: 'bob@mail.example', password: 'staple battery horse correct' };
const grace = { login: 'grace', email: "grace.o'hopper@mail.example", password: 'a ship in port is safe' };
const script = fileURLToPath(new URL('../../scripts/admin.mjs', import.meta.url));

const bearer = ({ token }) => ({ Authorization: `Bearer ${token}` });
const verify = (worker, session) => worker.get('/api/auth/verify', bearer(session));
const administer = (worker, admin, id, act, body = {}) => worker.post(`/api/admin/users/${id}/${act}`, body, bearer(admin));
const chosen = 'we can see plenty there';

/** `npm run admin -- …` against an open worker: its exit code and output. */
const admin = (worker, ...args) =>
  new Promise((resolve) => {
    execFile(process.execPath, [script, ...args, '--persist-to', worker.state], (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });

async function done(worker, ...args) {
  const { code, stdout, stderr } = await admin(worker, ...args);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

async function refused(worker, ...args) {
  const { code, stdout, stderr } = await admin(worker, ...args);
  assert.equal(code, 1, stdout + stderr);
  return stderr;
}

const idOf = async (worker, { login }) => (await worker.sql('SELECT id FROM users WHERE login = ?', login))[0].id;

/** The effects of an action on a user, except times and operation ids. */
async function trace(worker, { login }) {
  const [user] = await worker.sql(
    `SELECT role, auth_version, disabled_at IS NULL AS enabled, mark_except, mark_until > 0 AS until, op IS NULL AS unnamed,
            updated_at > created_at AS touched, EXISTS (SELECT 1 FROM passwords WHERE user_id = users.id) AS has_password
     FROM users WHERE login = ?`,
    login,
  );
  const sessions = await worker.sql(
    `SELECT end_reason, ended_at IS NULL AS open, sessions.op, sessions.mark_pending FROM sessions JOIN users ON users.id = user_id WHERE login = ?`,
    login,
  );
  const acts = await worker.sql(
    `SELECT act, outcome FROM audit JOIN users ON users.id = target_id WHERE login = ? ORDER BY audit.id`,
    login,
  );
  const ways = await worker.sql(
    `SELECT used_at IS NULL AS open FROM email_undos JOIN users ON users.id = user_id WHERE login = ?1
     UNION ALL SELECT used_at IS NULL FROM factor_undos JOIN users ON users.id = user_id WHERE login = ?1`,
    login,
  );
  const [factors] = await worker.sql(
    `SELECT (SELECT count(*) FROM totp WHERE user_id = users.id) + (SELECT count(*) FROM passkeys WHERE user_id = users.id)
          + (SELECT count(*) FROM recovery_codes WHERE user_id = users.id) AS rows FROM users WHERE login = ?`,
    login,
  );
  return { user, sessions, ways, factors, acts: acts.map(({ act, outcome }) => `${act} ${outcome}`) };
}

test('the first administrator comes from the command line, and administers', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail });
  await join(worker, mail, ada);
  await join(worker, mail, bob);
  const before = await signIn(worker, ada);
  const bobs = await signIn(worker, bob);
  assertRefused(await worker.get('/api/admin/users', bearer(before)), 403, 'forbidden');

  assert.match(await done(worker, 'promote', 'ADA'), /ada \(ada@mail\.example\) is an administrator from the next sign-in on/);
  assertRefused(await me(worker, before.token), 401, 'token_revoked');
  await worker.cron();
  assertRefused(await verify(worker, before), 401, 'token_revoked');
  assert.match(await done(worker, 'promote', ada.email), /ada is already an administrator/);

  const session = await signIn(worker, ada);
  assert.equal((await verify(worker, session)).headers.get('X-Auth-Role'), 'admin');
  const { users, next } = (await worker.get('/api/admin/users?q=B', bearer(session))).json;
  assert.deepEqual([users.map(({ login }) => login), next], [['bob'], null]);
  assert.equal((await administer(worker, session, users[0].id, 'disable')).status, 200);
  assertRefused(await me(worker, bobs.token), 401, 'token_revoked');
  assertRefused(await verify(worker, bobs), 401, 'token_revoked');
  assertRefused(await login(worker, bob), 403, 'account_disabled');
  await mail.emailTo(bob.email, ({ subject }) => subject.includes('was disabled'));
  assertRefused(await administer(worker, session, await idOf(worker, ada), 'role', { role: 'user' }), 409, 'last_admin');

  const log = (await worker.get(`/api/admin/audit?user=${users[0].id}&act=disable_user`, bearer(session))).json.entries;
  assert.deepEqual(log.map(({ user, target }) => [user, target]), [[await idOf(worker, ada), users[0].id]]);
  const { entries } = (await worker.get('/api/admin/audit?address=command%20line', bearer(session))).json;
  assert.deepEqual(entries.map(({ act, user }) => [act, user]), [['promote', null]]);

  assert.match(await done(worker, 'list'), /^[\da-f-]{36} +ada +ada@mail\.example +admin +since [\d-]+\n[\da-f-]{36} +bob +bob@mail\.example +user +since [\d-]+ +disabled [\d-]+\n$/);
});

test('the command line leaves of an account what the routes leave of it', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  for (const person of [ada, bob, grace]) await join(worker, mail, person);
  await done(worker, 'promote', 'ada');
  await worker.sql(`INSERT INTO email_undos (id, user_id, number, email, email_folded, created_at, expires_at)
                   SELECT id, id, 1, 'was@' || email, 'was@' || email_folded, 1, 9e15 FROM users`);
  await worker.sql('INSERT INTO factor_undos (id, user_id, created_at, expires_at) SELECT id, id, 1, 9e15 FROM users');
  // These ask nobody for a second step, so that all sign in below.
  await worker.sql(`INSERT INTO recovery_codes (user_id, number, hash, created_at, op) SELECT id, 0, '$argon2id$x', 1, '' FROM users`);
  await worker.sql(`INSERT INTO passkeys (user_id, id, kind, rp_id, public_key, sign_count, backup_eligible, backed_up, transports, aaguid, name, created_at, op)
                    SELECT id, 'AQID', 'passkey', 'auth.example.com', 'pQEC', 0, 0, 0, '', id, 'Phone', 1, '' FROM users`);
  const session = await signIn(worker, ada);
  const byRoute = (act, body) => async () => administer(worker, session, await idOf(worker, bob), act, body);

  for (const [command, route, ...flags] of [
    ['promote', byRoute('role', { role: 'admin' })],
    ['demote', byRoute('role', { role: 'user' })],
    ['disable', byRoute('disable')],
    ['enable', byRoute('enable')],
    ['factors', byRoute('factors/reset'), '--reset'],
    ['reset', byRoute('reset')],
  ]) {
    await worker.sql("DELETE FROM sessions WHERE user_id IN (SELECT id FROM users WHERE role = 'user' OR login <> 'ada')");
    if (command !== 'enable') for (const person of [bob, grace]) await signIn(worker, person);
    assert.equal((await route()).status, 200, command);
    await done(worker, command, 'grace', ...flags);
    assert.deepEqual(await trace(worker, grace), await trace(worker, bob), command);
    const { ways, factors } = await trace(worker, bob);
    const [open, rows] = ['factors', 'reset'].includes(command) ? [0, 0] : [1, 2];
    assert.deepEqual([ways, factors], [[{ open }, { open }], { rows }], command);
  }
});

test('whom the command line disables, programs do not speak for either', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail });
  await join(worker, mail, bob);
  const session = await signIn(worker, bob);
  const request = { name: 'nightly export', expiration_time: new Date(Date.now() + 365 * 86_400_000).toISOString() };
  const { data: token } = (await worker.post('/api/v1/auth/private_tokens/', request, bearer(session))).json;
  assert.equal((await verify(worker, { token })).status, 200);
  // Bob has not signed in for a month, but his program has been active.
  await worker.sql('DELETE FROM sessions');
  await done(worker, 'disable', 'bob');
  await worker.cron();
  assertRefused(await verify(worker, { token }), 401, 'token_revoked');
});

test('an account made on the command line has its password from an email, as one that was reset', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail });
  await join(worker, mail, ada);
  // A pending registration for the address, with another person's password.
  await worker.post('/api/auth/local/register', { ...grace, login: 'somebody' });
  assert.match(await done(worker, 'create', 'Grace', grace.email, '--admin'), /Created grace \(grace\.o'hopper@mail\.example\), an administrator/);
  assert.match(await refused(worker, 'create', 'grace', 'other@mail.example'), /An account already exists: grace/);
  assert.match(await refused(worker, 'create', 'other', grace.email.toUpperCase()), /An account already exists: grace/);
  assertRefused(await login(worker, { ...grace, login: 'somebody' }), 401, 'invalid_credentials');

  const choose = async (password) => {
    const seen = mail.emails.length;
    const answer = await worker.post('/api/auth/local/recover', { email: grace.email });
    assert.equal(answer.status, 200);
    const email = await mail.emailTo(grace.email, (email) => mail.emails.indexOf(email) >= seen);
    const token = linkToken(email, 'recover', 'ghv_');
    assert.equal((await worker.post('/api/auth/local/recover/reset', { token, password })).status, 200);
  };
  await choose(grace.password);
  const session = await signIn(worker, grace);
  assert.equal((await worker.get('/api/admin/users', bearer(session))).status, 200);

  assert.match(await done(worker, 'reset', grace.email), /curl http:\/\/localhost:8787\/api\/auth\/local\/recover .+grace\.o'\\''hopper@mail\.example/);
  assertRefused(await me(worker, session.token), 401, 'token_revoked');
  assertRefused(await login(worker, grace), 401, 'invalid_credentials');
  await choose(chosen);
  await signIn(worker, { ...grace, password: chosen });
});

test('the command line says what is wrong and what to do, and takes no SQL', async (t) => {
  const worker = await open(t, { mail: await resend(t) });
  await worker.post('/api/auth/local/register', ada);
  assert.match(await refused(worker, 'promote', 'ada'), /has registered but not activated the account yet/);
  assert.match(await refused(worker, 'promote', 'nobody'), /No account has the name or email "nobody"/);
  assert.match(await refused(worker, 'promote'), /Usage: npm run admin/);
  assert.match(await refused(worker, 'drop', 'ada'), /Usage: npm run admin/);
  assert.match(await refused(worker, 'promote', 'ada', '--force'), /Usage: npm run admin/);
  assert.match(await refused(worker, 'factors', 'ada'), /Usage: npm run admin/);
  assert.match(await refused(worker, 'reset', 'ada', '--reset'), /Usage: npm run admin/);
  assert.match(await refused(worker, 'toString', 'ada'), /Usage: npm run admin/);
  const attack = "x'; UPDATE users SET role = 'admin'; --";
  assert.match(await refused(worker, 'promote', attack), /No account has the name or email/);
  assert.match(await refused(worker, 'promote', `a@b.c${attack}`), /No account has the name or email/);
  assert.match(await refused(worker, 'create', attack, 'x@mail.example'), /cannot be a login name/);
  for (const address of [`x@b.c${attack}`, 'x', 'x@y', 'x@.c', '.x@b.c', 'x y@b.c', 'x@b.c\nBcc: y@b.c']) {
    assert.match(await refused(worker, 'create', 'x', address), /is not a valid email address/);
  }
  assert.match(await done(worker, 'list', attack), /No account's name or email begins with/);
  assert.match(await done(worker, 'list'), /There are no accounts yet/);
  const elsewhere = { state: `${worker.state}/empty` };
  assert.match(await refused(elsewhere, 'list'), /no such table[^]+start the service once with `npm start`/);
});

test('however often and at once two administrators resign, one stays', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  for (const person of [ada, bob]) await join(worker, mail, person);
  await worker.sql("UPDATE users SET role = 'admin'");
  const [one, other] = [await signIn(worker, ada), await signIn(worker, bob)];
  const [ofAda, ofBob] = [await idOf(worker, ada), await idOf(worker, bob)];
  const acts = [
    () => administer(worker, one, ofAda, 'role', { role: 'user' }),
    () => administer(worker, other, ofBob, 'disable'),
    () => administer(worker, one, ofBob, 'role', { role: 'user' }),
    () => administer(worker, other, ofAda, 'disable'),
  ];
  const answers = await Promise.all(Array.from({ length: 48 }, (_, turn) => acts[turn % acts.length]()));
  for (const { status, text } of answers) assert.ok([200, 401, 403, 409].includes(status), text);
  const [{ left }] = await worker.sql("SELECT count(*) AS left FROM users WHERE role = 'admin' AND disabled_at IS NULL");
  const [{ acts: done }] = await worker.sql("SELECT count(*) AS acts FROM audit WHERE target_id IS NOT NULL AND outcome = 'ok'");
  assert.equal(left, 1);
  assert.ok(done >= 1);
});
