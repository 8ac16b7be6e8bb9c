// Answers of passkeys that come at once, or out of order.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { addApp, firstStep, secondStep } from './authenticator-app.mjs';
import { Passkey, USER_PRESENT, USER_VERIFIED } from './passkey.mjs';
import { ada, addPasskey, answerTo, assertRefused, fiftyTimes, join, me } from './people.mjs';
import { resend } from './resend.mjs';
import { BASE_URL, open, uncounted } from './worker.mjs';

/** It is never copied to another device, and counts what it signs. */
const DEVICE_BOUND = { flags: USER_PRESENT | USER_VERIFIED, count: 1 };

const answer = (worker, passkey) => answerTo(worker, '/api/auth/passkey/options', passkey);
const signIn = (worker, credential) => worker.post('/api/auth/passkey', { credential });

test('fifty times one answer of a passkey at once is one session', async (t) => {
  const { worker, passkey } = await withPasskey(t);
  const credential = await answer(worker, passkey);
  const answers = await fiftyTimes(() => signIn(worker, credential));
  await assertOneSession(worker, answers, 'invalid_token');
  assertRefused(await signIn(worker, credential), 400, 'invalid_token');
});

test('of two answers of a device-bound key the older one comes too late, and the key is not locked out', async (t) => {
  const { worker, mail, passkey } = await withPasskey(t, DEVICE_BOUND);
  const [older, newer] = [await answer(worker, passkey), await answer(worker, passkey)];
  assert.equal((await signIn(worker, newer)).status, 200);
  assertRefused(await signIn(worker, older), 401, 'invalid_credentials');
  assert.equal((await worker.sql('SELECT id FROM sessions')).length, 1);
  await mail.emailTo(ada.email, ({ subject }) => subject === 'A sign-in with a passkey was refused');
  assert.equal((await signIn(worker, await answer(worker, passkey))).status, 200);
});

test('fifty copies of a device-bound key that count alike are one session at once', async (t) => {
  const { worker, passkey } = await withPasskey(t, DEVICE_BOUND);
  const { count } = passkey;
  const credentials = [];
  for (let copy = 0; copy < 50; copy++) credentials.push(await answer(worker, Object.assign(passkey, { count })));
  const answers = await Promise.all(credentials.map((credential) => signIn(worker, credential)));
  await assertOneSession(worker, answers, 'invalid_credentials');
});

test('fifty answers of a passkey to one second step at once are one session', async (t) => {
  const { worker, passkey } = await withPasskey(t);
  await addApp(worker, ada);
  await worker.sql('DELETE FROM sessions');
  const mfa_token = await firstStep(worker, ada);
  const credentials = [];
  for (let number = 0; number < 50; number++) credentials.push(await answerTo(worker, '/api/auth/mfa/options', passkey, { mfa_token }));
  const answers = await Promise.all(credentials.map((credential) => secondStep(worker, mfa_token, { credential })));
  await assertOneSession(worker, answers, 'invalid_token', 'rate_limited');
});

/** One of them has signed ada in; all others were refused in one of these words. */
async function assertOneSession(worker, answers, ...allowed) {
  const [winner, ...more] = answers.filter(({ status }) => status === 200);
  assert.equal(more.length, 0);
  assert.equal((await me(worker, winner.json.token)).json.login, ada.login);
  const words = answers.filter((answer) => answer !== winner).map(({ json }) => json.data.error);
  assert.equal(words.length, 49);
  assert.deepEqual(words.filter((word) => !allowed.includes(word)), []);
  assert.equal((await worker.sql('SELECT id FROM sessions')).length, 1);
}

/** Ada with a passkey; nobody is signed in. */
async function withPasskey(t, kind) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const passkey = Object.assign(new Passkey(BASE_URL), kind);
  await addPasskey(worker, ada, passkey);
  await worker.sql('DELETE FROM sessions');
  return { worker, mail, passkey };
}
