import type { Claims, Requirements, Verifier } from './index.js';

declare global {
  namespace Express {
    interface Request {
      /** Of the access token, where `requireToken` was before. */
      claims?: Claims;
    }
  }
}

interface RequestLike {
  headers: { authorization?: string | undefined };
  claims?: Claims;
}

interface ResponseLike {
  status(code: number): ResponseLike;
  set(headers: Record<string, string>): ResponseLike;
  json(body: unknown): unknown;
}

/** Middleware for Express and what is like it: the claims are `request.claims`. */
export function requireToken(
  verifier: Verifier,
  requirements?: Requirements,
): (request: RequestLike, response: ResponseLike, next: (error?: unknown) => void) => Promise<void>;
