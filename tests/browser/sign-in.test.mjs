import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, join } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { alert, codeIn, home, linkIn, notice, open, press, signIn, title, type, visitor } from './browser.mjs';
import { age } from './fixtures.mjs';

const NEW = 'an altogether different staple';
const newPassword = (fewest = 8) => `New password (at least ${fewest} characters)`;

for (const script of [true, false]) {
  const without = script ? '' : ', and without script';

  test(`by keyboard alone a stranger registers, activates the account, signs in, changes the password and signs out${without}`, async (t) => {
    const mail = await resend(t);
    const worker = await home(t, { mail });
    const page = await visitor(t, worker, { script });

    await page.goto('/account');
    assert.equal(await title(page), 'Sign in to Gatehouse');
    await press(page, 'link', 'Create account');
    await type(page, 'Username', ada.login);
    await type(page, 'Email', ada.email);
    await type(page, newPassword(), 'password1');
    await press(page, 'button', 'Create account');
    assert.equal(await alert(page), "This password is too weak. It's a common password that is easy to guess.");
    await type(page, newPassword(), ada.password); // the other field is still filled in
    await press(page, 'button', 'Create account');
    assert.match(await notice(page), /^We've sent you an email/);
    const link = linkIn(await mail.emailTo(ada.email));

    await page.goto('/account/signin');
    await signIn(page, ada);
    assert.equal(await alert(page), "Your account isn't activated yet. Open the link in the email we sent you.");
    await page.goto(link);
    await press(page, 'button', 'Activate account', 'Space');
    assert.equal(await notice(page), 'Your account is active. You can sign in now.');
    await page.goto(link);
    assert.match(await alert(page), /^This link has expired/);

    await page.goto('/account/signin');
    await signIn(page, { ...ada, password: 'not the password' });
    assert.equal(await alert(page), 'Incorrect username or password.');
    await type(page, 'Password', ada.password);
    await press(page, 'button', 'Sign in');
    assert.equal(page.url(), `${worker.address}/account`);

    await age(worker, ada);
    await press(page, 'link', 'Change password');
    assert.equal(await title(page), 'Confirm your identity');
    await type(page, 'Password', ada.password);
    await press(page, 'button', 'Confirm');
    assert.equal(page.url(), `${worker.address}/account/password`);
    await type(page, 'Current password', 'not the password');
    await type(page, newPassword(), NEW);
    await press(page, 'button', 'Change password');
    assert.equal(await alert(page), 'Incorrect password.');
    await type(page, 'Current password', ada.password);
    await type(page, newPassword(), NEW);
    await press(page, 'button', 'Change password');
    assert.equal(await notice(page), 'Your password has been changed, and all your other sessions have ended.');

    const cookies = await page.context().cookies();
    await press(page, 'button', 'Sign out');
    assert.equal(page.url(), `${worker.address}/account/signin`);
    await page.goBack(); // no content of it is left behind
    assert.equal(await title(page), 'Sign in to Gatehouse');
    await page.context().addCookies(cookies); // nor does a copy of the cookies work
    await page.goto('/account');
    await signIn(page, ada);
    assert.equal(await alert(page), 'Incorrect username or password.');
    await signIn(page, { ...ada, password: NEW });
    assert.equal(page.url(), `${worker.address}/account`);
  });

  test(`by keyboard alone somebody signs in with a code${without}`, async (t) => {
    const mail = await resend(t);
    const worker = await home(t, { mail });
    await join(worker, mail, ada);
    const page = await visitor(t, worker, { script });

    await page.goto('/account/signin');
    await type(page, 'Username or email', ada.email);
    await press(page, 'button', 'Email me a code');
    const code = codeIn(await mail.emailTo(ada.email, ({ text }) => /\b\d{6}\b/.test(text)));
    await type(page, 'Code', code === '000000' ? '111111' : '000000');
    await press(page, 'button', 'Sign in');
    assert.equal(await alert(page), 'The code is incorrect or has expired.');
    await type(page, 'Code', code);
    await press(page, 'button', 'Sign in');
    assert.equal(page.url(), `${worker.address}/account`);
  });

  test(`by keyboard alone somebody who has forgotten the password chooses another${without}`, async (t) => {
    const mail = await resend(t);
    const worker = await home(t, { mail });
    await join(worker, mail, ada);
    const page = await visitor(t, worker, { script });

    await page.goto('/account/signin');
    await press(page, 'link', 'Forgot your password?');
    await type(page, 'Email', ada.email);
    await press(page, 'button', 'Send link');
    assert.match(await notice(page), /^If there is an account with this email, we've sent you a link/);
    const link = linkIn(await mail.emailTo(ada.email, ({ text }) => text.includes('/account/recover')));
    await page.goto(link);
    await type(page, newPassword(), NEW);
    await press(page, 'button', 'Set new password');
    assert.equal(await notice(page), 'Your password has been changed, and all your sessions have ended. Sign in with the new password.');
    await signIn(page, ada);
    assert.equal(await alert(page), 'Incorrect username or password.');
    await signIn(page, { ...ada, password: NEW });
    assert.equal(await title(page), 'Account');
    await page.goto(link);
    assert.match(await alert(page), /^This link has expired/);
  });

  test(`by keyboard alone somebody who never registered says so, and the link opens nothing any more${without}`, async (t) => {
    const mail = await resend(t);
    const worker = await home(t, { mail });
    assert.equal((await worker.post('/api/auth/local/register', ada)).status, 200);
    const link = linkIn(await mail.emailTo(ada.email));
    const page = await visitor(t, worker, { script });

    await page.goto(link);
    await open(page, "This wasn't me");
    await press(page, 'button', 'Discard registration');
    assert.equal(await notice(page), "The registration has been discarded. You don't need to do anything else.");
    await page.goto(link);
    assert.match(await alert(page), /^This link has expired/);
    assert.deepEqual(await worker.sql('SELECT id FROM users'), []);
  });
}
