export type Level = 'aal1' | 'aal2';

/** The claims of an access token (RFC 9068 §2.2). */
export interface Claims {
  iss: string;
  sub: string;
  aud: string | string[];
  exp: number;
  iat?: number;
  jti?: string;
  client_id?: string;
  scope?: string;
  role?: string;
  sid?: string;
  acr?: Level;
  amr?: string[];
  auth_time?: number;
  [claim: string]: unknown;
}

export interface VerifierOptions {
  /** `AUTH_AUDIENCE`, or the identifier of your API. Default: the issuer. */
  audience?: string;
  /** `AUTH_SIGNING_ALG`. Default: EdDSA. */
  algorithm?: 'EdDSA' | 'ES256';
  /** Where Gatehouse is reached, if not at the issuer's own address. */
  url?: string;
  /** How Gatehouse is asked whether the token was revoked. Default: none, and the token counts until it expires. */
  revocation?: 'none' | 'verify' | 'introspect';
  /** For `introspect`: a registered API's client id and secret, or `apikey` and an API key. */
  credentials?: { id: string; secret: string };
  /** For how many seconds a key set counts. Default: 300. */
  keysMaxAge?: number;
  /** The address of your description of the resource (RFC 9728), for each challenge. */
  resourceMetadata?: string;
  /** How Gatehouse is asked: in a Worker with a service binding, `(request) => env.AUTH.fetch(request)`. */
  fetch?: (request: Request) => Promise<Response>;
}

export interface Requirements {
  /** Scopes with blanks between them, all of which are required. */
  scope?: string;
  role?: string;
  /** The least level of authentication. */
  acr?: Level;
  /** The greatest age of the authentication, in seconds. */
  maxAge?: number;
}

export interface Verifier {
  readonly issuer: string;
  /** The claims of a token. Rejects with a `Refusal`. */
  verify(token: string, requirements?: Requirements): Promise<Claims>;
  /** The claims for the value of an `Authorization` header. Rejects with a `Refusal`. */
  authenticate(authorization: string | undefined, requirements?: Requirements): Promise<Claims>;
}

/** Call it once for each issuer, and keep the result. */
export function verifier(issuer: string, options?: VerifierOptions): Verifier;

/** A refusal of a request: 401, 403, or 503 if Gatehouse cannot be asked. */
export class Refusal extends Error {
  private constructor();
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: { error: string; error_description: string };
  toResponse(): Response;
}
