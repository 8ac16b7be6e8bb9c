// An account that only another provider signs in to lives as one with a passkey does.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { arrive, example, isSignedIn, ours, pathOf, signUp, through, withProviders } from './federated.mjs';
import { openid } from './identity-providers/openid.mjs';
import { login } from './people.mjs';

const fed = { login: 'fed', email: 'fed@corp.example', password: 'a quiet lane behind the mill' };
const seconds = () => Math.floor(Date.now() / 1000);

/** A browser that has signed up without a password, where the provider dates its proofs or does not. */
async function signedUp(t, auth_time) {
  const provider = openid(ours('oidc'));
  const { worker, mail, browser } = await withProviders(t, { oidc: provider }, { oidc: { ...example.oidc, trusted_domains: ['corp.example'] } });
  provider.person({ sub: 'fed', email: fed.email, auth_time });
  const visitor = browser();
  await signUp(visitor, await arrive(visitor, 'oidc', provider), { login: fed.login });
  assert.ok(await isSignedIn(visitor));
  return { worker, mail, browser, visitor, provider };
}

test('a recent proof of the provider is enough for a first password', async (t) => {
  const { worker, visitor } = await signedUp(t, seconds());
  const page = visitor.keep(await visitor.ask('/account/password'));
  assert.ok(!page.text.includes('current_password'), page.text);
  const done = visitor.keep(await visitor.on(page, '/account/password', { new_password: fed.password })());
  assert.equal(pathOf(done.location ?? ''), '/account', done.text);
  assert.equal((await login(worker, fed)).status, 200);
});

test('a recent proof of the provider is enough for another address', async (t) => {
  const { mail, visitor } = await signedUp(t, seconds());
  const page = visitor.keep(await visitor.ask('/account/address'));
  assert.ok(!page.text.includes('current_password'), page.text);
  const sent = await visitor.on(page, '/account/address', { email: 'new@corp.example' })();
  assert.equal(sent.status, 200, sent.text);
  assert.match((await mail.emailTo('new@corp.example')).text, /account\/email\?token=/);
});

test('without a recent proof a page asks for one that the account can give', async (t) => {
  const { visitor } = await signedUp(t);
  for (const path of ['/account/password', '/account/address']) {
    assert.match((await visitor.ask(path)).location, /\/account\/confirm/);
  }
  const { text } = await visitor.ask('/account/confirm?r=/account/password');
  assert.ok(!text.includes('name="password"'), text);
  assert.match(text, /href="\/account\/recover"/);
  assert.match(text, /href="\/account\/with\/oidc\?/);
});

test('a code by email is enough for a first password', async (t) => {
  const { worker, mail, visitor } = await signedUp(t);
  const page = visitor.keep(await visitor.ask('/account/confirm?r=/account/password'));
  const asked = visitor.keep(await visitor.on(page, '/account/confirm/code', {})());
  const { text } = await mail.emailTo(fed.email, ({ subject }) => /^\d{6} /.test(subject));
  const [code] = text.match(/\b\d{6}\b/);
  assert.equal(pathOf(visitor.keep(await visitor.on(asked, '/account/confirm/verify', { code })()).location), '/account/password');
  const form = visitor.keep(await visitor.ask('/account/password'));
  const done = visitor.keep(await visitor.on(form, '/account/password', { new_password: fed.password })());
  assert.equal(pathOf(done.location ?? ''), '/account', done.text);
  assert.equal((await login(worker, fed)).status, 200);
});

test('a connected account with a password still presents it', async (t) => {
  const { visitor, provider, browser } = await signedUp(t, seconds());
  const page = visitor.keep(await visitor.ask('/account/password'));
  visitor.keep(await visitor.on(page, '/account/password', { new_password: fed.password })());
  const other = browser();
  await through(other, 'oidc', provider);
  const asked = other.keep(await other.ask('/account/address'));
  assert.match(asked.text, /current_password/);
  assert.equal((await other.on(asked, '/account/address', { email: 'new@corp.example' })()).status, 400);
});
