import { strict as assert } from 'node:assert';
import test from 'node:test';
import { addApp, firstStep, secondStep, shown } from './authenticator-app.mjs';
import { ada, fiftyTimes, join, linkToken, login, me } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

/** Ada, with an authenticator app and recovery codes; only the session that added them is alive. */
async function withApp(t) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const app = await addApp(worker, ada);
  return { worker, mail, app, begun: async () => (await worker.sql('SELECT id FROM sessions')).length - 1 };
}

const winners = (answers) => answers.filter(({ status }) => status === 200);

test('fifty times one mfa_token with one code is one session', async (t) => {
  const { worker, app, begun } = await withApp(t);
  const token = await firstStep(worker, ada);
  const code = shown(app.secret);
  const answers = await fiftyTimes(() => secondStep(worker, token, { code }));
  const [winner, ...others] = winners(answers);
  assert.equal(others.length, 0);
  assert.equal((await me(worker, winner.json.token)).status, 200);
  assert.equal(await begun(), 1);
});

test('one code with nine mfa_tokens is one session', async (t) => {
  const { worker, app, begun } = await withApp(t);
  const tokens = await Promise.all(Array.from({ length: 9 }, () => firstStep(worker, ada)));
  const code = shown(app.secret);
  const answers = await Promise.all(tokens.map((token) => secondStep(worker, token, { code })));
  assert.equal(winners(answers).length, 1);
  assert.equal(await begun(), 1);
});

test('one recovery code with nine mfa_tokens is one session, and one email', async (t) => {
  const { worker, app, begun } = await withApp(t);
  const tokens = await Promise.all(Array.from({ length: 9 }, () => firstStep(worker, ada)));
  const answers = await Promise.all(tokens.map((token) => secondStep(worker, token, { recovery_code: app.codes[4] })));
  assert.equal(winners(answers).length, 1);
  assert.equal(await begun(), 1);
  assert.equal((await worker.sql("SELECT id FROM outbox WHERE kind = 'recovery_code_used'")).length, 1);
});

test('one mfa_token with ten different factors at once is one session', async (t) => {
  const { worker, app, begun } = await withApp(t);
  const token = await firstStep(worker, ada);
  const factors = [{ code: shown(app.secret) }, ...app.codes.slice(1).map((recovery_code) => ({ recovery_code }))];
  const answers = await Promise.all(factors.map((factor) => secondStep(worker, token, factor)));
  assert.equal(winners(answers).length, 1);
  assert.equal(await begun(), 1);
  const used = await worker.sql('SELECT (SELECT count(used_at) FROM recovery_codes) + (SELECT count(last_used_at) FROM totp) AS used');
  assert.ok(used[0].used <= 1, 'the losers have used nothing up');
});

test('fifty wrong codes at once cost fifty tries of ten', async (t) => {
  const { worker, app } = await withApp(t);
  const token = await firstStep(worker, ada);
  const wrong = shown(app.secret, Date.now() + 600_000);
  const answers = await fiftyTimes(() => secondStep(worker, token, { code: wrong }));
  const words = answers.map(({ json }) => json.data.error);
  assert.equal(words.filter((word) => word === 'invalid_code').length, 10);
  assert.equal(words.filter((word) => word === 'rate_limited').length, 40);
});

test('fifty times one undo link is one new password', async (t) => {
  const { worker, mail } = await withApp(t);
  const undo = linkToken(await mail.emailTo(ada.email, ({ text }) => text.includes('/account/security/undo?')), 'security/undo', 'ghf_');
  const answers = await fiftyTimes((_, place) => worker.post('/api/auth/factors/undo', { token: undo, password: `correct horse battery ${place}` }));
  assert.equal(winners(answers).length, 1);
  const password = `correct horse battery ${answers.findIndex(({ status }) => status === 200)}`;
  assert.equal((await login(worker, { ...ada, password })).status, 200, 'the winner has set the password, and no factor is left');
  assert.equal((await worker.sql("SELECT id FROM audit WHERE act = 'undo_factor' AND outcome = 'ok'")).length, 1);
});
