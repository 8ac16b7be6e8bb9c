// Passkeys by people who know nothing of ours: the browser and the authenticator of the crate `passkey`, with each of the algorithms
// that it knows.

import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { ada, assertRefused, join, me, signIn } from '../../workerd/people.mjs';
import { resend } from '../../workerd/resend.mjs';
import { open, uncounted } from '../../workerd/worker.mjs';
import { plugIn } from './key.mjs';

const PROGRAM = fileURLToPath(new URL('../../../target/passkey-rs/debug/passkey-rs', import.meta.url));
const ALGORITHMS = { EdDSA: -8, ES256: -7 };

/** Ada, signed in; and a device in her hand. */
async function withDevice(t) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const headers = { Authorization: `Bearer ${(await signIn(worker, ada)).token}` };
  const post = (path, body = {}) => worker.post(`/api/auth/${path}`, body, headers);
  return { worker, post, device: plugIn(t, PROGRAM), options: async () => (await worker.post('/api/auth/passkey/options', {})).json };
}

for (const [name, number] of Object.entries(ALGORITHMS)) {
  test(`a passkey of ${name} is added, and signs in once for each challenge`, async (t) => {
    const { worker, post, device, options } = await withDevice(t);
    const { publicKey } = (await post('passkeys/options')).json;
    const offered = publicKey.pubKeyCredParams.filter(({ alg }) => alg === number);
    assert.equal(offered.length, 1, 'the algorithm is not offered');
    const created = await device('create', { publicKey: { ...publicKey, pubKeyCredParams: offered } });
    const added = await post('passkeys', { credential: created });
    assert.equal(added.status, 201, added.text);
    assert.equal(added.json.id, created.id);

    const credential = await device('get', await options());
    const entered = await worker.post('/api/auth/passkey', { credential });
    assert.equal(entered.status, 200, entered.text);
    assert.equal((await me(worker, entered.json.token)).json.login, ada.login);
    assertRefused(await worker.post('/api/auth/passkey', { credential }), 400, 'invalid_token');
  });
}

test('the device makes no second key for the account, and signs for nobody else', async (t) => {
  const { post, device, options } = await withDevice(t);
  const credential = await device('create', (await post('passkeys/options')).json);
  assert.equal((await post('passkeys', { credential })).status, 201);
  assert.equal(await device('create', (await post('passkeys/options')).json), null, 'excludeCredentials names the key');
  assert.equal(await device('get', await options(), { origin: 'https://evil.example' }), null, 'rpId binds it to the service');
  assert.equal(await device('get', await options(), { verified: false }), null, 'userVerification is required');
});
