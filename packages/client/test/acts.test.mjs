// Everything a user does with a client outside a browser, against a real Gatehouse.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { createClient, isError } from '@gatehouse/client';
import { forgetStep, shown } from '../../../tests/workerd/authenticator-app.mjs';
import { ada, logout, signIn } from '../../../tests/workerd/people.mjs';
import { assertAllAsked } from './routes.mjs';
import { signedIn, worker as open } from './users.mjs';

const password = 'a second password for ada';
const { login, email } = ada;

test('a client does everything that an account can', async (t) => {
  const worker = await open(t);
  const client = createClient({ url: worker.proxy.local });
  await t.test('registers and activates', () => registers(worker, client));
  await t.test('recovers a password', () => recovers(worker, client));
  await t.test('signs in with a password and with a code', () => signsIn(worker, client));
  await t.test('changes password and address', () => changes(worker, client));
  await t.test('adds a second factor and signs in with it', () => addsFactor(worker, client));
  await t.test('undoes the first factor', () => undoesFactor(worker, client));
  await t.test('sees sessions, applications and providers', () => sees(worker, client));
  await t.test('signs out everywhere, and deletes the account', () => leaves(worker, client));
  await t.test('adds a factor that the service asks for', () => enrols(t, worker));
  assertAllAsked(worker.proxy.asked, { inABrowser: false });
});

async function registers(worker, client) {
  const grace = { login: 'grace', email: 'grace@mail.example', password: ada.password };
  await assert.rejects(client.register({ ...grace, password: 'grace' }), (error) =>
    isError(error, 'weak_password') && error.status === 422 && error.data.reasons.includes('too_short') && error.requestId !== null);
  await client.register(grace);
  await client.sendActivation({ email: grace.email });
  await client.activate({ token: await linkIn(worker, grace.email, 'activate') });
  await assert.rejects(client.activate({ token: 'gha_nothing' }), (error) => isError(error, 'invalid_token'));
  const user = await client.signIn({ login: grace.login, password: grace.password });
  assert.deepEqual([user.role, user.acr, user.amr], ['user', 'aal1', ['pwd']]);
  assert.equal((await client.me()).id, user.id);
  await client.signOut();
  assert.equal(client.snapshot().status, 'signed_out');
}

async function recovers(worker, client) {
  await client.recover({ email });
  const token = await linkIn(worker, email, 'recover');
  assert.equal(await client.checkRecovery({ token }), true);
  await client.resetPassword({ token, password: ada.password });
  assert.equal(await client.checkRecovery({ token }), false);
}

async function signsIn(worker, client) {
  await assert.rejects(client.signIn({ login, password: 'wrong' }), (error) => isError(error, 'invalid_credentials'));
  await client.signIn({ login, password: ada.password });
  await client.signOut();
  const { expires_in } = await client.otp.request({ email });
  assert.ok(expires_in > 0);
  const sent = await worker.mail.emailTo(email, ({ subject }) => /code/.test(subject));
  const user = await client.otp.verify({ email, code: sent.text.match(/\b\d{6}\b/)[0] });
  assert.deepEqual(user.amr, ['otp']);
}

async function changes(worker, client) {
  const other = await signIn(worker, ada);
  await client.reauthenticate({ password: ada.password });
  await client.changePassword({ current_password: ada.password, new_password: password });
  assert.equal((await logout(worker, other.token)).status, 401);

  await client.changeEmail({ email: 'ada@new.example', current_password: password });
  await client.confirmEmail({ token: await linkIn(worker, 'ada@new.example', 'email') });
  assert.equal((await client.me()).email, 'ada@new.example');
  await client.undoEmail({ token: await linkIn(worker, email, 'email/undo'), password });
  await assert.rejects(client.me(), (error) => isError(error, 'token_revoked'));
  assert.equal((await client.signIn({ login, password })).role, 'user');
  assert.equal((await client.me()).email, email);
}

