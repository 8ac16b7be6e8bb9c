// Double clicks on a slow network: the form takes effect once, and the page says so.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { addApp, forgetStep, shown } from '../workerd/authenticator-app.mjs';
import { ada, register } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { alert, codeIn, home, homeOfAda, linkIn, notice, signIn, signedIn, title, visitor } from './browser.mjs';
import { brought, homeWithClient, reaching, redeem, request, userInfo } from './client.mjs';

const NEW = 'an altogether different staple';
const LATENCY = 400;

for (const script of [true, false]) {
  const without = script ? '' : ', and without script';

  test(`a double click activates an account and chooses a new password${without}`, async (t) => {
    const mail = await resend(t);
    const worker = await slow(await home(t, { mail }));
    await register(worker, ada);
    const page = await slowly(await visitor(t, worker, { script }));
    await page.goto(linkIn(await mail.emailTo(ada.email)));
    await page.getByLabel('Password you chose', { exact: true }).fill(ada.password);
    await twice(page, worker, 'Activate account', '/account/activate', script);
    assert.equal(await notice(page), 'Your account is active. You can sign in now.');

    await worker.post('/api/auth/local/recover', { email: ada.email });
    await page.goto(linkIn(await mail.emailTo(ada.email, ({ text }) => text.includes('/account/recover'))));
    await page.getByLabel('New password (at least 8 characters)', { exact: true }).fill(NEW);
    await twice(page, worker, 'Set new password', '/account/recover', script);
    assert.equal(await notice(page), 'Your password has been changed, and all your sessions have ended. Sign in with the new password.');
    await signIn(page, { ...ada, password: NEW });
    assert.equal(await title(page), 'Account');
  });

  test(`a double click signs in, with a password and with a code${without}`, async (t) => {
    const worker = await slow(await homeOfAda(t));
    const page = await slowly(await visitor(t, worker, { script }));
    await page.goto('/account/signin');
    await page.getByLabel('Username or email').fill(ada.email);
    await page.getByRole('button', { name: 'Email me a code' }).click();
    await page.getByLabel('Code').fill(codeIn(await worker.mail.emailTo(ada.email, ({ text }) => /\b\d{6}\b/.test(text))));
    await twice(page, worker, 'Sign in', '/account/signin/verify', script);
    assert.equal(await title(page), 'Account');
    assert.equal((await worker.sql('SELECT id FROM sessions')).length, 1);

    await page.context().clearCookies();
    await page.goto('/account/signin');
    await page.getByLabel('Username or email').fill(ada.login);
    await page.getByLabel('Password', { exact: true }).fill(ada.password);
    await twice(page, worker, 'Sign in', '/account/signin', script);
    assert.equal(await title(page), 'Account');
    assert.equal((await worker.sql('SELECT id FROM sessions')).length, 2);
  });

  test(`a double click adds an authenticator app, and completes the second step with it and with a recovery code${without}`, async (t) => {
    const worker = await slow(await homeOfAda(t));
    const page = await slowly(await signedIn(t, worker, ada, { script }));
    await page.goto('/account/security/app');
    const [secret, codes] = [await page.locator('code.value').innerText(), await page.locator('.codes li').allInnerTexts()];
    await page.getByLabel('I have saved these recovery codes').check();
    await page.getByLabel('Code from the app').fill(shown(secret));
    await twice(page, worker, 'Add authenticator app', '/account/security/app', script);
    assert.match(await notice(page), /^The authenticator app has been added/);

    await forgetStep(worker);
    const counted = { sessions: 1, codes: 10 };
    for (const [code, then] of [[shown(secret), 'Account'], [codes[7], 'New recovery codes']]) {
      await page.context().clearCookies();
      await page.goto('/account/signin');
      await signIn(page, ada);
      await page.getByLabel('Code from your authenticator app').fill(code);
      await twice(page, worker, 'Continue', '/account/signin/second', script);
      assert.equal(await title(page), then);
      counted.sessions++;
    }
    await page.getByLabel('I have saved these recovery codes').check();
    await twice(page, worker, 'Use these codes', '/account/security/codes', script);
    assert.equal(await notice(page), 'Your new recovery codes work from now on.');
    const [rows] = await worker.sql('SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM recovery_codes) AS codes');
    assert.deepEqual({ ...rows }, counted);
  });

  test(`a double click confirms an identity by both factors${without}`, async (t) => {
    const worker = await slow(await homeOfAda(t));
    const { secret } = await addApp(worker, ada);
    const page = await slowly(await visitor(t, worker, { script }));
    await page.goto('/account/signin');
    await signIn(page, ada);
    await page.getByLabel('Code from your authenticator app').fill(shown(secret));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL('**/account');
    await worker.sql('UPDATE sessions SET auth_time = auth_time - 3600000');
    await forgetStep(worker);
    await page.goto('/account/password');
    await page.getByLabel('Password', { exact: true }).fill(ada.password);
    await twice(page, worker, 'Confirm', '/account/confirm', script);
    await page.getByLabel('Code from your authenticator app').fill(shown(secret));
    await twice(page, worker, 'Continue', '/account/confirm/second', script);
    assert.equal(await title(page), 'Change password');
  });

  test(`a double click allows a client its access, which has it then${without}`, async (t) => {
    const { worker, shop } = await homeWithClient(t);
    const page = await slowly(await reaching(await signedIn(t, await slow(worker), ada, { script })));
    await page.goto(request());
    await twice(page, worker, 'Allow', '/oauth/consent', script);
    const { email } = await userInfo(worker, await redeem(worker, shop, brought(page).code));
    assert.equal(email, ada.email);
    assert.deepEqual(await worker.sql('SELECT client FROM consents'), [{ client: 'shop' }]);
  });

  test(`a double click makes one key, and so does a second Enter${without}`, async (t) => {
    const worker = await slow(await homeOfAda(t));
    const page = await slowly(await signedIn(t, worker, ada, { script }));
    await page.goto('/account/keys');
    await twice(page, worker, 'Create API key', '/account/keys/api', script);
    assert.equal(await title(page), 'Your new API key');
    const [{ id }, ...others] = await worker.sql('SELECT id FROM tokens');
    assert.deepEqual(others, []);
    const key = await page.locator('code.value').innerText();
    const answer = await worker.get('/api/auth/me', { Authorization: `Basic ${btoa(`apikey:${key}`)}` });
    assert.equal(answer.json.login, ada.login, `${id} is not the key that is shown`);

    await page.goto('/account/keys');
    await page.getByLabel('Name', { exact: true }).fill('Backup');
    for (const key of ['Enter', 'Enter']) await page.keyboard.press(key, { noWaitAfter: true });
    await settled(page, worker);
    assert.equal(await title(page), 'Your new private token');
    assert.equal((await worker.sql('SELECT id FROM tokens')).length, 2);
  });
}

