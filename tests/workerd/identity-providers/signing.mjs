// Keys of identity providers, and ID tokens, also such as no honest provider would sign.

import { createHash, generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';

const RSA = ['rsa', { modulusLength: 2048 }];
const KINDS = { RS256: RSA, PS256: RSA, ES256: ['ec', { namedCurve: 'P-256' }], EdDSA: ['ed25519'] };

/** A key with its public half as a JWK. `kind` is what generateKeyPairSync takes. */
export function newKey(alg, kid, kind = KINDS[alg]) {
  const { publicKey, privateKey } = generateKeyPairSync(...kind);
  return { kid, publicKey, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg, kid } };
}

const made = new Map();

/** The two keys of a provider, the same for all tests of a process because RSA keys take long to make. */
export function keysOf(name, alg, newKid) {
  if (!made.has(name + alg)) made.set(name + alg, [newKey(alg, newKid()), newKey(alg, newKid())]);
  return made.get(name + alg);
}

export function signed(header, claims, key) {
  if (header.alg === 'none') return new UnsecuredJWT(claims).encode();
  const crit = Object.fromEntries((header.crit ?? []).map((name) => [name, true]));
  return new SignJWT(claims).setProtectedHeader(header).sign(key, { crit });
}

/** `at_hash`: OpenID Connect Core 1.0 §3.1.3.6. */
export function leftHalf(alg, token) {
  const hash = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256').update(token).digest();
  return hash.subarray(0, hash.length / 2).toString('base64url');
}
