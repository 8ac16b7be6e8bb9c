// Providers that are out of order, and requests of strangers that would have us ask others.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { begun, example, isSignedIn, ours, pathOf, withProviders } from './federated.mjs';
import { answersOf } from './identity-providers/identity-provider.mjs';
import { openid } from './identity-providers/openid.mjs';
import { ada } from './people.mjs';

const LIMIT = 64 * 1024;

const html = () => new Response('<!doctype html><title>Maintenance</title>', { headers: { 'Content-Type': 'text/html' } });
const status = (code, headers) => () => new Response('{}', { status: code, headers });
/** JSON of the same meaning that is as long as that. */
const padded = (length) => (value) => {
  const text = JSON.stringify(value);
  return new Response(text.slice(0, -1) + ' '.repeat(length - text.length) + '}', { headers: { 'Content-Type': 'application/json' } });
};

/** What is wrong with an answer, and whether it is said that the provider cannot be reached or that it cannot be believed. */
const FAULTS = {
  'status 500': [status(500), 503],
  'status 429': [status(429), 503],
  'status 404': [status(404), 502],
  'a redirect': [status(302, { Location: 'https://elsewhere.example/' }), 502],
  'a web page': [html, 502],
  'half an answer': [() => new Response('{"a":', { headers: { 'Content-Type': 'application/json' } }), 502],
  'a list': [() => Response.json([]), 502],
  'too many bytes': [padded(LIMIT + 1), 503],
};

/** The endpoints in the order in which they are asked: what a provider has answered once is kept. */
const PARTS = ['discovery', 'token', 'keys', 'userinfo'];

const SAYS = { 503: /Example can't be reached/, 502: /answer of Example can't be accepted/ };

/** Without an address in the ID token, so that userinfo is asked. */
function provider() {
  const one = openid(ours('oidc'));
  const claims = { email: undefined, email_verified: undefined };
  one.breaks = (part, answer) => (one.changes = { claims, ...(part && { [part]: answer }) });
  one.breaks();
  return one;
}

/** To the provider and back, as far as it goes. */
async function attempt(browser, id, one) {
  const started = browser.keep(await browser.ask(`/account/with/${id}`));
  return started.status === 303 ? browser.keep(await browser.ask(pathOf(await one.authorize(started.location)))) : started;
}

async function assertSaid(browser, answer, code, what) {
  assert.equal(answer.status, code, `${what}: ${answer.status} ${answer.location}`);
  assert.match(answer.text, SAYS[code], what);
  assert.match(answer.text, /action="\/account\/signin"/, what);
  assert.ok(!answer.kept['__Host-session'] && !answer.kept['__Host-identity'], what);
  assert.ok(!(await isSignedIn(browser)), what);
}

const TABLES = ['users', 'identities', 'sessions', 'spent', 'registrations'];
const written = (worker) => worker.sql(`SELECT ${TABLES.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`)}`);

test('a provider that answers wrongly is named, nothing is half made, and the password signs in', async (t) => {
  const one = provider();
  const { worker, browser } = await withProviders(t, { oidc: one }, example);
  const before = await written(worker);
  for (const part of PARTS) {
    for (const [fault, [answer, code]] of Object.entries(FAULTS)) {
      one.breaks(part, answer);
      const visitor = browser();
      await assertSaid(visitor, await attempt(visitor, 'oidc', one), code, `${fault} of ${part}`);
    }
  }
  assert.deepEqual(await written(worker), before);

  one.breaks('token', status(500));
  const visitor = browser();
  const failed = await attempt(visitor, 'oidc', one);
  visitor.keep(await visitor.on(failed, '/account/signin', { login: ada.login, password: ada.password })());
  assert.ok(await isSignedIn(visitor));
});

test('an answer may be as long as the limit, and no redirect is followed', async (t) => {
  const one = provider();
  const asked = new Set();
  const outbound = (request) => (asked.add(new URL(request.url).hostname), one.answer(request));
  const { browser } = await withProviders(t, { oidc: one }, example, {}, outbound);
  for (const part of PARTS) {
    one.breaks(part, status(307, { Location: 'https://elsewhere.example/' }));
    await attempt(browser(), 'oidc', one);
  }
  one.changes = { ...one.changes, ...Object.fromEntries(PARTS.map((part) => [part, padded(LIMIT)])) };
  const answer = await attempt(browser(), 'oidc', one);
  assert.equal(pathOf(answer.location ?? ''), '/account/connect', answer.text);
  asked.delete('127.0.0.1'); // the mail provider
  assert.deepEqual([...asked], ['id.example']);
});

test('a provider that does not answer is waited for as long as somebody waits for a page', async (t) => {
  const silent = Object.fromEntries(PARTS.map((part) => [part, provider()]));
  const more = {};
  for (const part of PARTS) {
    const issuer = `https://${part}.example`;
    silent[part] = openid({ ...ours(part), issuer });
    silent[part].changes = { claims: { email: undefined } };
    more[part] = { kind: 'oidc', name: 'Example', issuer };
  }
  const ENDPOINT = { discovery: '/.well-known/openid-configuration', token: '/token', keys: '/jwks', userinfo: '/userinfo' };
  const answer = answersOf(...Object.values(silent));
  const outbound = (request) => {
    const { hostname, pathname } = new URL(request.url);
    return ENDPOINT[hostname.split('.')[0]] === pathname ? new Promise(() => {}) : answer(request);
  };
  const { worker, browser } = await withProviders(t, silent, more, {}, outbound);
  const before = await written(worker);
  await Promise.all(
    PARTS.map(async (part) => {
      const visitor = browser();
      const start = Date.now();
      const said = await attempt(visitor, part, silent[part]);
      await assertSaid(visitor, said, 503, part);
      assert.ok(Date.now() - start >= 9_900, `${part}: it was not waited for`);
    }),
  );
  assert.deepEqual(await written(worker), before);
});

