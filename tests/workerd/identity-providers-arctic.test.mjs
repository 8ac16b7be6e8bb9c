// The stand-ins for GitHub, Discord and Apple before arctic, which nobody here wrote and which has a class for each.

import { strict as assert } from 'node:assert';
import { createPrivateKey } from 'node:crypto';
import test from 'node:test';
import { Apple, Discord, GitHub, OAuth2RequestError } from 'arctic';
import { apple } from './identity-providers/apple.mjs';
import { discord } from './identity-providers/discord.mjs';
import { github } from './identity-providers/github.mjs';
import { REGISTERED } from './identity-providers/relying-party.mjs';

const VERIFIER = 'a-code-verifier-of-the-smallest-allowed-len';
const OTHER = 'another-code-verifier-of-the-smallest-length';
const { clientId, clientSecret, redirectUri } = REGISTERED;

/** Leads arctic to a provider. It knows no other fetch than the global one. */
const lead = (t, provider) => t.mock.method(globalThis, 'fetch', (request) => provider.answer(request));

const codeOf = (back) => back.searchParams.get('code');
const isRefusal = (error, description = '') => (thrown) => {
  assert.ok(thrown instanceof OAuth2RequestError, thrown);
  assert.deepEqual([thrown.code, thrown.description?.includes(description) ?? true], [error, true], thrown.description);
  return true;
};

/** Asks a vendor's API with an access token, as status and body. */
async function api(provider, url, token, headers = { 'User-Agent': 'Gatehouse' }) {
  const answer = await provider.answer(new Request(url, { headers: { Authorization: `Bearer ${token}`, ...headers } }));
  return [answer.status, answer.headers.get('Content-Type')?.startsWith('application/json') ? await answer.json() : await answer.text()];
}

test('arctic signs a user in with Apple', async (t) => {
  const provider = apple(REGISTERED);
  lead(t, provider);
  const key = createPrivateKey(provider.privateKey).export({ format: 'der', type: 'pkcs8' });
  const app = new Apple(clientId, provider.teamId, provider.keyId, key, redirectUri);
  const way = app.createAuthorizationURL('state', ['email']);
  way.searchParams.set('response_mode', 'form_post');
  const code = provider.authorize(way).fields.get('code');
  assert.match((await app.validateAuthorizationCode(code)).idToken(), /^ey/);
  await assert.rejects(app.validateAuthorizationCode(code), isRefusal('invalid_grant', 'already been used'));
});

test('arctic signs a user in with GitHub, whose refusals have status 200', async (t) => {
  const provider = github(REGISTERED);
  lead(t, provider);
  const app = new GitHub(clientId, clientSecret, redirectUri);
  const back = () => codeOf(provider.authorize(app.createAuthorizationURL('state', ['read:user', 'user:email'])));
  const code = back();
  assert.equal((await app.validateAuthorizationCode(code)).data.scope, 'read:user,user:email');
  await assert.rejects(app.validateAuthorizationCode(code), isRefusal('bad_verification_code', 'incorrect or expired'));
  const another = new GitHub(clientId, 'another', redirectUri);
  await assert.rejects(another.validateAuthorizationCode(back()), isRefusal('incorrect_client_credentials', 'client_secret'));
  const elsewhere = new GitHub(clientId, clientSecret, `${redirectUri}/more`);
  await assert.rejects(elsewhere.validateAuthorizationCode(back()), isRefusal('redirect_uri_mismatch', 'redirect_uri'));
  provider.person({ emails: [{ email: 'ada@mail.example', primary: true, verified: false, visibility: null }] });
  await assert.rejects(app.validateAuthorizationCode(back()), isRefusal('unverified_user_email', 'verified'));
});

test('GitHub sends an error to the registered address where another is asked for, or the user refuses', () => {
  const provider = github(REGISTERED);
  const errorAt = (uri, how) => {
    const back = provider.authorize(new GitHub(clientId, clientSecret, uri).createAuthorizationURL('state', []), how);
    return [back.origin + back.pathname, back.searchParams.get('error'), back.searchParams.get('state')];
  };
  assert.deepEqual(errorAt('https://another.example'), [redirectUri, 'redirect_uri_mismatch', 'state']);
  assert.deepEqual(errorAt(redirectUri, { deny: true }), [redirectUri, 'access_denied', 'state']);
});

