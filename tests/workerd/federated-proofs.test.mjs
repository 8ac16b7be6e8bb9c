// What a sign-in at a provider proves: how many factors, and when.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { addApp, shown } from './authenticator-app.mjs';
import { connect, example, isSignedIn, ours, pathOf, through, withProviders } from './federated.mjs';
import { openid } from './identity-providers/openid.mjs';
import { CALLBACK, registrar } from './oauth.mjs';
import { ada, signIn } from './people.mjs';

const seconds = () => Math.floor(Date.now() / 1000);
const CONFIRM = '/account/confirm?r=%2Faccount%2Fdelete';

/** Ada's account, connected with a provider; `first` is signed in with a password. */
async function connected(t, entry = {}, settings = {}) {
  const provider = openid(ours('oidc'));
  const more = { oidc: { ...example.oidc, ...entry } };
  const { worker, browser, mail } = await withProviders(t, { oidc: provider }, more, settings);
  const first = browser();
  await first.signIn(ada);
  assert.equal((await connect(first, 'oidc', provider)).status, 303);
  return { worker, provider, browser, mail, first };
}

/** Follows the link of `/account/confirm` to the provider, and comes back. */
async function confirm(visitor, provider) {
  const page = visitor.keep(await visitor.ask(CONFIRM));
  const [, link] = page.text.match(/href="(\/account\/with\/oidc\?[^"]*)"/);
  const started = visitor.keep(await visitor.ask(link.replaceAll('&amp;', '&')));
  const { searchParams } = new URL(started.location);
  assert.deepEqual([searchParams.get('prompt'), searchParams.get('max_age')], ['login', '0']);
  return visitor.keep(await visitor.ask(pathOf(await provider.authorize(started.location))));
}

test('a sign-in that the provider does not date is not recent, and one that it dates is as old as it says', async (t) => {
  const { provider, browser } = await connected(t);
  for (const [auth_time, isRecent] of [[undefined, false], [seconds() - 3600, false], [seconds(), true], [seconds() + 3600, true]]) {
    provider.person({ auth_time });
    const visitor = browser();
    await through(visitor, 'oidc', provider);
    assert.ok(await isSignedIn(visitor));
    const page = await visitor.ask('/account/delete');
    assert.equal(page.status === 200, isRecent, `${auth_time}: ${page.status} ${page.location}`);
  }
});

test('a time that no session has been proved at is none, and nobody is kept out by it', async (t) => {
  const { provider, browser } = await connected(t);
  for (const auth_time of [-1, -1e12, Number.MIN_SAFE_INTEGER, 1e300, String(seconds()), {}, null]) {
    provider.person({ auth_time });
    const visitor = browser();
    assert.equal((await through(visitor, 'oidc', provider)).status, 303, `${auth_time}`);
    assert.equal((await visitor.ask('/account/sessions')).status, 200, `${auth_time}`);
    assert.equal((await visitor.ask('/account/delete')).status, 303, `${auth_time}`);
  }
});

