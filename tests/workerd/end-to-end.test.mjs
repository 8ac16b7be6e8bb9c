import { strict as assert } from 'node:assert';
import { createPublicKey, verify } from 'node:crypto';
import test from 'node:test';
import { BASE_URL, open, uncounted } from './worker.mjs';
import {
  activate,
  activationToken,
  ada,
  assertRefused,
  fiftyTimes,
  join,
  login,
  logout,
  me,
  refresh,
  register,
  signIn,
} from './people.mjs';
import { resend } from './resend.mjs';

test('a stranger becomes a user, comes in, stays and leaves', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail });
  let session;
  let email;

  await t.test('the service has all it needs', async () => {
    const answer = await worker.get('/health/ready');
    assert.equal(answer.status, 200, answer.text);
  });

  await t.test('registering is answered with a message and an email', async () => {
    const answer = await register(worker, ada);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json, { message: 'Registration successful. Please activate your account.' });
    email = await mail.emailTo(ada.email);
    assert.deepEqual(email.to, [ada.email]);
  });

  await t.test('before activation even the right password opens nothing', async () => {
    assertRefused(await login(worker, ada), 403, 'account_not_activated');
  });

  await t.test("the email's link activates, once", async () => {
    const answer = await activate(worker, activationToken(email));
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json, { message: 'Account activated successfully' });
    assertRefused(await activate(worker, activationToken(email)), 400, 'invalid_token');
  });

  await t.test('the login name and the e-mail address both sign in', async () => {
    for (const name of [ada.login, ada.email]) {
      const answer = await login(worker, { ...ada, login: name });
      assert.equal(answer.status, 200);
      assert.deepEqual(Object.keys(answer.json), ['token', 'expires', 'refresh_token', 'refresh_token_expires']);
      assert.match(answer.json.refresh_token, /^ghr_[\w-]+$/);
      assert.equal(answer.headers.get('Cache-Control'), 'no-store');
      session = answer.json;
    }
    assertRefused(await login(worker, { ...ada, password: 'not the password' }), 401, 'invalid_credentials');
  });

  await t.test("the published keys verify the access token in somebody else's hands", async () => {
    await assertVerifiable(worker, session.token, 'EdDSA', null);
  });

  await t.test('me tells who they are', async () => {
    const answer = await me(worker, session.token);
    assert.equal(answer.status, 200);
    const { id, created_at, updated_at, ...rest } = answer.json;
    assert.deepEqual(rest, { login: ada.login, email: ada.email, activated: true });
    assert.match(id, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    for (const time of [created_at, updated_at]) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
    assertRefused(await worker.get('/api/auth/me'), 401, 'unauthorized');
  });

  await t.test('a refresh gives a new pair, and a spent token for ten seconds the same one', async () => {
    const spent = session.refresh_token;
    const answer = await refresh(worker, spent);
    assert.equal(answer.status, 200);
    assert.notEqual(answer.json.refresh_token, spent);
    assert.notEqual(answer.json.token, session.token);
    assert.equal((await refresh(worker, spent)).text, answer.text);
    assert.equal((await me(worker, answer.json.token)).status, 200);
    session = answer.json;
  });

  await t.test('after logout neither token opens anything', async () => {
    const answer = await logout(worker, session.token);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json, { message: 'Logged out successfully' });
    assertRefused(await me(worker, session.token), 401, 'token_revoked');
    assertRefused(await refresh(worker, session.refresh_token), 401, 'invalid_refresh_token');
  });
});

test('where ES256 signs, others can verify it, and fifty parallel refreshes still have one answer', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: { ...uncounted, AUTH_SIGNING_ALG: 'ES256' } });
  await join(worker, mail, ada);
  const first = await signIn(worker, ada);
  await assertVerifiable(worker, first.token, 'ES256', 'sha256');
  const answers = await fiftyTimes(() => refresh(worker, first.refresh_token));
  for (const answer of answers) assert.equal(answer.status, 200, answer.text);
  // Each has a signature of its own, and the rest in common.
  const unsigned = ({ text, json }) => text.replace(json.token.split('.')[2], '');
  assert.equal(new Set(answers.map(unsigned)).size, 1);
  await assertVerifiable(worker, answers[0].json.token, 'ES256', 'sha256');
  assert.equal((await me(worker, answers[0].json.token)).status, 200);
});

/** Verifies as another service does, with the published keys only. */
async function assertVerifiable(worker, token, algorithm, digest) {
  const { keys } = (await worker.get('/.well-known/jwks.json')).json;
  const [head, payload, signature] = token.split('.');
  const { alg, kid, typ } = decoded(head);
  assert.deepEqual([alg, typ], [algorithm, 'at+jwt']);
  const matching = keys.filter((key) => key.kid === kid);
  assert.equal(matching.length, 1);
  assert.equal(matching[0].alg, algorithm);
  assert.equal(matching[0].d, undefined, 'a private key is published');
  const key = createPublicKey({ key: matching[0], format: 'jwk' });
  const verifies = (bytes) => verify(digest, `${head}.${payload}`, { key, dsaEncoding: 'ieee-p1363' }, bytes);
  const bytes = Buffer.from(signature, 'base64url');
  assert.ok(verifies(bytes));
  bytes[0] ^= 1;
  assert.ok(!verifies(bytes));
  assert.equal(decoded(payload).iss, BASE_URL);
}

const decoded = (part) => JSON.parse(Buffer.from(part, 'base64url'));
