// The tabs of a real browser: they share a session, whatever their clocks, their network and their sleep.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { devtoolsOf } from '../../../tests/browser/browser.mjs';
import { join, me } from '../../../tests/workerd/people.mjs';
import { until } from '../../../tests/workerd/until.mjs';
import { application, ask, becomes, pass, refreshes, signIn, statusOf, tab, tokenOf, visit } from './application.mjs';
import { LIFETIME } from './users.mjs';

const generations = async (worker) => (await worker.sql('SELECT generation FROM sessions ORDER BY created_at')).map((row) => row.generation);

for (const storage of ['memory', 'local']) {
  test(`five tabs with twenty requests each at expiry, storage ${storage}: all succeed, with one generation a period`, async (t) => {
    const { worker, app } = await application(t, { options: { storage } });
    const tabs = [await visit(t, worker, app.far)];
    await signIn(tabs[0]);
    while (tabs.length < 5) tabs.push(await tab(tabs[0], app.far));
    for (const page of tabs) await becomes(page, 'signed_in');
    const first = await tokenOf(tabs[0]);

    await until(async () => (await me(worker, first)).json.data?.error === 'token_expired', 'the token does not expire');
    for (const period of [1, 2]) {
      const answers = await Promise.all(tabs.map((page) => ask(page, worker.address, 20)));
      assert.deepEqual(answers.flat(), Array(100).fill(200));
      assert.deepEqual(await generations(worker), [period]);
      if (period === 1) for (const page of tabs) await pass(page, LIFETIME);
    }
    const tokens = await Promise.all(tabs.map(tokenOf));
    assert.equal(new Set(tokens).size, 1, 'the tabs have one token');
    assert.notEqual(tokens[0], first);
  });

  test(`a sign-out in one tab ends all within a second, storage ${storage}`, async (t) => {
    const { worker, app } = await application(t, { options: { storage } });
    const here = await visit(t, worker, app.far);
    await signIn(here);
    const others = [await tab(here, app.far), await tab(here, app.far)];
    for (const page of others) {
      await becomes(page, 'signed_in');
      await page.evaluate(() => client.subscribe(() => (globalThis.told = Date.now())));
    }
    const began = await here.evaluate(async () => {
      const now = Date.now();
      await client.signOut();
      return now;
    });
    for (const page of others) {
      await becomes(page, 'signed_out');
      const took = (await page.evaluate(() => told)) - began;
      assert.ok(took < 1000, `it took ${took} ms`);
      assert.equal(await tokenOf(page), null);
    }
    await here.reload();
    await here.waitForFunction(() => client.snapshot().status === 'signed_out');
    assert.deepEqual(await worker.sql('SELECT id FROM sessions WHERE ended_at IS NULL'), []);
  });
}

test('storage local survives the last tab, and memory does not', async (t) => {
  for (const [storage, status] of [['local', 'signed_in'], ['memory', 'signed_out']]) {
    const { worker, app } = await application(t, { options: { storage } });
    const page = await visit(t, worker, app.far);
    await signIn(page);
    await page.reload();
    await page.waitForFunction(() => globalThis.client && client.snapshot().status !== 'pending');
    assert.equal(await statusOf(page), status, storage);
  }
});

for (const minutes of [-5, 5]) {
  test(`a browser whose clock is wrong by ${minutes} minutes renews once a period`, async (t) => {
    const { worker, app } = await application(t);
    const page = await visit(t, worker, app.far, { wrongBy: minutes * 60_000 });
    await signIn(page);
    const first = await tokenOf(page);
    await pass(page, 0.7 * LIFETIME);
    assert.equal(await tokenOf(page), first);
    await pass(page, 0.3 * LIFETIME);
    assert.notEqual(await tokenOf(page), first);
    assert.deepEqual(await ask(page, worker.address, 20), Array(20).fill(200));
    assert.equal(refreshes(worker), 1);
  });
}

test('a token that Gatehouse calls expired although the client does not is renewed once, and the request repeated', async (t) => {
  const { worker, app } = await application(t);
  const page = await visit(t, worker, app.far, { expects: [/status of 401/] });
  await signIn(page);
  const token = await tokenOf(page);
  await page.evaluate(() => { const now = Date.now(); Date.now = () => now; });
  await until(async () => (await me(worker, token)).status === 401, 'the token does not expire');
  const body = JSON.stringify({ password: 'wrong' });
  const status = await page.evaluate(async ([url, body]) => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await client.fetch(`${url}/api/auth/reauthenticate`, { method: 'POST', headers, body });
    return [answer.status, (await answer.json()).data.error];
  }, [worker.address, body]);
  assert.deepEqual(status, [401, 'invalid_credentials'], 'the repeated request has the body of the first');
  assert.equal(refreshes(worker), 1);
});

