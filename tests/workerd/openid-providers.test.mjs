// Any OpenID provider: one that sends what it must not, and one that nobody here wrote, each before openid-client.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import * as client from 'openid-client';
import { callbackAttacks, documentAttacks, idTokenAttacks, userinfoAttacks } from './identity-providers/attacks.mjs';
import { openid } from './identity-providers/openid.mjs';
import { openidProvider } from './identity-providers/openid-provider.mjs';
import { REGISTERED, discover, signIn } from './identity-providers/relying-party.mjs';

const ISSUER = 'https://id.example';

const basic = client.ClientSecretBasic(REGISTERED.clientSecret);

/** What openid-client leaves to its user: in the code flow `at_hash` is optional, and the form of a subject is the provider's. */
const PASSED = ['an ID token whose subject is empty', 'an ID token of another access token'];

/** A whole sign-in, to the userinfo endpoint. */
async function live(provider, issuer = ISSUER, how) {
  const config = await discover(provider, issuer, how);
  const tokens = await signIn(provider, config);
  return client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
}

for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
  test(`an honest provider with ${alg} signs a user in`, async () => {
    const { sub, email, email_verified } = await live(openid({ ...REGISTERED, alg }));
    assert.deepEqual({ sub, email, email_verified }, { sub: 'ada', email: 'ada@mail.example', email_verified: true });
  });
}

for (const [name, attack] of Object.entries({ ...idTokenAttacks, ...callbackAttacks, ...documentAttacks, ...userinfoAttacks })) {
  const passes = PASSED.includes(name);
  test(`openid-client ${passes ? 'accepts' : 'refuses'} ${name}`, async () => {
    const provider = openid(REGISTERED);
    provider.changes = attack(provider);
    if (passes) await signIn(provider, await discover(provider, ISSUER));
    else await assert.rejects(live(provider), { code: /^OAUTH_/ });
  });
}

for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
  test(`oidc-provider with ${alg} signs a user in`, async (t) => {
    const provider = await openidProvider(t, { ...REGISTERED, alg, issuer: 'https://op.example' });
    provider.person('ada', { name: 'Ada Lovelace' });
    const { sub, email, name } = await live(provider, provider.issuer, basic);
    assert.deepEqual({ sub, email, name }, { sub: 'ada', email: 'ada@mail.example', name: 'Ada Lovelace' });
  });
}

test('oidc-provider is at its own address where it is given none, and takes a secret in the form', async (t) => {
  const provider = await openidProvider(t, { ...REGISTERED, method: 'client_secret_post' });
  const how = client.ClientSecretPost(REGISTERED.clientSecret);
  const insecure = { execute: [client.allowInsecureRequests] };
  const config = await client.discovery(new URL(provider.issuer), REGISTERED.clientId, undefined, how, insecure);
  assert.equal((await signIn(provider, config)).claims().email, 'ada@mail.example');
});

test('at oidc-provider a user may refuse', async (t) => {
  const provider = await openidProvider(t, { ...REGISTERED, issuer: 'https://op.example' });
  const config = await discover(provider, provider.issuer, basic);
  await assert.rejects(signIn(provider, config, { deny: true }), { error: 'access_denied' });
});
