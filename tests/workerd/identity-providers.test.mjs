// The stand-ins for the vendors whose users sign in here, before openid-client, which nobody here wrote.

import { strict as assert } from 'node:assert';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { SignJWT } from 'jose';
import * as client from 'openid-client';
import { apple } from './identity-providers/apple.mjs';
import { entra, tenants } from './identity-providers/entra.mjs';
import { gitlab } from './identity-providers/gitlab.mjs';
import { answersOf } from './identity-providers/identity-provider.mjs';
import { google } from './identity-providers/google.mjs';
import { REGISTERED, discover, send, signIn } from './identity-providers/relying-party.mjs';

const VERIFIER = 'a-code-verifier-of-the-smallest-allowed-len';
const { clientId, clientSecret, redirectUri } = REGISTERED;
const secret = () => client.ClientSecretPost(clientSecret);
const entraIssuer = (authority) => `https://login.microsoftonline.com/${authority}/v2.0`;

/** The client secret of a developer at Apple, with one thing wrong or nothing. */
function appleSecret({ teamId, keyId, privateKey }, { kid = keyId, key = privateKey, ...wrong } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: teamId, sub: clientId, aud: 'https://appleid.apple.com', iat: now, exp: now + 300, ...wrong };
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(createPrivateKey(key));
}

const byAppleSecret = async (provider, wrong) => client.ClientSecretPost(await appleSecret(provider, wrong));
const formPost = { scope: 'openid email name', response_mode: 'form_post' };

// Where openid-client finds each, and what it is told of a wrong secret, another redirect address, a code used before and another
// verifier: status, error, and a part of the answer's text.
const VENDORS = {
  Google: {
    open: google,
    issuer: 'https://accounts.google.com',
    refusals: {
      secret: [401, 'invalid_client', 'client secret'],
      redirect: [400, 'redirect_uri_mismatch', 'Bad Request'],
      spent: [400, 'invalid_grant', 'Bad Request'],
      verifier: [400, 'invalid_grant', 'Invalid code verifier.'],
    },
    shows: /redirect_uri_mismatch/,
    denial: 'access_denied',
  },
  Entra: {
    open: entra,
    issuer: entraIssuer('common'),
    refusals: {
      secret: [401, 'invalid_client', '"error_codes":[7000215]'],
      redirect: [400, 'invalid_client', '"error_codes":[500112]'],
      spent: [400, 'invalid_grant', '"error_codes":[54005]'],
      verifier: [400, 'invalid_grant', '"error_codes":[501481]'],
    },
    shows: /AADSTS50011/,
    denial: 'access_denied',
  },
  GitLab: {
    open: gitlab,
    issuer: 'https://gitlab.com',
    refusals: {
      secret: [401, 'invalid_client', 'Client authentication failed'],
      redirect: [400, 'invalid_grant', 'redirection URI'],
      spent: [400, 'invalid_grant', 'revoked'],
      verifier: [400, 'invalid_grant', 'invalid'],
    },
    shows: /redirect URI/,
    denial: 'access_denied',
  },
  // It does not know PKCE, so a verifier says nothing.
  Apple: {
    open: apple,
    issuer: 'https://appleid.apple.com',
    asks: formPost,
    how: byAppleSecret,
    refusals: {
      secret: [400, 'invalid_client', 'invalid_client'],
      redirect: [400, 'invalid_grant', 'redirect_uri mismatch'],
      spent: [400, 'invalid_grant', 'already been used'],
    },
    shows: /Invalid web redirect url/,
    denial: 'user_cancelled_authorize',
  },
};

for (const [name, { open, issuer, how = secret, asks, refusals, shows, denial }] of Object.entries(VENDORS)) {
  test(`openid-client signs a user in with ${name}`, async () => {
    const provider = open(REGISTERED);
    const claims = (await signIn(provider, await discover(provider, issuer, await how(provider)), asks)).claims();
    assert.deepEqual([claims.sub, claims.email], [provider.signedIn.sub, provider.signedIn.email]);
  });

  test(`${name} refuses a code that is not redeemed as it was asked for`, async () => {
    const provider = open(REGISTERED);
    const answers = [];
    const config = await discover(provider, issuer, await how(provider), answers);
    const wrong = await discover(provider, issuer, client.ClientSecretPost('another secret'), answers);
    const used = await send(provider, config, asks);
    await used.redeem();
    const attempts = {
      secret: async () => (await send(provider, config, asks)).redeem({ as: wrong }),
      redirect: async () => (await send(provider, config, asks)).redeem({ at: `${redirectUri}/more` }),
      spent: () => used.redeem(),
      verifier: async () => (await send(provider, config, asks)).redeem({ pkceCodeVerifier: VERIFIER }),
    };
    for (const [attempt, [status, error, text]] of Object.entries(refusals)) {
      await assert.rejects(attempts[attempt](), { code: /^OAUTH_/ }, attempt);
      const answer = answers.pop();
      const body = await answer.text();
      assert.deepEqual([answer.status, JSON.parse(body).error, body.includes(text)], [status, error, true], body);
    }
  });

  test(`${name} sends nobody to an address that is not registered, and brings a denial back`, async () => {
    const provider = open(REGISTERED);
    const config = await discover(provider, issuer, await how(provider));
    await assert.rejects(send(provider, config, { ...asks, redirect_uri: `${redirectUri}/more` }), { message: shows });
    await assert.rejects(signIn(provider, config, { ...asks, deny: true }), { error: denial });
  });
}

