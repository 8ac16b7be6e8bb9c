// Uses the package as its reader would, under strict, with each framework. The first argument is the table of requests.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { Refusal, verifier, type Claims } from '@gatehouse/verify';
import { requireToken as requireInExpress } from '@gatehouse/verify/express';
import { requireToken as requireInFastify } from '@gatehouse/verify/fastify';
import { requireToken as requireInHono } from '@gatehouse/verify/hono';
import { authenticate } from '@gatehouse/verify/worker';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';

interface Table {
  keySets: { ours: object };
  vectors: { name: string; authorization: string }[];
}

const { keySets, vectors }: Table = JSON.parse(await readFile(process.argv[2]!, 'utf8'));
const good = vectors.find(({ name }) => name === 'EdDSA')!.authorization;
const auth = verifier('https://auth.example.com', { audience: 'https://api.example.com', fetch: async () => Response.json(keySets.ours) });
const required = { scope: 'notes:read', acr: 'aal2', maxAge: 900 } as const;

// @ts-expect-error no such level
await auth.verify(good, { acr: 'aal3' }).catch((error: unknown) => error);
// @ts-expect-error no such algorithm
void (() => verifier('https://auth.example.com', { algorithm: 'HS256' }));
// @ts-expect-error only a verifier makes refusals
void (() => new Refusal());

type Ask = (authorization: string) => Promise<Response>;

async function inWorker(): Promise<Ask> {
  return async (authorization) => {
    const request = new Request('https://api.example.com/notes', { headers: { Authorization: authorization } });
    const { claims, refusal } = await authenticate(auth, request, required);
    return refusal ?? Response.json(claims.sub satisfies string);
  };
}

async function inHono(): Promise<Ask> {
  const app = new Hono().get('/notes', requireInHono(auth, required), (c) => c.json(c.get('claims').sub satisfies string));
  return async (authorization) => app.request('/notes', { headers: { Authorization: authorization } });
}

async function inExpress(): Promise<Ask> {
  const app = express().get('/notes', requireInExpress(auth, required), (request, response) => {
    response.json((request.claims satisfies Claims | undefined)?.sub);
  });
  const server = app.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return get(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function inFastify(): Promise<Ask> {
  const app = fastify();
  app.get('/notes', { onRequest: requireInFastify(auth, required) }, async (request) => JSON.stringify((request.claims satisfies Claims | undefined)?.sub));
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  app.server.unref();
  return get(address);
}

const get = (address: string): Ask => (authorization) => fetch(`${address}/notes`, { headers: { Authorization: authorization, Connection: 'close' } });

for (const start of [inWorker, inHono, inExpress, inFastify]) {
  const ask = await start();
  const [accepted, refused] = [await ask(good), await ask(`${good}x`)];
  const challenge = refused.headers.get('WWW-Authenticate');
  console.log(start.name, accepted.status, await accepted.json(), refused.status, challenge?.includes('error="invalid_token"'));
}
