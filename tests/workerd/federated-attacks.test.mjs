// What was done to other products by way of identity providers, from the attacker's side. The numbers are those of
// docs/contribute/SECURITY.md, "Attacks on other providers". What a provider itself may forge is in federated-id-tokens.test.mjs.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { addApp, forgetStep, shown } from './authenticator-app.mjs';
import { BY_IDENTITY, SIGN_UP, arrive, begun, connect, example, isSignedIn } from './federated.mjs';
import { ours, pathOf, signUp, through, withProviders } from './federated.mjs';
import { discord } from './identity-providers/discord.mjs';
import { entra } from './identity-providers/entra.mjs';
import { github } from './identity-providers/github.mjs';
import { google } from './identity-providers/google.mjs';
import { openid } from './identity-providers/openid.mjs';
import { activationToken, ada, join, login, register } from './people.mjs';

const bob = { login: 'bob', email: 'bob@mail.example', password: 'a quiet lane behind the mill' };
const victim = 'victim@mail.example';
const mallory = { sub: 'mallory', email: 'mallory@evil.example', email_verified: true };

/** Google and another provider, and mallory at both. */
async function withTwo(t) {
  const providers = { google: google(ours('google')), oidc: openid(ours('oidc')) };
  for (const provider of Object.values(providers)) provider.person(mallory);
  return { ...(await withProviders(t, providers, example)), providers };
}

/** An OpenID provider at which mallory has an account. */
async function withOne(t) {
  const provider = openid(ours('oidc'));
  provider.person(mallory);
  return { ...(await withProviders(t, { oidc: provider }, example)), provider };
}

const identities = (worker) => worker.sql('SELECT subject, (SELECT login FROM users WHERE id = user_id) AS login FROM identities');
const activationPage = async (mail, address) => `/account/activate?token=${activationToken(await mail.emailTo(address))}`;

/** A browser with the cookies of another, as they are now. */
const copied = (browser, of) => Object.assign(browser, { cookies: { ...of.cookies } });

const signOut = async (browser) => browser.keep(await browser.on(browser.keep(await browser.ask('/account')), '/account/signout', {})());

test('who began with the address of another has no part in the account of its owner, however they began (U1, U8)', async (t) => {
  const { worker, mail, provider, browser } = await withOne(t);
  provider.person({ ...mallory, email: victim, email_verified: false });
  const [attacker, owner] = [browser(), browser()];
  assert.equal((await register(worker, { login: 'squatter', email: victim, password: bob.password })).status, 200);
  await signUp(attacker, await arrive(attacker, 'oidc', provider), { login: 'victim', email: victim });
  const link = await activationPage(mail, victim);

  // The owner's browser has proved an identity too, but has not begun this registration.
  provider.person({ sub: 'owner', email: victim });
  const page = await arrive(owner, 'oidc', provider);
  const opened = owner.keep(await owner.ask(link));
  assert.ok(!opened.text.includes(BY_IDENTITY));
  const [, token] = link.split('token=');
  const forged = await owner.on({ text: page.text.replaceAll(SIGN_UP, BY_IDENTITY) }, BY_IDENTITY, { token })();
  assert.ok(forged.status >= 400, `${forged.status}`);
  assert.deepEqual(await identities(worker), []);

  // Their own registration makes an account that neither identity nor password of the attacker opens.
  const known = new Set(mail.emails);
  await signUp(owner, page, { login: 'owner', email: victim });
  const own = activationToken(await mail.emailTo(victim, (email) => !known.has(email)));
  await owner.on(owner.keep(await owner.ask(`/account/activate?token=${own}`)), BY_IDENTITY, {})();
  assert.deepEqual(await identities(worker), [{ subject: 'owner', login: 'owner' }]);
  provider.person({ ...mallory, email: victim, email_verified: true });
  await through(attacker, 'oidc', provider);
  assert.ok(!(await isSignedIn(attacker)));
  assert.notEqual((await login(worker, { login: victim, password: bob.password })).status, 200);
});

