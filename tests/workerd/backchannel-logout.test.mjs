// A client is told that its session has ended: the trigger in D1, the request over a socket, and cron.

import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import test from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { closing } from './closing.mjs';
import { ada, join, logout, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { until } from './until.mjs';
import { BASE_URL, open, uncounted } from './worker.mjs';

const SESSION = '01234567-89ab-4def-8123-456789abcdef';

/** A client's endpoint: what it was sent, and what it answers. */
async function endpoint(t) {
  const client = { received: [], status: 200 };
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    client.received.push({ method: request.method, path: request.url, type: request.headers['content-type'], fields: new URLSearchParams(body) });
    response.writeHead(client.status, { Location: '/elsewhere' }).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing(t, () => new Promise((resolve) => server.close(resolve)));
  client.uri = `http://127.0.0.1:${server.address().port}/logout`;
  return client;
}

/** A signed-in user, with a session of a client that wants to be told. */
async function clientOf(t, uri) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const { token } = await signIn(worker, ada);
  await worker.sql(
    `INSERT INTO clients (id, name, auth_method, secret_number, redirect_uris, post_logout_redirect_uris, backchannel_logout_uri, grants, scopes,
       resource_scopes, resource_open, first_party, requires_pkce, id_token_claims, created_at, updated_at, op)
     VALUES ('shop', 'Shop', 'none', 0, '[]', '[]', ?, 'authorization_code', 'openid', '', 0, 0, 1, 0, 5, 5, '')`,
    uri,
  );
  await worker.sql(
    `INSERT INTO sessions (id, user_id, generation, auth_version, role, factor, auth_time, created_at, rotated_at, access_expires_at, access_until,
       refresh_expires_at, expires_at, address, agent, root, client, client_name, scope)
     SELECT ?, user_id, 0, auth_version, role, factor, auth_time, created_at, rotated_at, access_expires_at, access_until, refresh_expires_at,
       expires_at, address, agent, id, 'shop', 'Shop', 'openid email' FROM sessions`,
    SESSION,
  );
  return { worker, token };
}

const state = async (worker) => (await worker.sql('SELECT attempts, sent_at IS NOT NULL AS sent, dead_at IS NOT NULL AS dead FROM logout_notices'))[0];

test('a client gets a logout token that it can verify, and gets it once', async (t) => {
  const client = await endpoint(t);
  const { worker, token } = await clientOf(t, client.uri);
  assert.equal((await logout(worker, token)).status, 200);
  await until(async () => (await state(worker)).sent === 1, 'the client is not told');
  const [{ method, path, type, fields }] = client.received;
  assert.deepEqual([method, path, type, [...fields.keys()]], ['POST', '/logout', 'application/x-www-form-urlencoded', ['logout_token']]);
  const keys = createLocalJWKSet((await worker.get('/.well-known/jwks.json')).json);
  const { payload } = await jwtVerify(fields.get('logout_token'), keys, { issuer: BASE_URL, audience: 'shop', typ: 'logout+jwt' });
  assert.equal(payload.sid, SESSION);
  assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
  await worker.cron();
  assert.equal(client.received.length, 1);
});

test('cron tells a client that was down, and no redirect is followed', async (t) => {
  const client = await endpoint(t);
  const { worker, token } = await clientOf(t, client.uri);
  client.status = 503;
  assert.equal((await logout(worker, token)).status, 200);
  await until(async () => (await worker.sql('SELECT 1 FROM logout_notices WHERE attempts = 1 AND lease_until IS NULL')).length === 1, 'nobody has tried');
  client.status = 307;
  await worker.sql('UPDATE logout_notices SET next_at = 5');
  await worker.cron();
  assert.deepEqual(await state(worker), { attempts: 2, sent: 0, dead: 1 });
  assert.deepEqual(client.received.map(({ path }) => path), ['/logout', '/logout']);
});
