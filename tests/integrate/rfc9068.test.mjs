// Validators that apply RFC 9068 strictly to an access token.

import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import test from 'node:test';
import { ada, join, me, signIn } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { BASE_URL, open } from '../workerd/worker.mjs';

const require = createRequire(new URL('clients/', import.meta.url));
const oauth = require('oauth4webapi');
const { auth } = require('express-oauth2-jwt-bearer');

const API = 'https://api.example';

/** Each returns the claims of a token, or rejects. */
const validators = {
  oauth4webapi: async ({ algorithm, keys }, token) => {
    const request = new Request(API, { headers: { Authorization: `Bearer ${token}` } });
    const options = { signingAlgorithms: [algorithm], [oauth.customFetch]: () => new Response(keys) };
    return oauth.validateJwtAccessToken({ issuer: BASE_URL, jwks_uri: `${BASE_URL}/.well-known/jwks.json` }, request, API, options);
  },
  'express-oauth2-jwt-bearer, strict': async ({ algorithm, worker }, token) => {
    const jwksUri = `${worker.url}/.well-known/jwks.json`;
    const check = auth({ issuer: BASE_URL, audience: API, jwksUri, tokenSigningAlg: algorithm, strict: true });
    const headers = { host: 'api.example', authorization: `Bearer ${token}` };
    const request = { method: 'GET', protocol: 'https', url: '/', headers, query: {}, get: (name) => headers[name.toLowerCase()], is: () => false };
    await new Promise((resolve, reject) => check(request, {}, (error) => (error ? reject(error) : resolve())));
    return request.auth.payload;
  },
  Authlib: async ({ keys }, token) => {
    const child = spawn(process.env.PYTHON ?? 'python3', ['-B', 'tests/integrate/rfc9068.py', BASE_URL, API, keys]);
    child.stdin.end(token);
    const [told, complaint] = await Promise.all([child.stdout.toArray(), child.stderr.toArray(), once(child, 'exit')]);
    if (child.exitCode !== 0) throw new Error(Buffer.concat(complaint).toString());
    return JSON.parse(Buffer.concat(told));
  },
};

/** Authlib does not accept EdDSA by default. */
const takes = (name, algorithm) => name !== 'Authlib' || algorithm === 'ES256';

for (const algorithm of ['EdDSA', 'ES256']) {
  test(`an access token signed with ${algorithm} is one to who goes by RFC 9068`, async (t) => {
    const mail = await resend(t);
    const worker = await open(t, { mail, vars: { AUTH_SIGNING_ALG: algorithm, AUTH_AUDIENCE: API } });
    await join(worker, mail, ada);
    const { token } = await signIn(worker, ada);
    const { id } = (await me(worker, token)).json;
    const keys = (await worker.get('/.well-known/jwks.json')).text;
    for (const [name, validate] of Object.entries(validators).filter(([name]) => takes(name, algorithm))) {
      await t.test(name, async () => {
        const { sub, client_id } = await validate({ algorithm, worker, keys }, token);
        assert.deepEqual({ sub, client_id }, { sub: id, client_id: BASE_URL });
        const other = token.at(-9) === 'A' ? 'B' : 'A';
        await assert.rejects(validate({ algorithm, worker, keys }, `${token.slice(0, -9)}${other}${token.slice(-8)}`), /./);
      });
    }
  });
}
