// What a hostile provider may say (U6): by the stand-in, which forges what it likes, and by oauth2-mock-server, which nobody here wrote.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { Events, OAuth2Server } from 'oauth2-mock-server';
import { closing } from './closing.mjs';
import { example, isSignedIn, ours, pathOf, through, withProviders } from './federated.mjs';
import { callbackAttacks, documentAttacks, idTokenAttacks, userinfoAttacks } from './identity-providers/attacks.mjs';
import { now } from './identity-providers/identity-provider.mjs';
import { openid } from './identity-providers/openid.mjs';

const another = 'https://another.example';

/** Refused with a page of ours, in a browser that gets nothing. */
async function assertRefused(visitor, answer, what) {
  assert.ok([400, 502].includes(answer.status), `${what}: ${answer.status} ${answer.location}`);
  assert.match(answer.text, /<!DOCTYPE html>/, what);
  assert.ok(!answer.kept['__Host-session'] && !answer.kept['__Host-identity'], what);
  assert.ok(!(await isSignedIn(visitor)), what);
}

/** To the provider and back, as far as it goes. `change` makes it hostile in between. */
async function attempt(visitor, provider, change = () => {}, early = false) {
  if (early) change();
  const started = visitor.keep(await visitor.ask('/account/with/oidc'));
  if (started.status !== 303) return started;
  if (!early) change();
  return visitor.keep(await visitor.ask(pathOf(await provider.authorize(started.location))));
}

/** The ID token is good; without an access token that can be used, nothing more is asked. */
const HARMLESS = ['a token of another type', 'no access token'];

test('what a hostile provider says is not believed (U6)', async (t) => {
  const provider = openid(ours('oidc'));
  const { worker, browser } = await withProviders(t, { oidc: provider }, example);
  // Metadata and keys are kept once they are believed, so those come first.
  const early = Object.entries(documentAttacks).filter(([name]) => !HARMLESS.includes(name));
  const late = Object.entries({ ...idTokenAttacks, ...callbackAttacks });
  for (const [name, attack] of [...early, ...late]) {
    const visitor = browser();
    provider.changes = {};
    const answer = await attempt(visitor, provider, () => (provider.changes = attack(provider)), name in documentAttacks);
    await assertRefused(visitor, answer, name);
    // An empty key set counts for a minute.
    if (name.includes('key set')) await worker.close().then(() => worker.reopen());
  }
  for (const [name, attack] of Object.entries(userinfoAttacks)) {
    const visitor = browser();
    const change = () => (provider.changes = { claims: { email: undefined }, ...attack(provider) });
    await assertRefused(visitor, await attempt(visitor, provider, change), name);
  }
  for (const name of HARMLESS) {
    const visitor = browser();
    provider.asked = [];
    const change = () => (provider.changes = { claims: { email: undefined }, ...documentAttacks[name](provider) });
    assert.equal(pathOf((await attempt(visitor, provider, change)).location), '/account/connect', name);
    assert.ok(!provider.asked.some(({ url }) => url.endsWith('/userinfo')), name);
  }
  provider.changes = {};
  assert.equal(pathOf((await through(browser(), 'oidc', provider)).location), '/account/connect', 'and the truth is');
  assert.deepEqual(await worker.sql('SELECT * FROM identities'), []);
  assert.equal((await worker.sql('SELECT count(*) AS n FROM users'))[0].n, 1);
});

/** oauth2-mock-server at its own address. `hostile` is what it does in place of the truth: a listener for each event. */
async function mockServer(t) {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, 'localhost');
  closing(t, () => server.stop());
  const provider = {
    server,
    answer: () => undefined,
    become(hostile) {
      for (const event of Object.values(Events)) server.service.removeAllListeners(event);
      for (const [event, change] of Object.entries(hostile)) server.service.on(Events[event], change);
    },
    async authorize(url) {
      const answer = await fetch(url, { redirect: 'manual' });
      return new URL(answer.headers.get('Location'));
    },
  };
  return provider;
}

/** The event comes for the access token too, which has no audience. */
const inIdToken = (change) => ({ BeforeTokenSigning: (token) => 'aud' in token.payload && change(token.payload, token.header) });
const claims = (changes) => inIdToken((payload) => Object.assign(payload, changes));
const without = (name) => inIdToken((payload) => delete payload[name]);
const answer = (change) => ({ BeforeResponse: (response) => change(response) });

