// Requirements on every gateway of docs/use/INTEGRATE.md, tested on the real ones.

import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import test from 'node:test';
import { exchange } from '../workerd/http.mjs';
import { ada, join, me, signIn } from '../workerd/people.mjs';
import { openProxy } from '../workerd/proxy.mjs';
import { resend } from '../workerd/resend.mjs';
import { SPELLINGS } from '../workerd/spellings.mjs';
import { open, uncounted } from '../workerd/worker.mjs';
import { certify } from './certificates.mjs';
import { NAME, replaceOnce, start } from './gateways.mjs';

const APP = 'https://app.example.com';
const HEADERS = ['x-auth-user', 'x-auth-role', 'x-auth-method', 'x-auth-level', 'x-auth-session'];
const FORGED = { 'X-Auth-User': 'grace', 'X-Auth-Role': 'admin', 'X-Auth-Method': 'otp', 'X-Auth-Level': 'aal2', 'X-Auth-Session': 'hers', 'x-auth-SESSION': 'hers', X_Auth_User: 'grace', 'X_Auth-Session': 'hers' };
const HANDSHAKE = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13' };

/** A worker, an application, and the named gateway between them. */
async function between(t, name) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: { ...uncounted, AUTH_CORS_ORIGINS: APP } });
  await join(worker, mail, ada);
  const { token } = await signIn(worker, ada);
  const { id } = (await me(worker, token)).json;

  const folder = await mkdtemp(path(tmpdir(), `gatehouse-${name}-`));
  t.after(() => rm(folder, { recursive: true }));
  const certificate = await certify(folder, 'edge', NAME);
  const edge = await openProxy(t, { tls: certificate });
  edge.leadTo(await worker.direct());
  edge.serve = resolved(edge.serve);
  const application = await openProxy(t);
  let reached;
  application.serve = async (asked, answer) => {
    reached = { method: asked.method, url: asked.url, headers: asked.headers };
    answer.end('from the application');
  };
  const addresses = { edge: edge.address, application: application.address, trusted: certificate.file };
  const stand = async (change) => {
    const socketPath = await start(t, name, folder, addresses, change);
    /** The response to the client, and the requests to the application. */
    return async (headers, { method = 'GET', path = '/' } = {}) => {
      reached = undefined;
      const answer = await exchange({ socketPath }, { method, path, headers: { Host: 'app.example.com', ...headers } });
      return { ...answer, reached };
    };
  };
  return { worker, edge, id, token, stand };
}

for (const name of ['nginx', 'envoy', 'caddy']) {
  test(`${name} lets nobody through but whom the service knows`, async (t) => {
    const { worker, edge, id, token, stand } = await between(t, name);
    const bearer = { Authorization: `Bearer ${token}` };
    const cookie = { Cookie: `theme=dark; token=${token}` };
    const ask = await stand();
    const identity = ({ reached }) => HEADERS.map((header) => reached.headers[header] || undefined);

    await t.test('a good credential comes through, and nothing of what the client says about itself', async () => {
      const expired = new Date(Date.now() + 3_600_000).toISOString();
      const { json } = await worker.post('/api/manage/v1/ApiKeys', { description: 'a script', expired }, bearer);
      const basic = { Authorization: `Basic ${Buffer.from(`apikey:${json.value}`).toString('base64')}` };
      for (const [credential, method] of [[bearer, 'pwd'], [cookie, 'pwd'], [basic, 'api_key']]) {
        const answer = await ask({ ...credential, ...FORGED }, { path: '/orders?for=tea' });
        assert.deepEqual([answer.status, answer.text, answer.reached?.url], [200, 'from the application', '/orders?for=tea']);
        const session = method === 'pwd' ? answer.reached.headers['x-auth-session'] : undefined;
        const level = method === 'pwd' ? 'aal1' : undefined;
        assert.deepEqual(identity(answer), [id, 'user', method, level, session]);
        // A token may be spelled with any letters.
        const { authorization: _, cookie: __, ...told } = answer.reached.headers;
        assert.doesNotMatch(JSON.stringify(told), /grace|admin|otp|aal2|hers/);
      }
    });

    await t.test('no spelling of a path comes through without one', async () => {
      for (const spelled of SPELLINGS) {
        assert.equal((await ask(FORGED, { path: spelled })).reached, undefined, spelled);
      }
      for (const method of ['HEAD', 'POST', 'OPTIONS', 'PUT']) {
        const preflight = { Origin: APP, 'Access-Control-Request-Method': 'POST' };
        assert.equal((await ask(preflight, { method, path: '/health' })).reached, undefined, method);
      }
    });

    await t.test('a cookie does nothing for the form of a stranger, and opens no WebSocket for it', async () => {
      const foreign = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
      for (const method of [{}, { 'X-Forwarded-Method': 'GET' }, { 'X-Original-Method': 'GET' }]) {
        assert.deepEqual(outcome(await ask({ ...cookie, ...foreign, ...method }, { method: 'POST' })), [403, undefined]);
      }
      for (const origin of [foreign, { Origin: 'https://evil.example' }, { Origin: 'null' }, {}]) {
        assert.deepEqual(outcome(await ask({ ...cookie, ...HANDSHAKE, ...origin })), [403, undefined]);
      }
      assert.equal((await ask({ ...cookie, Origin: APP }, { method: 'POST' })).status, 200);
      assert.equal((await ask({ ...cookie, ...HANDSHAKE, Origin: APP })).status, 200);
      assert.equal((await ask({ ...bearer, ...HANDSHAKE })).status, 200);
    });

    await t.test('while the service is unavailable, nobody is let through', async () => {
      edge.leadTo('http://127.0.0.1:1');
      const { status, reached } = await ask(bearer);
      assert.deepEqual([[502, 503].includes(status), reached], [true, undefined]);
    });
  });
}

test('each half of the example for Envoy keeps the client in, and without either it gets out', async (t) => {
  const { token, stand } = await between(t, 'envoy');
  const asSpelled = (config) => replaceOnce(replaceOnce(replaceOnce(config, 'normalize_path: true', 'normalize_path: false'), 'merge_slashes: true', 'merge_slashes: false'), 'REJECT_REQUEST', 'KEEP_UNCHANGED');
  const unmarked = (config) => replaceOnce(config, 'authorization_request: { headers_to_add: [{ key: X-Gatehouse-Verify, value: "1" }] }', '');
  const prefixed = (config) => replaceOnce(config, 'verify?path=', 'verify');

  const outside = async (ask) => {
    const out = [];
    for (const spelled of SPELLINGS) {
      if ((await ask(FORGED, { path: spelled })).reached) out.push(spelled);
    }
    assert.equal((await ask({ Authorization: `Bearer ${token}` })).status, 200);
    return out;
  };
  assert.deepEqual(await outside(await stand((config) => asSpelled(unmarked(config)))), []);
  assert.deepEqual(await outside(await stand((config) => asSpelled(prefixed(config)))), []);
  assert.notDeepEqual(await outside(await stand((config) => asSpelled(prefixed(unmarked(config))))), [], 'the spellings prove nothing');
});

/** A path as Cloudflare and a Worker's request URL normalise it. */
const resolved = (serve) => (asked, answer) => {
  const { pathname, search } = new URL(`https://auth.example.com${asked.url}`);
  asked.url = pathname + search;
  serve(asked, answer);
};

const outcome = ({ status, reached }) => [status, reached];
