import { strict as assert } from 'node:assert';
import test from 'node:test';
import { press, signIn, title } from '../browser/browser.mjs';
import { assertAccessible, runExample, visit } from './example.mjs';

const ENTRANCE = 'The shop';
const SESSION = '__Host-shop';

const cookiesOf = (page, { address }) => page.context().cookies(address);

test('the website signs a user in and out, renews its tokens, and gives the browser none', async (t) => {
  // So short that each page renews them.
  const example = await runExample(t, 'server-rendered', '--var', 'AUTH_ACCESS_TOKEN_LIFETIME:60');
  const page = await visit(t, example);
  await assertAccessible(page);

  await t.test('who does not allow it is told so', async () => {
    await press(page, 'link', 'Sign in');
    await signIn(page, example.user);
    await press(page, 'button', "Don't allow");
    assert.equal(await title(page), 'The sign-in did not work');
    await assertAccessible(page);
  });

  await t.test('who allows it is signed in, and stays so', async () => {
    await press(page, 'link', 'Try again');
    await press(page, 'button', 'Allow');
    assert.equal(page.url(), `${example.address}/`);
    assert.equal(await title(page), 'Welcome, ada');
    await assertAccessible(page);

    const cookies = await cookiesOf(page, example);
    const own = cookies.find(({ name }) => name === SESSION);
    assert.deepEqual([own.httpOnly, own.secure, own.sameSite], [true, true, 'Lax']);
    assert.ok(!cookies.some(({ name }) => name === '__Host-signin'), 'the verifier is gone');
    const held = [own.value, await page.content(), await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))].join('\n');
    assert.doesNotMatch(held, /eyJ|gh\w+_/, 'the browser has a token');

    const before = await page.locator('time').innerText();
    await page.reload();
    assert.equal(await title(page), 'Welcome, ada');
    assert.notEqual(await page.locator('time').innerText(), before, 'the tokens are not renewed');
  });

  await t.test('who signs out here is signed out of Gatehouse', async () => {
    await press(page, 'button', 'Sign out');
    assert.equal(page.url(), `${example.address}/`);
    assert.equal(await title(page), ENTRANCE);
    assert.ok(!(await cookiesOf(page, example)).some(({ name }) => name === SESSION), 'the session is still there');
    await page.goto(`${example.auth}/account`);
    assert.equal(await title(page), 'Sign in to Gatehouse');
  });

  await t.test('who signs out of Gatehouse is signed out here', async () => {
    await signIn(page, example.user);
    await page.goto('/signin');
    if ((await title(page)) !== 'Welcome, ada') await press(page, 'button', 'Allow');
    await page.goto(`${example.auth}/account`);
    await press(page, 'button', 'Sign out');
    await page.goto('/');
    assert.equal(await title(page), ENTRANCE);
  });

  await t.test('a sign-in that another browser has begun is refused', async () => {
    const stranger = await visit(t, example);
    await stranger.goto('/callback?code=x&state=y');
    assert.equal(await title(stranger), 'The sign-in did not work');
  });
});
