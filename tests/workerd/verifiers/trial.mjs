// What a verifier has to do, in any language and with any framework, as its callers see it.

import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ada, join, logout, me, signIn } from '../people.mjs';
import { openProxy } from '../proxy.mjs';
import { resend } from '../resend.mjs';
import { until } from '../until.mjs';
import { open } from '../worker.mjs';

export const table = JSON.parse(await readFile(new URL('../../../packages/verify-vectors/vectors.json', import.meta.url)));
const API = 'https://api.example.com';

/** `start(t, { verifiers, guards })` starts a service with a route `/VERIFIER/GUARD` for each two; returns its address. */
export async function trial(t, start) {
  await t.test('each request of the table is answered as it says', (t) => vectors(t, start));
  await t.test('who comes at once waits for one fetch, and unknown keys cause one more', (t) => bounded(t, start));
  await t.test('who waits for a fetch that fails is refused, and does not fetch too', (t) => failing(t, start));
  await t.test('a key set grows old however often it is read', (t) => aging(t, start));
  await t.test('a change of the key counts at once, and another within the age of the set', (t) => rotation(t, start));
  for (const revocation of ['verify', 'introspect']) {
    await t.test(`${revocation}: a token ends with its session, and none passes unasked`, (t) => revoked(t, start, revocation));
  }
}

/** What a service answers. */
export async function ask(service, { verifier = 'eddsa', guard = 'any', authorization }) {
  const answer = await fetch(`${service}/${verifier}/${guard}`, { headers: authorization ? { Authorization: authorization } : {} });
  return { status: answer.status, challenge: answer.headers.get('WWW-Authenticate'), text: await answer.text() };
}

/** A server with the key sets of the table, a folder each. */
export async function issuers(t) {
  const server = await openProxy(t);
  server.serve = (asked, answer) => {
    const [, name, path] = asked.url.match(/^\/(\w+)(\/.*)$/);
    if (path !== '/.well-known/jwks.json' || !table.keySets[name]) answer.writeHead(503).end();
    else answer.end(JSON.stringify(table.keySets[name]));
  };
  return server;
}

/** The configuration of a service that finds its issuers at a server. */
export function configuration({ address }, more) {
  const located = ([name, { at, ...options }]) => [name, { ...options, url: `http://${address}/${at}`, ...more }];
  return { verifiers: Object.fromEntries(Object.entries(table.verifiers).map(located)), guards: table.guards };
}

async function vectors(t, start) {
  const service = await start(t, configuration(await issuers(t)));
  const answers = table.vectors.map(async ({ name, status, challenge, ...request }) => {
    const answer = await ask(service, request);
    assert.deepEqual({ status: answer.status, challenge: answer.challenge }, { status, challenge }, `${name}: ${answer.text}`);
    if (status === 200) assert.equal(JSON.parse(answer.text).sub, 'ada', name);
  });
  await Promise.all(answers);
}

/** A row of the table. */
export const named = (name) => table.vectors.find((vector) => vector.name === name);

async function bounded(t, start) {
  const server = await issuers(t);
  const service = await start(t, configuration(server));
  const { serve } = server;
  server.serve = async (asked, answer) => { await sleep(300); serve(asked, answer); };
  await tenTimes(service, named('EdDSA'));
  assert.equal(server.asked.length, 1);
  await tenTimes(service, named('an unknown kid'));
  assert.equal(server.asked.length, 2);
  await tenTimes(service, named('an unknown kid'));
  await tenTimes(service, named('EdDSA'));
  assert.equal(server.asked.length, 2);
}

async function tenTimes(service, { status, ...request }) {
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(service, request)));
  assert.deepEqual(answers.map((answer) => answer.status), Array(10).fill(status));
}

async function failing(t, start) {
  const server = await issuers(t);
  const service = await start(t, configuration(server));
  const { serve } = server;
  server.serve = async (asked, answer) => { await sleep(800); answer.writeHead(503).end(); };
  await tenTimes(service, { ...named('EdDSA'), status: 503 });
  assert.ok(server.asked.length < 5, `${server.asked.length} fetches`); // one, unless the ten do not come within 800 ms
  for (const body of ['<html>', '[]', 'null', '{}', '{"keys": 1}']) {
    server.serve = (asked, answer) => answer.end(body);
    assert.equal((await ask(service, named('EdDSA'))).status, 503, body);
  }
  server.serve = serve;
  await tenTimes(service, named('EdDSA'));
}