async function addsFactor(worker, client) {
  const { secret, enrolment_token, recovery_codes } = await client.totp.offer();
  await client.totp.confirm({ enrolment_token, code: shown(secret), recovery_codes_saved: true });
  await forgetStep(worker);
  const { totp, second_step } = await client.factors();
  assert.ok(totp && second_step);

  const step = await secondStep(client.signIn({ login, password }));
  assert.deepEqual(step.methods.toSorted(), ['recovery_code', 'totp']);
  assert.equal((await client.mfa.verify(step.mfa_token, { code: shown(secret) })).acr, 'aal2');
  const again = await secondStep(client.reauthenticate({ password }));
  const proved = await client.mfa.verify(again.mfa_token, { recovery_code: recovery_codes[0] });
  assert.deepEqual(proved, client.snapshot().user);

  const offer = await client.recoveryCodes.offer();
  await client.recoveryCodes.confirm({ enrolment_token: offer.enrolment_token, recovery_codes_saved: true });
  assert.equal((await client.factors()).recovery_codes.left, 10);
  await client.totp.remove();
  assert.equal((await client.factors()).totp, null);
  await assert.rejects(client.removePassword(), (error) => isError(error, 'last_way_in'));
}

async function undoesFactor(worker, client) {
  await client.undoFactors({ token: await linkIn(worker, email, 'security/undo'), password });
  await client.signIn({ login, password });
}

async function sees(worker, client) {
  const other = await signIn(worker, { login, password });
  const listed = await client.sessions.list();
  const foreign = listed.find(({ current }) => !current);
  await client.sessions.end(foreign.id);
  assert.equal((await logout(worker, other.token)).status, 401);
  await assert.rejects(client.sessions.end('../me'), (error) => isError(error, 'not_found'));
  assert.deepEqual(await client.applications.list(), []);
  await assert.rejects(client.applications.remove('shop'), (error) => isError(error, 'not_found'));
  assert.deepEqual(await client.providers(), []);
  await assert.rejects(client.providerTokens('github'), (error) => isError(error, 'not_found'));
  assert.equal((await client.exportAccount()).user.login, login);
}

async function leaves(worker, client) {
  await client.signOutEverywhere();
  assert.equal(client.snapshot().status, 'signed_out');
  assert.deepEqual(await worker.sql('SELECT id FROM sessions WHERE ended_at IS NULL'), []);
  await client.signIn({ login, password });
  await client.deleteAccount();
  assert.equal(client.snapshot().status, 'signed_out');
  assert.deepEqual(await worker.sql('SELECT id FROM users WHERE login = ?', login), []);
}

async function enrols(t, { proxy }) {
  const worker = await open(t, { AUTH_MFA: 'all' });
  const client = createClient({ url: worker.proxy.local });
  const error = await refusal(client.signIn({ login, password: ada.password }));
  assert.ok(isError(error, 'second_factor_enrolment_required'), error);
  const { mfa_token } = error.data;
  const { secret, enrolment_token } = await client.mfa.enrol(mfa_token);
  const confirmation = { mfa_token, enrolment_token, code: shown(secret), recovery_codes_saved: true };
  assert.equal((await client.mfa.confirmEnrolment(confirmation)).acr, 'aal2');
  proxy.asked.push(...worker.proxy.asked);
}

test('a client signs out at Gatehouse even when it was offline or its token has expired', async (t) => {
  const worker = await open(t);
  const client = await signedIn(worker);
  const pass = worker.proxy.serve;
  worker.proxy.serve = (_, answer) => answer.destroy();
  await assert.rejects(client.signOut(), (error) => isError(error, 'offline'));
  assert.equal(client.snapshot().status, 'signed_out');
  assert.equal(await client.getToken(), null);
  worker.proxy.serve = pass;

  const next = await signedIn(worker);
  const now = Date.now;
  t.mock.method(Date, 'now', () => now() + 3_600_000);
  await next.signOut();
  assert.equal((await worker.sql('SELECT id FROM sessions WHERE ended_at IS NULL')).length, 1, 'only the one that was offline is left');
});

const refusal = (promised) => promised.then(() => assert.fail('it is not refused'), (error) => error);

async function secondStep(promised) {
  const error = await refusal(promised);
  assert.ok(isError(error, 'second_factor_required'), error);
  return error.data;
}

/** The token of the newest link to a page. */
async function linkIn(worker, address, page) {
  const link = new RegExp(`/account/${page}\\?token=(\\S+)`);
  const { text } = await worker.mail.emailTo(address, ({ text }) => link.test(text));
  return text.match(link)[1];
}