test('GitHub answers in a form, unless JSON is accepted, and knows PKCE', async () => {
  const provider = github(REGISTERED);
  const way = new Discord(clientId, clientSecret, redirectUri).createAuthorizationURL('state', VERIFIER, ['user:email']);
  const redeem = async (code_verifier) => {
    const code = codeOf(provider.authorize(`https://github.com/login/oauth/authorize${way.search}`));
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri, code, code_verifier });
    const answer = await provider.answer(new Request('https://github.com/login/oauth/access_token', { method: 'POST', body }));
    return [answer.status, answer.headers.get('Content-Type').split(';')[0], new URLSearchParams(await answer.text())];
  };
  const [status, type, tokens] = await redeem(VERIFIER);
  assert.deepEqual([status, type, tokens.get('token_type')], [200, 'application/x-www-form-urlencoded', 'bearer']);
  const [, , refusal] = await redeem(OTHER);
  assert.equal(refusal.get('error'), 'bad_verification_code');
});

test('GitHub’s API shows the addresses to whom the scope allows it, and nothing without User-Agent', async (t) => {
  const provider = github(REGISTERED);
  lead(t, provider);
  const app = new GitHub(clientId, clientSecret, redirectUri);
  const tokenFor = async (scopes) => {
    const back = provider.authorize(app.createAuthorizationURL('state', scopes));
    return (await app.validateAuthorizationCode(codeOf(back))).accessToken();
  };
  const token = await tokenFor(['user:email']);
  const [status, user] = await api(provider, 'https://api.github.com/user', token);
  assert.deepEqual([status, user.id, user.login, user.email, user.emails], [200, 583231, 'ada', null, undefined]);
  const [, emails] = await api(provider, 'https://api.github.com/user/emails', token);
  assert.deepEqual(emails.find(({ primary }) => primary), { email: 'ada@mail.example', primary: true, verified: true, visibility: 'private' });
  const [without] = await api(provider, 'https://api.github.com/user/emails', await tokenFor(['read:user']));
  const [unnamed] = await api(provider, 'https://api.github.com/user', token, {});
  const [stranger] = await api(provider, 'https://api.github.com/user', 'another');
  assert.deepEqual([without, unnamed, stranger], [404, 403, 401]);
});

test('arctic signs a user in with Discord', async (t) => {
  const provider = discord(REGISTERED);
  lead(t, provider);
  const app = new Discord(clientId, clientSecret, redirectUri);
  const back = (how) => provider.authorize(app.createAuthorizationURL('state', VERIFIER, ['identify', 'email']), how);
  const code = codeOf(back());
  const token = (await app.validateAuthorizationCode(code, VERIFIER)).accessToken();
  const [, { id, email, verified }] = await api(provider, 'https://discord.com/api/users/@me', token);
  assert.deepEqual({ id, email, verified }, { id: '80351110224678912', email: 'ada@mail.example', verified: true });
  await assert.rejects(app.validateAuthorizationCode(code, VERIFIER), isRefusal('invalid_grant', '"code"'));
  await assert.rejects(app.validateAuthorizationCode(codeOf(back()), OTHER), isRefusal('invalid_grant', '"code_verifier"'));
  await assert.rejects(app.validateAuthorizationCode(codeOf(back()), null), isRefusal('invalid_request', '"code_verifier"'));
  const another = new Discord(clientId, 'another', redirectUri);
  await assert.rejects(another.validateAuthorizationCode(codeOf(back()), VERIFIER), isRefusal('invalid_client'));
  const elsewhere = new Discord(clientId, clientSecret, `${redirectUri}/more`);
  await assert.rejects(elsewhere.validateAuthorizationCode(codeOf(back()), VERIFIER), isRefusal('invalid_request', '"redirect_uri"'));
  assert.throws(() => provider.authorize(elsewhere.createAuthorizationURL('state', VERIFIER, ['identify'])), { message: /redirect_uri/ });
  assert.equal(back({ deny: true }).searchParams.get('error'), 'access_denied');
});

test('Discord’s API shows the address to whom the scope allows it, and nothing without User-Agent', async (t) => {
  const provider = discord(REGISTERED);
  lead(t, provider);
  const app = new Discord(clientId, clientSecret, redirectUri);
  const code = codeOf(provider.authorize(app.createAuthorizationURL('state', null, ['identify'])));
  const token = (await app.validateAuthorizationCode(code, null)).accessToken();
  const me = 'https://discord.com/api/v10/users/@me';
  const [status, { username, email, verified }] = await api(provider, me, token);
  assert.deepEqual([status, username, email, verified], [200, 'ada', undefined, undefined]);
  const [unnamed] = await api(provider, me, token, {});
  const [stranger] = await api(provider, me, 'another');
  assert.deepEqual([unnamed, stranger], [403, 401]);
});