test('a network that is cut in the middle of a refresh, and comes back, costs no sign-in', async (t) => {
  const { worker, app } = await application(t);
  const page = await visit(t, worker, app.far, { expects: [/ERR_/] });
  await signIn(page);
  let failed = 0;
  page.on('requestfailed', (request) => (failed += request.url().endsWith('/token/refresh')));
  const cut = loseRefreshes(worker);
  await pass(page, LIFETIME);
  const asked = ask(page, worker.address, 20);
  await until(() => cut.lost > 0, 'Gatehouse is not asked');
  await page.context().setOffline(true);
  cut.mend();
  const before = failed;
  await until(() => failed > before, 'no further attempt');
  assert.equal(await statusOf(page), 'signed_in');
  await page.context().setOffline(false);
  assert.deepEqual(await asked, Array(20).fill(200));
  assert.deepEqual(await generations(worker), [1]);
});

test('a laptop that was asleep for an hour goes on, in every tab', async (t) => {
  const { worker, app } = await application(t);
  const page = await visit(t, worker, app.far);
  await page.context().clock.install();
  await page.reload();
  await signIn(page);
  const other = await tab(page, app.far);
  await becomes(other, 'signed_in');
  await page.context().clock.fastForward('01:00:00');
  const answers = await Promise.all([page, other].map((awake) => ask(awake, worker.address, 20)));
  assert.deepEqual(answers.flat(), Array(40).fill(200));
  assert.deepEqual(await generations(worker), [1]);
});

test('a tab that was frozen while another renewed takes over the pair instead of presenting a spent token', async (t) => {
  const { worker, app } = await application(t, { vars: { AUTH_REFRESH_GRACE: '0' } });
  const asleep = await visit(t, worker, app.far);
  await signIn(asleep);
  const awake = await tab(asleep, app.far);
  await becomes(awake, 'signed_in');
  for (const page of [asleep, awake]) await pass(page, LIFETIME);
  const devtools = await devtoolsOf(asleep);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  const token = await tokenOf(awake);
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  assert.equal(await tokenOf(asleep), token);
  assert.deepEqual(await generations(worker), [1]);
});

test('a client that no longer listens still tells the tabs what it has renewed, and asks them', async (t) => {
  const { worker, app } = await application(t, { vars: { AUTH_REFRESH_GRACE: '0' } });
  const here = await visit(t, worker, app.far);
  await signIn(here);
  const other = await tab(here, app.far);
  await becomes(other, 'signed_in');
  await here.evaluate(() => client.dispose());
  for (const [generation, renewing, later] of [[1, here, other], [2, other, here]]) {
    for (const page of [here, other]) await pass(page, LIFETIME);
    const token = await tokenOf(renewing);
    assert.equal(await tokenOf(later), token);
    assert.deepEqual(await generations(worker), [generation]);
  }
});

test('who signs in last is signed in everywhere, though a tab renews the session before meanwhile', async (t) => {
  const { worker, app } = await application(t);
  const bob = { login: 'bob', email: 'bob@mail.example', password: 'tr0ubador with a battery' };
  await join(worker, worker.mail, bob);
  const here = await visit(t, worker, app.far);
  await signIn(here);
  const other = await tab(here, app.far);
  await becomes(other, 'signed_in');

  const held = Promise.withResolvers();
  let answered = false;
  await here.route('**/local/login', async (route) => {
    const response = await route.fetch();
    answered = true;
    await held.promise;
    await route.fulfill({ response });
  });
  const signingIn = here.evaluate((body) => client.signIn(body), { login: bob.login, password: bob.password });
  await until(() => answered, 'nobody signs in');
  const [{ created_at: began }] = await worker.sql('SELECT max(created_at) AS created_at FROM sessions');
  await until(async () => {
    await pass(other, LIFETIME);
    return issuedOf(await tokenOf(other)) > Math.floor(Number(began) / 1000) + 1;
  }, 'the session before is not renewed after the sign-in');
  held.resolve();
  const { id } = await signingIn;
  for (const page of [here, other]) await page.waitForFunction((id) => client.snapshot().user.id === id, id);
});

/** When a token was issued, in seconds. */
const issuedOf = (token) => JSON.parse(atob(token.split('.')[1])).iat;

/** Gatehouse receives refreshes, and its answers are lost on the way, until the network is mended. */
function loseRefreshes({ proxy }) {
  const serve = proxy.serve;
  const cut = { lost: 0, mend: () => (proxy.serve = serve) };
  proxy.serve = (asked, answer) => {
    if (asked.method === 'POST' && asked.url === '/api/auth/token/refresh') {
      answer.writeHead = () => {
        cut.lost += 1;
        answer.destroy();
      };
    }
    serve(asked, answer);
  };
  return cut;
}
