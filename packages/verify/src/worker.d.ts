import type { Claims, Requirements, Verifier } from './index.js';

/** The claims for a request, or the refusal, which can be returned as it is. */
export function authenticate(
  verifier: Verifier,
  request: Request,
  requirements?: Requirements,
): Promise<{ claims: Claims; refusal?: undefined } | { claims?: undefined; refusal: Response }>;
