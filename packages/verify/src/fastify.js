import { Refusal } from './index.js';

/** A hook for Fastify's `onRequest`: the claims are `request.claims`. */
export function requireToken(verifier, requirements) {
  return async (request, reply) => {
    try {
      request.claims = await verifier.authenticate(request.headers.authorization, requirements);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return reply.code(error.status).headers(error.headers).send(error.body);
    }
  };
}
