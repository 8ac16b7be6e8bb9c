import { strict as assert } from 'node:assert';
import test from 'node:test';
import { join } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { alert, home, press, signIn, type, visitor } from './browser.mjs';

const NAMES = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus=alert(1) x='",
  '</title></main><iframe src="javascript:alert(1)">',
  '{{7*7}}${7*7}&lt;b&gt;&#60;',
  '\u202eada\u202c \u2066gpj.exe\u2069',
  'x'.repeat(300),
  '\u0008\ufffe\u{1f469}\u200d\u{1f680}',
];

test('whatever is typed for a name comes back as text', async (t) => {
  const house = await home(t, { mail: await resend(t) });
  const page = await visitor(t, house);
  await page.goto('/account/signin');
  await signIn(page, { login: 'nobody', password: 'x' });
  const plain = await elements(page);
  for (const name of NAMES) {
    await signIn(page, { login: name, password: name });
    assert.equal(await alert(page), 'The login or the password is wrong.');
    assert.deepEqual(await elements(page), plain, name);
    assert.equal(await page.getByLabel('Login name or e-mail address').inputValue(), name);
  }
});

test('an address full of signs is shown as it is', async (t) => {
  const mail = await resend(t);
  const house = await home(t, { mail });
  const page = await visitor(t, house);
  const email = "o'&lt`${7*7}{{x}}=@mail.example";
  const strange = { login: 'ådå-\u05d0\u05d1', email, password: 'correct horse battery staple' };
  await join(house, mail, strange);
  await page.goto('/account/signin');
  await type(page, 'Login name or e-mail address', email);
  await press(page, 'button', 'Send me a code');
  assert.ok((await page.locator('main').innerText()).includes(email));
  await page.goto('/account/signin');
  await signIn(page, strange);
  const text = await page.locator('main').innerText();
  for (const said of [strange.login, email]) assert.ok(text.includes(said), text);
});

/** What a page is made of, whatever it says. */
const elements = (page) =>
  page.evaluate(() => [...document.querySelectorAll('*')].map((element) => [element.tagName, ...element.getAttributeNames()].join(' ')));
