// What only a browser can do: passkeys, and the way to Gatehouse's pages and back.

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { MANAGER, authenticator } from '../../../tests/browser/authenticator.mjs';
import { signIn as signInOnPage, visitor } from '../../../tests/browser/browser.mjs';
import { addApp } from '../../../tests/workerd/authenticator-app.mjs';
import { ada } from '../../../tests/workerd/people.mjs';
import { application, becomes, bundle, signIn, statusOf, tab, tokenOf, visit } from './application.mjs';
import { assertAllAsked } from './routes.mjs';

const { login, password } = ada;
const refused = (page, act) => page.evaluate(act).then(() => assert.fail('it is not refused'), (error) => error.message);

test('passkeys and redirects ask every route that the other tests do not', async (t) => {
  const { worker, app } = await application(t);
  const page = await visit(t, worker, app.near, { expects: [/status of 40[39]/] });
  const phone = await authenticator(page);
  await signIn(page);
  await t.test('a passkey is added, listed and renamed', () => adds(page, phone));
  await t.test('it signs in and confirms, and a button ends the suggestion', () => presents(page, phone));
  await t.test('it is the second step', () => secondStep(worker, page, phone));
  await t.test('it is removed', () => removes(worker, page));
  await t.test('Gatehouse signs in and sends back', () => redirects(worker, app, page));
  assertAllAsked(worker.proxy.asked, { inABrowser: true });
});

async function adds(page, phone) {
  assert.equal(await page.evaluate(() => client.passkeys.supported()), true);
  const added = await phone.touched(() => page.evaluate(() => client.passkeys.add({ name: 'phone' })));
  assert.deepEqual([added.name, added.kind], ['phone', 'passkey']);
  await page.evaluate((id) => client.passkeys.rename(id, 'my phone'), added.id);
  const listed = await page.evaluate(() => client.passkeys.list());
  assert.deepEqual(listed.map(({ id, name }) => [id, name]), [[added.id, 'my phone']]);
}

async function presents(page, phone) {
  await page.evaluate(() => client.signOut());
  const user = await phone.touched(() => page.evaluate(() => client.passkeys.signIn()));
  assert.deepEqual([user.acr, user.amr], ['aal2', ['pop', 'user', 'mfa']]);
  const confirmed = await phone.touched(() => page.evaluate(() => client.passkeys.reauthenticate()));
  assert.equal(confirmed.session, user.session);
  assert.ok(confirmed.auth_time >= user.auth_time);
  await page.evaluate(() => client.signOut());

  await page.evaluate(() => {
    const { get } = CredentialsContainer.prototype;
    CredentialsContainer.prototype.get = function (options) {
      globalThis.waits = options.mediation;
      return get.call(this, options);
    };
    globalThis.suggested = client.passkeys.suggest().catch(({ name }) => name);
  });
  await page.waitForFunction(() => globalThis.waits === 'conditional');
  await phone.touched(() => page.evaluate(() => client.passkeys.signIn()));
  assert.equal(await page.evaluate(() => suggested), 'AbortError');
}

async function secondStep(worker, page, phone) {
  await addApp(worker, ada);
  const step = await page.evaluate((body) => client.signIn(body).catch(({ error, data }) => ({ error, ...data })), { login, password });
  assert.equal(step.error, 'second_factor_required');
  assert.ok(step.methods.includes('passkey'));
  const user = await phone.touched(() => page.evaluate((token) => client.mfa.verifyWithPasskey(token), step.mfa_token));
  assert.equal(user.acr, 'aal2');
}

async function removes(worker, page) {
  await page.evaluate(() => client.removePassword());
  await refused(page, async () => client.passkeys.remove((await client.passkeys.list())[0].id));
  await page.evaluate((new_password) => client.changePassword({ new_password }), password);
  await page.evaluate(async () => client.passkeys.remove((await client.passkeys.list())[0].id));
  assert.deepEqual(await page.evaluate(() => client.passkeys.list()), []);
  await worker.sql('DELETE FROM totp');
  await page.evaluate(() => client.signOut());
}

