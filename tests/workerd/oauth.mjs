// Clients of the provider, registered and used as their administrators and libraries would.

import { strict as assert } from 'node:assert';
import * as client from 'openid-client';
import { Browser } from './form-browser.mjs';
import { ada, join, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { BASE_URL, open, uncounted } from './worker.mjs';

export const CALLBACK = 'https://shop.example.com/cb';
export const ISSUER = new URL(BASE_URL);

/** A worker with Ada's account, and an administrator who registers clients. `more` is for `open`. */
export async function provider(t, vars, more) {
  const mail = await resend(t);
  const worker = await open(t, { ...more, mail, vars: { ...uncounted, ...vars } });
  await join(worker, mail, ada);
  return { worker, mail, register: await registrar(worker, mail) };
}

/** Registers clients as an administrator does. */
export async function registrar(worker, mail) {
  const root = { login: 'root', email: 'root@mail.example', password: 'another horse battery staple' };
  await join(worker, mail, root);
  await worker.sql("UPDATE users SET role = 'admin' WHERE login = 'root'");
  const Authorization = `Bearer ${(await signIn(worker, root)).token}`;
  return async (metadata) => {
    const body = { client_name: 'The shop', redirect_uris: [CALLBACK], ...metadata };
    const made = await worker.post('/api/admin/clients', body, { Authorization });
    assert.equal(made.status, 201, made.text);
    return made.json;
  };
}

/** What a library calls in place of the network: the service at its public address. */
export const network = (worker) => (url, request) => {
  const { origin, pathname, search } = new URL(url);
  assert.equal(origin, BASE_URL, `a client goes elsewhere: ${url}`);
  return fetch(worker.url + pathname + search, request);
};

/** openid-client's view of the provider. */
export async function discover(worker, id, ...how) {
  const fetching = { [client.customFetch]: network(worker) };
  const config = await client.discovery(ISSUER, id, ...how.slice(0, 1), how[1], fetching);
  config[client.customFetch] = network(worker);
  return config;
}

/** A browser in which a user is signed in. */
export async function browserOf(worker, person) {
  const browser = new Browser(worker);
  await browser.signIn(person);
  return browser;
}

/** Follows a client's link in a signed-in browser, allows it, and returns the address that the browser is sent to. */
export async function follow(browser, way) {
  const { pathname, search } = new URL(way);
  let answer = browser.keep(await browser.ask(pathname + search));
  if (answer.status === 200) {
    answer = browser.keep(await browser.on(answer, '/oauth/consent', { decision: 'allow' })());
  }
  assert.equal(answer.status, 303, answer.text);
  return new URL(answer.location);
}

/** A sign-in by code and PKCE. `go` follows the client's link. */
export async function signInTo(config, browser, more = {}, go = follow) {
  const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const code_challenge = await client.calculatePKCECodeChallenge(verifier);
  const asked = { redirect_uri: CALLBACK, scope: 'openid email offline_access', code_challenge, code_challenge_method: 'S256', state, nonce };
  const back = await go(browser, client.buildAuthorizationUrl(config, { ...asked, ...more }));
  const expected = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  return { back, verifier, redeem: () => client.authorizationCodeGrant(config, back, expected, more.resource && { resource: more.resource }) };
}
