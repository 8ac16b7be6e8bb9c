// Users sign in with real OpenID providers: oidc-provider, Better Auth and another Gatehouse.

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { arrive, connect, isSignedIn, ours, pathOf, signUpByLink, through, withProviders } from './federated.mjs';
import { betterAuthProvider } from './identity-providers/better-auth.mjs';
import { openidProvider, toLocal } from './identity-providers/openid-provider.mjs';
import { browserOf, discover, follow, provider as openProvider, registrar, signInTo } from './oauth.mjs';
import { ada, join } from './people.mjs';
import { BASE_URL } from './worker.mjs';

const ISSUER = 'https://op.example';
const bob = { login: 'bob', email: 'bob@mail.example', password: 'a quiet lane behind the mill' };

/** A worker whose users may sign in with oidc-provider. */
async function withOidcProvider(t, more) {
  const provider = await openidProvider(t, { ...ours('oidc'), ...more, issuer: ISSUER });
  return { provider, ...(await withProviders(t, { oidc: provider }, { oidc: { name: 'Example', issuer: ISSUER } })) };
}

/** Bob comes from the provider for the first time, proves his address with the link, and comes again in another browser. */
async function signUpAndIn({ provider, worker, mail, browser }) {
  await signUpByLink(browser(), 'oidc', provider, mail, bob, bob);
  const second = browser();
  const entered = await through(second, 'oidc', provider, '/account', bob);
  assert.equal(pathOf(entered.location), '/account', entered.text);
  assert.ok(await isSignedIn(second));
  const rows = await worker.sql('SELECT login, issuer FROM identities JOIN users ON users.id = user_id');
  assert.deepEqual(rows, [{ login: 'bob', issuer: provider.issuer }]);
}

for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
  test(`a user of oidc-provider with ${alg} signs up, and signs in again in another browser`, async (t) => {
    await signUpAndIn(await withOidcProvider(t, { alg }));
  });
}

test('a user of Better Auth signs up, and signs in again in another browser', async (t) => {
  const provider = await betterAuthProvider(t, { email: bob.email, redirectUri: ours('oidc').redirectUri });
  const { issuer, client } = provider;
  const entry = { name: 'Better Auth', issuer, client_id: client.id };
  const here = await withProviders(t, { oidc: provider }, { oidc: entry }, { AUTH_PROVIDER_OIDC_SECRET: client.secret });
  await signUpAndIn({ provider, ...here });
});

/** Another Gatehouse, at which bob has an account and is signed in. */
async function gatehouse(t, issuer) {
  const { worker, mail, register } = await openProvider(t, { APP_BASE_URL: issuer });
  await join(worker, mail, bob);
  const { client_secret: secret } = await register({ client_id: 'gatehouse', redirect_uris: [ours('oidc').redirectUri] });
  const browser = await browserOf(worker, bob);
  return {
    issuer,
    secret,
    answer: (request) => (new URL(request.url).origin === issuer ? fetch(toLocal(request, worker.url)) : undefined),
    authorize: (way) => follow(browser, way),
  };
}

test('a user of another Gatehouse signs up, and signs in again in another browser', async (t) => {
  const provider = await gatehouse(t, ISSUER);
  const entry = { name: 'Example', issuer: ISSUER };
  const here = await withProviders(t, { oidc: provider }, { oidc: entry }, { AUTH_PROVIDER_OIDC_SECRET: provider.secret });
  await signUpAndIn({ provider, ...here });
});

test('oidc-provider takes the secret in the form', async (t) => {
  const { provider, browser } = await withOidcProvider(t, { method: 'client_secret_post' });
  await arrive(browser(), 'oidc', provider, bob);
});

test('who refuses at oidc-provider is told so, and nothing is made', async (t) => {
  const { provider, worker, browser } = await withOidcProvider(t);
  const visitor = browser();
  const back = await through(visitor, 'oidc', provider, '/account', { deny: true });
  assert.equal(back.status, 400);
  assert.match(back.text, /Example didn.*t sign you in/);
  assert.ok(!(await isSignedIn(visitor)));
  assert.deepEqual(await worker.sql('SELECT * FROM identities'), []);
});

/** As `follow`, in a browser that nobody is signed in to: it is led to the provider, and comes back. */
const byWayOf = (provider) => async (browser, way) => {
  const hop = async (url) => {
    const { location, text } = browser.keep(await browser.ask(pathOf(url)));
    assert.ok(location, text);
    return new URL(location, BASE_URL);
  };
  let at = way;
  while (at.origin === BASE_URL) at = await hop(at);
  return follow(browser, await hop(await provider.authorize(at)));
};

test('a client names oidc-provider, and gets a code for a user who has signed in there', async (t) => {
  const { provider, worker, mail, browser } = await withOidcProvider(t);
  const own = browser();
  await own.signIn(ada);
  assert.equal((await connect(own, 'oidc', provider)).status, 303);
  const { client_secret } = await (await registrar(worker, mail))({ client_id: 'shop' });
  const config = await discover(worker, 'shop', client_secret);

  const { redeem } = await signInTo(config, browser(), { idp_hint: 'oidc' }, byWayOf(provider));
  const claims = (await redeem()).claims();
  const [{ id }] = await worker.sql("SELECT id FROM users WHERE login = 'ada'");
  assert.equal(claims.sub, id);
  assert.deepEqual(claims.amr, ['fed']);
});

test('the document names the versions that users are signed in with', async () => {
  const read = (file) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
  const { devDependencies } = JSON.parse(await read('package.json'));
  const [, keycloak] = /\/keycloak-([\d.]+)$/m.exec(await read('.ci/identity-providers'));
  const [, idpyoidc] = /^idpyoidc==(.+)$/m.exec(await read('tests/integrate/identity-providers/requirements.txt'));
  const document = await read('docs/operate/PROVIDERS.md');
  for (const [name, version] of Object.entries({
    Keycloak: keycloak,
    'oidc-provider': devDependencies['oidc-provider'],
    'Better Auth': devDependencies['better-auth'],
    idpyoidc,
  })) {
    assert.ok(document.includes(`| ${name} | ${version} |`), `${name} ${version}`);
  }
  assert.ok(document.includes(`\`@better-auth/oauth-provider\` ${devDependencies['@better-auth/oauth-provider']} `));
});
