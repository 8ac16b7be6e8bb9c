// Users go to stand-ins of identity providers and come back.

import { strict as assert } from 'node:assert';
import { Browser } from './form-browser.mjs';
import { answersOf } from './identity-providers/identity-provider.mjs';
import { activationToken, ada, join } from './people.mjs';
import { resend } from './resend.mjs';
import { BASE_URL, open, uncounted } from './worker.mjs';

export const SIGN_UP = '/account/connect/register';
/** Where an activation link is used up by the browser that holds the identity. */
export const BY_IDENTITY = '/account/activate/identity';

const callback = (id) => `${BASE_URL}/account/with/${id}/callback`;
export const ours = (id) => ({ clientId: 'gatehouse', clientSecret: 'a secret', redirectUri: callback(id) });

export const example = { oidc: { name: 'Example', issuer: 'https://id.example' } };

/** A worker with these providers, by their ids, and Ada's account. `outbound` answers in their place. */
export async function withProviders(t, providers, more = {}, settings = {}, outbound = answersOf(...Object.values(providers))) {
  const mail = await resend(t);
  const configured = Object.keys(providers).map((id) => ({ id, kind: id, client_id: 'gatehouse', ...more[id] }));
  const secrets = Object.keys(providers).map((id) => [`AUTH_PROVIDER_${id.toUpperCase()}_SECRET`, 'a secret']);
  const vars = { ...uncounted, AUTH_PROVIDERS: JSON.stringify(configured), ...Object.fromEntries(secrets), ...settings };
  const worker = await open(t, { mail, vars, outbound });
  if (settings.AUTH_REGISTRATION !== 'closed') await join(worker, mail, ada);
  return { worker, mail, browser: () => new Browser(worker) };
}

export const pathOf = (url) => {
  const { pathname, search } = new URL(url, BASE_URL);
  return pathname + search;
};

/** To a provider and back: the answer of the callback. */
export async function through(browser, id, provider, r = '/account', options) {
  const started = browser.keep(await browser.ask(`/account/with/${id}?r=${encodeURIComponent(r)}`));
  assert.equal(started.status, 303, started.text);
  const back = await provider.authorize(started.location, options);
  return browser.keep(await browser.ask(pathOf(back)));
}

/** Begins at a provider; returns where the browser would come back to. */
export async function begun(browser, id, provider) {
  const started = browser.keep(await browser.ask(`/account/with/${id}`));
  assert.equal(started.status, 303, started.text);
  return pathOf(await provider.authorize(started.location));
}

/** Connects the account that a browser is signed in to. */
export async function connect(browser, id, provider) {
  const back = await through(browser, id, provider, '/account/security');
  assert.equal(pathOf(back.location), '/account/connect', back.text);
  const page = browser.keep(await browser.ask('/account/connect'));
  return browser.keep(await browser.on(page, '/account/connect', {})());
}

/** Comes back from a provider with an identity that no account has, and opens the page that asks whose it is. */
export async function arrive(browser, id, provider, options) {
  const back = await through(browser, id, provider, '/account', options);
  assert.equal(pathOf(back.location), '/account/connect', back.text);
  return browser.keep(await browser.ask('/account/connect'));
}

export const signUp = async (browser, page, fields) => browser.keep(await browser.on(page, SIGN_UP, fields)());

/** Signs up from a provider that does not run the mailbox, and opens the link in the same browser. */
export async function signUpByLink(browser, id, provider, mail, { login, email }, options) {
  const page = await arrive(browser, id, provider, options);
  assert.ok(page.text.includes(`value="${email}"`), 'the page knows what the provider says');
  const done = await signUp(browser, page, { login, email });
  assert.equal(pathOf(done.location), '/account/activate', done.text);
  const link = `/account/activate?token=${activationToken(await mail.emailTo(email))}`;
  const activated = await browser.on(browser.keep(await browser.ask(link)), BY_IDENTITY, {})();
  assert.equal(pathOf(activated.location), '/account/signin?r=%2Faccount', activated.text);
}

export const isSignedIn = async (browser) => (await browser.ask('/account')).status === 200;
