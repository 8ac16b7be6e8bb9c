// An account that never had a password, in a real browser.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { authenticator } from './authenticator.mjs';
import { alert, home, linkIn, notice, press, signIn, title, type, visitor } from './browser.mjs';

const CREATE = 'Create a passkey and activate account';

test('by keyboard alone a stranger registers with a passkey, which is made behind the link, and signs in with nothing else', async (t) => {
  const mail = await resend(t);
  const worker = await home(t, { mail });
  const page = await visitor(t, worker);
  const phone = await authenticator(page);
  await page.goto('/account/register');
  await type(page, 'Username', ada.login);
  await type(page, 'Email', ada.email);
  await press(page, 'button', 'Use a passkey instead of a password');
  assert.match(await notice(page), /^We've sent you an email/);

  await page.goto(linkIn(await mail.emailTo(ada.email)));
  await phone.lies({ isBadUV: true });
  await phone.press(CREATE);
  assert.notEqual(await alert(page), '');
  assert.deepEqual(await worker.sql('SELECT id FROM users'), [], 'nobody was verified');
  await phone.lies();
  await phone.verifies(false);
  await phone.pressInVain(CREATE, "That didn't work. Try again or choose another way.");
  await phone.verifies(true);
  await phone.press(CREATE);
  assert.equal(await notice(page), 'Your account is active. You can sign in now.');

  await signIn(page, { ...ada, password: 'password' });
  assert.equal(await alert(page), 'Incorrect username or password.');
  await phone.press('Sign in with a passkey');
  assert.equal(await title(page), 'Account');
});