async function aging(t, start) {
  const server = await issuers(t);
  const service = await start(t, configuration(server, { keys_max_age: 1 }));
  const again = async (times) => {
    assert.equal((await ask(service, named('EdDSA'))).status, 200);
    return server.asked.length >= times;
  };
  await until(() => again(3), 'the keys are kept for longer than a second');
  server.serve = (asked, answer) => answer.writeHead(503).end();
  await until(async () => (await ask(service, named('EdDSA'))).status === 503, 'old keys are used while there are no new ones');
}

/** A deployment with ada in it, and a service before it. */
async function deployment(t, start, options) {
  const mail = await resend(t);
  const proxy = await openProxy(t);
  const issuer = `http://${proxy.address}`;
  const worker = await open(t, { mail, vars: { APP_BASE_URL: issuer, AUTH_AUDIENCE: API } });
  proxy.leadTo(worker.url);
  await join(worker, mail, ada);
  const { token } = await signIn(worker, ada);
  const { id } = (await me(worker, token)).json;
  const eddsa = { issuer, audience: API, algorithm: 'EdDSA', ...(await options?.(worker, token)) };
  const service = await start(t, { verifiers: { eddsa, brief: { ...eddsa, keys_max_age: 1 } }, guards: table.guards });
  const status = async (token, route) => (await ask(service, { authorization: `Bearer ${token}`, ...route })).status;
  return { worker, proxy, service, token, id, status };
}

async function rotation(t, start) {
  const { worker, proxy, service, token, id, status } = await deployment(t, start);
  const answer = await ask(service, { authorization: `Bearer ${token}` });
  assert.equal(JSON.parse(answer.text).sub, id, answer.text);
  const another = async () => {
    worker.settings.APP_KEY = randomBytes(32).toString('base64url');
    await worker.close();
    await worker.reopen();
    proxy.leadTo(worker.url);
    return (await signIn(worker, ada)).token;
  };
  const second = await another();
  assert.deepEqual([await status(second), await status(token)], [200, 401]);
  const third = await another();
  const brief = { verifier: 'brief' };
  await until(async () => (await status(third, brief)) === 200, 'the third key is never fetched');
  assert.equal(await status(second, brief), 401);
}

async function revoked(t, start, revocation) {
  const { worker, proxy, service, token, status } = await deployment(t, start, (worker, token) => options(worker, token, revocation));
  assert.deepEqual([await status(token), await status(token, { guard: 'aal2' }), await status(`${token}x`)], [200, 401, 401]);
  assert.equal((await logout(worker, token)).status, 200);
  const answer = await ask(service, { authorization: `Bearer ${token}` });
  const challenge = 'Bearer realm="api", error="invalid_token", error_description="the token has been revoked"';
  assert.deepEqual([answer.status, answer.challenge], [401, challenge]);

  const next = (await signIn(worker, ada)).token;
  assert.equal(await status(next), 200);
  for (const code of [500, 403, 302]) {
    proxy.serve = (asked, answer) => {
      if (asked.url === '/elsewhere') answer.end('{"active": true}');
      else answer.writeHead(code, { Location: '/elsewhere' }).end();
    };
    assert.equal(await status(next), 503, `${code}`);
  }
  for (const body of revocation === 'introspect' ? ['<html>', '[]', 'null', '{}', '{"active": "true"}'] : []) {
    proxy.serve = (asked, answer) => answer.end(body);
    assert.equal(await status(next), 503, body);
  }
  proxy.leadTo('http://127.0.0.1:1');
  assert.equal(await status(next), 503, 'nothing answers');
}

/** Ada's key may ask about ada's tokens. */
async function options(worker, token, revocation) {
  if (revocation === 'verify') return { revocation };
  const expired = new Date(Date.now() + 3_600_000).toISOString();
  const { json } = await worker.post('/api/manage/v1/ApiKeys', { expired }, { Authorization: `Bearer ${token}` });
  return { revocation, credentials: { id: 'apikey', secret: json.value } };
}
