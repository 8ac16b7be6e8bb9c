// Better Auth as an OpenID provider, with its plugins and its database in the test's process.

import { strict as assert } from 'node:assert';
import { DatabaseSync } from 'node:sqlite';
import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { jwt } from 'better-auth/plugins/jwt';
import { closing } from '../closing.mjs';
import { named } from '../form-browser.mjs';

const ORIGIN = 'https://better.example';

/**
 * A provider with one user, of this address, and one client, which it registers by itself: `client` has its id and its secret.
 * `authorize` allows the client what it asks for, and returns the URL that the user's browser is sent back to.
 */
export async function betterAuthProvider(t, { email, redirectUri }) {
  const database = new DatabaseSync(':memory:');
  closing(t, () => database.close());
  const plugins = [jwt(), oauthProvider({ loginPage: '/sign-in', consentPage: '/consent' })];
  const options = { baseURL: ORIGIN, secret: crypto.randomUUID() + crypto.randomUUID(), database, emailAndPassword: { enabled: true }, plugins };
  await (await getMigrations(options)).runMigrations();
  const { handler } = betterAuth(options);

  const post = async (path, body, Cookie = '') => {
    const headers = { 'Content-Type': 'application/json', Origin: ORIGIN, Cookie };
    const answer = await handler(new Request(`${ORIGIN}/api/auth/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }));
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    const kept = Object.entries(named(answer.headers.getSetCookie()));
    return { json: await answer.json(), cookie: kept.map((pair) => pair.join('=')).join('; ') };
  };
  const { cookie } = await post('sign-up/email', { name: 'Bob', email, password: 'correct horse battery staple' });
  const registered = await post('oauth2/create-client', { redirect_uris: [redirectUri], scope: 'openid email profile' }, cookie);
  return {
    issuer: `${ORIGIN}/api/auth`,
    client: { id: registered.json.client_id, secret: registered.json.client_secret },
    answer: (request) => (new URL(request.url).origin === ORIGIN ? handler(request) : undefined),
    async authorize(way) {
      const asked = await handler(new Request(way, { headers: { Cookie: cookie } }));
      const next = new URL(asked.headers.get('Location'), ORIGIN);
      if (next.origin + next.pathname === redirectUri) return next; // it remembers the consent
      assert.equal(next.pathname, '/consent');
      return new URL((await post('oauth2/consent', { accept: true, oauth_query: next.search.slice(1) }, cookie)).json.url);
    },
  };
}
