import { authenticate } from '../../../packages/verify/src/worker.js';
import { routesOf } from './service.mjs';

let routes;

export default {
  async fetch(request, env) {
    routes ??= routesOf(env.CONFIG, env.AUTH && { fetch: (request) => env.AUTH.fetch(request) });
    const { auth, requirements } = routes.find(({ path }) => path === new URL(request.url).pathname);
    const { claims, refusal } = await authenticate(auth, request, requirements);
    return refusal ?? Response.json({ sub: claims.sub });
  },
};
