// Users who have no account come from another provider: whose is the identity?

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { BY_IDENTITY, SIGN_UP, arrive, connect, example, isSignedIn, ours, pathOf, signUp, through, withProviders } from './federated.mjs';
import { github } from './identity-providers/github.mjs';
import { google } from './identity-providers/google.mjs';
import { openid } from './identity-providers/openid.mjs';
import { activationToken, ada } from './people.mjs';

const bob = { sub: 'bob', email: 'bob@gmail.com', email_verified: true };

test('an address of which the provider runs the mailbox has its account at once', async (t) => {
  const provider = google(ours('google'));
  provider.person(bob);
  const { worker, browser } = await withProviders(t, { google: provider });
  const first = browser();
  const page = await arrive(first, 'google', provider);
  assert.match(page.text, /bob@gmail\.com/);
  const taken = await signUp(first, page, { login: 'ada' });
  assert.equal(taken.status, 409, taken.text);
  // A double click.
  const send = first.on(taken, SIGN_UP, { login: 'bob', email: 'someone@else.example' });
  for (const done of await Promise.all([send(), send()])) {
    assert.equal(pathOf(done.location ?? ''), '/account', done.text);
    const either = browser();
    assert.ok(await isSignedIn((either.keep(done), either)));
  }
  const [user] = await worker.sql("SELECT email, password_hash FROM users WHERE login = 'bob'");
  assert.equal(user.email, 'bob@gmail.com');
  const second = browser();
  assert.equal(pathOf((await through(second, 'google', provider)).location), '/account');
  assert.ok(await isSignedIn(second));
});

test('any other address is proved by a link, and its account has the identity only in the browser that began', async (t) => {
  const provider = openid(ours('oidc'));
  provider.person({ ...bob, email: 'bob@mail.example' });
  const { worker, mail, browser } = await withProviders(t, { oidc: provider }, example);
  const [own, other] = [browser(), browser()];
  const done = await signUp(own, await arrive(own, 'oidc', provider), { login: 'bob', email: 'bob@mail.example' });
  assert.equal(pathOf(done.location), '/account/activate', done.text);
  assert.equal((await worker.sql("SELECT * FROM users WHERE login = 'bob'")).length, 0);
  const link = `/account/activate?token=${activationToken(await mail.emailTo('bob@mail.example'))}`;

  const elsewhere = await other.ask(link);
  assert.ok(!elsewhere.text.includes(BY_IDENTITY), 'a stranger\'s browser has no part in it');
  const activated = await own.on(own.keep(await own.ask(link)), BY_IDENTITY, {})();
  assert.equal(pathOf(activated.location), '/account/signin?r=%2Faccount', activated.text);
  assert.equal(pathOf((await through(other, 'oidc', provider)).location), '/account');
  assert.ok(await isSignedIn(other));
  assert.ok(!(await own.ask(link)).text.includes(BY_IDENTITY), 'the link is used up');
});

test('a page tells of an account only to who has proved its address, and writes to its owner otherwise', async (t) => {
  const provider = openid(ours('oidc'));
  const { mail, browser } = await withProviders(t, { oidc: provider }, example);
  provider.person({ sub: 'bob', email: ada.email, email_verified: false });
  const visitor = browser();
  const page = await arrive(visitor, 'oidc', provider);
  assert.doesNotMatch(page.text, /There is an account/);
  const done = await signUp(visitor, page, { login: 'bob', email: ada.email });
  assert.equal(pathOf(done.location), '/account/activate', done.text);
  await mail.emailTo(ada.email, (email) => /already/.test(email.text));
});

test('a provider that the operator trusts for a domain connects its accounts, and tells their users', async (t) => {
  const provider = openid(ours('oidc'));
  const trusting = { oidc: { ...example.oidc, trusted_domains: ['mail.example'] } };
  const { worker, mail, browser } = await withProviders(t, { oidc: provider }, trusting);
  for (const [sub, email, verified, signsIn] of [
    ['unverified', ada.email, false, false],
    ['elsewhere', 'ada@mail.example.attacker.example', true, false],
    ['homoglyph', 'ada\uff20mail.example', true, false],
    ['full-width', '\uff41da@mail.example', true, false],
    ['ada', ada.email.toUpperCase(), true, true],
    ['successor', ada.email, true, false],
  ]) {
    provider.person({ sub, email, email_verified: verified });
    const visitor = browser();
    await through(visitor, 'oidc', provider);
    assert.equal(await isSignedIn(visitor), signsIn, sub);
  }
  assert.deepEqual((await worker.sql('SELECT subject FROM identities')).map(({ subject }) => subject), ['ada']);
  assert.match((await mail.emailTo(ada.email, ({ text }) => /another provider/.test(text))).text, /another provider/);
});

test('no account comes from a provider without sign-up, or while registration is closed', async (t) => {
  for (const [more, settings] of [[{ google: { sign_up: false } }, {}], [{}, { AUTH_REGISTRATION: 'closed' }]]) {
    const provider = google(ours('google'));
    provider.person(bob);
    const { worker, browser } = await withProviders(t, { google: provider }, more, settings);
    const visitor = browser();
    const page = await arrive(visitor, 'google', provider);
    assert.ok(!page.text.includes(SIGN_UP));
    const form = await visitor.ask('/account/signin');
    const forged = await visitor.on({ text: visitor.keep(form).text.replaceAll('action="/account/signin"', `action="${SIGN_UP}"`) }, SIGN_UP, { login: 'bob' })();
    assert.equal(forged.status, 403, forged.text);
    assert.deepEqual(await worker.sql("SELECT * FROM users WHERE login = 'bob'"), []);
  }
});

test('GitHub names no address: the user types one', async (t) => {
  const provider = github(ours('github'));
  const { mail, browser } = await withProviders(t, { github: provider });
  provider.changes = { emails: () => Response.json([{ email: ada.email, primary: true, verified: false, visibility: null }]) };
  const visitor = browser();
  const page = await arrive(visitor, 'github', provider);
  assert.doesNotMatch(page.text, /There is an account/);
  await signUp(visitor, page, { login: 'bob', email: 'bob@mail.example' });
  activationToken(await mail.emailTo('bob@mail.example'));
});

test('a page of one\'s own has the buttons, and a client names the provider', async (t) => {
  const provider = openid(ours('oidc'));
  const { worker, browser } = await withProviders(t, { oidc: provider }, example);
  const { json } = await worker.get('/api/auth/providers');
  assert.deepEqual(json.providers.map(({ id, name, kind, sign_up }) => [id, name, kind, sign_up]), [['oidc', 'Example', 'oidc', true]]);
  assert.equal(pathOf(json.providers[0].url), '/account/with/oidc');
  for (const path of ['/account/signin', '/account/register']) assert.match((await browser().ask(path)).text, /Continue with Example/);
  const hinted = await browser().ask('/account/signin?r=/account/keys&idp_hint=oidc');
  assert.equal(pathOf(hinted.location), '/account/with/oidc?r=%2Faccount%2Fkeys');
  assert.equal((await browser().ask('/account/signin?idp_hint=unknown')).status, 200);
  const visitor = browser();
  await visitor.signIn(ada);
  assert.equal((await connect(visitor, 'oidc', provider)).status, 303);
});
