import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { clientSecret, isClientId, isRedirectUri, scopes } from '../../scripts/lib/clients.mjs';
import { ada, join, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

const script = fileURLToPath(new URL('../../scripts/admin.mjs', import.meta.url));
const APP_KEY = '0123456789abcdef0123456789abcdef';
const REDIRECT = 'https://shop.example.com/callback';

/** `npm run admin -- client …` against an open worker: its exit code and output. */
const client = (worker, args, env = { APP_KEY }) =>
  new Promise((resolve) => {
    const all = [script, 'client', ...args, '--persist-to', worker.state];
    execFile(process.execPath, all, { env: { ...process.env, ...env } }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });

async function done(worker, ...args) {
  const { code, stdout, stderr } = await client(worker, args);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

async function refused(worker, ...args) {
  const { code, stdout, stderr } = await client(worker, args);
  assert.equal(code, 1, stdout + stderr);
  return stderr;
}

/** A worker and an administrator, who sends requests about clients. */
async function administered(t) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: { ...uncounted, APP_KEY } });
  await join(worker, mail, ada);
  await worker.sql("UPDATE users SET role = 'admin'");
  const headers = { Authorization: `Bearer ${(await signIn(worker, ada)).token}` };
  const send = (path, body = {}) => worker.post(`/api/admin/clients${path}`, body, headers);
  const end = (path) => worker.delete(`/api/admin/clients${path}`, headers);
  return { worker, send, end };
}

/** A client's row and its entries in the log, except times and operation ids. */
async function trace(worker, id) {
  const [row] = await worker.sql(
    `SELECT name, auth_method, secret_number - created_at / 1000 AS later_secrets, (previous_secret_until - updated_at + 1800000) / 3600000 AS overlap_hours, redirect_uris, post_logout_redirect_uris,
            grants, scopes, resource, resource_scopes, resource_open, first_party, requires_pkce, id_token_claims,
            disabled_at IS NULL AS enabled, updated_at >= created_at AS touched, op <> '' AS named FROM clients WHERE id = ?`,
    id,
  );
  const acts = await worker.sql('SELECT act, outcome FROM audit WHERE client = ? ORDER BY id', id);
  return { row, acts: acts.map(({ act, outcome }) => `${act} ${outcome}`) };
}

test('the command line leaves of a client what the routes leave of it', async (t) => {
  const { worker, send, end } = await administered(t);
  const body = { client_name: 'Shop', redirect_uris: [REDIRECT], scope: 'openid files:read', first_party: true };
  for (const [command, flags, route, status] of [
    ['create', ['Shop', '--redirect', REDIRECT, '--scope', ' openid files:read openid', '--first-party'], () => send('', { client_id: 'by-route', ...body }), 201],
    ['secret', [], () => send('/by-route/secret'), 200],
    ['disable', [], () => send('/by-route/disable'), 200],
    ['enable', [], () => send('/by-route/enable'), 200],
    ['delete', [], () => end('/by-route'), 204],
  ]) {
    const answer = await route();
    assert.equal(answer.status, status, answer.text);
    const said = await done(worker, command, 'by-line', ...flags);
    assert.deepEqual(await trace(worker, 'by-line'), await trace(worker, 'by-route'), command);
    if (['create', 'secret'].includes(command)) {
      const rows = await worker.sql('SELECT secret_number FROM clients ORDER BY id');
      const [byLine, byRoute] = rows.map(({ secret_number }) => secret_number);
      assert.equal(answer.json.client_secret, clientSecret(APP_KEY, 'by-route', byRoute), 'the Worker computes it so');
      assert.equal(said.trim().split('\n').pop(), clientSecret(APP_KEY, 'by-line', byLine));
    }
  }
  const [entry] = await worker.sql("SELECT address, user_id FROM audit WHERE client = 'by-line'");
  assert.deepEqual(entry, { address: 'command line', user_id: null });

  const pub = { client_id: 'by-route', client_name: 'App', token_endpoint_auth_method: 'none', redirect_uris: ['com.example.app:/cb', 'http://127.0.0.1/'] };
  assert.equal((await send('', pub)).status, 201);
  assert.match(await done(worker, 'create', 'by-line', 'App', '--public', '--redirect', pub.redirect_uris[0], '--redirect', pub.redirect_uris[1]), /is public and has no secret/);
  assert.deepEqual((await trace(worker, 'by-line')).row, (await trace(worker, 'by-route')).row);
  assert.match(await done(worker, 'list'), /^by-line +App +public +since [\d-]+\nby-route +App +public +since [\d-]+\n$/);
});

