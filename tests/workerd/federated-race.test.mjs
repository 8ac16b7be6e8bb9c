// Sign-in with other providers under real parallelism.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { BY_IDENTITY, SIGN_UP, arrive, begun, example, isSignedIn, ours, pathOf, signUp, through, withProviders } from './federated.mjs';
import { google } from './identity-providers/google.mjs';
import { openid } from './identity-providers/openid.mjs';
import { activationToken, ada, fiftyTimes, join } from './people.mjs';

const bob = { login: 'bob', email: 'bob@mail.example', password: 'a quiet lane behind the mill' };

const count = async (worker, table) => (await worker.sql(`SELECT count(*) AS n FROM ${table}`))[0].n;

/** A browser with the same cookies, whose press is its own: no form that is sent twice. */
const again = (browser, of) => Object.assign(browser, { cookies: { ...of.cookies } });

test('of two browsers that sign up at once, both have the one account', async (t) => {
  const provider = google(ours('google'));
  provider.person({ sub: 'bob', email: 'bob@gmail.com', email_verified: true });
  const { worker, browser } = await withProviders(t, { google: provider });
  const browsers = [browser(), browser()];
  const sends = [];
  for (const [place, one] of browsers.entries()) {
    sends.push(one.on(await arrive(one, 'google', provider), SIGN_UP, { login: `bob${place}` }));
  }
  const answers = await Promise.all(sends.map((send) => send()));
  for (const [place, answer] of answers.entries()) {
    assert.equal(pathOf(answer.location ?? ''), '/account', answer.text);
    assert.ok(await isSignedIn((browsers[place].keep(answer), browsers[place])));
  }
  assert.deepEqual([await count(worker, 'users'), await count(worker, 'identities')], [2, 1]);
});

test('of fifty activations at once in the browser that began, one makes the account', async (t) => {
  const provider = openid(ours('oidc'));
  provider.person({ sub: 'bob', email: bob.email });
  const { worker, mail, browser } = await withProviders(t, { oidc: provider }, example);
  const own = browser();
  await signUp(own, await arrive(own, 'oidc', provider), { login: 'bob', email: bob.email });
  const link = `/account/activate?token=${activationToken(await mail.emailTo(bob.email))}`;
  const sends = [];
  for (let place = 0; place < 50; place++) {
    const one = again(browser(), own);
    sends.push(one.on(one.keep(await one.ask(link)), BY_IDENTITY, {}));
  }
  const answers = await Promise.all(sends.map((send) => send()));
  assert.equal(answers.filter(({ status }) => status === 303).length, 1);
  assert.deepEqual([await count(worker, 'users'), await count(worker, 'identities')], [2, 1]);
  await through(own, 'oidc', provider);
  assert.ok(await isSignedIn(own));
});

test('of fifty connections of one identity at once from two accounts, one account has it', async (t) => {
  const provider = openid(ours('oidc'));
  const { worker, mail, browser } = await withProviders(t, { oidc: provider }, example);
  await join(worker, mail, bob);
  const sends = { ada: [], bob: [] };
  for (const person of [ada, bob]) {
    const signedIn = browser();
    await signedIn.signIn(person);
    for (let place = 0; place < 25; place++) {
      const one = again(browser(), signedIn);
      sends[person.login].push(one.on(await arrive(one, 'oidc', provider), '/account/connect', {}));
    }
  }
  const pairs = sends.ada.flatMap((send, place) => [['ada', send], ['bob', sends.bob[place]]]);
  const answers = await Promise.all(pairs.map(async ([login, send]) => ({ login, ...(await send()) })));
  const rows = await worker.sql('SELECT (SELECT login FROM users WHERE id = user_id) AS login FROM identities');
  assert.equal(rows.length, 1);
  // Whoever has it may connect it again, which changes nothing.
  for (const { login, status } of answers) assert.equal(status, login === rows[0].login ? 303 : 409, login);
  const ADDED = "SELECT count(*) AS n FROM audit WHERE act = 'add_factor' AND outcome = 'ok'";
  assert.equal((await worker.sql(ADDED))[0].n, 1);
});

test('of fifty callbacks with one answer at once, one is a session, also at a provider that takes a code twice', async (t) => {
  const provider = openid(ours('oidc'));
  let token;
  const lenient = async (request) => {
    if (!token || !request.url.endsWith('/token')) return provider.answer(request);
    token.text ??= provider.answer(request).then((answer) => answer.text());
    return new Response(await token.text, { headers: { 'Content-Type': 'application/json' } });
  };
  const { worker, browser } = await withProviders(t, { oidc: provider }, example, {}, lenient);
  const owner = browser();
  await owner.signIn(ada);
  await owner.on(await arrive(owner, 'oidc', provider), '/account/connect', {})();
  const visitor = browser();
  const back = await begun(visitor, 'oidc', provider);
  const before = await count(worker, 'sessions');
  token = {};
  const answers = await fiftyTimes(() => visitor.ask(back));
  assert.equal(answers.filter(({ kept }) => kept['__Host-session']).length, 1);
  assert.equal(await count(worker, 'sessions'), before + 1);
});