const MOCK_ATTACKS = {
  'another issuer': claims({ iss: another }),
  'the issuer with a slash': inIdToken((payload) => (payload.iss += '/')),
  'another client': claims({ aud: another }),
  'another client among others': claims({ aud: [another, 'gatehouse'] }),
  'a client whose name begins with ours': claims({ aud: 'gatehouse2' }),
  'ours, issued to another': claims({ azp: another }),
  'another nonce': claims({ nonce: another }),
  'an empty nonce': claims({ nonce: '' }),
  'an expired token': claims({ exp: now() - 3600 }),
  'a token of an hour from now': claims({ nbf: now() + 3600 }),
  'a token issued an hour from now': claims({ iat: now() + 3600, exp: now() + 7200 }),
  'an empty subject': claims({ sub: '' }),
  'a subject that is a number': claims({ sub: 0 }),
  'a subject that is a list': claims({ sub: ['johndoe'] }),
  'a subject that is too long': claims({ sub: 'a'.repeat(256) }),
  'another access token': claims({ at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  ...Object.fromEntries(['iss', 'aud', 'sub', 'exp', 'iat', 'nonce'].map((name) => [`no ${name}`, without(name)])),
  'an unknown key': inIdToken((_, header) => (header.kid = 'unknown')),
  'no key named, of two': inIdToken((_, header) => delete header.kid),
  'an unsigned token': answer(({ body }) => (body.id_token = unsigned(body.id_token))),
  'no ID token': answer(({ body }) => delete body.id_token),
  'the access token as an ID token': answer(({ body }) => (body.id_token = body.access_token)),
  'an error with a token': answer((response) => (response.statusCode = 400)),
  'an error with the status of a success': answer((response) => (response.body = { error: 'invalid_grant' })),
  'another issuer at the callback': { BeforeAuthorizeRedirect: ({ url }) => url.searchParams.set('iss', another) },
  'another state at the callback': { BeforeAuthorizeRedirect: ({ url }) => url.searchParams.set('state', another) },
  'userinfo of another user': { BeforeUserinfo: ({ body }) => (body.sub = 'another') },
  'userinfo of nobody': { BeforeUserinfo: ({ body }) => delete body.sub },
  'userinfo that is refused': { BeforeUserinfo: (response) => (response.statusCode = 401) },
};

const unsigned = (token) => {
  const [, payload] = token.split('.');
  return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
};

test('nothing that oauth2-mock-server can be made to say wrongly is believed (U6)', async (t) => {
  const provider = await mockServer(t);
  const { server } = provider;
  await server.issuer.keys.generate('RS256');
  const { worker, browser } = await withProviders(t, { oidc: provider }, { oidc: { name: 'Example', issuer: server.issuer.url } });
  const metadata = { BeforeWellKnownOpenIdConfiguration: ({ body }) => (body.issuer = another) };
  for (const [name, hostile] of Object.entries({ 'metadata of another issuer': metadata, ...MOCK_ATTACKS })) {
    const visitor = browser();
    provider.become(hostile);
    await assertRefused(visitor, await attempt(visitor, provider), name);
  }
  provider.become({});
  assert.equal(pathOf((await through(browser(), 'oidc', provider)).location), '/account/connect', 'and the truth is');

  // The ID token of one sign-in is worth nothing in another, whoever brings it.
  let kept;
  provider.become(answer(({ body }) => (kept = body.id_token)));
  await through(browser(), 'oidc', provider);
  const visitor = browser();
  provider.become(answer(({ body }) => (body.id_token = kept)));
  await assertRefused(visitor, await attempt(visitor, provider), 'a token of another sign-in');
  assert.deepEqual(await worker.sql('SELECT * FROM identities'), []);
});

/** What is no address of ours, though it may look or fold like one. The link goes to what was read, and never to Ada. */
const HOSTILE_ADDRESSES = [
  'ada\uff20mail.example',
  'ada@mail.example@evil.example',
  'ada@mail.example\u0000@evil.example',
  'ada@mail.example,mallory@evil.example',
  '"ada@mail.example"@evil.example',
  'ada@mail.example\r\nBcc: mallory@evil.example',
  '<ada@mail.example>',
  'аda@mail.example',
  'ada@mаil.example',
  'ada@mail\u3002example.evil.example',
  'ada@mail.example.evil.example',
];

test('an address that only looks like one is never taken for it (U7)', async (t) => {
  const provider = openid(ours('oidc'));
  const trusting = { oidc: { ...example.oidc, trusted_domains: ['mail.example'] } };
  const { worker, mail, browser } = await withProviders(t, { oidc: provider }, trusting);
  for (const [place, email] of HOSTILE_ADDRESSES.entries()) {
    provider.person({ sub: `mallory${place}`, email, email_verified: true });
    const visitor = browser();
    const back = await through(visitor, 'oidc', provider);
    assert.equal(pathOf(back.location ?? ''), '/account/connect', `${email}: ${back.text}`);
    const page = visitor.keep(await visitor.ask('/account/connect'));
    assert.ok(!page.text.includes('There is an account'), email);
    assert.match(page.text, /name="email"/, `${email}: it is not proved`);
    const done = await visitor.on(page, '/account/connect/register', { login: `mallory${place}`, email })();
    assert.ok([303, 400].includes(done.status), `${email}: ${done.status}`);
    assert.ok(!(await isSignedIn(visitor)), email);
  }
  assert.deepEqual(await worker.sql('SELECT login FROM users'), [{ login: 'ada' }]);
  assert.deepEqual(await worker.sql('SELECT * FROM identities'), []);
  for (const { to, text } of mail.emails.slice(1)) assert.ok(!to.includes('ada@mail.example') || !/token=/.test(text), `${to}: ${text}`);
});
