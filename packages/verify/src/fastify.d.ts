import type { onRequestAsyncHookHandler } from 'fastify';
import type { Claims, Requirements, Verifier } from './index.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the access token, where `requireToken` was before. */
    claims?: Claims;
  }
}

/** A hook for Fastify's `onRequest`: the claims are `request.claims`. */
export function requireToken(verifier: Verifier, requirements?: Requirements): onRequestAsyncHookHandler;
