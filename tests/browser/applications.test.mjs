// `/account/apps`: the applications with access, and how their user removes it.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada } from '../workerd/people.mjs';
import { notice, press, signedIn, title } from './browser.mjs';
import { brought, homeWithClient, reaching, redeem, request, tokenRequest } from './client.mjs';

for (const script of [true, false]) {
  test(`by keyboard alone somebody sees which application has access, and removes it${script ? '' : ', and without script'}`, async (t) => {
    const { worker, shop } = await homeWithClient(t);
    const page = await reaching(await signedIn(t, worker, ada, { script }));
    await page.goto(request({ scope: 'openid offline_access' }));
    await press(page, 'button', 'Allow');
    const { refresh_token } = await redeem(worker, shop, brought(page).code);

    await page.goto('/account');
    await press(page, 'link', 'Applications');
    const items = page.locator('.items > li');
    assert.equal(await items.count(), 1);
    const text = await items.innerText();
    for (const said of ['Shop of the village', 'recognize you when you come back', 'until you remove it', 'Since', 'Last used']) {
      assert.ok(text.includes(said), `${said} is not in ${text}`);
    }

    await press(page, 'button', 'Remove access Shop of the village');
    assert.equal(await notice(page), 'Access removed.');
    assert.equal(await items.count(), 0);
    assert.match(await page.locator('main').innerText(), /No application has access to your account\./);
    assert.equal((await tokenRequest(worker, shop, { grant_type: 'refresh_token', refresh_token })).error, 'invalid_grant');
    await page.goto(request({ scope: 'openid offline_access' }));
    assert.equal(await title(page), 'Sign in to Shop of the village', 'it has to ask again');
  });
}

test('an access that was removed elsewhere meanwhile is said to be gone', async (t) => {
  const { worker } = await homeWithClient(t);
  const page = await reaching(await signedIn(t, worker, ada));
  await page.goto(request());
  await press(page, 'button', 'Allow');
  await page.goto('/account/apps');
  await worker.sql('DELETE FROM consents');
  await worker.sql('DELETE FROM authorizations'); // the code that nobody has redeemed
  await press(page, 'button', 'Remove access Shop of the village');
  assert.equal(await page.getByRole('alert').count(), 1);
  assert.match(await page.locator('main').innerText(), /No application has access to your account\./);
});
