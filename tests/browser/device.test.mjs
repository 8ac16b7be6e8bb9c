// `/account/device`: a TV shows a code, and its user types it in a browser.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { registrar } from '../workerd/oauth.mjs';
import { ada } from '../workerd/people.mjs';
import { alert, homeOfAda, notice, press, signIn, signedIn, tabTo, title, type, visitor } from './browser.mjs';
import { userInfo } from './client.mjs';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const QUESTION = 'Sign in a device to The TV';

for (const script of [true, false]) {
  const without = script ? '' : ', and without script';

  test(`by keyboard alone somebody types the code of a TV and signs it in${without}`, async (t) => {
    const { worker, begin, poll } = await homeWithTv(t);
    const page = await signedIn(t, worker, ada, { script });
    const { user_code, device_code } = await begin();
    await press(page, 'link', 'Applications');
    await press(page, 'link', 'Sign in a device');
    await type(page, 'Code on the device', user_code === 'BBBB-BBBB' ? 'CCCC-CCCC' : 'BBBB-BBBB');
    await press(page, 'button', 'Continue');
    assert.equal(await alert(page), 'The code is incorrect or has expired.');
    await type(page, 'Code on the device', user_code.toLowerCase().replace('-', ' '));
    await press(page, 'button', 'Continue');
    assert.equal(await title(page), QUESTION);
    const text = await page.locator('main').innerText();
    for (const said of ["You're signed in as ada (ada@mail.example)", "Sign in this device only if it's your own", 'see your username']) {
      assert.ok(text.includes(said), `${said} is not in ${text}`);
    }
    await press(page, 'button', 'Sign in the device');
    assert.equal(await notice(page), 'The device has been signed in. Go back to it: it continues in a few seconds.');
    assert.equal((await userInfo(worker, await poll(device_code))).preferred_username, ada.login);
  });

  test(`by keyboard alone somebody refuses a TV${without}`, async (t) => {
    const { worker, begin, poll } = await homeWithTv(t);
    const page = await signedIn(t, worker, ada, { script });
    const { user_code, device_code } = await begin();
    await page.goto('/account/device');
    await type(page, 'Code on the device', user_code);
    await press(page, 'button', 'Continue');
    await press(page, 'button', "Don't allow");
    assert.equal(await notice(page), 'The device has not been signed in.');
    assert.equal((await poll(device_code)).error, 'access_denied');
  });

  test(`a link with the code fills it in and does nothing else, also after a sign-in${without}`, async (t) => {
    const { worker, begin, poll } = await homeWithTv(t);
    const page = await visitor(t, worker, { script });
    const { user_code, device_code, verification_uri_complete } = await begin();
    const before = await worker.sql('SELECT * FROM authorizations');
    await page.goto(verification_uri_complete);
    await signIn(page, ada);
    assert.equal(await title(page), 'Sign in a device');
    assert.equal(await page.getByLabel('Code on the device').inputValue(), user_code);
    assert.match(await page.locator('main').innerText(), /Compare this code with the one on your device\./);
    assert.deepEqual(await worker.sql('SELECT * FROM authorizations'), before);
    assert.equal((await poll(device_code)).error, 'authorization_pending');
    await tabTo(page, 'textbox', 'Code on the device');
    await press(page, 'button', 'Continue');
    assert.equal(await title(page), QUESTION);
  });
}

test('the warning about codes of others is there in both languages, on both pages', async (t) => {
  const { worker, begin } = await homeWithTv(t);
  const page = await signedIn(t, worker, ada);
  const texts = {
    en: ['Code on the device', 'Continue', /^Never enter a code that someone sent you/, /If someone sent you the code, you would/],
    de: ['Code auf dem Gerät', 'Weiter', /^Geben Sie nie einen Code ein, den Ihnen/, /Wenn Ihnen jemand den Code geschickt hat, würden/],
  };
  for (const [language, [code, go, ...warnings]] of Object.entries(texts)) {
    await worker.sql('UPDATE users SET language = ?', language);
    const { user_code } = await begin();
    await page.goto('/account/device');
    assert.match(await page.locator('main section strong').innerText(), warnings[0]);
    await type(page, code, user_code);
    await press(page, 'button', go);
    assert.match(await page.locator('main section strong').innerText(), warnings[1]);
  }
});

/** A worker with ada, and a TV that asks it for codes and then for tokens. */
async function homeWithTv(t) {
  const worker = await homeOfAda(t);
  const register = await registrar(worker, worker.mail);
  const grants = { grant_types: [GRANT, 'refresh_token'], token_endpoint_auth_method: 'none', scope: 'openid profile' };
  await register({ client_id: 'tv-app', client_name: 'The TV', redirect_uris: [], ...grants });
  const send = async (path, fields) => {
    const answer = await fetch(worker.address + path, { method: 'POST', body: new URLSearchParams({ client_id: 'tv-app', ...fields }) });
    return answer.json();
  };
  const begin = () => send('/oauth/device_authorization', { scope: 'openid profile' });
  const poll = (device_code) => send('/oauth/token', { grant_type: GRANT, device_code });
  return { worker, begin, poll };
}