test('Google and GitLab tell more at the userinfo endpoint', async () => {
  for (const { open, issuer } of [VENDORS.Google, VENDORS.GitLab]) {
    const provider = open(REGISTERED);
    const config = await discover(provider, issuer);
    const { access_token } = await signIn(provider, config);
    const { name, email_verified } = await client.fetchUserInfo(config, access_token, provider.signedIn.sub);
    assert.deepEqual({ name, email_verified }, { name: 'Ada Lovelace', email_verified: true });
    await assert.rejects(client.fetchUserInfo(config, 'another', provider.signedIn.sub), { code: /^OAUTH_/ });
  }
});

test('an address that the scope does not name is in no ID token', async () => {
  for (const { open, issuer } of [VENDORS.Google, VENDORS.GitLab, VENDORS.Entra]) {
    const provider = open(REGISTERED);
    const claims = (await signIn(provider, await discover(provider, issuer), { scope: 'openid' })).claims();
    assert.deepEqual([claims.sub, claims.email], [provider.signedIn.sub, undefined]);
  }
});

test('a self-managed GitLab is its own issuer', async () => {
  const provider = gitlab({ ...REGISTERED, origin: 'https://git.example' });
  assert.equal((await signIn(provider, await discover(provider, 'https://git.example'))).claims().iss, 'https://git.example');
});

test('each request is answered by the provider at its address, and by nobody elsewhere', async () => {
  const providers = [google(REGISTERED), gitlab(REGISTERED)];
  const ask = (url) => answersOf(...providers)(new Request(url, { method: 'POST', body: new URLSearchParams({ code: 'unknown' }) }));
  for (const url of ['https://oauth2.googleapis.com/token', 'https://gitlab.com/oauth/token']) assert.equal((await ask(url)).status, 401);
  assert.equal((await ask('https://gitlab.com/oauth/unknown')).status, 404);
  assert.equal(await ask('https://git.example/oauth/token'), undefined);
  const asked = providers.flatMap((provider) => provider.asked.map(({ method, url, fields }) => `${method} ${url} ${fields.code}`));
  const expected = ['https://oauth2.googleapis.com/token', 'https://gitlab.com/oauth/token', 'https://gitlab.com/oauth/unknown'];
  assert.deepEqual(asked, expected.map((url) => `POST ${url} unknown`));
});

test('each authority of Entra admits its tenants, and the token is of the user’s tenant', async () => {
  const { contoso, fabrikam, personal } = tenants;
  const admitted = {
    common: [contoso, fabrikam, personal],
    organizations: [contoso, fabrikam],
    consumers: [personal],
    [fabrikam]: [fabrikam],
    [personal]: [personal],
  };
  for (const [authority, admits] of Object.entries(admitted)) {
    const provider = entra(REGISTERED);
    const issuer = authority === 'consumers' ? personal : authority;
    const config = await discover(provider, entraIssuer(issuer));
    for (const tid of Object.values(tenants)) {
      provider.person({ tid });
      if (!admits.includes(tid)) await assert.rejects(signIn(provider, config), { message: /AADSTS50020/ });
      else assert.equal((await signIn(provider, config)).claims().iss, entraIssuer(tid));
    }
  }
});

test('Entra has one issuer for several tenants, and says so in the document and in every key', async () => {
  const provider = entra(REGISTERED);
  const get = async (way) => (await provider.answer(new Request(`https://login.microsoftonline.com/${way}`))).json();
  const issuers = { common: '{tenantid}', organizations: '{tenantid}', consumers: tenants.personal, 'contoso.onmicrosoft.com': tenants.contoso };
  for (const [authority, tid] of Object.entries(issuers)) {
    const { issuer, jwks_uri } = await get(`${authority}/v2.0/.well-known/openid-configuration`);
    const { keys } = await get(new URL(jwks_uri).pathname.slice(1));
    assert.deepEqual([issuer, ...keys.map((key) => [key.issuer, key.alg])], [entraIssuer(tid), ...keys.map(() => [entraIssuer(tid), undefined])]);
  }
});

test('Apple posts a form, which names the user at the first consent only', async () => {
  const provider = apple(REGISTERED);
  const config = await discover(provider, 'https://appleid.apple.com', await byAppleSecret(provider));
  const first = await send(provider, config, formPost);
  assert.equal(first.back.action, redirectUri);
  assert.deepEqual(JSON.parse(first.back.fields.get('user')), { email: 'ada@mail.example', name: { firstName: 'Ada', lastName: 'Lovelace' } });
  const { email, email_verified } = (await first.redeem()).claims();
  assert.deepEqual({ email, email_verified }, { email: 'ada@mail.example', email_verified: 'true' });
  const second = await send(provider, config, formPost);
  assert.equal(second.back.fields.has('user'), false);
  assert.equal((await second.redeem()).claims().email, 'ada@mail.example');
  await assert.rejects(send(provider, config, { scope: 'openid email' }), { message: /response_mode must be form_post/ });
});

test('Apple verifies the client secret in every part', async () => {
  const provider = apple(REGISTERED);
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' });
  const long = Math.floor(Date.now() / 1000) + 16_000_000;
  const claims = [{ iss: 'ANOTHER' }, { sub: 'another' }, { aud: 'another' }, { exp: 1 }, { exp: long }, { exp: undefined }];
  for (const wrong of [...claims, { kid: 'ANOTHER' }, { key: other }]) {
    const config = await discover(provider, 'https://appleid.apple.com', await byAppleSecret(provider, wrong));
    await assert.rejects(signIn(provider, config, formPost), { error: 'invalid_client' }, JSON.stringify(wrong));
  }
});
