import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { unstable_readConfig as readConfig } from 'wrangler';
import { exchange } from './http.mjs';
import { ada, assertRefused, join, logout, me, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { SPELLINGS } from './spellings.mjs';
import { BASE_URL, open } from './worker.mjs';

const examples = fileURLToPath(new URL('../../docs/examples/', import.meta.url));
const { name, main, compatibility_date: compatibilityDate, services } = readConfig({ config: `${examples}/wrangler.toml` });
const contents = await readFile(main, 'utf8');
const neighbour = {
  name,
  compatibilityDate,
  env: Object.fromEntries(services.map(({ binding, service }) => [binding, { type: 'worker', worker: service }])),
  manifest: { mainModule: 'worker.mjs', modules: { 'worker.mjs': { type: 'esm', contents } } },
};

test('another Worker of the account asks the service by a service binding', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, neighbours: [neighbour] });
  await join(worker, mail, ada);
  const { token } = await signIn(worker, ada);
  const { id } = (await me(worker, token)).json;
  const ask = async (headers, method = 'GET', body) => {
    const answer = await fetch(await worker.direct(name), { method, headers, body });
    return { status: answer.status, headers: answer.headers, json: await answer.json() };
  };
  const bearer = { Authorization: `Bearer ${token}` };

  for (const answer of [await ask(bearer), await ask(bearer, 'POST', 'an order'), await ask({ Cookie: `token=${token}` })]) {
    assert.deepEqual([answer.status, answer.json], [200, { user: id, role: 'user' }]);
  }

  await t.test('what the caller says about themselves counts for nothing', async () => {
    assertRefused(await ask({ 'X-Auth-User': id, 'X-Auth-Role': 'admin' }), 401, 'unauthorized');
    assert.deepEqual((await ask({ ...bearer, 'X-Auth-User': 'grace', 'X-Auth-Role': 'admin' })).json, { user: id, role: 'user' });
  });

  await t.test("a refusal is the service's own", async () => {
    const answer = await ask({ Authorization: `Bearer ${token}x` });
    assertRefused(answer, 401, 'token_invalid');
    assert.match(answer.headers.get('WWW-Authenticate'), /^Bearer realm="api", error="invalid_token"/);
  });

  await t.test('a cookie does nothing for the form of a stranger', async () => {
    const cookie = { Cookie: `token=${token}` };
    const stranger = { ...cookie, Origin: 'https://evil.example' };
    assertRefused(await ask(stranger, 'POST', 'an order'), 403, 'csrf_failed');
    assertRefused(await ask({ ...stranger, 'X-Forwarded-Method': 'GET' }, 'POST', 'an order'), 403, 'csrf_failed');
    assertRefused(await ask(cookie, 'DELETE'), 403, 'csrf_failed');
    assert.equal((await ask({ ...cookie, Origin: BASE_URL }, 'POST', 'an order')).status, 200);
    assert.equal((await ask({ ...cookie, 'Sec-Fetch-Site': 'same-origin' }, 'POST', 'an order')).status, 200);
  });

  await t.test('no path, and no WebSocket of a stranger, brings anybody in', async () => {
    const { hostname, port } = new URL(await worker.direct(name));
    const put = (path, headers) => exchange({ hostname, port }, { path, headers });
    for (const path of SPELLINGS) assert.equal((await put(path)).status, 401, path);
    const handshake = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13' };
    const cookie = { Cookie: `token=${token}` };
    for (const origin of [{}, { Origin: 'https://evil.example' }]) {
      assert.equal((await put('/', { ...cookie, ...handshake, ...origin })).status, 403);
    }
    assert.equal((await put('/', { ...cookie, ...handshake, Origin: BASE_URL })).status, 200);
  });

  await t.test('who has signed out is nobody here either', async () => {
    assert.equal((await logout(worker, token)).status, 200);
    assertRefused(await ask(bearer), 401, 'token_revoked');
  });

  await t.test('without its KV the service is unavailable, and nobody is let through', async () => {
    worker.missing = ['KV'];
    await worker.close();
    await worker.reopen();
    const answer = await ask(bearer);
    assertRefused(answer, 503, 'unavailable');
    assert.ok(Number(answer.headers.get('Retry-After')) > 0);
  });
});
