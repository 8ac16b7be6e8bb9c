// The provider as oauth4webapi sees it: each message is checked by itself, and signatures too, which openid-client leaves to TLS.

import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import test from 'node:test';
import * as oauth from 'oauth4webapi';
import { CALLBACK, ISSUER, browserOf, follow, network, provider } from './oauth.mjs';
import { ada } from './people.mjs';
import { BASE_URL } from './worker.mjs';

const USERINFO = `${BASE_URL}/oauth/userinfo`;
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** A client, with what it has discovered: `ask` sends its request of a name, and `read` checks the answer. */
class Party {
  constructor(worker, as, client, authentication) {
    Object.assign(this, { as, client, authentication, options: { [oauth.customFetch]: network(worker) } });
  }

  static async of(worker, client, authentication) {
    return new Party(worker, await discovered(worker), client, authentication);
  }

  ask(name, ...what) {
    return oauth[`${name}Request`](this.as, this.client, this.authentication, ...what, this.options);
  }

  read(name, ...what) {
    return oauth[`process${name}Response`](this.as, this.client, ...what);
  }

  /** Sends a browser, and returns the checked parameters that it brings, and what only this client knows. */
  async authorize(browser, more = {}) {
    const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
    const code_challenge = await oauth.calculatePKCECodeChallenge(verifier);
    const own = { client_id: this.client.client_id, redirect_uri: CALLBACK, response_type: 'code', scope: 'openid email offline_access' };
    const query = new URLSearchParams({ ...own, state, nonce, code_challenge, code_challenge_method: 'S256', ...more });
    const back = await follow(browser, `${this.as.authorization_endpoint}?${query}`);
    return { back, state, nonce, verifier };
  }

  /** Redeems what a browser has brought. */
  async redeem({ back, state, nonce, verifier }, checks = {}) {
    const parameters = oauth.validateAuthResponse(this.as, this.client, back, state);
    const response = await this.ask('authorizationCodeGrant', parameters, CALLBACK, verifier);
    const tokens = await this.read('AuthorizationCode', response, { expectedNonce: nonce, requireIdToken: true, ...checks });
    await oauth.validateApplicationLevelSignature(this.as, response, this.options);
    return { tokens, claims: oauth.getValidatedIdTokenClaims(tokens) };
  }
}

async function discovered(worker, algorithm) {
  const response = await oauth.discoveryRequest(ISSUER, { algorithm, [oauth.customFetch]: network(worker) });
  return oauth.processDiscoveryResponse(ISSUER, response);
}

/** A client that signs, and a browser of ada. */
async function signing(t, vars) {
  const { worker, register } = await provider(t, vars);
  const { privateKey, publicKey } = await oauth.generateKeyPair('ES256', { extractable: true });
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  await register({ client_id: 'signs', token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty, crv, x, y, kid: 'one' }] } });
  const party = await Party.of(worker, { client_id: 'signs' }, oauth.PrivateKeyJwt({ key: privateKey, kid: 'one' }));
  return { worker, party, browser: await browserOf(worker, ada) };
}

test('both documents of metadata are the same, and the issuer is where they are', async (t) => {
  const { worker } = await provider(t);
  assert.deepEqual(await discovered(worker, 'oauth2'), await discovered(worker, 'oidc'));
});

test('every message of a sign-in is valid and signed, up to the end of its tokens', async (t) => {
  const { party, browser } = await signing(t);
  const { tokens, claims } = await party.redeem(await party.authorize(browser));
  assert.equal(claims.at_hash, createHash('sha256').update(tokens.access_token).digest().subarray(0, 16).toString('base64url'));

  const presented = (token) => new Request(USERINFO, { headers: { Authorization: `Bearer ${token}` } });
  const access = await oauth.validateJwtAccessToken(party.as, presented(tokens.access_token), USERINFO, party.options);
  assert.deepEqual([access.sub, access.client_id, access.scope], [claims.sub, 'signs', tokens.scope]);
  await assert.rejects(oauth.validateJwtAccessToken(party.as, presented(tokens.access_token), BASE_URL, party.options), /aud/);
  await assert.rejects(oauth.validateJwtAccessToken(party.as, presented(tokens.id_token), USERINFO, party.options), /typ/);
  const userInfo = (token) => oauth.userInfoRequest(party.as, party.client, token, party.options);
  const user = await party.read('UserInfo', claims.sub, await userInfo(tokens.access_token));
  assert.deepEqual([user.email, user.email_verified], [ada.email, true]);

  const response = await party.ask('refreshTokenGrant', tokens.refresh_token);
  const next = await party.read('RefreshToken', response);
  await oauth.validateApplicationLevelSignature(party.as, response, party.options);
  const renewed = oauth.getValidatedIdTokenClaims(next);
  for (const same of ['sub', 'auth_time', 'sid']) assert.equal(renewed[same], claims[same], same);
  assert.equal(renewed.nonce, undefined);

  const state = async (token) => party.read('Introspection', await party.ask('introspection', token));
  assert.deepEqual([(await state(next.access_token)).aud, (await state(next.refresh_token)).client_id], [USERINFO, 'signs']);
  await oauth.processRevocationResponse(await party.ask('revocation', next.refresh_token));
  for (const token of [next.access_token, next.refresh_token]) assert.deepEqual(await state(token), { active: false });
  const ended = party.read('RefreshToken', await party.ask('refreshTokenGrant', next.refresh_token));
  await assert.rejects(ended, { code: oauth.RESPONSE_BODY_ERROR, error: 'invalid_grant' });
  await assert.rejects(userInfo(next.access_token).then((answer) => party.read('UserInfo', claims.sub, answer)), ({ code, cause }) => {
    assert.equal(code, oauth.WWW_AUTHENTICATE_CHALLENGE);
    assert.deepEqual(cause.map(({ scheme, parameters }) => [scheme, parameters.error]), [['bearer', 'invalid_token']]);
    return true;
  });
});

