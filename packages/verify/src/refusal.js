// What a request without a good token is answered (RFC 6750 §3, RFC 9470 §3).

/** A refusal of a request: thrown by a verifier, and answered by every adapter in the same way. */
export class Refusal extends Error {
  name = 'Refusal';

  /** `parameters` are those of the challenge, in their order; without a challenge the caller is not at fault. */
  constructor(status, parameters, options) {
    super(parameters?.error_description ?? (status === 401 ? 'no access token' : 'access tokens cannot be verified now'), options);
    this.status = status;
    this.parameters = parameters;
  }

  get headers() {
    if (this.parameters) return { 'Cache-Control': 'no-store', 'WWW-Authenticate': challenge(this.parameters) };
    return { 'Cache-Control': 'no-store', 'Retry-After': '5' };
  }

  get body() {
    const { error = this.status === 401 ? 'unauthorized' : 'unavailable' } = this.parameters ?? {};
    return { error, error_description: this.message };
  }

  toResponse() {
    return Response.json(this.body, { status: this.status, headers: this.headers });
  }
}

/** RFC 6750 §3.1: a request that has no token is told no error. */
export const missing = () => new Refusal(401, {});

export const invalid = (description, cause) => new Refusal(401, { error: 'invalid_token', error_description: description }, { cause });

/** The keys or the revocation cannot be asked for: no token passes, and none is called invalid. */
export const unavailable = (cause) => new Refusal(503, undefined, { cause });

const challenge = (parameters) => `Bearer ${Object.entries({ realm: 'api', ...parameters }).map(parameter).join(', ')}`;

const parameter = ([name, value]) => (typeof value === 'number' ? `${name}=${value}` : `${name}="${value}"`);
