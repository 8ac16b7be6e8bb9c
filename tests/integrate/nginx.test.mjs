import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import test from 'node:test';
import { exchange } from '../workerd/http.mjs';
import { ada, join, logout, me, signIn } from '../workerd/people.mjs';
import { openProxy } from '../workerd/proxy.mjs';
import { resend } from '../workerd/resend.mjs';
import { open } from '../workerd/worker.mjs';
import { certify } from './certificates.mjs';
import { NAME, start } from './gateways.mjs';

test('nginx asks the service about every request, by the example', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail });
  await join(worker, mail, ada);
  const { token } = await signIn(worker, ada);
  const { id } = (await me(worker, token)).json;

  const folder = await mkdtemp(path(tmpdir(), 'gatehouse-nginx-'));
  t.after(() => rm(folder, { recursive: true }));
  const certificate = await certify(folder, 'edge', NAME);
  const edge = await openProxy(t, { tls: certificate });
  edge.leadTo(await worker.direct());
  const application = await openProxy(t);
  let reached;
  application.serve = async (asked, answer) => {
    reached = { method: asked.method, url: asked.url, headers: asked.headers, body: Buffer.concat(await asked.toArray()).toString() };
    answer.writeHead(asked.url === '/broken' ? 500 : 200).end('from the application');
  };
  const addresses = { edge: edge.address, application: application.address, trusted: certificate.file };
  const nginx = await start(t, 'nginx', folder, addresses);

  /** The response to the client, and the requests to the application. */
  const ask = async (headers, { method = 'GET', url = '/', body } = {}) => {
    reached = undefined;
    return { ...(await throughSocket(nginx, { method, path: url, headers }, body)), reached };
  };
  const bearer = { Authorization: `Bearer ${token}` };
  const cookie = { Cookie: `theme=dark; token=${token}` };
  const foreign = { ...cookie, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
  const order = { method: 'POST', url: '/orders?for=tea', body: 'an order' };

  await t.test('a good token comes through, and with it who it is', async () => {
    for (const credential of [bearer, cookie]) {
      const { status, text, reached } = await ask(credential);
      assert.deepEqual([status, text], [200, 'from the application']);
      assert.deepEqual(identity(reached), [id, 'user']);
      assert.match(reached.headers['x-auth-session'], /^[\da-f-]{36}$/);
    }
    const { method, url, body } = (await ask(bearer, order)).reached;
    assert.deepEqual({ method, url, body }, order);
  });

  await t.test('what the client says about itself does not', async () => {
    const forged = { 'X-Auth-User': 'grace', 'X-Auth-Role': 'admin', 'X-Auth-Method': 'otp', 'X-Auth-Level': 'aal2', 'X-Auth-Session': 'hers', 'X_Auth_User': 'grace' };
    for (const [credential, method] of [[bearer, 'pwd'], [await apiKey(worker, bearer), 'api_key']]) {
      const { status, reached } = await ask({ ...credential, ...forged });
      assert.equal(status, 200);
      assert.deepEqual(identity(reached), [id, 'user']);
      assert.equal(reached.headers['x-auth-method'], method);
      assert.doesNotMatch(JSON.stringify(reached.headers), /grace|admin|otp|aal2|hers/);
    }
    assert.deepEqual(refusal(await ask(forged)), [401, undefined]);
  });

  await t.test("who is refused is told why in the service's words", async () => {
    const none = await ask({});
    assert.deepEqual(refusal(none), [401, undefined]);
    assert.equal(none.headers['www-authenticate'], 'Bearer realm="api"');
    const wrong = await ask({ Authorization: `Bearer ${token}x` });
    assert.deepEqual(refusal(wrong), [401, undefined]);
    assert.match(wrong.headers['www-authenticate'], /error="invalid_token"/);
    assert.deepEqual(refusal(await ask({ Cookie: `token=${token}; token=${token}x` })), [400, undefined]);
  });

  await t.test('a cookie does nothing for the form of a stranger, whatever method it claims', async () => {
    assert.equal((await ask({ ...cookie, 'Sec-Fetch-Site': 'same-origin' }, order)).status, 200);
    assert.deepEqual(refusal(await ask(cookie, order)), [403, undefined]);
    assert.deepEqual(refusal(await ask(foreign, order)), [403, undefined]);
    for (const name of ['X-Forwarded-Method', 'X-Original-Method', 'X-HTTP-Method-Override']) {
      assert.deepEqual(refusal(await ask({ ...foreign, [name]: 'GET' }, order)), [403, undefined], name);
    }
  });

  await t.test('nobody outside asks by the inner path, and an error of the application stays its own', async () => {
    assert.deepEqual(refusal(await ask(bearer, { url: '/gatehouse' })), [404, undefined]);
    const { status, text } = await ask(bearer, { url: '/broken' });
    assert.deepEqual([status, text], [500, 'from the application']);
  });

  await t.test('only the service with its own certificate is asked', async () => {
    const stranger = await certify(folder, 'stranger', NAME);
    const elsewhere = await start(t, 'nginx', folder, { ...addresses, trusted: stranger.file });
    const asked = edge.asked.length;
    assert.equal((await throughSocket(elsewhere, { path: '/', headers: bearer })).status, 503);
    assert.equal(edge.asked.length, asked);
  });

  await t.test('who has signed out is nobody any more', async () => {
    assert.equal((await logout(worker, token)).status, 200);
    const ended = await ask(bearer);
    assert.deepEqual(refusal(ended), [401, undefined]);
    assert.match(ended.headers['www-authenticate'], /error="invalid_token"/);
  });

  await t.test('while the service is unavailable, nobody is let through and nobody is called a stranger', async () => {
    const { token } = await signIn(worker, ada);
    const bearer = { Authorization: `Bearer ${token}` };
    assert.equal((await ask(bearer)).status, 200);
    worker.missing = ['KV'];
    await worker.close();
    await worker.reopen();
    for (const way of [await worker.direct(), 'http://127.0.0.1:1']) {
      edge.leadTo(way);
      const answer = await ask(bearer);
      assert.deepEqual(refusal(answer), [503, undefined], way);
      assert.equal(answer.headers['retry-after'], '5');
    }
  });
});

const identity = ({ headers }) => [headers['x-auth-user'], headers['x-auth-role']];
const refusal = ({ status, reached }) => [status, reached];

/** An API key, as a request presents it. It belongs to no session. */
async function apiKey(worker, headers) {
  const expired = new Date(Date.now() + 3_600_000).toISOString();
  const made = await worker.post('/api/manage/v1/ApiKeys', { description: 'a script', expired }, headers);
  assert.equal(made.status, 200, made.text);
  return { Authorization: `Basic ${Buffer.from(`apikey:${made.json.value}`).toString('base64')}` };
}

/** One request over a socket. */
const throughSocket = (socketPath, options, body) =>
  exchange({ socketPath }, { ...options, headers: { Host: 'app.example.com', ...options.headers } }, body);