test('an address that somebody claims is no proof of it, and a name is no identity (U2)', async (t) => {
  const kinds = { microsoft: entra, github, discord, oidc: openid };
  const providers = Object.fromEntries(Object.entries(kinds).map(([id, kind]) => [id, kind(ours(id))]));
  const { worker, browser } = await withProviders(t, providers, example);
  const of = (email, primary, verified) => ({ email, primary, verified, visibility: null });
  const spoofed = [
    ['microsoft', { email: ada.email, preferred_username: ada.email }],
    ...[false, 'false', 0, '0', 'yes', null].map((xms_edov) => ['microsoft', { email: ada.email, xms_edov }]),
    ['github', { email: ada.email, emails: [of('mallory@evil.example', true, true), of(ada.email, false, true)] }],
    ['discord', { email: ada.email, verified: false }],
    ['discord', { email: ada.email, verified: 'true' }],
    ...[false, 'yes', 'TRUE', 2, {}, [true], null].map((email_verified) => ['oidc', { email: ada.email, email_verified }]),
    ['oidc', { email: undefined, email_verified: true, preferred_username: ada.login, name: ada.login }],
    ['oidc', { email: [ada.email], email_verified: true }],
  ];
  for (const [id, person] of spoofed) {
    const visitor = browser();
    providers[id].person(person);
    const page = await arrive(visitor, id, providers[id]);
    assert.ok(!page.text.includes('There is an account'), `${id} ${JSON.stringify(person)}`);
    assert.ok(!(await isSignedIn(visitor)), id);
  }
  // GitHub may answer before an address is verified.
  providers.github.person();
  providers.github.changes = { emails: () => Response.json([of(ada.email, true, false)]) };
  assert.ok(!(await arrive(browser(), 'github', providers.github)).text.includes('There is an account'));
  assert.deepEqual(await identities(worker), []);
});

test('nobody is connected without a press of their own, in a session that stands and is recent (U3)', async (t) => {
  const { worker, mail, provider, browser } = await withOne(t);
  await join(worker, mail, bob);
  const own = browser();
  await own.signIn(ada);
  const page = await arrive(own, 'oidc', provider);
  const send = (form) => own.on({ text: form }, '/account/connect', {})();

  const stranger = browser();
  await stranger.signIn(bob);
  const strangers = await arrive(stranger, 'oidc', provider);
  const seal = /name="seal" value="[^"]*"/g;
  assert.equal((await send(page.text.replaceAll(seal, strangers.text.match(seal)[0]))).status, 403, 'a form of another browser');
  assert.equal((await own.ask('/account/connect', { method: 'POST', body: new URLSearchParams() })).status, 403, 'no form');

  await worker.sql('UPDATE sessions SET auth_time = auth_time - 901000');
  assert.match((await send(page.text)).location, /\/account\/confirm/, 'a proof that is old');
  await worker.sql('UPDATE sessions SET auth_time = auth_time + 901000');

  await signOut(copied(browser(), own));
  assert.match((await send(page.text)).location ?? '', /\/account\/signin/, 'a session that has ended');
  assert.deepEqual(await identities(worker), []);
});

test('what was begun in one session is nothing in another (U3)', async (t) => {
  const { worker, mail, provider, browser } = await withOne(t);
  await join(worker, mail, bob);
  const one = browser();
  await one.signIn(bob);
  const back = await begun(one, 'oidc', provider);
  await signOut(one);
  await one.signIn(ada);
  one.keep(await one.ask(back));
  assert.equal(pathOf((await one.ask('/account/connect')).location), '/account/security');

  const asked = await arrive(one, 'oidc', provider);
  assert.match(asked.text, /mallory@evil\.example.*Account here:.*>ada</s);
  await signOut(one);
  assert.equal(pathOf((await one.ask('/account/connect')).location), '/account/security', 'nor is there a sign-up');
  await one.signIn(bob);
  assert.equal(pathOf((await one.ask('/account/connect')).location), '/account/security');
  await one.on(asked, '/account/connect', {})();
  assert.deepEqual(await identities(worker), []);
});

