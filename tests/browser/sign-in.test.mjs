import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, join, register } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { alert, codeIn, home, linkIn, press, signIn, title, type, visitor } from './browser.mjs';

for (const script of [true, false]) {
  const without = script ? '' : ', and without script';

  test(`by keyboard alone a stranger activates an account, signs in and signs out${without}`, async (t) => {
    const mail = await resend(t);
    const house = await home(t, { mail });
    const page = await visitor(t, house, { script });
    assert.equal((await register(house, ada)).status, 200);
    const link = linkIn(await mail.letterTo(ada.email));

    await page.goto('/account');
    assert.equal(await title(page), 'Sign in to Gatehouse');
    await signIn(page, ada);
    assert.equal(await alert(page), 'The account is not activated yet. Follow the link in your mail.');

    await page.goto(link);
    await press(page, 'button', 'Activate', 'Space');
    assert.equal(await title(page), 'Your account is active');
    await page.goto(link);
    await press(page, 'button', 'Activate');
    assert.equal(await title(page), 'This link does not work');

    await page.goto('/account/signin');
    await signIn(page, { ...ada, password: 'not the password' });
    assert.equal(await alert(page), 'The login or the password is wrong.');
    await type(page, 'Password', ada.password);
    await press(page, 'button', 'Sign in');
    assert.equal(page.url(), `${house.address}/account`);
    assert.match(await page.locator('main').innerText(), /ada \(ada@mail\.example\)/);

    const cookies = await page.context().cookies();
    await press(page, 'button', 'Sign out');
    assert.equal(page.url(), `${house.address}/account/signin`);
    await page.goBack(); // nothing of it is left behind
    assert.equal(await title(page), 'Sign in to Gatehouse');
    await page.context().addCookies(cookies); // nor does a copy open anything
    await page.goto('/account');
    assert.equal(await title(page), 'Sign in to Gatehouse');
  });

  test(`by keyboard alone somebody signs in with a code${without}`, async (t) => {
    const mail = await resend(t);
    const house = await home(t, { mail });
    await join(house, mail, ada);
    const page = await visitor(t, house, { script });

    await page.goto('/account/signin');
    await type(page, 'Login name or e-mail address', ada.email);
    await press(page, 'button', 'Send me a code');
    const code = codeIn(await mail.letterTo(ada.email, ({ text }) => /\b\d{6}\b/.test(text)));
    await type(page, 'Code', code === '000000' ? '111111' : '000000');
    await press(page, 'button', 'Sign in');
    assert.equal(await alert(page), 'The code is wrong or too old.');
    await type(page, 'Code', code);
    await press(page, 'button', 'Sign in');
    assert.equal(page.url(), `${house.address}/account`);
  });
}
