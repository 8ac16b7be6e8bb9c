// What the identity providers have in common: an authorization endpoint for browsers, which the signed-in person's consent answers
// at once, and the endpoints a Worker asks. Each vendor's file has its addresses, its claims and its errors.

import { createHash, randomBytes } from 'node:crypto';
import { keysOf, signed } from './signing.mjs';

/**
 * `client` is what the vendor has registered: `clientId`, `clientSecret`, `redirectUri`. A vendor has a `name`, a `person`, `pages`
 * by URL, `routes` by method and URL, the `methods` a client may authenticate by, a response for each of its `refusals`, and where
 * it signs ID tokens, `alg` and `kid`. It checks neither `grantType` nor `verifier` if it has no such refusal.
 */
export class IdentityProvider {
  /** Every request in order, of the Worker and of browsers: `method`, `url` without its query, `headers`, `fields`. */
  asked = [];
  /**
   * What a test changes, by part: `discovery`, `keys`, `header`, `claims`, `jws`, `token`, `location`, and the answers of the
   * vendor's API. A change is members to merge, where undefined removes one, or a function of the original, which may return
   * a Response. `key` is the key that signs.
   */
  changes = {};

  #vendor;
  #codes = new Map();
  #grants = new Map();

  constructor(client, vendor) {
    this.client = client;
    this.#vendor = vendor;
    if (vendor.alg) this.keys = keysOf(vendor.name, vendor.alg, vendor.kid ?? (() => randomBytes(12).toString('base64url')));
    this.person();
  }

