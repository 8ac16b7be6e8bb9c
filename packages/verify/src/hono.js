import { authenticate } from './worker.js';

/** Middleware for Hono: the claims are `c.get('claims')`. */
export function requireToken(verifier, requirements) {
  return async (c, next) => {
    const { claims, refusal } = await authenticate(verifier, c.req.raw, requirements);
    if (refusal) return refusal;
    c.set('claims', claims);
    await next();
  };
}