async function redirects(worker, app, page) {
  await page.evaluate(() => void client.signInWithRedirect({ remember: '/basket' }));
  await page.waitForURL('**/account/signin?**');
  await signInOnPage(page, ada);
  await page.waitForURL((url) => url.origin === app.near && url.searchParams.has('code'));
  const came = page.url();
  const [first, second] = await page.evaluate(() => Promise.all([client.finishRedirect(), client.finishRedirect()]));
  assert.equal(first.remember, '/basket');
  assert.deepEqual(second, first, 'asked twice at once, it finishes once');
  assert.equal(page.url(), `${app.near}/`, 'the ticket leaves the address');
  assert.ok(await tokenOf(page));
  assert.equal(await page.evaluate(() => client.finishRedirect()), null);

  const stranger = await tab(page, came); // the address of somebody else's sign-in
  assert.match(await refused(stranger, () => client.finishRedirect()), /redirect_mismatch/);
}

test('a code that is for another library, or another client, stays in the address', async (t) => {
  const { worker, app } = await application(t);
  const page = await visit(t, worker, app.near);
  const comesTo = async (address) => {
    await page.goto(address);
    await page.waitForFunction(() => globalThis.client);
    assert.equal(await page.evaluate(() => client.finishRedirect()), null);
    assert.equal(page.url(), address);
  };
  await comesTo(`${app.near}/?code=1&state=2`);
  const state = await page.evaluate(() => {
    client.signInWithRedirect();
    return new Promise((resolve) => navigation.addEventListener('navigate', (event) => {
      event.preventDefault();
      resolve(new URL(event.destination.url).searchParams.get('state'));
    }));
  });
  await page.evaluate((state) => {
    const kept = JSON.parse(sessionStorage.getItem(state));
    sessionStorage.setItem(state, JSON.stringify({ ...kept, url: 'https://another.example' }));
  }, state);
  await comesTo(`${app.near}/?code=1&state=${state}`);
});

test('a suggested passkey signs in as soon as it is chosen', async (t) => {
  const { worker, app } = await application(t);
  const page = await visit(t, worker, app.near);
  const phone = await authenticator(page);
  await signIn(page);
  await phone.touched(() => page.evaluate(() => client.passkeys.add()));
  await page.evaluate(() => client.signOut());
  await phone.touched(() => page.evaluate(() => client.passkeys.suggest()));
  assert.equal(await statusOf(page), 'signed_in');
});

test('a browser makes a first passkey without asking, after a sign-in with a password', async (t) => {
  const { worker, app } = await application(t);
  const page = await visit(t, worker, app.near);
  await page.evaluate(MANAGER);
  const phone = await authenticator(page);
  await signIn(page);
  const made = await phone.touched(() => page.evaluate(() => client.passkeys.upgrade()));
  assert.equal(made.kind, 'passkey');
  assert.equal((await phone.keys()).length, 1);
});

test('a passkey that Gatehouse refuses is forgotten by its device', async (t) => {
  const { worker, app } = await application(t);
  const page = await visit(t, worker, app.near, { expects: [/status of 400/] });
  const phone = await authenticator(page);
  await signIn(page);
  await phone.lies({ isBadUV: true });
  const deleted = phone.next('credentialDeleted');
  const said = await phone.touched(() => refused(page, () => client.passkeys.add()));
  assert.match(said, /invalid_request/);
  await deleted;
  assert.deepEqual(await phone.keys(), []);
});

test('an application on another site signs in, and a new tab is signed in at once', async (t) => {
  const { worker, app } = await application(t);
  const page = await visit(t, worker, app.far);
  assert.equal(await statusOf(page), 'signed_out');
  await signIn(page);
  const another = await tab(page, app.far);
  await becomes(another, 'signed_in');
  assert.equal(await tokenOf(another), await tokenOf(page));
});

test('the application of the README redirects to Gatehouse, comes back, and calls its API', async (t) => {
  const { worker, app } = await application(t);
  app.pages['/'] = `<script type="module">${await bundle(await exampleFor(worker))}</script>`;
  const page = await visitor(t, worker);
  const said = page.waitForEvent('console');
  await page.goto(app.far);
  await page.waitForURL('**/account/signin?**');
  await signInOnPage(page, ada);
  assert.equal((await said).text(), 'ada has undefined orders');
  assert.equal(page.url(), `${app.far}/`);

  const again = page.waitForEvent('console'); // Gatehouse's own session is still there
  await page.reload();
  assert.equal((await again).text(), 'ada has undefined orders');
});

/** Its first two examples as one program, whose API is Gatehouse's. */
async function exampleFor({ address }) {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [client, program] = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
  return `${client}\n${program}`
    .replace("import { auth } from './auth.js';", '')
    .replaceAll('http://localhost:8787', address)
    .replaceAll('https://api.example.com/orders', `${address}/api/auth/me`);
}