test('a client that asks for a proof of the same hour is not told of one that the provider does not date', async (t) => {
  const { worker, mail, provider, browser } = await connected(t);
  await (await registrar(worker, mail))({ client_id: 'shop', first_party: true });
  const asked = { client_id: 'shop', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid', code_challenge: 'A'.repeat(43), code_challenge_method: 'S256', max_age: 3600 };
  const goes = async (auth_time) => {
    provider.person({ auth_time });
    const visitor = browser();
    await through(visitor, 'oidc', provider);
    return (await visitor.ask(`/oauth/authorize?${new URLSearchParams(asked)}`)).location;
  };
  assert.match(await goes(undefined), /\/account\/confirm/);
  assert.match(await goes(seconds() - 1800), /^https:\/\/shop\.example\.com\/cb\?code=/);
});

test('a provider that lets its user sign in again renews the proof of identity, and only then', async (t) => {
  const { provider, browser } = await connected(t);
  const visitor = browser();
  await through(visitor, 'oidc', provider);
  for (const auth_time of [undefined, seconds() - 3600]) {
    provider.person({ auth_time });
    const refused = await confirm(visitor, provider);
    assert.match(refused.text, /confirm that it was you just now/);
    assert.equal((await visitor.ask('/account/delete')).status, 303);
  }
  provider.person({ sub: 'mallory', auth_time: seconds() });
  assert.match((await confirm(visitor, provider)).text, /confirm that it was you just now/);
  assert.equal((await visitor.ask('/account/delete')).status, 303, 'another identity');

  provider.person({ auth_time: seconds() });
  const done = await confirm(visitor, provider);
  assert.equal(pathOf(done.location), '/account/delete', done.text);
  assert.equal((await visitor.ask('/account/delete')).status, 200);
});

test('a proof that was begun in one session renews no other', async (t) => {
  const { provider, browser } = await connected(t);
  provider.person({ auth_time: seconds() });
  const visitor = browser();
  await through(visitor, 'oidc', provider);
  const started = visitor.keep(await visitor.ask('/account/with/oidc?reauthenticate=1&r=/account/delete'));
  const back = pathOf(await provider.authorize(started.location));
  const page = visitor.keep(await visitor.ask('/account'));
  visitor.keep(await visitor.on(page, '/account/signout', {})());
  assert.match((await visitor.ask(back)).location, /\/account\/signin/);
});

test('an account with a second step is asked for it, unless the operator trusts the provider for both', async (t) => {
  for (const [entry, claims, asks] of [
    [{}, { amr: ['pwd', 'mfa'], acr: 'gold' }, true],
    [{ mfa_values: ['mfa'] }, { amr: ['pwd', 'mfa'] }, false],
    [{ mfa_values: ['mfa'] }, { amr: ['pwd'] }, true],
    [{ mfa_values: ['gold'] }, { acr: 'gold' }, false],
    [{ mfa_values: ['gold'] }, { acr: 'silver', amr: 'gold' }, true],
  ]) {
    const scene = await connected(t, entry);
    const { secret } = await addApp(scene.worker, ada);
    scene.provider.person(claims);
    const visitor = scene.browser();
    const back = await through(visitor, 'oidc', scene.provider);
    assert.equal(await isSignedIn(visitor), !asks, JSON.stringify([entry, claims]));
    if (!asks) continue;
    const entered = visitor.keep(await visitor.on(back, '/account/signin/second', { code: shown(secret) })());
    assert.equal(pathOf(entered.location), '/account', entered.text);
    const [{ factor }] = await scene.worker.sql('SELECT factor FROM sessions ORDER BY created_at DESC LIMIT 1');
    assert.equal(factor, 'otp mfa fed');
    assert.equal((await visitor.ask('/account/delete')).status, 303, 'the first of the two is not recent');
  }
});

test('the tokens of a provider are kept for a user if the operator wants them, encrypted, and for nobody else', async (t) => {
  const { worker, provider, browser, first } = await connected(t, { keep_tokens: true });
  const tokens = async (id = 'oidc') => {
    const Authorization = `Bearer ${(await signIn(worker, ada)).token}`;
    return worker.get(`/api/auth/providers/${id}/tokens`, { Authorization });
  };
  const issued = { access_token: 'an access token', token_type: 'Bearer', refresh_token: 'a refresh token', expires_in: 300, scope: 'openid' };
  provider.changes = { token: (body) => ({ ...body, ...issued, id_token: body.id_token }), claims: { at_hash: undefined } };
  await through(browser(), 'oidc', provider);
  const { json } = await tokens();
  assert.deepEqual({ ...json, expires_at: null }, { access_token: 'an access token', refresh_token: 'a refresh token', scope: 'openid', expires_at: null });
  assert.ok(Math.abs(Date.parse(json.expires_at) - Date.now() - 300_000) < 60_000, json.expires_at);
  const [row] = await worker.sql('SELECT tokens FROM identities');
  assert.doesNotMatch(Buffer.from(row.tokens, 'base64url').toString('latin1'), /token/);
  assert.equal((await tokens('other')).status, 404);
  assert.equal((await worker.get('/api/auth/providers/oidc/tokens')).status, 401);

  const page = first.keep(await first.ask('/account/security'));
  await first.on(page, '/account/security/identities/remove', {})();
  assert.equal((await tokens()).status, 404);
});

test('a sign-in that a second step follows is recorded, with its tokens', async (t) => {
  const { worker, provider, browser } = await connected(t, { keep_tokens: true });
  const { secret } = await addApp(worker, ada);
  provider.changes = { token: (body) => ({ ...body, access_token: 'a later token' }), claims: { at_hash: undefined } };
  const visitor = browser();
  const back = await through(visitor, 'oidc', provider);
  visitor.keep(await visitor.on(back, '/account/signin/second', { code: shown(secret) })());
  assert.equal(JSON.parse((await visitor.ask('/api/auth/providers/oidc/tokens')).text).access_token, 'a later token');
  const [{ last_used_at: used }] = await worker.sql('SELECT last_used_at FROM identities');
  assert.ok(used > 0);
});

test('tokens for longer than a century, or for no time, end at no time', async (t) => {
  const { worker, provider, browser } = await connected(t, { keep_tokens: true });
  for (const expires_in of [-1, 9e15, 1e18, -9e18, 1e300, '300']) {
    provider.changes = { token: (body) => ({ ...body, expires_in }) };
    await through(browser(), 'oidc', provider);
    const Authorization = `Bearer ${(await signIn(worker, ada)).token}`;
    const { json } = await worker.get('/api/auth/providers/oidc/tokens', { Authorization });
    assert.equal(json.expires_at, null, `${expires_in}`);
  }
});

test('no cookie is too large for a browser: what need not be held is not, and the rest is refused', async (t) => {
  const provider = openid(ours('oidc'));
  const { browser } = await withProviders(t, { oidc: provider }, { oidc: { ...example.oidc, keep_tokens: true } });
  const way = (length) => `/oauth/authorize?client_id=${'x'.repeat(length)}`;
  const sizes = ({ kept }) => Object.entries(kept).map(([name, value]) => name.length + 1 + value.length);
  provider.changes = { token: (body) => ({ ...body, access_token: 'x'.repeat(2000) }), claims: { at_hash: undefined } };
  provider.person({ preferred_username: 'n'.repeat(5000) });
  for (const length of [10, 600, 1500, 2000]) {
    const visitor = browser();
    const back = await through(visitor, 'oidc', provider, way(length));
    assert.equal(pathOf(back.location ?? ''), '/account/connect', back.text);
    assert.ok(Math.max(...sizes(back)) <= 4096, `${length}: ${sizes(back)}`);
    assert.equal((await visitor.ask('/account/connect')).status, 200);
  }
  const refused = await browser().ask(`/account/with/oidc?r=${encodeURIComponent(way(3500))}`);
  assert.equal(refused.status, 400);
  assert.deepEqual(sizes(refused).filter((size) => size > 4096), []);
});

test('a token that is too large for a cookie is kept from the second sign-in on, and none by default', async (t) => {
  const large = 'x'.repeat(3000);
  for (const [entry, kept] of [[{ keep_tokens: true }, [false, true]], [{}, [false, false]]]) {
    const provider = openid(ours('oidc'));
    provider.changes = { token: (body) => ({ ...body, access_token: large }), claims: { at_hash: undefined } };
    const { worker, browser } = await withProviders(t, { oidc: provider }, { oidc: { ...example.oidc, ...entry } });
    const visitor = browser();
    await visitor.signIn(ada);
    assert.equal((await connect(visitor, 'oidc', provider)).status, 303);
    const isKept = async () => (await worker.sql('SELECT tokens FROM identities'))[0].tokens !== null;
    const seen = [await isKept()];
    await through(browser(), 'oidc', provider);
    assert.deepEqual([...seen, await isKept()], kept);
  }
});
