import { strict as assert } from 'node:assert';
import test from 'node:test';
import { isSignedIn, ours, pathOf, signUpByLink, through, withProviders } from '../../workerd/federated.mjs';
import { startKeycloak } from './keycloak.mjs';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const people = ['bob', 'carol'].map((username) => ({ login: username, username, email: `${username}@mail.example`, password: 'a quiet lane behind the mill' }));
const [bob, carol] = people;

/** A provider of ours for each algorithm: in Keycloak it is the client's. */
const ids = ALGORITHMS.map((alg) => alg.toLowerCase());

/** A key that Keycloak makes with the realm. It would make a missing one while a token waits for it. */
const key = (providerId, config) => ({ name: JSON.stringify(config), providerId, config: { priority: ['100'], ...config } });

const realm = {
  realm: 'example',
  enabled: true,
  components: {
    'org.keycloak.keys.KeyProvider': [
      key('rsa-generated', { algorithm: ['RS256'] }),
      key('rsa-generated', { algorithm: ['PS256'] }),
      key('ecdsa-generated', { ecdsaEllipticCurveKey: ['P-256'] }),
      key('eddsa-generated', { eddsaEllipticCurveKey: ['Ed25519'] }),
    ],
  },
  clients: ids.map((id, place) => ({
    clientId: id,
    secret: ours(id).clientSecret,
    redirectUris: [ours(id).redirectUri],
    consentRequired: true,
    attributes: { 'id.token.signed.response.alg': ALGORITHMS[place] },
  })),
  users: people.map(({ username, email, password }) => ({
    username,
    email,
    emailVerified: true,
    firstName: 'A',
    lastName: 'Person',
    enabled: true,
    credentials: [{ type: 'password', value: password }],
  })),
};

test('Keycloak', async (t) => {
  const keycloak = await startKeycloak(t, realm);
  const entries = ids.map((id) => [id, { kind: 'oidc', name: 'Keycloak', issuer: keycloak.issuer, client_id: id }]);
  const providers = Object.fromEntries(ids.map((id) => [id, keycloak]));
  const { worker, mail, browser } = await withProviders(t, providers, Object.fromEntries(entries));

  await t.test('a user of Keycloak signs up', async () => {
    await signUpByLink(browser(), 'rs256', keycloak, mail, bob, { user: bob });
    assert.deepEqual(await worker.sql('SELECT login, issuer FROM identities JOIN users ON users.id = user_id'), [{ login: 'bob', issuer: keycloak.issuer }]);
  });

  for (const id of ids) {
    await t.test(`the user signs in where Keycloak signs with ${id}`, async () => {
      const own = browser();
      const entered = await through(own, id, keycloak, '/account/keys', { user: bob });
      assert.equal(pathOf(entered.location), '/account/keys', entered.text);
      assert.ok(await isSignedIn(own));
    });
  }

  await t.test('who declines at Keycloak is told so, and nothing is made', async () => {
    const own = browser();
    const back = await through(own, 'es256', keycloak, '/account', { user: carol, deny: true });
    assert.equal(back.status, 400);
    assert.match(back.text, /Keycloak didn.*t sign you in/);
    assert.ok(!(await isSignedIn(own)));
    assert.equal((await worker.sql('SELECT * FROM identities')).length, 1);
  });

  await t.test('the user signs out here, and is still signed in at Keycloak', async () => {
    const [own, there] = [browser(), keycloak.browser()];
    await through(own, 'rs256', keycloak, '/account', { user: bob, browser: there });
    const out = await own.fillIn('/account', '/account/signout', {});
    own.keep(await out());
    assert.ok(!(await isSignedIn(own)));
    // Who is not asked for a password needs none.
    await through(own, 'rs256', keycloak, '/account', { user: { username: 'bob' }, browser: there });
    assert.ok(await isSignedIn(own));
  });
});
