// A security key by people who know nothing of ours: soft-webauthn with the CBOR and COSE of python-fido2. It has no PIN: user
// present is all it says.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { firstStep, secondStep } from '../../workerd/authenticator-app.mjs';
import { ada, assertRefused, join, me, signIn } from '../../workerd/people.mjs';
import { resend } from '../../workerd/resend.mjs';
import { open, uncounted } from '../../workerd/worker.mjs';
import { plugIn } from './key.mjs';

const plugInKey = (t) => plugIn(t, process.env.PYTHON ?? 'python3', '-B', 'tests/integrate/factors/key.py');

/** Ada, signed in; and a key in her hand. */
async function withKey(t) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const headers = { Authorization: `Bearer ${(await signIn(worker, ada)).token}` };
  const [key, post] = [plugInKey(t), (path, body) => worker.post(`/api/auth/${path}`, body, headers)];
  const enrol = async (kind) => {
    const options = (await post('passkeys/options', { kind })).json;
    return post('passkeys', { kind, name: 'a key', credential: await key('create', options) });
  };
  const list = async () => (await worker.get('/api/auth/passkeys', headers)).json.passkeys;
  return { worker, key, post, enrol, list };
}

test('a key that does not verify its user is no passkey', async (t) => {
  const { enrol, list } = await withKey(t);
  assertRefused(await enrol('passkey'), 400, 'invalid_request');
  assert.deepEqual(await list(), []);
});

test('as a security key it is the second step, and never the only one', async (t) => {
  const { worker, key, enrol, post } = await withKey(t);
  assertRefused(await enrol('security_key'), 409, 'recovery_codes_required');
  const { enrolment_token } = (await post('recovery-codes', {})).json;
  assert.equal((await post('recovery-codes/confirm', { enrolment_token, recovery_codes_saved: true })).status, 200);
  const added = await enrol('security_key');
  assert.equal(added.status, 201, added.text);

  const alone = (await worker.post('/api/auth/passkey/options', {})).json;
  assertRefused(await worker.post('/api/auth/passkey', { credential: await key('get', alone) }), 401, 'invalid_credentials');

  const mfa_token = await firstStep(worker, ada);
  const options = (await worker.post('/api/auth/mfa/options', { mfa_token })).json;
  assert.deepEqual(options.publicKey.allowCredentials.map(({ id }) => id), [added.json.id]);
  const credential = await key('get', options);
  const entered = await secondStep(worker, mfa_token, { credential });
  assert.equal(entered.status, 200, entered.text);
  assert.equal((await me(worker, entered.json.token)).json.login, ada.login);
  assertRefused(await secondStep(worker, mfa_token, { credential }), 400, 'invalid_token');
});
