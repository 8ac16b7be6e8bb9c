import { strict as assert } from 'node:assert';
import test from 'node:test';
import { activate, activationToken, ada, assertRefused, fiftyTimes, register, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

test('of fifty activations with one link at once exactly one is the one', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await register(worker, ada);
  const token = activationToken(await mail.emailTo(ada.email));

  const answers = await fiftyTimes(() => activate(worker, token));
  const [won, lost] = [answers.filter(({ status }) => status === 200), answers.filter(({ status }) => status !== 200)];
  assert.equal(won.length, 1);
  for (const answer of lost) assertRefused(answer, 400, 'invalid_token');

  assert.deepEqual(await worker.sql('SELECT login, email FROM users'), [{ login: ada.login, email: ada.email }]);
  await signIn(worker, ada);
});
