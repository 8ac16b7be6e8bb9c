// A redirect that goes to an identity provider at once.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { site } from '../../../tests/browser/attacker-site.mjs';
import { press, type, visitor } from '../../../tests/browser/browser.mjs';
import { arrive, homeWithProviders, lead } from '../../../tests/browser/identity-providers.mjs';
import { bundle } from './application.mjs';

test('a stranger signs up with the provider that the application names, comes back, and later signs in without a page of Gatehouse', async (t) => {
  const app = await site(t);
  const worker = await homeWithProviders(t, { AUTH_CORS_ORIGINS: app.far, AUTH_REDIRECT_URIS: `${app.far}/` });
  worker.providers.google.person({ sub: 'bob', email: 'bob@gmail.com' });
  app.pages['/'] = `<p></p><script type="module">${await bundle(`
    import { createClient } from '@gatehouse/client';
    globalThis.client = createClient({ url: ${JSON.stringify(worker.address)} });
    const back = await client.finishRedirect();
    if (back) document.querySelector('p').textContent = (await client.me()).login + ' came back for ' + back.remember;
  `)}</script>`;
  const page = await lead(await visitor(t, worker), worker);
  await page.goto(app.far);
  const providers = await page.evaluate(() => client.providers());
  assert.deepEqual(providers.map(({ id }) => id), ['google', 'apple', 'work']);

  await leave(page, 'the first time');
  await arrive(page, '/account/connect');
  await type(page, 'Username', 'bob');
  await press(page, 'button', 'Create account');
  await page.getByText('bob came back for the first time').waitFor();

  await page.evaluate(() => client.signOut());
  await page.context().clearCookies(); // the session of Gatehouse's own
  await leave(page, 'the second time');
  await page.getByText('bob came back for the second time').waitFor();
});

const leave = (page, remember) =>
  page.evaluate((remember) => void client.signInWithRedirect({ provider: 'google', remember }), remember);
