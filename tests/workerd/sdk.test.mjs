import { strict as assert } from 'node:assert';
import test from 'node:test';
import * as jose from 'jose';
import { activationToken, ada } from './people.mjs';
import { resend } from './resend.mjs';
import { open } from './worker.mjs';

test('in the FastSchema envelope its SDK registers late, comes in with a code and is known by its header', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: { AUTH_RESPONSE_ENVELOPE: 'fastschema' } });
  /** The SDK's result, or the message it throws. */
  const ask = async (path, body) => {
    const { json } = await worker.post(`/api/auth/${path}`, body);
    return json.error?.message ?? json.data;
  };

  const { login: username, email, password } = ada;
  const registered = await ask('local/register', { username, email, password, confirm_password: password });
  assert.equal(registered.activation, 'email');
  const token = activationToken(await mail.emailTo(email));
  await worker.sql('UPDATE registrations SET expires_at = created_at + 1');
  await worker.cron();
  assert.match(await ask('local/activate', { token }), /expired/);
  const sent = mail.emails.length;
  assert.equal(await ask('local/activate/send', { token }), 'email');
  await mail.emailTo(email, (message) => mail.emails.indexOf(message) >= sent);
  assert.equal((await ask('local/activate', { token })).activation, 'activated');

  const { session_id } = await ask('otp/request', { email });
  const { subject } = await mail.emailTo(email, ({ subject }) => /^\d{6} /.test(subject));
  const pair = await ask('otp/verify', { session_id, otp: subject.slice(0, 6) });
  const { json } = await worker.get('/api/auth/me', { 'X-Auth-Token': pair.token });
  assert.deepEqual([json.data.username, json.data.active, json.data.role], [username, true, 'user']);
  const roles = [{ id: 2, name: 'User', root: false }];
  assert.deepEqual(json.data.roles, roles);

  // `auth().user()` decodes the token without a request; concurrent refreshes all get the same response.
  const { user } = jose.decodeJwt(pair.token);
  assert.deepEqual([user.id, user.username, user.email, user.active], [json.data.id, username, email, true]);
  assert.deepEqual([user.role_ids, user.roles], [[2], roles]);
  const { refresh_token } = pair;
  const refreshed = await Promise.all(Array.from({ length: 50 }, () => worker.post('/api/auth/token/refresh', { refresh_token })));
  assert.deepEqual([...new Set(refreshed.map(({ status, text }) => `${status} ${text}`))].length, 1);
  const { token: access } = refreshed[0].json.data;
  assert.equal(jose.decodeJwt(access).user.username, username);

  // Applications of the SDK compare with `true`.
  assert.equal(await ask('local/recover', { email }), true);
  const recoveryEmail = await mail.emailTo(email, ({ subject }) => subject.startsWith('Choose'));
  const recovery = recoveryEmail.text.match(/token=(\S+)/)[1];
  assert.equal(await ask('local/recover/check', { token: recovery }), true);
  const chosen = 'another passphrase entirely';
  const reset = { token: recovery, password: chosen, confirm_password: chosen };
  assert.equal(await ask('local/recover/reset', reset), true);
  const again = await ask('local/login', { login: username, password: chosen });
  const { json: out } = await worker.post('/api/auth/logout', {}, { Authorization: `Bearer ${again.token}` });
  assert.equal(out.data, true);
  assert.match(await ask('local/register', { username: 'a b', email, password }), /^username /);
});
