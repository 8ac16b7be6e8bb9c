// A certified OpenID provider that nobody here wrote: oidc-provider with its development pages, in the test's process.

import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import { closing } from '../closing.mjs';
import { Browser } from '../form-browser.mjs';
import { keysOf } from './signing.mjs';

/**
 * Opens a provider that closes with the test. `client` is what it has registered: `clientId`, `clientSecret`, `redirectUri`. `alg`
 * signs its ID tokens: RS256, PS256, ES256 or EdDSA. `method` is `client_secret_basic` or `client_secret_post`. Its `issuer` is
 * its address, at which it listens on http, unless one is given: then `answer` leads there. `person` changes the claims of a login
 * name. `authorize` sends a browser through its pages and returns the URL that it is sent back to.
 */
export async function openidProvider(t, { alg = 'RS256', method = 'client_secret_basic', issuer, ...client }) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing(t, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  const people = {};
  const provider = new Provider(issuer ?? url, configuration(client, alg, method, people));
  provider.proxy = true;
  const serve = provider.callback();
  server.on('request', (request, response) => {
    const { protocol, host } = new URL(issuer ?? url);
    Object.assign(request.headers, { 'x-forwarded-proto': protocol.slice(0, -1), 'x-forwarded-host': host });
    serve(request, response);
  });
  return {
    client,
    issuer: issuer ?? url,
    person: (login, claims) => (people[login] = user(login, claims)),
    answer: (request) => (new URL(request.url).origin === issuer ? fetch(toLocal(request, url)) : undefined),
    authorize: (way, { deny, login = 'ada' } = {}) => (deny ? refuse : passPages)(new Browser({ url }), way, login),
  };
}

function configuration({ clientId, clientSecret, redirectUri }, alg, method, people) {
  const client = {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: [redirectUri],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: method,
    id_token_signed_response_alg: alg,
  };
  const [{ privateKey, jwk }] = keysOf('oidc-provider', alg, randomUUID);
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), ...jwk }] },
    clients: [client],
    claims: { email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    cookies: { keys: ['a key of cookies'] },
    conformIdTokenClaims: false, // the ID token has what the scopes allow, as at other providers
    findAccount: (_, login) => ({ accountId: login, claims: () => people[login] ?? user(login) }),
  };
}

const user = (login, claims) => ({ sub: login, email: `${login}@mail.example`, email_verified: true, ...claims });

/** The same request to where a provider listens. */
export function toLocal({ method, url, headers, body }, local) {
  const { pathname, search } = new URL(url);
  return new Request(local + pathname + search, { method, headers, body, duplex: 'half', redirect: 'manual' });
}

/** Passes the development pages of oidc-provider, which believe any password, and returns the URL that the browser is sent back to. */
export async function passPages(browser, way, login) {
  const login_page = await go(browser, way);
  const consent_page = await go(browser, await go(browser, login_page, { prompt: 'login', login, password: 'any' }));
  return new URL(await go(browser, await go(browser, consent_page, { prompt: 'consent' })));
}

async function refuse(browser, way) {
  return new URL(await go(browser, await go(browser, `${await go(browser, way)}/abort`)));
}

/** Opens a page, or sends its form, and returns where it leads. */
async function go(browser, way, fields) {
  const { pathname, search } = new URL(way, browser.worker.url);
  const { location, text } = browser.keep(await browser.ask(pathname + search, fields && { method: 'POST', body: new URLSearchParams(fields) }));
  assert.ok(location, `${pathname}: ${text}`);
  return location;
}