test('the command line says what is wrong with a client, and takes no SQL', async (t) => {
  const { worker } = await administered(t);
  const attack = "x'; DROP TABLE clients; --";
  assert.match(await done(worker, 'create', 'shop', attack, '--redirect', REDIRECT), /Created shop/);
  assert.match(await refused(worker, 'create', 'shop', 'Shop', '--redirect', REDIRECT), /There is a client shop already: x'; DROP TABLE/);
  assert.match(await refused(worker, 'create', 'Shop!', 'Shop', '--redirect', REDIRECT), /cannot be a client id/);
  assert.match(await refused(worker, 'create', 'other', 'Shop'), /Give the redirect addresses/);
  assert.match(await refused(worker, 'create', 'other', 'Shop', '--redirect', 'http://shop.example.com/'), /cannot be a redirect address/);
  assert.match(await refused(worker, 'create', 'other', 'Shop', '--redirect', REDIRECT, '--scope', 'a"b'), /are not scopes/);
  assert.match(await refused(worker, 'create', 'other', '', '--redirect', REDIRECT), /A name has 1 to 64 characters/);
  for (const args of [[], ['list', 'x'], ['disable'], ['disable', 'shop', '--public'], ['create', 'a'], ['toString'], ['list', '--admin']]) {
    assert.match(await refused(worker, ...args), /Usage: npm run admin/);
  }
  for (const command of ['disable', 'enable', 'secret', 'delete']) assert.match(await refused(worker, command, 'nobody'), /There is no client nobody/);
  assert.match(await done(worker, 'enable', 'shop'), /shop is already enabled/);
  await done(worker, 'create', 'app', 'App', '--public', '--redirect', REDIRECT);
  assert.match(await refused(worker, 'secret', 'app'), /app is public and has no secret/);
  await worker.sql("UPDATE sessions SET client = 'shop', client_name = 'Shop'");
  assert.match(await refused(worker, 'delete', 'shop'), /their sessions are on record/);

  // Of our own audiences only this one can be an id.
  const audience = await client(worker, ['create', 'api', 'API', '--redirect', REDIRECT], { APP_KEY, AUTH_AUDIENCE: 'api' });
  assert.deepEqual([audience.code, /"api" is AUTH_AUDIENCE/.test(audience.stderr)], [1, true], audience.stdout + audience.stderr);

  const remote = await client(worker, ['secret', 'shop', '--remote'], { APP_KEY: '' });
  assert.match(remote.stderr, /Usage/, 'a state is no remote database');
});

test('the command line accepts of ids, addresses and scopes what the routes accept', async (t) => {
  const { worker, send } = await administered(t);
  const accepts = async (members) => {
    const { status } = await send('', { client_name: 'Shop', redirect_uris: [REDIRECT], ...members });
    await worker.sql('DELETE FROM clients');
    return status === 201;
  };
  for (const id of ['web', 'a-b', 'ab', 'new', '-ab', 'ab-', 'A-b', 'a_b', 'é-a', 'a'.repeat(64), 'a'.repeat(65)]) {
    assert.equal(isClientId(id), await accepts({ client_id: id }), id);
  }
  for (const text of ['openid', 'a  b a', 'a"b', 'a\\b', 'é', 'a\tb', 'a'.repeat(64), 'a'.repeat(65)]) {
    assert.equal(scopes(text) !== undefined, await accepts({ scope: text }), text);
  }
  for (const uri of [
    REDIRECT, 'https://app.example.com', 'https://app.example.com?x=1', 'https://app.example.com:8443/', 'http://127.0.0.1/cb', 'http://[::1]:4000/cb',
    'http://localhost:3000/cb', 'com.example.app:/oauth', 'cursor://a.b/callback', '', 'app', '/cb', '//app.example.com/', 'javascript:alert(1)', 'JavaScript:x',
    'data:text/html,x', 'http://app.example.com/cb', 'http://localhost.evil.example/', 'http://127.0.0.1.evil.example/', 'http://[::1].evil.example/',
    'https://a@b.example/', 'https://app.example.com/#x', 'https://app.example.com/*', 'https://*.example.com/', 'https://app.example.com/\\evil',
    'https://APP.example.com/', 'https://app.example.com:443/', 'https://app.example.com:0/', 'https://app.example.com:/', 'https://a..b/', 'https://a.b./',
    'https://app.example.com/a/../b', 'https://app.example.com/%2e%2E/b', 'https://app.example.com/a/..;/b', 'https://app.example.com/é', 'https://',
    'https:app.example.com', 'https:/app.example.com', 'com.example.app:', '1app:/cb', 'app :/cb', 'app:a@b', 'https://0x7f.1/', 'https://127.1/', 'https://1.2.3.4/',
    'https://[::0001]/', 'https://[2001:db8::1]/', 'http://0.0.0.0/', `https://a.example/${'a'.repeat(494)}`, `https://a.example/${'a'.repeat(495)}`,
  ]) {
    assert.equal(isRedirectUri(uri), await accepts({ redirect_uris: [uri] }), uri);
  }
});
