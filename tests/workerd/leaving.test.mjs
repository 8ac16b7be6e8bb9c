import { strict as assert } from 'node:assert';
import test from 'node:test';
import { open, uncounted } from './house.mjs';
import { ada, assertRefused, fiftyTimes, join, login, me, signIn } from './people.mjs';
import { resend } from './resend.mjs';

test('who leaves takes their tokens along, also where only KV is asked', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail, vars: uncounted });
  await join(house, mail, ada);
  const { token } = await signIn(house, ada);
  const authorization = { Authorization: `Bearer ${token}` };

  const document = await house.get('/api/auth/me/export', authorization);
  assert.equal(document.status, 200, document.text);
  assert.equal(document.json.user.email, ada.email);
  assert.equal(document.json.sessions.length, 1);

  const answers = await fiftyTimes(() => house.delete('/api/auth/me', authorization));
  assert.equal(answers.filter(({ status }) => status === 204).length, 1);
  for (const answer of answers.filter(({ status }) => status !== 204)) assertRefused(answer, 401, 'token_revoked');
  assertRefused(await me(house, token), 401, 'token_revoked');
  assertRefused(await house.get('/api/auth/verify', authorization), 401, 'token_revoked');
  assertRefused(await login(house, ada), 401, 'invalid_credentials');
  for (const table of ['users', 'sessions', 'registrations']) assert.deepEqual(await house.sql(`SELECT id FROM ${table}`), []);
  await mail.letterTo(ada.email, ({ subject }) => subject.includes('was deleted'));

  await join(house, mail, ada);
  await signIn(house, ada);
});
