// The page on which a user allows a client's access.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, join } from '../workerd/people.mjs';
import { press, signIn, signedIn, title, visitor } from './browser.mjs';
import { CALLBACK, brought, homeWithClient, reaching, redeem, request, userInfo } from './client.mjs';

const bea = { login: 'bea', email: 'bea@mail.example', password: 'a quiet lane behind the mill' };
const QUESTION = 'Sign in to Shop of the village';

for (const script of [true, false]) {
  const without = script ? '' : ', and without script';

  test(`by keyboard alone somebody allows a client its access, and is asked again only for more${without}`, async (t) => {
    const { worker, shop } = await homeWithClient(t);
    const page = await reaching(await visitor(t, worker, { script }));
    await page.goto(request());
    await signIn(page, ada);
    assert.equal(await title(page), QUESTION);
    await press(page, 'button', 'Allow');
    const { code, ...rest } = brought(page);
    assert.deepEqual(rest, { state: 'a state', iss: worker.address });
    const { email, preferred_username } = await userInfo(worker, await redeem(worker, shop, code));
    assert.deepEqual([email, preferred_username], [ada.email, undefined]);

    await page.goto(request());
    assert.ok(brought(page).code, 'it was allowed before');
    await page.goto(request({ scope: 'openid email profile' }));
    assert.equal(await title(page), QUESTION);
    await press(page, 'button', 'Allow', 'Space');
    assert.equal((await userInfo(worker, await redeem(worker, shop, brought(page).code))).preferred_username, ada.login);
  });

  test(`by keyboard alone somebody does not allow it, and is asked the next time${without}`, async (t) => {
    const { worker } = await homeWithClient(t);
    const page = await reaching(await signedIn(t, worker, ada, { script }));
    for (const time of ['first', 'second']) {
      await page.goto(request());
      assert.equal(await title(page), QUESTION, `the ${time} time`);
      await press(page, 'button', "Don't allow");
      const { error, error_description, ...rest } = brought(page);
      assert.deepEqual([error, rest], ['access_denied', { state: 'a state', iss: worker.address }]);
    }
    assert.deepEqual(await worker.sql('SELECT client FROM consents'), []);
  });

  test(`by keyboard alone somebody goes on with a different account, and the client gets to know that one${without}`, async (t) => {
    const { worker, shop } = await homeWithClient(t);
    await join(worker, worker.mail, bea);
    const page = await reaching(await signedIn(t, worker, ada, { script }));
    await page.goto(request());
    await press(page, 'button', 'Use a different account');
    assert.equal(await title(page), 'Sign in to Gatehouse');
    await signIn(page, bea);
    assert.equal(await title(page), QUESTION);
    assert.match(await page.locator('main').innerText(), /You're signed in as bea \(bea@mail\.example\)/);
    await press(page, 'button', 'Allow');
    assert.equal((await userInfo(worker, await redeem(worker, shop, brought(page).code))).email, bea.email);
    await page.goto('/account');
    assert.match(await page.locator('main').innerText(), /bea@mail\.example/);
  });

  test(`by keyboard alone somebody allows a client that nobody registered, and is asked each time${without}`, async (t) => {
    const { worker } = await homeWithClient(t, { vars: { AUTH_OPEN_REGISTRATION: 'true' } });
    const made = await worker.post('/oauth/register', { client_name: 'Code Tool', redirect_uris: [CALLBACK] });
    assert.equal(made.status, 201, made.text);
    const page = await reaching(await signedIn(t, worker, ada, { script }));
    for (const time of ['first', 'second']) {
      await page.goto(request({ client_id: made.json.client_id }));
      assert.equal(await title(page), 'Sign in to \u2068Code Tool\u2069', `the ${time} time`);
      assert.match(await page.locator('main').innerText(), /This application has registered itself\. Nobody at this site has checked it/);
      await press(page, 'button', 'Allow');
      assert.ok(brought(page).code);
    }
    assert.deepEqual(await worker.sql('SELECT client FROM consents'), []);
  });

  test(`an answer in a form comes to the client ${script ? 'by itself' : 'by a button, without script'}`, async (t) => {
    const { worker, shop } = await homeWithClient(t);
    const page = await reaching(await signedIn(t, worker, ada, { script }));
    const arrived = page.waitForRequest((sent) => sent.url() === CALLBACK);
    await page.goto(request({ response_mode: 'form_post' }));
    await press(page, 'button', 'Allow');
    if (!script) {
      assert.equal(await title(page), `Continue to ${new URL(CALLBACK).host}`);
      await press(page, 'button', 'Continue');
    }
    const sent = await arrived;
    await page.waitForURL(CALLBACK);
    assert.equal(sent.method(), 'POST');
    const { code, ...rest } = Object.fromEntries(new URLSearchParams(sent.postData()));
    assert.deepEqual(rest, { state: 'a state', iss: worker.address });
    assert.equal((await userInfo(worker, await redeem(worker, shop, code))).email, ada.email);
  });
}

test('the page says who asks whom, for what, and where it leads, in both languages', async (t) => {
  const scope = 'openid email offline_access files:read';
  const api = { resource: 'https://files.example', resource_scopes: 'files:read' };
  const { worker, register } = await homeWithClient(t, { scope });
  await register({ client_id: 'files', redirect_uris: [], grant_types: [], scope: '', ...api });
  const way = request({ scope, resource: api.resource });
  const says = {
    'en-GB': [
      QUESTION, "You're signed in as ada (ada@mail.example)", 'recognize you when you come back', 'see your email address',
      "keep this access while you're away, until you remove it", 'files:read', 'At the API https://files.example',
      "Then you'll be sent to shop.example", 'An administrator of this site registered the application on',
    ],
    'de-DE': [
      'Bei Shop of the village anmelden', 'Sie sind angemeldet als ada (ada@mail.example)', 'Sie wiedererkennen, wenn Sie zurückkommen',
      'Ihre E-Mail-Adresse sehen', 'diesen Zugriff auch in Ihrer Abwesenheit behalten, bis Sie ihn entfernen', 'files:read',
      'Für die Schnittstelle https://files.example', 'Danach werden Sie weitergeleitet zu shop.example',
      'Ein Administrator dieser Website hat die Anwendung registriert am',
    ],
  };
  for (const [locale, texts] of Object.entries(says)) {
    const page = await visitor(t, worker, { locale });
    await page.goto(way);
    await page.locator('[name=login]').fill(ada.login);
    await page.locator('[name=password]').fill(ada.password);
    await page.keyboard.press('Enter');
    await page.locator('form[action="/oauth/consent"]').waitFor();
    const text = await page.locator('main').innerText();
    for (const said of texts) assert.ok(text.includes(said), `${said} is not in ${text}`);
    assert.equal(await page.locator('main li').count(), 4, 'nothing that was not asked for');
  }
});
