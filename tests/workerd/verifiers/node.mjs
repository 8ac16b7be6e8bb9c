// Services in Node.

import { once } from 'node:events';
import express from 'express';
import fastify from 'fastify';
import { requireToken as expressRequires } from '../../../packages/verify/src/express.js';
import { requireToken as fastifyRequires } from '../../../packages/verify/src/fastify.js';
import { closing } from '../closing.mjs';
import { routesOf } from './service.mjs';

export async function startExpress(t, config) {
  const app = express();
  for (const { path, auth, requirements } of routesOf(config)) {
    app.get(path, expressRequires(auth, requirements), (request, response) => response.json({ sub: request.claims.sub }));
  }
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing(t, async () => { server.close(); server.closeAllConnections(); });
  return `http://127.0.0.1:${server.address().port}`;
}

export async function startFastify(t, config) {
  const app = fastify();
  for (const { path, auth, requirements } of routesOf(config)) {
    app.get(path, { onRequest: fastifyRequires(auth, requirements) }, (request) => ({ sub: request.claims.sub }));
  }
  closing(t, () => app.close());
  return app.listen({ host: '127.0.0.1', port: 0 });
}
