// Signing in with a passkey, in a real browser, with an authenticator that it takes for a real one.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, me } from '../workerd/people.mjs';
import { until } from '../workerd/until.mjs';
import { brought, homeWithApplication, ticketRequest } from './application.mjs';
import { addPasskey, authenticator } from './authenticator.mjs';
import { alert, homeOfAda, notice, press, signedIn, title } from './browser.mjs';

const SIGN_IN = 'Sign in with a passkey';
const REFUSED = "This passkey or security key can't be used here, or the request has expired. Try again or use another way to sign in.";

test('by keyboard alone a passkey is added, and signs in by its button and without a password', async (t) => {
  const worker = await homeOfAda(t);
  const page = await signedIn(t, worker, ada);
  const phone = await authenticator(page);
  await press(page, 'link', 'Security');
  await press(page, 'link', 'Manage passkeys');
  await phone.press('Add a passkey');
  assert.equal(await notice(page), 'The passkey or security key has been added.');
  assert.match(await page.locator('.items').innerText(), /Synced between devices/);
  await press(page, 'button', 'Sign out');
  await worker.sql('DELETE FROM sessions');

  await page.goto('/account/signin');
  await phone.press(SIGN_IN);
  assert.equal(await title(page), 'Account');
  assert.deepEqual(await worker.sql('SELECT factor FROM sessions'), [{ factor: 'pop user mfa' }]);
});

test('a passkey that is suggested while the page stands signs in', async (t) => {
  const { worker, page, phone } = await withPasskey(t);
  await phone.touched(async () => {
    await page.goto('/account/signin');
    await page.waitForURL('**/account');
  });
  assert.equal(await title(page), 'Account');
  assert.equal((await worker.sql('SELECT id FROM sessions')).length, 1);
});

test('a forged signature is refused on the page, which suggests passkeys again', async (t) => {
  const { page, phone } = await withPasskey(t);
  await phone.lies({ isBogusSignature: true });
  await page.goto('/account/signin');
  await phone.press(SIGN_IN);
  assert.equal(await alert(page), REFUSED);
  assert.equal(new URL(page.url()).pathname, '/account/signin/passkey');

  const answers = [];
  page.on('response', (response) => response.request().method() === 'POST' && answers.push(response.status()));
  const asserted = phone.next('credentialAsserted');
  await phone.send('setAutomaticPresenceSimulation', { enabled: true });
  const told = page.goto('/account/signin');
  await asserted;
  await phone.lies();
  await told.catch(() => {}); // the suggestion may leave the page before it has loaded
  await page.waitForURL('**/account');
  assert.deepEqual(answers, [401, 303]);
  assert.equal((await phone.keys()).length, 1, 'a key that the service has stays');
});

test('an answer without verification or presence of the user signs nobody in', async (t) => {
  const { worker, page, phone } = await withPasskey(t);
  for (const lie of ['isBadUV', 'isBadUP']) {
    await phone.lies({ [lie]: true });
    await page.goto('/account/signin');
    await phone.press(SIGN_IN);
    assert.equal(await alert(page), REFUSED, lie);
  }
  assert.deepEqual(await worker.sql('SELECT id FROM sessions'), []);
});

test('who is not recognized by the device stays on the page, and is told so', async (t) => {
  const { page, phone } = await withPasskey(t);
  await phone.verifies(false);
  await page.goto('/account/signin');
  await phone.pressInVain(SIGN_IN, "That didn't work. Try again or choose another way.");
  await phone.verifies(true);
  await phone.press(SIGN_IN);
  assert.equal(await title(page), 'Account');
});

test('who cancels the button is suggested passkeys again', async (t) => {
  const { page, phone } = await withPasskey(t);
  await page.goto('/account/signin');
  await page.evaluate(() => {
    const { get } = navigator.credentials;
    navigator.credentials.get = () => {
      navigator.credentials.get = get;
      return Promise.reject(new DOMException('', 'NotAllowedError'));
    };
  });
  await phone.touched(async () => {
    await page.getByRole('button', { name: SIGN_IN }).press('Enter');
    await page.waitForURL('**/account');
  });
  assert.equal(await title(page), 'Account');
});

test('a key that the service no longer has is refused, and forgotten by its device', async (t) => {
  const { worker, page, phone } = await withPasskey(t);
  await worker.sql('DELETE FROM passkeys');
  const deleted = phone.next('credentialDeleted');
  await page.goto('/account/signin');
  await phone.press(SIGN_IN);
  assert.equal(await alert(page), REFUSED);
  await deleted;
  assert.deepEqual(await phone.keys(), []);
});

test('who signs in with a passkey for an application lands there with a ticket', async (t) => {
  const { worker, app } = await homeWithApplication(t);
  const { page, phone } = await withPasskey(t, worker);
  for (const act of [
    (way) => page.goto(way).then(() => phone.press(SIGN_IN)),
    (way) => phone.touched(() => page.goto(way).then(() => page.waitForURL(`${app.near}/**`))),
  ]) {
    await page.context().clearCookies();
    const { verifier, way } = ticketRequest(`${app.near}/in`, { state: 'tea & <biscuits>' });
    await act(way);
    const [code, state] = brought(page, `${app.near}/in`);
    assert.equal(state, 'tea & <biscuits>');
    const answer = await worker.post('/api/auth/exchange', { code, code_verifier: verifier });
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await me(worker, answer.json.token)).json.login, ada.login);
  }
});

test('a passkey whose form is older than its challenge asks for a new one', async (t) => {
  const { page, phone } = await withPasskey(t);
  await page.clock.install();
  await page.addInitScript(() => {
    const get = navigator.credentials.get.bind(navigator.credentials);
    globalThis.suggested = 0;
    navigator.credentials.get = (options) => {
      globalThis.suggested += 1;
      return get(options);
    };
  });
  await page.goto('/account/signin');
  const suggested = (times) => until(() => page.evaluate((n) => globalThis.suggested === n, times), `passkeys are not suggested ${times} times`);
  await suggested(1);
  await page.clock.fastForward(4 * 60_000);
  await suggested(2);
  await phone.press(SIGN_IN);
  assert.equal(await title(page), 'Account');
});

/** Ada's browser with a phone that holds her passkey; she is signed out. */
async function withPasskey(t, there) {
  const worker = there ?? (await homeOfAda(t));
  const page = await signedIn(t, worker, ada);
  const phone = await authenticator(page);
  await addPasskey(page, phone);
  await press(page, 'button', 'Sign out');
  await worker.sql('DELETE FROM sessions');
  return { worker, page, phone };
}