test('who proved their identity longer ago than max_age does it again, and the ID token says when', async (t) => {
  const { worker, party, browser } = await signing(t);
  await worker.sql('UPDATE sessions SET auth_time = auth_time - 3600000 WHERE client IS NULL');
  const old = await party.redeem(await party.authorize(browser, { max_age: '7200' }), { maxAge: 7200 });
  await assert.rejects(party.redeem(await party.authorize(browser), { maxAge: 60 }), /too much time has elapsed/);

  const asked = await party.authorize(browser, { max_age: '60' });
  const { pathname, search } = asked.back;
  assert.equal(pathname, '/account/confirm');
  const prove = await browser.fillIn(pathname + search, '/account/confirm', { password: ada.password });
  const { location } = browser.keep(await prove());
  const { claims } = await party.redeem({ ...asked, back: await follow(browser, location) }, { maxAge: 60 });
  assert.ok(claims.auth_time >= old.claims.auth_time + 3600, `${claims.auth_time} and ${old.claims.auth_time}`);
});

test('answers and tokens that were changed on the way are noticed', async (t) => {
  const { worker, party, browser } = await signing(t);
  const asked = await party.authorize(browser);
  for (const [name, value] of [['iss', 'https://evil.example'], ['state', 'another']]) {
    const back = new URL(asked.back);
    back.searchParams.set(name, value);
    assert.throws(() => oauth.validateAuthResponse(party.as, party.client, back, asked.state), new RegExp(`"${name}"`));
    back.searchParams.delete(name);
    assert.throws(() => oauth.validateAuthResponse(party.as, party.client, back, asked.state), new RegExp(`"${name}"`));
  }
  await assert.rejects(party.redeem({ ...asked, nonce: 'another' }), /nonce/);

  const honest = network(worker);
  party.options[oauth.customFetch] = async (url, request) => {
    const answer = await honest(url, request);
    if (!url.endsWith('/oauth/token')) return answer;
    const { id_token, ...rest } = await answer.json();
    const [header, claims, signature] = id_token.split('.');
    const sub = { ...JSON.parse(Buffer.from(claims, 'base64url')), sub: 'eve' };
    return Response.json({ ...rest, id_token: [header, Buffer.from(JSON.stringify(sub)).toString('base64url'), signature].join('.') });
  };
  await assert.rejects(party.redeem(await party.authorize(browser)), /signature/);
});

test('a client that registers itself, and a device, sign a user in', async (t) => {
  const { worker, register } = await provider(t, { AUTH_OPEN_REGISTRATION: 'true' });
  const browser = await browserOf(worker, ada);
  const options = { [oauth.customFetch]: network(worker) };
  const registration = await oauth.dynamicClientRegistrationRequest(await discovered(worker), { client_name: 'Code Tool', redirect_uris: [CALLBACK] }, options);
  const tool = await Party.of(worker, await oauth.processDynamicClientRegistrationResponse(registration), oauth.None());
  assert.ok((await tool.redeem(await tool.authorize(browser))).claims.sub);

  await register({ client_id: 'tv-app', redirect_uris: [], grant_types: [DEVICE_GRANT], token_endpoint_auth_method: 'none', scope: 'openid' });
  const tv = await Party.of(worker, { client_id: 'tv-app' }, oauth.None());
  const codes = await tv.read('DeviceAuthorization', await tv.ask('deviceAuthorization', { scope: 'openid' }));
  const poll = async () => tv.read('DeviceCode', await tv.ask('deviceCodeGrant', codes.device_code));
  await assert.rejects(poll(), { code: oauth.RESPONSE_BODY_ERROR, error: 'authorization_pending' });
  const { pathname, search } = new URL(codes.verification_uri_complete);
  const typed = await (await browser.fillIn(pathname + search, '/account/device', { user_code: codes.user_code }))();
  assert.equal(typed.status, 303, typed.text);
  const question = new URL(typed.location);
  const decide = await browser.fillIn(question.pathname + question.search, '/account/device/consent', { decision: 'allow' });
  assert.equal((await decide()).status, 303);
  await worker.sql('UPDATE authorizations SET polled_at = polled_at - 5000');
  assert.ok(oauth.getValidatedIdTokenClaims(await poll()).sub);
});
