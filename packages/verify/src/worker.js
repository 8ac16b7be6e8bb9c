// Cloudflare Workers, and whatever else has `Request` and `Response`.

import { Refusal } from './index.js';

/** The claims for a request, or the refusal, which can be returned as it is. */
export async function authenticate(verifier, request, requirements) {
  try {
    return { claims: await verifier.authenticate(request.headers.get('Authorization') ?? undefined, requirements) };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.toResponse() };
    throw error;
  }
}
