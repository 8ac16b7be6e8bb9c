// Gateway requests over real sockets. Miniflare, in front of workerd, resolves dot segments as Cloudflare does; behind it they
// arrive as they are.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { exchange } from './http.mjs';
import { ada, join, me, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { SPELLINGS } from './spellings.mjs';
import { BASE_URL, open, uncounted } from './worker.mjs';

const MARK = { 'X-Gatehouse-Verify': '1' };
const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE'];
const handshake = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13' };

const identity = ({ headers }) => ['user', 'role', 'method', 'level', 'session'].map((name) => headers[`x-auth-${name}`]);

test('no path of its client leads a gateway to another yes than that of verify', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const { token } = await signIn(worker, ada);
  const { id } = (await me(worker, token)).json;
  const direct = await worker.direct();
  const put = (path, headers, method = 'GET', url = direct) => {
    const { hostname, port } = new URL(url);
    return exchange({ hostname, port }, { path, method, headers });
  };
  const bearer = { Authorization: `Bearer ${token}` };

  await t.test('the address alone, with a path behind it, can be left', async () => {
    const left = [];
    for (const path of SPELLINGS) left.push((await put(`/api/auth/verify${path}`, {}, 'GET', worker.url)).status);
    assert.ok(left.includes(200), 'the spellings prove nothing');
  });

  await t.test('with the mark nothing else answers', async () => {
    for (const url of [worker.url, direct]) {
      for (const path of SPELLINGS) assert.equal((await put(`/api/auth/verify${path}`, MARK, 'GET', url)).status, 401, path);
    }
    for (const path of SPELLINGS) assert.equal((await put(path, MARK)).status, 401, path);
    for (const method of METHODS) {
      assert.equal((await put('/health', MARK, method)).status, 401, method);
      assert.deepEqual(identity(await put('/health', { ...MARK, ...bearer }, method)).slice(0, 3), [id, 'user', 'pwd'], method);
    }
  });

  await t.test('nor with the path in the query', async () => {
    for (const url of [worker.url, direct]) {
      for (const path of SPELLINGS) assert.equal((await put(`/api/auth/verify?path=${path}`, {}, 'GET', url)).status, 401, path);
    }
    assert.equal(identity(await put('/api/auth/verify?path=/private/../../../../health', bearer))[0], id);
  });

  await t.test('a key has no session, and the answer says so', async () => {
    const expired = new Date(Date.now() + 3_600_000).toISOString();
    const { json } = await worker.post('/api/manage/v1/ApiKeys', { description: 'a script', expired }, bearer);
    const basic = { Authorization: `Basic ${Buffer.from(`apikey:${json.value}`).toString('base64')}` };
    assert.deepEqual(identity(await put('/api/auth/verify', basic)), [id, 'user', 'api_key', '', '']);
  });

  await t.test('the cookie does not open a WebSocket for a page of others', async () => {
    const cookie = { Cookie: `token=${token}` };
    const { Connection, Upgrade, ...rest } = handshake;
    for (const shown of [handshake, rest]) {
      for (const origin of [{}, { Origin: 'https://evil.example' }, { Origin: 'null' }]) {
        assert.equal((await put('/api/auth/verify', { ...cookie, ...shown, ...origin })).status, 403);
      }
      assert.equal((await put('/api/auth/verify', { ...cookie, ...shown, Origin: BASE_URL })).status, 200);
      assert.equal((await put('/api/auth/verify', { ...bearer, ...shown })).status, 200);
    }
    assert.equal((await put('/api/auth/verify', cookie)).status, 200);
  });
});
