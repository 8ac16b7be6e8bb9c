import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, assertRefused, fiftyTimes, join, me, refresh, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

test('fifty refreshes with one token at once take one step, and all get the same answer', async (t) => {
  const mail = await resend(t);
  // The longest allowed: fifty requests and the ones after them can take a busy machine ten seconds.
  const worker = await open(t, { mail, vars: { ...uncounted, AUTH_REFRESH_GRACE: '60' } });
  await join(worker, mail, ada);
  const { refresh_token: token } = await signIn(worker, ada);
  const generation = async () => (await worker.sql('SELECT generation FROM sessions'))[0].generation;
  const before = await generation();

  const answers = await fiftyTimes(() => refresh(worker, token));
  for (const answer of answers) assert.equal(answer.status, 200, answer.text);
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.equal(await generation(), before + 1);

  await t.test('the spent token still gets that answer, and takes no further step', async () => {
    assert.equal((await refresh(worker, token)).text, answers[0].text);
    assert.equal(await generation(), before + 1);
  });

  await t.test('the pair they got works', async () => {
    assert.equal((await me(worker, answers[0].json.token)).status, 200);
    assert.equal((await refresh(worker, answers[0].json.refresh_token)).status, 200);
  });

  await t.test('a token with one character changed is no token', async () => {
    const middle = token.length / 2;
    const forged = token.slice(0, middle) + (token[middle] === 'A' ? 'B' : 'A') + token.slice(middle + 1);
    assertRefused(await refresh(worker, forged), 401, 'invalid_refresh_token');
    const stamp = token.slice(0, -8) + (token.at(-8) === 'A' ? 'B' : 'A') + token.slice(-7);
    assertRefused(await refresh(worker, stamp), 401, 'invalid_refresh_token');
  });
});
