// npm install jose

import { createRemoteJWKSet, jwtVerify } from 'jose';

/** Call it once and keep the result: a function that resolves to the claims of a token, or rejects. */
export function verifier(issuer, { audience = issuer, algorithm = 'EdDSA' } = {}) {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', issuer), { cacheMaxAge: 300_000 });
  const expected = {
    issuer,
    audience,
    algorithms: [algorithm],
    typ: 'at+jwt',
    requiredClaims: ['exp', 'sub'], // jose accepts a token without `exp` as one that never expires
    clockTolerance: 5,
  };
  return async (token) => (await jwtVerify(token, keys, expected)).payload;
}
