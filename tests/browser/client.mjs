// A client of the provider: a website to which its users come back with a code.

import { strict as assert } from 'node:assert';
import { registrar } from '../workerd/oauth.mjs';
import { devtoolsOf, homeOfAda } from './browser.mjs';

const WEBSITE = 'https://shop.example';
export const CALLBACK = `${WEBSITE}/cb`;

/** From RFC 7636, appendix B. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** A worker with ada, and a client of it. */
export async function homeWithClient(t, { vars, ...metadata } = {}) {
  const worker = await homeOfAda(t, vars);
  const register = await registrar(worker, worker.mail);
  const shop = await register({ client_id: 'shop', client_name: 'Shop of the village', redirect_uris: [CALLBACK], ...metadata });
  return { worker, shop, register };
}

/** Lets the browser of a page reach the client's website: for a client on this machine, no consent is remembered. */
export async function reaching(page) {
  const devtools = await devtoolsOf(page);
  const body = btoa('<!doctype html><html lang="en"><title>Shop</title>Welcome.');
  const responseHeaders = [{ name: 'Content-Type', value: 'text/html' }];
  devtools.on('Fetch.requestPaused', ({ requestId }) => devtools.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body }));
  await devtools.send('Fetch.enable', { patterns: [{ urlPattern: `${WEBSITE}/*` }] });
  return page;
}

/** The path of an authorization request. */
export const request = (more = {}) =>
  `/oauth/authorize?${new URLSearchParams({
    client_id: 'shop',
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid email',
    state: 'a state',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...more,
  })}`;

/** What the browser has brought to the client's address. */
export function brought(page) {
  const { origin, pathname, searchParams } = new URL(page.url());
  assert.equal(origin + pathname, CALLBACK, page.url());
  return Object.fromEntries(searchParams);
}

/** The tokens for a code. */
export async function redeem(worker, shop, code) {
  const answer = await tokenRequest(worker, shop, { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER });
  assert.ok(answer.access_token, JSON.stringify(answer));
  return answer;
}

/** What the client is answered at `/oauth/token`. */
export async function tokenRequest(worker, { client_id, client_secret }, fields) {
  const Authorization = `Basic ${btoa(`${client_id}:${client_secret}`)}`;
  const answer = await fetch(`${worker.address}/oauth/token`, { method: 'POST', headers: { Authorization }, body: new URLSearchParams(fields) });
  return answer.json();
}

/** Whose access token it is. */
export async function userInfo(worker, { access_token }) {
  const answer = await fetch(`${worker.address}/oauth/userinfo`, { headers: { Authorization: `Bearer ${access_token}` } });
  return answer.json();
}
