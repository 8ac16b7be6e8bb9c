// The key set of the production build, as jose reads it: with an RSA key, and without.

import { strict as assert } from 'node:assert';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { calculateJwkThumbprint, createLocalJWKSet, importJWK, jwtVerify } from 'jose';
import { ada, join, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { BASE_URL, open } from './worker.mjs';

const derived = [...Array(3).fill('ES256'), ...Array(3).fill('EdDSA')];

test('an RSA key is published first, beside the keys of both other algorithms, and access tokens go on', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail });
  await join(worker, mail, ada);
  assert.deepEqual((await keySet(worker)).map(({ alg }) => alg), derived);

  const [first, second] = [2048, 4096].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }).privateKey);
  Object.assign(worker.settings, { AUTH_RSA_KEY: oneLine(first), AUTH_RSA_KEY_PREVIOUS: pem(second) });
  await worker.close();
  await worker.reopen();
  const keys = await keySet(worker);
  assert.deepEqual(keys.map(({ alg }) => alg), ['RS256', 'RS256', ...derived]);
  assert.deepEqual(keys.slice(0, 2).map(({ kty, n, e }) => ({ kty, n, e })), [first, second].map(published));
  for (const key of keys) {
    assert.equal(key.kid, await calculateJwkThumbprint(key));
    assert.equal((await importJWK(key)).type, 'public');
  }

  const { token } = await signIn(worker, ada);
  const verified = await jwtVerify(token, createLocalJWKSet({ keys }), { issuer: BASE_URL, algorithms: ['EdDSA'], typ: 'at+jwt' });
  assert.equal(verified.protectedHeader.alg, 'EdDSA');
});

const keySet = async (worker) => (await worker.get('/.well-known/jwks.json')).json.keys;
const pem = (key) => key.export({ type: 'pkcs8', format: 'pem' });
const oneLine = (key) => pem(key).replaceAll('\n', '\\n');
const published = (key) => createPublicKey(key).export({ format: 'jwk' });
