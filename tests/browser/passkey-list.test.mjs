// The page that adds, renames and removes passkeys, in a real browser.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada } from '../workerd/people.mjs';
import { until } from '../workerd/until.mjs';
import { addPasskey, authenticator, KEYS, MANAGER, PHONE } from './authenticator.mjs';
import { homeOfAda, notice, open, press, signedIn, signIn, title, type, visitor } from './browser.mjs';

const LIST = '/account/security/passkeys';

test('a device that holds a passkey is told so, and another one is added beside it', async (t) => {
  const { worker, page, phone } = await withPasskey(t);
  await phone.pressInVain('Add a passkey', 'This device or key has already been added to your account.');
  assert.equal((await phone.keys()).length, 1);

  const tablet = await authenticator(page, { ...PHONE, transport: 'usb' }, { synced: false });
  await tablet.press('Add a passkey');
  assert.equal((await worker.sql('SELECT id FROM passkeys')).length, 2);
  assert.match(await page.locator('.items').innerText(), /On one device only/);
  await press(page, 'button', 'Sign out');
  await page.goto('/account/signin');
  await tablet.press('Sign in with a passkey');
  assert.equal(await title(page), 'Account');
  assert.deepEqual([(await phone.keys()).length, (await tablet.keys()).length], [1, 1], 'the list names both');
});

test('by keyboard alone a passkey is renamed and removed, and its device forgets it', async (t) => {
  const { worker, page, phone } = await withPasskey(t);
  await open(page, 'Rename …');
  await type(page, 'Name of the passkey or key', 'My phone');
  await press(page, 'button', 'Rename');
  assert.equal(await notice(page), 'The name has been changed.');
  assert.match(await page.locator('.items').innerText(), /My phone/);

  const deleted = phone.next('credentialDeleted');
  await open(page, 'Remove …');
  await press(page, 'button', 'Remove');
  assert.equal(await notice(page), 'The passkey or security key has been removed. It no longer works here.');
  await deleted;
  assert.deepEqual([await phone.keys(), await worker.sql('SELECT id FROM passkeys')], [[], []]);
  await phone.press('Add a passkey');
  assert.equal((await phone.keys()).length, 1, 'it can be added again');
});

test('a device that cannot verify its user holds no passkey', async (t) => {
  const worker = await homeOfAda(t);
  const page = await signedIn(t, worker, ada);
  const key = await authenticator(page, KEYS['a security key']);
  await page.goto(LIST);
  await key.pressInVain('Add a passkey', "That didn't work. Try again or choose another way.");
  assert.deepEqual(await worker.sql('SELECT id FROM passkeys'), []);
});

test('a new passkey whose device says that its user was not verified is refused on the page', async (t) => {
  const worker = await homeOfAda(t);
  const page = await signedIn(t, worker, ada);
  const phone = await authenticator(page);
  await phone.lies({ isBadUV: true });
  await page.goto(LIST);
  await phone.press('Add a passkey');
  assert.equal(await page.getByRole('alert').count(), 1);
  assert.deepEqual(await worker.sql('SELECT id FROM passkeys'), []);
  await phone.lies();
  await phone.press('Add a passkey');
  assert.equal(await notice(page), 'The passkey or security key has been added.');
});

test('after a password, a browser creates a passkey without asking, and the next page says so', async (t) => {
  const worker = await homeOfAda(t);
  const page = await visitor(t, worker);
  await page.addInitScript(MANAGER);
  const phone = await authenticator(page);
  const added = phone.next('credentialAdded');
  await phone.touched(async () => {
    await page.goto('/account/signin');
    await signIn(page, ada);
    await added;
    await until(async () => (await worker.sql('SELECT id FROM passkeys')).length === 1, 'no passkey has been added');
  });
  assert.equal((await phone.keys()).length, 1);
  await page.goto('/account');
  assert.equal(await notice(page), 'The passkey or security key has been added.');
  assert.equal(await page.locator('form[data-passkey]').count(), 0);
});

test('a passkey that was created without asking and refused is forgotten by its device', async (t) => {
  const worker = await homeOfAda(t);
  const page = await visitor(t, worker, { expects: [/400/] });
  await page.addInitScript(MANAGER);
  const phone = await authenticator(page);
  await page.route('**/account/security/passkeys', (route) => {
    const body = new URLSearchParams(route.request().postData());
    body.set('mediation', 'optional');
    return route.continue({ postData: body.toString() });
  });
  const deleted = phone.next('credentialDeleted');
  await page.goto('/account/signin');
  await phone.touched(() => signIn(page, ada).then(() => deleted));
  assert.deepEqual([await phone.keys(), await worker.sql('SELECT id FROM passkeys')], [[], []]);
});

test('an old proof is renewed with a passkey before the list is shown', async (t) => {
  const { worker, page, phone } = await withPasskey(t);
  await worker.sql('UPDATE sessions SET auth_time = auth_time - 3600000');
  await page.goto(LIST);
  assert.equal(await page.locator('.items').count(), 0);
  await phone.press('Confirm with a passkey');
  assert.equal(await title(page), 'Passkeys and security keys');
});

test('the last passkey of an account without a password stays, and so it does on the device', async (t) => {
  const { worker, page, phone } = await withPasskey(t);
  await page.goto('/account/security');
  await open(page, 'Remove password …');
  await press(page, 'button', 'Remove password');
  assert.equal(await notice(page), 'Your password has been removed. Sign in with your passkey from now on.');
  await page.goto(LIST);
  await open(page, 'Remove …');
  await press(page, 'button', 'Remove');
  assert.equal(await page.getByRole('alert').count(), 1);
  assert.equal((await worker.sql('SELECT id FROM passkeys')).length, 1);
  await press(page, 'button', 'Sign out');
  await page.goto('/account/signin');
  await phone.press('Sign in with a passkey');
  assert.equal(await title(page), 'Account');
});

/** Ada on the list of her passkeys, with the phone that holds the one. */
async function withPasskey(t) {
  const worker = await homeOfAda(t);
  const page = await signedIn(t, worker, ada);
  const phone = await authenticator(page);
  await addPasskey(page, phone);
  return { worker, page, phone };
}