test('whatever strangers send, nobody is asked but who is configured and what that names', async (t) => {
  const one = openid(ours('oidc'));
  const asked = new Set();
  const answer = answersOf(one);
  const outbound = (request) => {
    const { origin, pathname } = new URL(request.url);
    if (origin.startsWith('http://127.0.0.1')) return undefined; // the mail provider
    asked.add(origin + pathname);
    return answer(request).then((found) => found ?? new Response(null, { status: 404 }));
  };
  const { browser } = await withProviders(t, { oidc: one }, example, {}, outbound);
  const evil = ['https://evil.example/', '//evil.example', 'http://169.254.169.254/latest', 'https://id.example@evil.example'];
  const names = 'iss issuer r redirect_uri jwks_uri token_endpoint code state error error_uri idp_hint provider request_uri'.split(' ');
  const queries = names.flatMap((name) => evil.map((url) => `${name}=${encodeURIComponent(url)}`));
  const ids = ['oidc', 'google', 'unknown', 'oidc%2f..', encodeURIComponent(evil[0]), '%00', 'a'.repeat(300)];
  const visitor = browser();
  for (const id of ids) {
    for (const path of [`/account/with/${id}`, `/account/with/${id}/callback`]) {
      for (const query of id === 'oidc' ? queries : queries.slice(0, 5)) await visitor.ask(`${path}?${query}`);
      await visitor.ask(path, { method: 'POST', body: new URLSearchParams(queries[0]) });
    }
  }
  for (const query of queries) await visitor.ask(`/account/signin?${query}`);
  assert.deepEqual([...asked], ['https://id.example/.well-known/openid-configuration']);

  // With a sign-in that was begun, what comes back leads no request elsewhere either.
  for (const query of queries.filter((query) => !/^(code|state)=/.test(query))) {
    const back = await begun(visitor, 'oidc', one);
    await visitor.ask(`${back}&${query}`);
    await visitor.ask(`${back.replace('?', `?${query}&`)}`);
  }
  const known = ['.well-known/openid-configuration', 'jwks', 'token'].map((path) => `https://id.example/${path}`);
  assert.deepEqual([...asked].sort(), known);
});

test('metadata name no address without TLS, and no other issuer', async (t) => {
  const one = openid(ours('oidc'));
  const { browser } = await withProviders(t, { oidc: one }, example);
  const addresses = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'];
  const unplain = ['https://id.example/x\r\nX-Y: z', 'https://id.example/é', 'https://id.example/a b', 'https://id.example/a#b'];
  const wrong = ['http://id.example/x', 'http://127.0.0.1/x', 'file:///x', 'HTTPS', '', 7, ...unplain];
  const changes = addresses.flatMap((name) => wrong.map((value) => ({ [name]: value })));
  const issuers = ['https://evil.example', 'https://id.example/', 'https://{tenantid}'].map((issuer) => ({ issuer }));
  for (const change of [...issuers, ...changes]) {
    Object.assign(one, { changes: { discovery: change }, asked: [] });
    const answer = await browser().ask('/account/with/oidc');
    assert.equal(answer.status, 502, `${JSON.stringify(change)}: ${answer.status}`);
    assert.deepEqual(one.asked.map(({ url }) => url), ['https://id.example/.well-known/openid-configuration']);
  }
});
