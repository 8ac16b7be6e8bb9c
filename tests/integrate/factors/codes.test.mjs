// Codes of an authenticator app, by two programs that know nothing of ours.

import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { firstStep, secondStep } from '../../workerd/authenticator-app.mjs';
import { ada, assertRefused, join, me, signIn } from '../../workerd/people.mjs';
import { resend } from '../../workerd/resend.mjs';
import { open, uncounted } from '../../workerd/worker.mjs';

const STEP = 30;
const shownBy = (program, ...args) => execFileSync(program, args, { encoding: 'utf8' }).trim();
const pyotp = (uri, moment) => shownBy(process.env.PYTHON ?? 'python3', '-B', 'tests/integrate/factors/app.py', uri, moment);
const oathtool = (secret, moment) => shownBy('oathtool', '--totp', '--base32', `--now=@${moment}`, secret);

test('PyOTP and oathtool show the codes that are accepted, and no code is accepted twice', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const Authorization = `Bearer ${(await signIn(worker, ada)).token}`;
  const { secret, uri, enrolment_token } = (await worker.post('/api/auth/totp', {}, { Authorization })).json;

  // The code of the next step is accepted already, because clocks differ; so both are, should a step end meanwhile.
  const now = Math.floor(Date.now() / 1000);
  const [code, next] = [pyotp(uri, now), oathtool(secret, now + STEP)];
  assert.deepEqual([oathtool(secret, now), pyotp(uri, now + STEP)], [code, next]);

  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  const confirm = (code) => worker.post('/api/auth/totp/confirm', { enrolment_token, code, recovery_codes_saved: true }, { Authorization });
  assertRefused(await confirm(wrong), 401, 'invalid_code');
  const added = await confirm(code);
  assert.equal(added.status, 200, added.text);

  assertRefused(await secondStep(worker, await firstStep(worker, ada), { code }), 401, 'invalid_code');
  const entered = await secondStep(worker, await firstStep(worker, ada), { code: next });
  assert.equal(entered.status, 200, entered.text);
  assert.equal((await me(worker, entered.json.token)).json.login, ada.login);
  assertRefused(await secondStep(worker, await firstStep(worker, ada), { code: next }), 401, 'invalid_code');
});