test('a disconnected identity takes nothing that was begun with it further (U4)', async (t) => {
  const { worker, provider, browser } = await withOne(t);
  const [owner, attacker, waiting, held] = [browser(), browser(), browser(), browser()];
  await owner.signIn(ada);
  assert.equal((await connect(owner, 'oidc', provider)).status, 303);
  const { secret } = await addApp(worker, ada);
  // One has passed the first step, one is at the provider, one has proved the identity for a connection.
  const second = await through(attacker, 'oidc', provider);
  assert.match(second.text, /action="\/account\/signin\/second"/);
  const back = await begun(waiting, 'oidc', provider);
  copied(held, owner);
  await worker.sql('UPDATE sessions SET auth_time = ?', Date.now());

  // The app has ended the owner's session: a new one, with both factors.
  const step = await owner.signIn(ada);
  owner.keep(await owner.on(step, '/account/signin/second', { code: shown(secret) })());
  await forgetStep(worker);
  const security = owner.keep(await owner.ask('/account/security'));
  const gone = await owner.on(security, '/account/security/identities/remove', {})();
  assert.equal(pathOf(gone.location), '/account/security', gone.text);
  assert.deepEqual(await identities(worker), []);

  await forgetStep(worker);
  attacker.keep(await attacker.on(second, '/account/signin/second', { code: shown(secret) })());
  assert.ok(!(await isSignedIn(attacker)), 'the second step of a sign-in with the identity');
  assert.equal(pathOf(waiting.keep(await waiting.ask(back)).location), '/account/connect');
  assert.ok(!(await isSignedIn(waiting)), 'a sign-in that was at the provider');
  held.keep(await held.ask(await begun(held, 'oidc', provider)));
  assert.ok(!(await isSignedIn(held)), 'a session that has ended');
  assert.deepEqual(await identities(worker), []);
});

test('an answer of one provider is refused at the callback of another, and no code goes there (U5)', async (t) => {
  const { worker, browser, providers } = await withTwo(t);
  const redeemed = () => Object.values(providers).flatMap(({ asked }) => asked.filter(({ method }) => method === 'POST'));
  const ISSUERS = { google: 'https://accounts.google.com', oidc: 'https://id.example' };
  for (const [id, other] of [['google', 'oidc'], ['oidc', 'google']]) {
    const visitor = browser();
    const back = await begun(visitor, id, providers[id]);
    const theirs = await begun(visitor, other, providers[other]);
    const state = (path) => new URLSearchParams(path.split('?')[1]).get('state');
    for (const [what, path] of Object.entries({
      'the whole answer at another callback': back.replace(`/with/${id}/`, `/with/${other}/`),
      'a state of another provider': theirs.replace(state(theirs), state(back)),
      'the issuer of another provider': back.replace(encodeURIComponent(ISSUERS[id]), encodeURIComponent(ISSUERS[other])),
      'no issuer': back.replace(/[?&]iss=[^&]*/, ''),
    })) {
      assert.notEqual(path, back, what);
      const refused = await visitor.ask(path);
      assert.ok([400, 502].includes(refused.status), `${id}: ${what}: ${refused.status}`);
      assert.ok(!refused.kept['__Host-session'] && !refused.kept['__Host-identity'], what);
    }
  }
  assert.deepEqual(redeemed(), []);
  assert.deepEqual(await identities(worker), []);
});

test('an answer is worth nothing in a browser that did not begin it, or twice (U9)', async (t) => {
  const { worker, browser, provider } = await withOne(t);
  const [attacker, other] = [browser(), browser()];
  const back = await begun(attacker, 'oidc', provider);
  const redeemed = () => provider.asked.filter(({ method }) => method === 'POST').length;
  const empty = await other.ask(back);
  assert.deepEqual([empty.status, redeemed(), Object.keys(empty.kept).some((name) => /session|identity/.test(name))], [400, 0, false]);
  // A browser that has begun a sign-in of its own takes no part in that of another either.
  await begun(other, 'oidc', provider);
  assert.deepEqual([(await other.ask(back)).status, redeemed()], [400, 0]);
  const posted = await other.ask(back.split('?')[0], { method: 'POST', body: new URLSearchParams(back.split('?')[1]) });
  assert.equal((await other.ask(pathOf(posted.location))).status, 400);
  assert.equal(redeemed(), 0);

  assert.equal(attacker.keep(await attacker.ask(back)).status, 303);
  assert.deepEqual([(await attacker.ask(back)).status, redeemed()], [400, 1]);
  assert.deepEqual(await identities(worker), []);
});
