// `/oauth/logout`: a client sends its user's browser here to sign out.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada } from '../workerd/people.mjs';
import { notice, press, signedIn, title, visitor } from './browser.mjs';
import { brought, homeWithClient, reaching, redeem, request } from './client.mjs';

const FAREWELL = 'https://shop.example/goodbye';

const logout = (parameters) => `/oauth/logout?${new URLSearchParams(parameters)}`;

for (const script of [true, false]) {
  const without = script ? '' : ', and without script';

  test(`by keyboard alone somebody whom a client wants to sign out stays, and then signs out${without}`, async (t) => {
    const { worker } = await homeWithClient(t, { post_logout_redirect_uris: [FAREWELL] });
    const page = await signedIn(t, worker, ada, { script });
    // Without an ID token nobody knows who has sent them.
    const way = logout({ client_id: 'shop', post_logout_redirect_uri: FAREWELL, state: 'a state' });
    await page.goto(way);
    assert.equal(await title(page), 'Sign out?');
    assert.match(await page.locator('main').innerText(), /You're signed in as ada \(ada@mail\.example\)/);
    await press(page, 'link', 'Stay signed in');
    assert.equal(await title(page), 'Account');

    await page.goto(way);
    await press(page, 'button', 'Sign out');
    assert.equal(page.url(), `${worker.address}/account/signin`);
    assert.equal(await notice(page), "You've signed out.");
    await page.goto('/account');
    assert.equal(await title(page), 'Sign in to Gatehouse');
  });

  test(`who is sent with the ID token of their own session is signed out without a question${without}`, async (t) => {
    const { worker, shop } = await homeWithClient(t, { post_logout_redirect_uris: [FAREWELL] });
    const page = await reaching(await signedIn(t, worker, ada, { script }));
    await page.goto(request());
    await press(page, 'button', 'Allow');
    const { id_token } = await redeem(worker, shop, brought(page).code);

    const elsewhere = await signedIn(t, worker, ada, { script });
    await elsewhere.goto(logout({ id_token_hint: id_token, post_logout_redirect_uri: FAREWELL }));
    assert.equal(await title(elsewhere), 'Sign out?', 'the token is of another session');
    await page.goto(logout({ id_token_hint: id_token, post_logout_redirect_uri: `${FAREWELL}/else` }));
    assert.equal(await title(page), 'Sign out?', 'the address is not registered');

    await page.goto(logout({ id_token_hint: id_token, post_logout_redirect_uri: FAREWELL, state: 'a state' }));
    assert.equal(page.url(), `${FAREWELL}?state=a+state`);
    await page.goto('/account');
    assert.equal(await title(page), 'Sign in to Gatehouse');
    await elsewhere.goto('/account');
    assert.equal(await title(elsewhere), 'Account');
  });
}

test('the question is asked in both languages, and who is not signed in is asked nothing', async (t) => {
  const { worker } = await homeWithClient(t);
  const texts = {
    en: ['Sign out?', 'Sign out', 'Stay signed in', "You're signed out"],
    de: ['Abmelden?', 'Abmelden', 'Angemeldet bleiben', 'Sie sind abgemeldet'],
  };
  const page = await signedIn(t, worker, ada);
  for (const [language, [question, yes, no]] of Object.entries(texts)) {
    await worker.sql('UPDATE users SET language = ?', language);
    await page.goto('/oauth/logout');
    assert.equal(await title(page), question);
    assert.deepEqual(await page.locator('main :is(button, .button)').allInnerTexts(), [yes, no]);
  }
  for (const [locale, [, , , done]] of Object.entries(texts)) {
    const stranger = await visitor(t, worker, { locale });
    await stranger.goto('/oauth/logout');
    assert.equal(await title(stranger), done);
  }
});
