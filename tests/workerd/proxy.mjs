// An address in front of a worker that is known before the worker is open, and stays the same when it is reopened.

import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { closing } from './closing.mjs';

/**
 * Opens a proxy that closes with the test. With `tls` (key, certificate, name) it speaks https and knows one name only, as
 * Cloudflare does.
 */
export async function openProxy(t, { tls } = {}) {
  const it = {
    /** The requests: method and path. */
    asked: [],
    serve: (asked, answer) => answer.writeHead(503).end(),
    /** Delays each response by `latency` milliseconds. */
    leadTo: (url, latency = 0) => (it.serve = (asked, answer) => pass(url, asked, answer, latency)),
  };
  const serve = (asked, answer) => {
    it.asked.push(`${asked.method} ${asked.url}`);
    if (tls && ![tls.name, `${tls.name}:${port}`].includes(asked.headers.host)) answer.writeHead(403).end();
    else it.serve(asked, answer);
  };
  const server = tls ? createSecureServer({ SNICallback: known(tls) }, serve) : createServer(serve);
  server.keepAliveTimeout = 0; // a request sent on a connection that is just closing would get no response
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing(t, async () => { server.close(); server.closeAllConnections(); });
  const { port } = server.address();
  it.address = `127.0.0.1:${port}`;
  /** For browsers, which trust this name like https. */
  it.local = `http://localhost:${port}`;
  if (tls) it.url = `https://${tls.name}:${port}`;
  return it;
}

/** A client that sends no server name gets no certificate. */
const known = (tls) => (name, done) => done(null, name === tls.name ? createSecureContext(tls) : undefined);

function pass(url, asked, answer, latency) {
  const onwards = request(url + asked.url, { agent: false, method: asked.method, headers: asked.headers }, async (told) => {
    told.on('error', () => answer.destroy());
    await setTimeout(latency);
    answer.writeHead(told.statusCode, told.headers);
    told.pipe(answer);
  });
  onwards.on('error', () => answer.destroy());
  asked.pipe(onwards);
}
