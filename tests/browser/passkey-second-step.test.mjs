// Passkeys and security keys as the second step after a password, in a real browser.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { addApp } from '../workerd/authenticator-app.mjs';
import { ada } from '../workerd/people.mjs';
import { addPasskey, authenticator, KEYS, PHONE } from './authenticator.mjs';
import { alert, homeOfAda, notice, press, signIn, signedIn, tabTo, title } from './browser.mjs';

const SECOND = 'Use a passkey or security key';
const REFUSED = /can't be used here/;

test('after a password a passkey is as good as the code of an app', async (t) => {
  const worker = await homeOfAda(t);
  const page = await signedIn(t, worker, ada);
  const phone = await authenticator(page);
  await addPasskey(page, phone);
  await addApp(worker, ada); // and ends the session of the page
  await page.goto('/account/signin');
  await signIn(page, ada);
  assert.equal(await title(page), 'Two-step sign-in');
  await phone.lies({ isBogusSignature: true });
  await phone.press(SECOND);
  assert.match(await alert(page), REFUSED);
  assert.equal(await title(page), 'Two-step sign-in');
  await phone.lies();
  await phone.press(SECOND);
  assert.equal(await title(page), 'Account');
});

for (const [name, options] of Object.entries(KEYS)) {
  test(`by keyboard alone ${name} is added after recovery codes, and is a second step and no first one`, async (t) => {
    const worker = await homeOfAda(t);
    const page = await signedIn(t, worker, ada);
    const key = await authenticator(page, options);
    await addSecurityKey(page, key);
    await press(page, 'button', 'Sign out');

    await page.goto('/account/signin');
    await key.pressInVain('Sign in with a passkey', "That didn't work. Try again or choose another way.");
    await page.goto('/account/signin');
    await signIn(page, ada);
    assert.equal(await title(page), 'Two-step sign-in');
    await key.press(SECOND);
    assert.equal(await title(page), 'Account');
  });
}

test('a security key that a device passes off as a passkey signs nobody in alone', async (t) => {
  const worker = await homeOfAda(t);
  const page = await signedIn(t, worker, ada);
  const key = await authenticator(page, KEYS['a security key']);
  await addSecurityKey(page, key);
  await press(page, 'button', 'Sign out');
  await worker.sql('DELETE FROM sessions');
  const [{ credentialId, privateKey, rpId, signCount }] = await key.keys();
  await key.send('removeVirtualAuthenticator');

  const phone = await authenticator(page, { ...PHONE, transport: 'usb' });
  const [{ id }] = await worker.sql('SELECT id FROM users');
  const userHandle = Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64');
  const credential = { credentialId, privateKey, rpId, signCount: signCount + 10, userHandle, isResidentCredential: true };
  await phone.send('addCredential', { credential: { ...credential, backupEligibility: false, backupState: false } });
  await page.goto('/account/signin');
  await phone.press('Sign in with a passkey');
  assert.match(await alert(page), REFUSED);
  assert.deepEqual(await worker.sql('SELECT id FROM sessions'), []);
  assert.equal((await phone.keys()).length, 1, 'the service has it, so the device keeps it');
  await page.goto('/account/signin');
  await signIn(page, ada);
  await phone.press(SECOND);
  assert.equal(await title(page), 'Account', 'the same key is right as a second step');
});

/** Adds a security key by keyboard, as the first second factor. */
async function addSecurityKey(page, key) {
  await page.goto('/account/security/passkeys');
  assert.equal(await page.getByRole('button', { name: 'Add a security key' }).count(), 0);
  await press(page, 'link', 'Before you add a security key, create recovery codes');
  await tabTo(page, 'checkbox', 'I have saved these recovery codes');
  await page.keyboard.press('Space');
  await press(page, 'button', 'Use these codes');
  await page.goto('/account/security/passkeys');
  await key.press('Add a security key');
  assert.equal(await notice(page), 'The passkey or security key has been added.');
}
