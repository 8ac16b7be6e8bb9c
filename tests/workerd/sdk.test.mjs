import { strict as assert } from 'node:assert';
import test from 'node:test';
import { open } from './house.mjs';
import { activationToken, ada } from './people.mjs';
import { resend } from './resend.mjs';

test('in the FastSchema envelope its SDK registers late, comes in with a code and is known by its header', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail, vars: { AUTH_RESPONSE_ENVELOPE: 'fastschema' } });
  /** What the SDK hands out, or the message it throws. */
  const ask = async (path, body) => {
    const { json } = await house.post(`/api/auth/${path}`, body);
    return json.error?.message ?? json.data;
  };

  const { login: username, email, password } = ada;
  const registered = await ask('local/register', { username, email, password, confirm_password: password });
  assert.equal(registered.activation, 'email');
  const token = activationToken(await mail.letterTo(email));
  await house.sql('UPDATE registrations SET expires_at = created_at + 1');
  await house.cron();
  assert.match(await ask('local/activate', { token }), /too old/);
  const letters = mail.letters.length;
  assert.equal((await ask('local/activate/send', { token })).activation, 'sent');
  await mail.letterTo(email, (letter) => mail.letters.indexOf(letter) >= letters);
  assert.equal((await ask('local/activate', { token })).activation, 'activated');

  const { session_id } = await ask('otp/request', { email });
  const { subject } = await mail.letterTo(email, ({ subject }) => /^\d{6} /.test(subject));
  const pair = await ask('otp/verify', { session_id, otp: subject.slice(0, 6) });
  const { json } = await house.get('/api/auth/me', { 'X-Auth-Token': pair.token });
  assert.deepEqual([json.data.username, json.data.active, json.data.role], [username, true, 'user']);
});
