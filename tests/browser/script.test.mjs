// The enhancements made by the pages' script.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada } from '../workerd/people.mjs';
import { settled } from '../workerd/until.mjs';
import { focus, home, homeOfAda, press, signedIn, tabTo, type, visitor } from './browser.mjs';

test('a password can be shown while it is typed, and is sent as a password all the same', async (t) => {
  const worker = await home(t);
  const page = await visitor(t, worker);
  await page.goto('/account/signin');
  await type(page, 'Username or email', ada.login);
  await type(page, 'Password', 'what I think it is');
  const field = page.locator('input[name=password]');
  const kind = () => field.getAttribute('type');
  for (const [name, then] of [['Show: Password', 'text'], ['Hide: Password', 'password'], ['Show: Password', 'text']]) {
    await tabTo(page, 'button', name);
    await page.keyboard.press('Space');
    assert.equal(await kind(), then);
  }
  await page.evaluate(() => addEventListener('submit', (event) => event.preventDefault()));
  await tabTo(page, 'button', 'Sign in');
  await page.keyboard.press('Enter');
  assert.equal(await kind(), 'password');
  assert.equal(await field.inputValue(), 'what I think it is');
});

test('while a password is chosen it is said whether it is long enough', async (t) => {
  const worker = await home(t);
  const page = await visitor(t, worker);
  await page.goto('/account/register');
  const field = 'New password (at least 8 characters)';
  for (const [password, hint] of [
    ['short', 'Still too short.'],
    ['\u{1f469}\u{1f469}\u{1f469}\u{1f469}', 'Still too short.'], // as many characters as a reader sees
    ['shortest', 'Long enough. A few more words make it much harder to guess.'],
    ['nine old keys in a drawer', 'Long and hard to guess.'],
    ['', ''],
  ]) {
    await type(page, field, password);
    if (password === '') await page.keyboard.press('Delete');
    assert.equal(await page.getByRole('status').innerText(), hint, password);
  }
});

test('a new key can be copied', async (t) => {
  const worker = await homeOfAda(t);
  const page = await signedIn(t, worker, ada);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await press(page, 'link', 'Keys');
  await press(page, 'button', 'Create API key');
  await tabTo(page, 'button', 'Copy');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const answer = await worker.get('/api/auth/me', { Authorization: `Basic ${btoa(`apikey:${copied}`)}` });
  assert.equal(answer.json.login, ada.login, answer.text);
});

test('moments are told in the time of whoever reads them', async (t) => {
  const worker = await homeOfAda(t);
  const timezone = 'Pacific/Kiritimati'; // where it is already tomorrow
  const page = await signedIn(t, worker, ada, { timezone });
  const moment = page.locator('time').first();
  const at = new Date(await moment.getAttribute('datetime'));
  const local = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: timezone }).format(at);
  assert.equal(plain(await moment.innerText()), plain(local));

  const plainPage = await signedIn(t, worker, ada, { timezone, script: false });
  const iso = at.toISOString();
  assert.equal(await plainPage.locator('time').first().innerText(), `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`);
});

const plain = (text) => text.replaceAll(/\s/g, ' ');

test('a list of sessions loses one that ends elsewhere, but not while somebody is about to act on it', async (t) => {
  const worker = await homeOfAda(t);
  const [phone, tablet] = [await signedIn(t, worker, ada), await signedIn(t, worker, ada)];
  const page = await visitor(t, worker);
  await page.clock.install();
  await page.goto('/account/signin?r=/account/sessions');
  await type(page, 'Username or email', ada.login);
  await type(page, 'Password', ada.password);
  await press(page, 'button', 'Sign in');
  const rows = page.locator('[data-live] li');
  assert.equal(await rows.count(), 3);

  await tabTo(page, 'link', 'Account');
  await press(phone, 'button', 'Sign out');
  const renewed = page.waitForResponse('**/account/sessions');
  await page.clock.runFor(16_000);
  await renewed;
  await rows.nth(2).waitFor({ state: 'detached' });
  assert.equal(await rows.count(), 2);
  assert.deepEqual(await focus(page), { role: 'link', name: 'Account' });
  assert.match(await page.locator('time').first().getAttribute('title'), /Z$/, 'what is new is told in local time as well');

  await tabTo(page, 'button', /^End /);
  const about = await focus(page);
  await press(tablet, 'button', 'Sign out');
  const asked = worker.proxy.asked.length;
  await page.clock.runFor(31_000);
  assert.deepEqual(worker.proxy.asked.slice(asked), [], 'it is not even asked for');
  assert.deepEqual(await focus(page), about);
  await tabTo(page, 'link', 'Account');
  await page.clock.runFor(16_000);
  await rows.nth(1).waitFor({ state: 'detached' });

  // Sessions of absent users are left idle: reading the list would prolong their session.
  await page.clock.runFor(70_000);
  const last = await quiet(worker);
  await page.clock.runFor(120_000);
  assert.equal(await quiet(worker), last);
  await page.close(); // with its pending requests
});

/** How many requests a worker received, once none is in flight. */
const quiet = (worker) => settled(() => worker.proxy.asked.length);
