import { strict as assert } from 'node:assert';
import test from 'node:test';
import { open, uncounted } from './house.mjs';
import { ada, fiftyTimes, join, me } from './people.mjs';
import { resend } from './resend.mjs';

const verify = (house, code) => house.post('/api/auth/otp/verify', { email: ada.email, code });

/** Asks for a code and reads it in the letter. */
async function codeOf(house, mail) {
  assert.equal((await house.post('/api/auth/otp/request', { email: ada.email })).status, 200);
  const { subject } = await mail.letterTo(ada.email, ({ subject }) => /^\d{6} /.test(subject));
  return subject.slice(0, 6);
}

test('fifty wrong guesses at once cost fifty tries, and then the right code is too late', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail, vars: uncounted });
  await join(house, mail, ada);
  const code = await codeOf(house, mail);
  const wrong = code === '000000' ? '000001' : '000000';

  const answers = await fiftyTimes(() => verify(house, wrong));
  const words = answers.map(({ json }) => json.data.error);
  assert.equal(words.filter((word) => word === 'invalid_code').length, 3, 'three were compared');
  assert.equal(words.filter((word) => word === 'too_many_attempts').length, 47);
  assert.deepEqual(await house.sql('SELECT tries FROM codes'), [{ tries: 50 }]);

  const late = await verify(house, code);
  assert.equal(late.json.data.error, 'too_many_attempts');
  assert.ok(Number(late.headers.get('Retry-After')) > 0);
});

test('fifty times the right code at once is one session', async (t) => {
  const mail = await resend(t);
  const house = await open(t, { mail, vars: uncounted });
  await join(house, mail, ada);
  const code = await codeOf(house, mail);

  const answers = await fiftyTimes(() => verify(house, code));
  const [winner, ...others] = answers.filter(({ status }) => status === 200);
  assert.equal(others.length, 0);
  assert.equal((await me(house, winner.json.token)).status, 200);
  assert.equal((await house.sql('SELECT id FROM sessions')).length, 1);
});
