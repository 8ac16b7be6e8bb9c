// Two-step sign-in, as somebody uses it from the first day to the day their phone is lost.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import decodeQr from 'qr/decode.js';
import { addApp, forgetStep, shown } from '../workerd/authenticator-app.mjs';
import { ada, join } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { alert, home, homeOfAda, linkIn, notice, open, press, signIn, signedIn, tabTo, title, type, visitor } from './browser.mjs';
import { age } from './fixtures.mjs';

const CODE = 'Code from your authenticator app';
const NEW = 'an altogether different staple';

const secretOn = (page) => page.locator('code.value').innerText();
const codesOn = (page) => page.locator('.codes li').allInnerTexts();

/** Types a code for the second step, and continues. */
async function enter(page, code) {
  await type(page, CODE, code);
  await press(page, 'button', 'Continue');
}

async function tick(page) {
  await tabTo(page, 'checkbox', 'I have saved these recovery codes');
  await page.keyboard.press('Space');
}

for (const script of [true, false]) {
  const without = script ? '' : ', and without script';

  test(`by keyboard alone somebody adds an app, signs in with it, and with a recovery code once the phone is lost${without}`, async (t) => {
    const worker = await homeOfAda(t);
    const page = await signedIn(t, worker, ada, { script });
    await press(page, 'link', 'Security');
    await press(page, 'link', 'Set up an authenticator app');
    const secret = await secretOn(page);
    const codes = await codesOn(page);
    assert.equal(new Set(codes).size, 10);
    await tick(page);
    await type(page, 'Code from the app', '000000' === shown(secret) ? '111111' : '000000');
    await press(page, 'button', 'Add authenticator app');
    assert.equal(await alert(page), 'The code is incorrect or has expired.');
    assert.equal(await secretOn(page), secret); // the phone has it already
    assert.deepEqual(await codesOn(page), codes);
    await tick(page);
    await type(page, 'Code from the app', shown(secret));
    await press(page, 'button', 'Add authenticator app');
    assert.equal(await notice(page), "The authenticator app has been added. We'll ask for a code from it when you sign in.");
    await press(page, 'button', 'Sign out');

    await forgetStep(worker);
    await page.goto('/account/signin?r=/account/sessions');
    await signIn(page, ada);
    assert.equal(await title(page), 'Two-step sign-in');
    await enter(page, 'not a code');
    assert.equal(await alert(page), 'The code is incorrect or has expired.');
    await enter(page, shown(secret));
    assert.equal(page.url(), `${worker.address}/account/sessions`);

    await age(worker, ada);
    await page.goto('/account/password');
    assert.equal(await title(page), 'Confirm your identity');
    await type(page, 'Password', ada.password);
    await press(page, 'button', 'Confirm');
    await forgetStep(worker);
    await enter(page, shown(secret));
    assert.equal(page.url(), `${worker.address}/account/password`);
    await press(page, 'button', 'Sign out');

    await page.goto('/account/signin?r=/account/sessions');
    await signIn(page, ada);
    await enter(page, codes[3].toLowerCase().replaceAll('-', ' '));
    assert.equal(await title(page), 'New recovery codes');
    assert.match(await notice(page), /^You've used a recovery code, and it won't work again\./);
    await page.getByText('9 of 10 codes are left.').waitFor();
    await press(page, 'link', 'Continue without new codes');
    assert.equal(page.url(), `${worker.address}/account/sessions`);
    await press(page, 'link', 'Security');
    await open(page, 'Remove…');
    await press(page, 'button', 'Remove authenticator app');
    assert.equal(await notice(page), 'The authenticator app has been removed. Its codes no longer work.');
    await page.getByText('Two-step sign-in is off.').waitFor();
  });

  test(`by keyboard alone somebody replaces the recovery codes: the new ones work, and no old one${without}`, async (t) => {
    const worker = await homeOfAda(t);
    const { codes: old } = await addApp(worker, ada);
    const page = await visitor(t, worker, { script });
    await page.goto('/account/signin');
    await signIn(page, ada);
    await enter(page, old[0]);
    const codes = await codesOn(page);
    await tick(page);
    await press(page, 'button', 'Use these codes');
    assert.equal(page.url(), `${worker.address}/account`);
    assert.equal(await notice(page), 'Your new recovery codes work from now on.');
    await press(page, 'button', 'Sign out');
    await signIn(page, ada);
    await enter(page, old[1]);
    assert.equal(await alert(page), 'The code is incorrect or has expired.');
    await enter(page, codes[1]);
    assert.equal(await title(page), 'New recovery codes');
  });

  test(`by keyboard alone an administrator adds the app that is required, and is signed in${without}`, async (t) => {
    const mail = await resend(t);
    const worker = await home(t, { mail, vars: { AUTH_MFA: 'admins' } });
    await join(worker, mail, ada);
    await worker.sql("UPDATE users SET role = 'admin'");
    const page = await visitor(t, worker, { script });
    await page.goto('/account/signin?r=/admin');
    await signIn(page, ada);
    assert.equal(await title(page), 'Two-step sign-in');
    await page.goto('/admin'); // the password alone leads nowhere
    assert.equal(await title(page), 'Sign in to Gatehouse');
    await signIn(page, ada);
    await tick(page);
    await type(page, 'Code from the app', shown(await secretOn(page)));
    await press(page, 'button', 'Add authenticator app');
    assert.equal(page.url(), `${worker.address}/admin`);
    assert.equal(await title(page), 'Users');
  });

  test(`by keyboard alone the owner undoes a second step that somebody else has turned on${without}`, async (t) => {
    const worker = await homeOfAda(t);
    await addApp(worker, ada);
    const link = linkIn(await worker.mail.emailTo(ada.email, ({ text }) => text.includes('/account/security/undo')));
    const page = await visitor(t, worker, { script });
    await page.goto(link);
    await type(page, 'New password (at least 8 characters)', NEW);
    await press(page, 'button', 'Recover account');
    assert.equal(await notice(page), 'Two-step sign-in is off. Sign in with your new password.');
    await signIn(page, { ...ada, password: NEW });
    assert.equal(await title(page), 'Account');
    await page.goto(link);
    assert.equal(await title(page), "This link doesn't work");
  });
}

test('a phone reads the QR code from the screen, in light and dark and on a narrow one', async (t) => {
  const worker = await homeOfAda(t);
  const page = await signedIn(t, worker, ada);
  await page.goto('/account/security/app');
  const secret = (await secretOn(page)).replaceAll(' ', '');
  for (const [colorScheme, width] of [['light', 1000], ['dark', 1000], ['dark', 320]]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 740 });
    const { protocol, host, pathname, searchParams } = new URL(await read(t, worker, await page.locator('.qr').screenshot()));
    const account = decodeURIComponent(`${host}${pathname}`);
    assert.deepEqual([protocol, account], ['otpauth:', `totp/Gatehouse:${ada.email}`], `${colorScheme}, ${width}`);
    assert.deepEqual([searchParams.get('secret'), searchParams.get('issuer')], [secret, 'Gatehouse']);
  }
});

/** The text of the QR code in a picture, whose pixels another page of the browser tells. */
async function read(t, worker, png) {
  const page = await visitor(t, worker);
  const { pixels, ...size } = await page.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(image, 0, 0);
    return { width, height, pixels: [...context.getImageData(0, 0, width, height).data] };
  }, `data:image/png;base64,${png.toString('base64')}`);
  return decodeQr({ ...size, data: Uint8Array.from(pixels) });
}