test('who comes back to a page sends its form anew, and so does who has waited for nothing', async (t) => {
  const worker = await homeOfAda(t);
  const page = await signedIn(t, worker, ada);
  const make = page.getByRole('button', { name: 'Create API key' });
  await page.goto('/account/keys');
  await page.getByLabel('Description').fill('one');
  await make.click();
  assert.equal(await title(page), 'Your new API key');
  await page.goBack();
  await page.getByLabel('Description').fill('two');
  await make.click();
  assert.equal(await title(page), 'Your new API key');
  assert.deepEqual(await worker.sql('SELECT name FROM tokens ORDER BY created_at'), [{ name: 'one' }, { name: 'two' }]);

  await page.goto('/account/keys');
  await page.clock.install();
  await page.evaluate(() => addEventListener('submit', (event) => event.preventDefault(), { once: true })); // cancelled
  await make.click();
  await make.click(); // too soon
  assert.equal(await title(page), 'Keys and tokens');
  await page.clock.runFor(11_000);
  await make.click();
  await page.getByRole('heading', { name: 'Your new API key' }).waitFor();
});

test('what is wrong with a form is mended on the page, and sent by the same button', async (t) => {
  const worker = await homeOfAda(t);
  const page = await visitor(t, worker);
  await page.goto('/account/register');
  const send = page.getByRole('button', { name: 'Create account' });
  await send.dblclick(); // the browser itself reports missing fields
  await page.getByLabel('Username').fill('bob');
  await page.getByLabel('Email').fill('bob@mail.example');
  await page.getByLabel('New password (at least 8 characters)', { exact: true }).fill('password1');
  await send.click();
  assert.match(await alert(page), /^This password is too weak/);
  await page.getByLabel('New password (at least 8 characters)', { exact: true }).fill(NEW);
  await send.dblclick();
  assert.match(await notice(page), /^We've sent you an email/);
  assert.equal((await worker.sql('SELECT id FROM registrations WHERE login = ?', 'bob')).length, 1);
});

/** Makes a worker slow to respond. */
async function slow(worker) {
  worker.proxy.leadTo(await worker.direct(), LATENCY);
  return worker;
}

/** Throttles a visitor's network. */
async function slowly(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: LATENCY, downloadThroughput: -1, uploadThroughput: -1 });
  return page;
}

/** Clicks a button twice, as fast as users do. */
async function twice(page, worker, button, path, script) {
  const asked = worker.proxy.asked.length;
  await page.getByRole('button', { name: button, exact: true }).dblclick({ delay: 30, noWaitAfter: true });
  await settled(page, worker);
  const sent = worker.proxy.asked.slice(asked).filter((request) => request === `POST ${path}`);
  assert.equal(sent.length, script ? 1 : 2, 'the script has the browser send a form once; without it the service gets both');
}

/** Waits until no further requests come. */
async function settled(page, worker) {
  for (let quiet = 0, last = -1; quiet < 4; quiet = worker.proxy.asked.length === last ? quiet + 1 : 0) {
    last = worker.proxy.asked.length;
    await setTimeout(LATENCY);
  }
  await page.waitForLoadState();
}
