import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, assertRefused, fiftyTimes, join, login, me, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

test('who leaves takes their tokens along, also where only KV is asked', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const { token } = await signIn(worker, ada);
  const authorization = { Authorization: `Bearer ${token}` };

  const document = await worker.get('/api/auth/me/export', authorization);
  assert.equal(document.status, 200, document.text);
  assert.equal(document.json.user.email, ada.email);
  assert.equal(document.json.sessions.length, 1);

  const answers = await fiftyTimes(() => worker.delete('/api/auth/me', authorization));
  assert.equal(answers.filter(({ status }) => status === 204).length, 1);
  for (const answer of answers.filter(({ status }) => status !== 204)) assertRefused(answer, 401, 'token_revoked');
  assertRefused(await me(worker, token), 401, 'token_revoked');
  assertRefused(await worker.get('/api/auth/verify', authorization), 401, 'token_revoked');
  assertRefused(await login(worker, ada), 401, 'invalid_credentials');
  for (const table of ['users', 'sessions', 'registrations']) assert.deepEqual(await worker.sql(`SELECT id FROM ${table}`), []);
  await mail.emailTo(ada.email, ({ subject }) => subject.includes('was deleted'));

  await join(worker, mail, ada);
  await signIn(worker, ada);
});
