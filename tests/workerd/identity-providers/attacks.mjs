// What a hostile OpenID provider, or somebody between it and a client, may send. Each attack breaks one rule: it is a function that
// is given the provider of openid.mjs and returns its `changes`. `another` is text that nobody expects.

import { now } from './identity-provider.mjs';
import { newKey } from './signing.mjs';

const another = 'https://another.example';

const claims = (change) => () => ({ claims: change });
const header = (change) => () => ({ header: change });
const withAudiences = (more) => claims((claims) => ({ ...claims, aud: [claims.aud, another], ...more }));

/** ID tokens: OpenID Connect Core 1.0 §3.1.3.7, §3.1.3.8, and RFC 8725. */
export const idTokenAttacks = {
  'an ID token of another issuer': claims({ iss: another }),
  'an ID token without issuer': claims({ iss: undefined }),
  'an ID token whose issuer has a slash more': claims((claims) => ({ ...claims, iss: `${claims.iss}/` })),
  'an ID token for another client': claims({ aud: another }),
  'an ID token without audience': claims({ aud: undefined }),
  'an ID token for two clients': withAudiences({}),
  'an ID token for two clients, issued to the other': withAudiences({ azp: another }),
  'an ID token with another nonce': claims({ nonce: another }),
  'an ID token without nonce': claims({ nonce: undefined }),
  'an expired ID token': claims({ iat: now() - 7200, exp: now() - 3600 }),
  'an ID token without expiry': claims({ exp: undefined }),
  'an ID token whose expiry is text': claims({ exp: '9999999999' }),
  'an ID token without time of issue': claims({ iat: undefined }),
  'an ID token of an hour from now': claims({ nbf: now() + 3600 }),
  'an ID token without subject': claims({ sub: undefined }),
  'an ID token whose subject is empty': claims({ sub: '' }),
  'an ID token whose subject is a number': claims({ sub: 4711 }),
  'an ID token of another access token': claims({ at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  'an unsigned ID token': header({ alg: 'none' }),
  'an ID token signed with the public key as a secret': hmac(({ keys }) => keys[0].publicKey.export({ format: 'pem', type: 'spki' })),
  'an ID token signed with the modulus as a secret': hmac(({ keys }) => Buffer.from(keys[0].jwk.n, 'base64url')),
  'an ID token signed with the client secret': hmac(({ client }) => client.clientSecret),
  'an ID token signed with a stranger’s key': ({ keys }) => ({ key: newKey('RS256', keys[0].kid).privateKey }),
  'an ID token that brings its key along': ownKey,
  'an ID token with another algorithm than the key set has': header({ alg: 'PS256' }),
  'an ID token whose key is unknown': header({ kid: 'unknown' }),
  'an ID token that does not say which of two keys': header({ kid: undefined }),
  'an ID token with an unknown critical header': header({ crit: ['unknown'], unknown: true }),
  'an ID token that was changed after it was signed': () => ({ jws: forged }),
  'an ID token whose signature is cut off': () => ({ jws: (token) => token.slice(0, token.lastIndexOf('.') + 1) }),
  'an ID token of two parts': () => ({ jws: (token) => token.slice(0, token.lastIndexOf('.')) }),
  'an ID token that is other text': () => ({ jws: () => another }),
  'no ID token': () => ({ token: { id_token: undefined } }),
};

/** What a browser brings back: RFC 6749 §10.12, RFC 9207. */
export const callbackAttacks = {
  'a callback of another issuer': () => ({ location: { iss: another } }),
  'a callback without issuer': () => ({ location: { iss: undefined } }),
  'a callback with another state': () => ({ location: { state: another } }),
  'a callback without state': () => ({ location: { state: undefined } }),
  'a callback without code': () => ({ location: { code: undefined } }),
  'a callback with another code': () => ({ location: { code: another } }),
};

/** What a client is told outside the ID token: OpenID Connect Discovery 1.0 §4.3, RFC 6749 §5.1, RFC 7517 §4.2. */
export const documentAttacks = {
  'a discovery document of another issuer': () => ({ discovery: { issuer: another } }),
  'a discovery document without issuer': () => ({ discovery: { issuer: undefined } }),
  'a discovery document that is a web page': () => ({ discovery: page }),
  'a discovery document without token endpoint': () => ({ discovery: { token_endpoint: undefined } }),
  'a token endpoint without TLS': () => ({ discovery: { token_endpoint: 'http://id.example/token' } }),
  'a token endpoint that leads elsewhere': () => ({ token: elsewhere }),
  'a token answer that is a web page': () => ({ token: page }),
  'a token of another type': () => ({ token: { token_type: 'mac' } }),
  'no access token': () => ({ token: { access_token: undefined } }),
  'an empty key set': () => ({ keys: { keys: [] } }),
  'a key set that is a web page': () => ({ keys: page }),
  'a key set for encryption': () => ({ keys: ({ keys }) => ({ keys: keys.map((key) => ({ ...key, use: 'enc' })) }) }),
};

/** The userinfo endpoint: OpenID Connect Core 1.0 §5.3.4. */
export const userinfoAttacks = {
  'userinfo of another user': () => ({ userinfo: { sub: another } }),
  'userinfo of nobody': () => ({ userinfo: { sub: undefined } }),
  'userinfo that is a web page': () => ({ userinfo: page }),
  'userinfo that is refused': () => ({ userinfo: denied }),
};

const page = () => new Response('<!doctype html><title>Maintenance</title>', { headers: { 'Content-Type': 'text/html' } });
const denied = () => new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } });
const elsewhere = () => new Response(null, { status: 307, headers: { Location: `${another}/token` } });

function hmac(secretOf) {
  return (provider) => ({ header: { alg: 'HS256' }, key: Buffer.from(secretOf(provider)) });
}

function ownKey() {
  const { privateKey, jwk } = newKey('RS256', 'mine');
  return { header: { kid: jwk.kid, jwk }, key: privateKey };
}

function forged(token) {
  const [head, payload, signature] = token.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url')), sub: 'eve' };
  return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}
