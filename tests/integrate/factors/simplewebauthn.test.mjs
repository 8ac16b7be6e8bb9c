// The same responses before the service and before SimpleWebAuthn: both accept them, or both refuse them.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { Passkey, USER_PRESENT, USER_VERIFIED } from '../../workerd/passkey.mjs';
import { ada, join, signIn } from '../../workerd/people.mjs';
import { resend } from '../../workerd/resend.mjs';
import { BASE_URL, open, uncounted } from '../../workerd/worker.mjs';

const RP_ID = new URL(BASE_URL).hostname;

/** What a passkey does wrong. Without attestation, a registration has no signature. */
const cases = {
  'nothing wrong': { spoil: () => {}, accepted: ['registration', 'assertion'] },
  'another signature': { spoil: (passkey) => (passkey.signsWrongly = true), accepted: ['registration'] },
  'another origin': { spoil: (passkey) => (passkey.origin = 'https://login.example.evil.example'), accepted: [] },
  'the origin on another port': { spoil: (passkey) => (passkey.origin = `${BASE_URL}:8443`), accepted: [] },
  'another RP ID': { spoil: (passkey) => (passkey.rpId = `www.${RP_ID}`), accepted: [] },
  'no user present': { spoil: (passkey) => (passkey.flags &= ~USER_PRESENT), accepted: [] },
  'no user verified': { spoil: (passkey) => (passkey.flags &= ~USER_VERIFIED), accepted: [] },
};

const expected = ({ challenge }) => ({ expectedChallenge: challenge, expectedOrigin: BASE_URL, expectedRPID: RP_ID });

/** It throws at most of what is wrong, and says that a signature is not `verified`. */
const isVerified = (judged) => judged.then(({ verified }) => verified, () => false);

async function withAda(t) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const headers = { Authorization: `Bearer ${(await signIn(worker, ada)).token}` };
  return (path, body = {}) => worker.post(`/api/auth/${path}`, body, headers);
}

/** A new passkey's registration. */
async function created(post, spoil) {
  const passkey = new Passkey(BASE_URL);
  spoil(passkey);
  const { publicKey } = (await post('passkeys/options')).json;
  return { passkey, publicKey, response: passkey.create({ publicKey }) };
}

test('registrations are judged as SimpleWebAuthn judges them', async (t) => {
  const post = await withAda(t);
  for (const [name, { spoil, accepted }] of Object.entries(cases)) {
    await t.test(name, async () => {
      const { publicKey, response } = await created(post, spoil);
      const theirs = await isVerified(verifyRegistrationResponse({ response, ...expected(publicKey) }));
      const ours = (await post('passkeys', { credential: response, name })).status === 201;
      const right = accepted.includes('registration');
      assert.deepEqual({ ours, theirs }, { ours: right, theirs: right });
    });
  }
});

test('assertions are judged as SimpleWebAuthn judges them', async (t) => {
  const post = await withAda(t);
  for (const [name, { spoil, accepted }] of Object.entries(cases)) {
    await t.test(name, async () => {
      const { passkey, publicKey, response } = await created(post, () => {});
      const { registrationInfo: { credential } } = await verifyRegistrationResponse({ response, ...expected(publicKey) });
      assert.equal((await post('passkeys', { credential: response, name })).status, 201);

      spoil(passkey);
      const options = (await post('passkey/options')).json.publicKey;
      const assertion = passkey.get({ publicKey: options });
      const theirs = await isVerified(verifyAuthenticationResponse({ response: assertion, credential, ...expected(options) }));
      const ours = (await post('passkey', { credential: assertion })).status === 200;
      const right = accepted.includes('assertion');
      assert.deepEqual({ ours, theirs }, { ours: right, theirs: right });
    });
  }
});
