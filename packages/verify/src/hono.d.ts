import type { MiddlewareHandler } from 'hono';
import type { Claims, Requirements, Verifier } from './index.js';

/** Middleware for Hono: the claims are `c.get('claims')`. */
export function requireToken(
  verifier: Verifier,
  requirements?: Requirements,
): MiddlewareHandler<{ Variables: { claims: Claims } }>;
