import { Refusal } from './index.js';

/** Middleware for Express and what is like it: the claims are `request.claims`. */
export function requireToken(verifier, requirements) {
  return async (request, response, next) => {
    try {
      request.claims = await verifier.authenticate(request.headers.authorization, requirements);
    } catch (error) {
      if (!(error instanceof Refusal)) return next(error);
      return response.status(error.status).set(error.headers).json(error.body);
    }
    next();
  };
}
