import { Hono } from 'hono';
import { requireToken } from '../../../packages/verify/src/hono.js';
import { routesOf } from './service.mjs';

let app;

function appOf(config) {
  const app = new Hono();
  for (const { path, auth, requirements } of routesOf(config)) {
    app.get(path, requireToken(auth, requirements), (c) => c.json({ sub: c.get('claims').sub }));
  }
  return app;
}

export default {
  fetch(request, env) {
    app ??= appOf(env.CONFIG);
    return app.fetch(request, env);
  },
};