  /** Signs a person in at the provider, in place of the one before. */
  person(overrides) {
    return (this.signedIn = { ...this.#vendor.person, ...overrides });
  }

  /** Answers a request to the provider's host names, and none to others. */
  async answer(request) {
    const { pages, routes } = this.#vendor;
    const urls = [...Object.keys(pages), ...Object.keys(routes).map((route) => route.split(' ')[1])];
    if (!urls.some((url) => new URL(url).origin === new URL(request.url).origin)) return undefined; // its body unread
    const asked = await read(request);
    this.asked.push(asked);
    const route = routes[`${asked.method} ${asked.url}`];
    if (!route) return new Response('Not Found', { status: 404 });
    try {
      return await route(this, asked);
    } catch (thrown) {
      if (thrown instanceof Response) return thrown;
      throw thrown;
    }
  }

  /**
   * Sends a browser to an authorization URL and consents, or with `deny` does not. Returns the URL that the browser is sent back to,
   * or with `response_mode=form_post` the form's `action` and `fields`. An error page, which leads nowhere, is an error.
   */
  authorize(url, { deny = false } = {}) {
    const { origin, pathname, searchParams } = new URL(url);
    const asked = { method: 'GET', url: origin + pathname, headers: {}, fields: Object.fromEntries(searchParams) };
    this.asked.push(asked);
    const page = this.#vendor.pages[asked.url];
    if (!page) throw new Error(`${this.#vendor.name} has no page at ${asked.url}`);
    const answer = Object.entries(this.changed('location', page(this, asked, deny))).filter(([, value]) => value !== undefined);
    if (asked.fields.response_mode === 'form_post') return { action: this.client.redirectUri, fields: new URLSearchParams(answer) };
    const back = new URL(this.client.redirectUri);
    for (const [name, value] of answer) back.searchParams.set(name, value);
    return back;
  }

  /** Requires what RFC 6749 §4.1.1 does. `says` is what the vendor's error page says of a wrong client or redirect address. */
  check({ fields }, says) {
    const demand = (right, text) => {
      if (!right) throw new Error(`${this.#vendor.name} shows an error page: ${text}`);
    };
    demand(fields.client_id === this.client.clientId, says.client);
    demand(fields.redirect_uri === this.client.redirectUri, says.redirect);
    demand(fields.response_type === 'code', 'response_type is not code');
    demand(fields.scope, 'scope is missing');
    demand(!fields.code_challenge || fields.code_challenge_method === 'S256', 'code_challenge_method is not S256');
  }

  /** A code for the signed-in person. */
  newCode({ fields }) {
    const code = this.#vendor.code?.() ?? randomBytes(32).toString('base64url');
    const { redirect_uri: redirectUri, code_challenge: challenge, scope, nonce } = fields;
    this.#codes.set(code, { person: this.signedIn, redirectUri, challenge, scopes: scope?.split(' ') ?? [], nonce });
    return code;
  }

  /** Redeems the code of a token request, or throws the vendor's refusal: RFC 6749 §4.1.3, RFC 7636 §4.6. */
  async redeem(asked) {
    const { fields } = asked;
    const demand = (right, refusal) => {
      if (!right) throw this.refusal(refusal, asked);
    };
    demand(await (this.#vendor.authenticates ?? bySecret(this.#vendor.methods))(this, asked), 'client');
    if (this.#vendor.refusals.grantType) demand(fields.grant_type === 'authorization_code', 'grantType');
    const grant = this.#codes.get(fields.code);
    demand(grant, 'code');
    demand(!grant.spent, 'spent');
    grant.spent = true;
    demand(fields.redirect_uri === grant.redirectUri, 'redirect');
    if (this.#vendor.refusals.verifier) demand(!grant.challenge || s256(fields.code_verifier ?? '') === grant.challenge, 'verifier');
    return grant;
  }

  /** Makes an access token good for the vendor's API. */
  keep(token, grant) {
    this.#grants.set(token, grant);
    return token;
  }

  /** What the access token of a request was issued for, or throws the vendor's refusal. */
  holder(asked) {
    const [, token] = /^Bearer (.+)$/i.exec(asked.headers.authorization ?? '') ?? [];
    if (!this.#grants.has(token)) throw this.refusal('token', asked);
    return this.#grants.get(token);
  }

  refusal(name, asked) {
    return this.#vendor.refusals[name](asked);
  }

  /** An ID token by the first key. */
  async idToken(claims, header) {
    const [{ kid, privateKey }] = this.keys;
    const changed = this.changed('header', { alg: this.#vendor.alg, kid, ...header });
    return this.changed('jws', await signed(changed, this.changed('claims', claims), this.changes.key ?? privateKey));
  }

  /** The key set, of which `asJwk` makes each key as the vendor publishes it. */
  keySet(asJwk = ({ jwk }) => jwk) {
    return this.json('keys', { keys: this.keys.map(asJwk) }, { headers: { 'Cache-Control': 'public, max-age=21600' } });
  }

  /** A JSON answer. */
  json(part, value, init) {
    const changed = this.changed(part, value);
    return changed instanceof Response ? changed : Response.json(changed, init);
  }

  /** What the test makes of one part of an answer. */
  changed(part, value) {
    const change = this.changes[part];
    if (typeof change === 'function') return change(value);
    return change ? { ...value, ...change } : value;
  }
}

/** What several providers answer: a Worker's `outbound`. */
export const answersOf = (...providers) => async (request) => {
  for (const provider of providers) {
    const answer = await provider.answer(request);
    if (answer) return answer;
  }
  return undefined;
};

export const now = () => Math.floor(Date.now() / 1000);

/** The members of an object that have the names. */
export const only = (object, ...names) => Object.fromEntries(names.filter((name) => name in object).map((name) => [name, object[name]]));

const s256 = (verifier) => createHash('sha256').update(verifier).digest('base64url');

async function read(request) {
  const { origin, pathname, searchParams } = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const fields = Object.fromEntries(form ? new URLSearchParams(await request.text()) : searchParams);
  return { method: request.method, url: origin + pathname, headers, fields };
}

/** RFC 6749 §2.3.1: the secret in the Authorization header or in the form, but not in both. */
const bySecret = (methods) => ({ client: { clientId, clientSecret } }, { headers, fields }) => {
  const [, basic] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
  if (basic && fields.client_secret) return false;
  if (!methods.includes(basic ? 'client_secret_basic' : 'client_secret_post')) return false;
  const pair = basic && Buffer.from(basic, 'base64').toString().split(/:(.*)/s).map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
  const [id, secret] = pair ?? [fields.client_id, fields.client_secret];
  return id === clientId && secret === clientSecret;
};
