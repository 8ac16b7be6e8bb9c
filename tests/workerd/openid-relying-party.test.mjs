// The OpenID Foundation's conformance suite, plan Basic RP: what its provider does in each module, by the module's name there.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { isSignedIn, ours, pathOf, through, withProviders } from './federated.mjs';
import { idTokenAttacks, userinfoAttacks } from './identity-providers/attacks.mjs';
import { openid } from './identity-providers/openid.mjs';

/** Its issuer ends in a slash. */
const ISSUER = 'https://id.example/';

/** The key set has the first so many keys, and none has a name. */
const unnamed = (count) => ({ keys: ({ keys }) => ({ keys: keys.slice(0, count).map(({ kid, ...key }) => key) }), header: { kid: undefined } });

/** Modules in which the client goes on to the userinfo endpoint, and the user is who it says. */
const ACCEPTED = {
  'oidcc-client-test': () => ({}),
  'oidcc-client-test-kid-absent-single-jwks': () => unnamed(1),
  'oidcc-client-test-idtoken-sig-rs256': () => ({ discovery: { id_token_signing_alg_values_supported: ['RS256'] } }),
  'oidcc-client-test-scope-userinfo-claims': () => ({ discovery: { scopes_supported: ['openid', 'phone', 'profile', 'email', 'address'] } }),
  'oidcc-client-test-client-secret-basic': () => ({ discovery: { token_endpoint_auth_methods_supported: ['client_secret_basic'] } }),
};

/** Modules in which it stops at the ID token. Two of them would let it go on: without a signature, and with keys that it has to try. */
const REFUSED = {
  'oidcc-client-test-invalid-iss': idTokenAttacks['an ID token of another issuer'],
  'oidcc-client-test-missing-sub': idTokenAttacks['an ID token without subject'],
  'oidcc-client-test-invalid-aud': idTokenAttacks['an ID token for another client'],
  'oidcc-client-test-missing-iat': idTokenAttacks['an ID token without time of issue'],
  'oidcc-client-test-kid-absent-multiple-jwks': () => unnamed(2),
  'oidcc-client-test-idtoken-sig-none': idTokenAttacks['an unsigned ID token'],
  'oidcc-client-test-invalid-sig-rs256': () => ({ jws: spoiled }),
  'oidcc-client-test-nonce-invalid': idTokenAttacks['an ID token with another nonce'],
};

function spoiled(token) {
  const [header, claims, signature] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[0] ^= 1;
  return [header, claims, bytes.toString('base64url')].join('.');
}

/** The provider of a module: its ID tokens say no more of a user than `sub`. */
function providerOf(attack) {
  const provider = openid({ ...ours('suite'), issuer: ISSUER, methods: ['client_secret_basic'] });
  provider.person({ email: 'user@mail.example', email_verified: false, preferred_username: 'd.tu' });
  const { claims: change, ...others } = attack(provider);
  const claims = ({ email, email_verified, name, preferred_username, ...rest }) => (change ? { ...rest, ...change } : rest);
  provider.changes = { ...others, claims };
  return provider;
}

/** One sign-in there: the answer of the callback, and what the provider was asked. */
async function signIn(t, attack) {
  const provider = providerOf(attack);
  const { worker, browser } = await withProviders(t, { suite: provider }, { suite: { kind: 'oidc', name: 'Suite', issuer: ISSUER } });
  const visitor = browser();
  const back = await through(visitor, 'suite', provider);
  const asked = Object.fromEntries(provider.asked.map((request) => [request.url.slice(ISSUER.length), request]));
  return { worker, visitor, back, asked };
}

async function assertRefused({ worker, visitor, back }) {
  assert.equal(back.status, 502, back.text);
  assert.match(back.text, /The answer of Suite can(&#39;|')t be accepted\. Choose another way to sign in/);
  assert.ok(!(await isSignedIn(visitor)));
  assert.equal(pathOf((await visitor.ask('/account/connect')).location), '/account/security', 'an identity is remembered');
  assert.deepEqual(await worker.sql('SELECT * FROM identities'), []);
}

for (const [module, attack] of Object.entries(ACCEPTED)) {
  test(module, async (t) => {
    const { visitor, back, asked } = await signIn(t, attack);
    assert.equal(pathOf(back.location), '/account/connect', back.text);
    assert.match((await visitor.ask('/account/connect')).text, /value="user@mail\.example"/);

    assert.deepEqual(Object.keys(asked), ['.well-known/openid-configuration', 'authorize', 'token', 'jwks', 'userinfo']);
    assert.deepEqual(asked.authorize.fields.scope.split(' ').sort(), ['email', 'openid', 'profile']);
    assert.match(asked.token.headers.authorization, /^Basic /);
    assert.equal(asked.token.fields.client_secret, undefined);
    assert.match(asked.userinfo.headers.authorization, /^Bearer /);
    assert.deepEqual(asked.userinfo.fields, {});
  });
}

for (const [module, attack] of Object.entries(REFUSED)) {
  test(module, async (t) => {
    const { asked, ...rest } = await signIn(t, attack);
    await assertRefused(rest);
    assert.ok(asked.token && !asked.userinfo, Object.keys(asked).join());
  });
}

test('oidcc-client-test-userinfo-invalid-sub', async (t) => {
  const { asked, ...rest } = await signIn(t, userinfoAttacks['userinfo of another user']);
  await assertRefused(rest);
  assert.ok(asked.userinfo);
});
