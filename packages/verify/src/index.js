// Verifies access tokens of Gatehouse (RFC 9068) as docs/use/INTEGRATE.md describes it.

import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { keySet } from './keys.js';
import { Refusal, invalid, missing } from './refusal.js';
import { assertKnown, lacking } from './requirements.js';
import { revocations } from './revocation.js';

export { Refusal };

const ALGORITHMS = ['EdDSA', 'ES256'];

/** Call it once for each issuer, and keep the result. */
export function verifier(issuer, options = {}) {
  return new Verifier(issuer, options);
}

class Verifier {
  #keys;
  #expected;
  #assertAlive;
  #metadata;

  constructor(issuer, { audience = issuer, algorithm = 'EdDSA', url = issuer, keysMaxAge = 300, ...more }) {
    const { revocation = 'none', credentials, resourceMetadata, fetch = (request) => globalThis.fetch(request) } = more;
    // One character more, and every token would be one of another issuer.
    if (new URL(issuer).origin !== issuer) throw new TypeError(`the issuer is an origin, such as ${new URL(issuer).origin}`);
    if (!ALGORITHMS.includes(algorithm)) throw new TypeError(`the algorithm is one of ${ALGORITHMS.join(', ')}`);
    if (!Object.hasOwn(revocations, revocation)) throw new TypeError(`revocation is one of ${Object.keys(revocations).join(', ')}`);
    if (revocation === 'introspect' && !credentials?.id) throw new TypeError('introspect needs credentials');
    this.issuer = issuer;
    this.#keys = keySet(`${url}/.well-known/jwks.json`, { fetch, maxAge: keysMaxAge * 1000 });
    this.#assertAlive = revocations[revocation]({ url, fetch, credentials });
    this.#metadata = resourceMetadata && { resource_metadata: resourceMetadata };
    this.#expected = {
      issuer,
      audience,
      algorithms: [algorithm],
      typ: 'at+jwt',
      requiredClaims: ['exp', 'sub'], // jose accepts a token without `exp` as one that never expires
      clockTolerance: 5,
    };
  }

  /** The claims for the value of an `Authorization` header. Rejects with a `Refusal`. */
  async authenticate(authorization, requirements) {
    const [, token] = authorization?.match(/^Bearer +(.+)$/i) ?? [];
    if (!token) throw this.#described(missing());
    return this.verify(token, requirements);
  }

  /** The claims of a token. Rejects with a `Refusal`. */
  async verify(token, requirements = {}) {
    assertKnown(requirements);
    try {
      const claims = await this.#claims(token);
      await this.#assertAlive(token);
      const refusal = lacking(claims, requirements);
      if (refusal) throw refusal;
      return claims;
    } catch (error) {
      throw this.#described(refusalOf(error));
    }
  }

  async #claims(token) {
    if (!hasKeyId(token)) throw invalid(NOT_OURS); // jose would take the only key of that type
    const keys = await this.#keys.get();
    try {
      return await this.#verified(token, keys);
    } catch (error) {
      const newer = error instanceof errors.JWKSNoMatchingKey && (await this.#keys.search(keys));
      if (!newer) throw error;
      return this.#verified(token, newer);
    }
  }

  async #verified(token, { find }) {
    const { payload } = await jwtVerify(token, find, this.#expected);
    if (typeof payload.sub !== 'string') throw invalid(NOT_OURS); // jose asks only whether it is there
    return payload;
  }

  /** RFC 9728 §5.1: the challenge says where clients learn who issues tokens for this resource. */
  #described(error) {
    if (error instanceof Refusal && error.parameters) error.parameters = { ...error.parameters, ...this.#metadata };
    return error;
  }
}

const NOT_OURS = 'not a token for this service';

/** A client can mend only one thing, by a refresh. */
function refusalOf(error) {
  if (error instanceof errors.JWTExpired) return invalid('the token has expired', error);
  return error instanceof errors.JOSEError ? invalid(NOT_OURS, error) : error;
}

function hasKeyId(token) {
  try {
    return typeof decodeProtectedHeader(token).kid === 'string';
  } catch {
    return false;
  }
}
