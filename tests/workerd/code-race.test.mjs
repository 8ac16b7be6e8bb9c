import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, fiftyTimes, join, me } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

const verify = (worker, code) => worker.post('/api/auth/otp/verify', { email: ada.email, code });

/** Requests a code and reads it in the email. */
async function codeOf(worker, mail) {
  assert.equal((await worker.post('/api/auth/otp/request', { email: ada.email })).status, 200);
  const { subject } = await mail.emailTo(ada.email, ({ subject }) => /^\d{6} /.test(subject));
  return subject.slice(0, 6);
}

test('fifty wrong guesses at once cost fifty tries, and then the right code is too late', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const code = await codeOf(worker, mail);
  const wrong = code === '000000' ? '000001' : '000000';

  const answers = await fiftyTimes(() => verify(worker, wrong));
  const words = answers.map(({ json }) => json.data.error);
  assert.equal(words.filter((word) => word === 'invalid_code').length, 3, 'three were compared');
  assert.equal(words.filter((word) => word === 'too_many_attempts').length, 47);
  assert.deepEqual(await worker.sql('SELECT tries FROM codes'), [{ tries: 50 }]);

  const late = await verify(worker, code);
  assert.equal(late.json.data.error, 'too_many_attempts');
  assert.ok(Number(late.headers.get('Retry-After')) > 0);
});

test('fifty times the right code at once is one session', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const code = await codeOf(worker, mail);

  const answers = await fiftyTimes(() => verify(worker, code));
  const [winner, ...others] = answers.filter(({ status }) => status === 200);
  assert.equal(others.length, 0);
  assert.equal((await me(worker, winner.json.token)).status, 200);
  assert.equal((await worker.sql('SELECT id FROM sessions')).length, 1);
});
