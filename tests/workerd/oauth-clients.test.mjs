// The provider as openid-client sees it, a certified library that nobody here wrote.

import { strict as assert } from 'node:assert';
import { generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import * as client from 'openid-client';
import { replaceOnce } from '../integrate/gateways.mjs';
import { exampleOf } from './documents.mjs';
import { CALLBACK, browserOf, discover, follow, network, provider, signInTo } from './oauth.mjs';
import { ada } from './people.mjs';
import { BASE_URL } from './worker.mjs';

const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const AUTH_RSA_KEY = rsa.export({ format: 'pem', type: 'pkcs8' });

/** A whole life: code, ID token, userinfo, refresh, revocation. */
async function live(worker, config, browser) {
  const { redeem } = await signInTo(config, browser);
  const tokens = await redeem();
  const claims = tokens.claims();
  const user = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.deepEqual([user.email, user.email_verified], [ada.email, true]);
  const next = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal(next.claims().sub, claims.sub);
  assert.notEqual(next.refresh_token, tokens.refresh_token);
  await client.tokenRevocation(config, next.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, next.refresh_token), { error: 'invalid_grant' });
  await assert.rejects(client.fetchUserInfo(config, next.access_token, claims.sub));
  return tokens;
}

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };

/** Keys of a client: what it signs with, and what it registers. */
async function keyPair(algorithm) {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const { ext, key_ops, alg, ...jwk } = await crypto.subtle.exportKey('jwk', publicKey);
  return { signing: { key: privateKey, kid: 'one' }, jwks: { keys: [{ ...jwk, kid: 'one' }] } };
}

test('a client signs users in, however it authenticates itself', async (t) => {
  const { worker, register } = await provider(t, { AUTH_RSA_KEY });
  const browser = await browserOf(worker, ada);
  const shop = await register({ client_id: 'shop' });
  await register({ client_id: 'spa', token_endpoint_auth_method: 'none' });
  const [elliptic, rsa] = [await keyPair({ name: 'ECDSA', namedCurve: 'P-256' }), await keyPair(RSA)];
  await register({ client_id: 'signs', token_endpoint_auth_method: 'private_key_jwt', jwks: elliptic.jwks });
  await register({ client_id: 'signs-rsa', token_endpoint_auth_method: 'private_key_jwt', jwks: rsa.jwks });
  for (const [id, secret, method] of [
    ['shop', shop.client_secret, client.ClientSecretBasic(shop.client_secret)],
    ['shop', shop.client_secret, client.ClientSecretPost(shop.client_secret)],
    ['spa', undefined, client.None()],
    ['signs', undefined, client.PrivateKeyJwt(elliptic.signing)],
    ['signs-rsa', undefined, client.PrivateKeyJwt(rsa.signing)],
  ]) {
    await live(worker, await discover(worker, id, secret, method), browser);
  }
});

test('ID tokens are signed as the client expects', async (t) => {
  const { worker, register } = await provider(t, { AUTH_RSA_KEY });
  const browser = await browserOf(worker, ada);
  for (const alg of ['RS256', 'ES256', 'EdDSA']) {
    const id = `wants-${alg.toLowerCase()}`;
    const { client_secret } = await register({ client_id: id, id_token_signed_response_alg: alg });
    const config = await discover(worker, id, { id_token_signed_response_alg: alg, client_secret }, client.ClientSecretBasic(client_secret));
    const { redeem } = await signInTo(config, browser);
    const { id_token } = await redeem();
    assert.equal(JSON.parse(Buffer.from(id_token.split('.')[0], 'base64url')).alg, alg);
  }
});

test('a pushed request is brought by its URI alone', async (t) => {
  const { worker, register } = await provider(t);
  const { client_secret } = await register({ client_id: 'shop' });
  const config = await discover(worker, 'shop', client_secret, client.ClientSecretBasic(client_secret));
  const verifier = client.randomPKCECodeVerifier();
  const way = await client.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  assert.deepEqual([...way.searchParams.keys()].sort(), ['client_id', 'request_uri']);
  const back = await follow(await browserOf(worker, ada), way);
  const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier });
  assert.ok(tokens.claims().sub);
});

test('a service gets tokens for itself, for one API, which asks about them', async (t) => {
  const { worker, register } = await provider(t);
  const api = { client_id: 'files', redirect_uris: [], grant_types: [], scope: '', resource: 'https://files.example.com', resource_scopes: 'read' };
  const files = await register(api);
  const backup = await register({ client_id: 'backup', redirect_uris: [], grant_types: ['client_credentials'], scope: 'read' });
  const config = await discover(worker, 'backup', backup.client_secret, client.ClientSecretBasic(backup.client_secret));
  const { access_token } = await client.clientCredentialsGrant(config, { scope: 'read', resource: api.resource });
  const asking = await discover(worker, 'files', files.client_secret, client.ClientSecretBasic(files.client_secret));
  const told = await client.tokenIntrospection(asking, access_token);
  assert.deepEqual([told.active, told.aud, told.scope, told.client_id], [true, api.resource, 'read', 'backup']);
});

test('the example of docs/use/OAUTH.md signs a user in', async (t) => {
  const { worker, register } = await provider(t);
  const { client_secret } = await register({ client_id: 'shop' });
  const browser = await browserOf(worker, ada);
  const library = { ...client, discovery: (...how) => client.discovery(...how, undefined, { [client.customFetch]: network(worker) }) };
  const { tokens, user } = await example(library, { env: { CLIENT_SECRET: client_secret } }, (way) => follow(browser, way));
  assert.equal(user.sub, tokens.claims().sub);
  assert.equal(user.email, ada.email);
});

/** The example as it stands, except for the address; `comeBack` is what the user does between its two requests. */
async function example(...given) {
  let body = await exampleOf('use/OAUTH.md', "from 'openid-client'");
  for (const [there, here] of [
    ["import * as client from 'openid-client';", ''],
    ['https://auth.example.com', BASE_URL],
    ['// … redirect to `way`; when the user comes back to `url`:', 'const url = await comeBack(way);'],
  ]) {
    body = replaceOnce(body, there, here);
  }
  const AsyncFunction = example.constructor;
  return new AsyncFunction('client', 'process', 'comeBack', `${body}; return { tokens, user };`)(...given);
}
