// Signing in with other providers, in a real browser: their pages are stand-ins that send it back.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada } from '../workerd/people.mjs';
import { clean } from './axe.mjs';
import { alert, assertFits, codeIn, notice, press, signedIn, title, type, visitor } from './browser.mjs';
import { arrive, homeWithProviders, lead } from './identity-providers.mjs';

test('by keyboard alone a user signs up with Google, signs out and in, and disconnects', async (t) => {
  const worker = await homeWithProviders(t);
  worker.providers.google.person({ sub: 'bob', email: 'bob@gmail.com' });
  const page = await lead(await visitor(t, worker), worker);
  await page.goto('/account/register');
  await clean(page);
  await page.getByRole('link', { name: 'Continue with Google' }).press('Enter');
  await arrive(page, '/account/connect');
  await clean(page);
  await assertFits(page);
  await type(page, 'Username', 'bob');
  await press(page, 'button', 'Create account');
  assert.equal(await title(page), 'Account');
  await press(page, 'button', 'Sign out');
  await page.getByRole('link', { name: 'Continue with Google' }).press('Enter');
  await arrive(page, '/account');
  await page.goto('/account/security');
  await clean(page);
  await press(page, 'button', 'Disconnect Google bob@gmail.com');
  assert.equal(await title(page), 'Confirm your identity');
  await clean(page);
  await press(page, 'button', 'Email me a code');
  await type(page, 'Code', codeIn(await worker.mail.emailTo('bob@gmail.com', ({ text }) => /\b\d{6}\b/.test(text))));
  await press(page, 'button', 'Confirm');
  assert.equal(await title(page), 'Security');
  await press(page, 'button', 'Disconnect Google bob@gmail.com');
  assert.match(await alert(page), /Add another way to sign in first/);
});

test('a signed-in user connects and disconnects Apple, whose answer is a form of its site', async (t) => {
  const worker = await homeWithProviders(t);
  const page = await lead(await signedIn(t, worker, ada), worker);
  await page.goto('/account/security');
  await page.getByRole('link', { name: 'Connect Apple' }).press('Enter');
  await arrive(page, '/account/connect');
  await clean(page);
  await press(page, 'button', 'Connect');
  assert.match(await notice(page), /connected/);
  const other = await lead(await visitor(t, worker), worker);
  await other.goto('/account/signin');
  await clean(other);
  await assertFits(other);
  await other.getByRole('link', { name: 'Continue with Apple' }).press('Enter');
  await arrive(other, '/account');
  await press(page, 'button', 'Disconnect Apple ada@mail.example');
  assert.match(await notice(page), /disconnected/);
});

test('who declines is told so in their language, and has the other ways', async (t) => {
  const worker = await homeWithProviders(t);
  const page = await lead(await visitor(t, worker, { locale: 'de-DE' }), worker, { deny: true });
  await page.goto('/account/signin');
  await page.getByRole('link', { name: 'Weiter mit Google' }).press('Enter');
  await arrive(page, '/account/with/google/callback');
  assert.match(await alert(page), /Google/);
  await clean(page);
  await page.getByRole('textbox', { name: 'Passwort' }).waitFor();
});

test('without script a user signs in to connect Google', async (t) => {
  const worker = await homeWithProviders(t);
  worker.providers.google.person({ email: ada.email, hd: 'mail.example' });
  const page = await lead(await visitor(t, worker, { script: false }), worker);
  await page.goto('/account/signin');
  await page.getByRole('link', { name: 'Continue with Google' }).click();
  await arrive(page, '/account/connect');
  await page.getByRole('link', { name: 'Sign in and connect' }).click();
  await page.getByLabel('Username or email').fill(ada.login);
  await page.getByLabel('Password').fill(ada.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await arrive(page, '/account/connect');
  await page.getByRole('button', { name: 'Connect' }).click();
  assert.match(await notice(page), /connected/);
});
