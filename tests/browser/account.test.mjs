import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada } from '../workerd/people.mjs';
import { alert, choose, homeOfAda, linkIn, notice, press, signIn, signedIn, title, type } from './browser.mjs';

const MOVED = 'ada@elsewhere.example';
const NEW = 'an altogether different staple';

for (const script of [true, false]) {
  const without = script ? '' : ', and without script';

  test(`by keyboard alone an account moves to another address, and back from the old mailbox${without}`, async (t) => {
    const worker = await homeOfAda(t);
    const page = await signedIn(t, worker, ada, { script });
    await press(page, 'link', 'Change email');
    await type(page, 'New email', MOVED);
    await type(page, 'Current password', ada.password);
    await press(page, 'button', 'Send confirmation email');
    assert.equal(await title(page), 'Check your email');
    await page.goto(linkIn(await worker.mail.emailTo(MOVED)));
    await press(page, 'button', 'Confirm email');
    assert.equal(page.url(), `${worker.address}/account`); // still signed in
    assert.equal(await notice(page), 'Your email has been changed. Use the new one to sign in from now on.');
    assert.match(await page.locator('main').innerText(), new RegExp(MOVED));

    await page.goto(linkIn(await worker.mail.emailTo(ada.email, ({ text }) => text.includes('/account/email/undo'))));
    assert.equal(await title(page), 'Recover your account');
    await type(page, 'New password (at least 8 characters)', NEW);
    await press(page, 'button', 'Recover account');
    assert.equal(await notice(page), 'Your old email has been restored. Sign in with your new password.');
    await signIn(page, { login: MOVED, password: NEW });
    assert.equal(await alert(page), 'Incorrect username or password.');
    await signIn(page, { login: ada.email, password: NEW });
    assert.equal(await title(page), 'Account');
  });

  test(`by keyboard alone somebody leaves for good, and not before the login name is typed${without}`, async (t) => {
    const worker = await homeOfAda(t);
    const page = await signedIn(t, worker, ada, { script });
    await press(page, 'link', 'Delete account…');
    await type(page, 'Username', 'eve');
    await press(page, 'button', 'Delete account permanently');
    assert.equal(await alert(page), "This isn't your username.");
    assert.equal((await worker.sql('SELECT id FROM users')).length, 1);
    await type(page, 'Username', ada.login);
    await press(page, 'button', 'Delete account permanently');
    assert.equal(await title(page), 'Your account has been deleted');
    assert.deepEqual(await worker.sql('SELECT id FROM users'), []);
    await page.goto('/account');
    await signIn(page, ada);
    assert.equal(await alert(page), 'Incorrect username or password.');
  });

  test(`by keyboard alone somebody chooses a language: the next page and the next email are in it${without}`, async (t) => {
    const worker = await homeOfAda(t);
    const page = await signedIn(t, worker, ada, { script });
    await choose(page, 'Language of pages and emails', 'Deutsch');
    await press(page, 'button', 'Save language');
    assert.equal(await notice(page), 'Ihre Sprache wurde gespeichert.');
    assert.equal(await page.getAttribute('html', 'lang'), 'de');
    await press(page, 'link', 'Passwort ändern');
    await type(page, 'Aktuelles Passwort', ada.password);
    await type(page, 'Neues Passwort (mindestens 8 Zeichen)', NEW);
    await press(page, 'button', 'Passwort ändern');
    const { subject } = await worker.mail.emailTo(ada.email, ({ text }) => text.includes('Passwort'));
    assert.match(subject, /Passwort/);
  });
}

test('what somebody takes away is a file about them', async (t) => {
  const worker = await homeOfAda(t);
  const page = await signedIn(t, worker, ada);
  await press(page, 'link', 'Download your data');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download file' }).click()]);
  const chunks = await (await download.createReadStream()).toArray();
  assert.equal(JSON.parse(Buffer.concat(chunks)).user.login, ada.login);
});
