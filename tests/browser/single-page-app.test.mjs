// The single-page application of docs/use/OAUTH.md in a browser, on a site of its own.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { replaceOnce } from '../integrate/gateways.mjs';
import { exampleOf } from '../workerd/documents.mjs';
import { registrar } from '../workerd/oauth.mjs';
import { ada } from '../workerd/people.mjs';
import { until } from '../workerd/until.mjs';
import { site } from './attacker-site.mjs';
import { homeOfAda, press, signIn, title, visitor } from './browser.mjs';

test('a single-page application signs a user in, renews the tokens by itself, asks who it is and signs out', async (t) => {
  const { worker, app, page } = await arrived(t);
  const [{ id }] = await worker.sql("SELECT id FROM users WHERE login = 'ada'");
  const first = await userOf(page);
  assert.equal(first.profile.sub, id);
  assert.deepEqual(await userInfo(page, first), { status: 200, sub: id, preferred_username: ada.login });

  await page.clock.fastForward('14:30'); // the tokens are valid for 15 minutes
  await until(async () => (await userOf(page)).access_token !== first.access_token, 'the tokens are not renewed');
  const second = await userOf(page);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal(second.profile.sub, id);
  assert.deepEqual(await userInfo(page, second), { status: 200, sub: id, preferred_username: ada.login });
  assert.equal(worker.proxy.asked.filter((asked) => asked === 'POST /oauth/token').length, 2);

  await page.goto(app.far); // whoever is signed in stays there
  await page.waitForFunction(() => globalThis.users);
  assert.equal(page.url(), `${app.far}/`);

  page.evaluate((to) => void users.signoutRedirect({ post_logout_redirect_uri: to }), `${app.far}/goodbye`);
  await page.waitForURL(({ pathname }) => pathname === '/goodbye');
  await page.goto(`${worker.address}/account`);
  assert.equal(await title(page), 'Sign in to Gatehouse');
  await page.goto(app.far);
  assert.equal(await title(page), 'Sign in to Gatehouse');
});

test('a single-page application gives its tokens back', async (t) => {
  const { page } = await arrived(t, { expects: [/status of 401/] });
  const user = await userOf(page);
  assert.equal((await userInfo(page, user)).status, 200);
  await page.evaluate(() => users.revokeTokens());
  assert.equal((await userInfo(page, user)).status, 401);
});

/** Ada in the application, which has just been allowed its access. */
async function arrived(t, options) {
  const worker = await homeOfAda(t);
  const app = await site(t);
  const script = await bundle(worker);
  for (const path of ['/', '/cb']) app.pages[path] = `<script type="module">${script}</script>`;
  const register = await registrar(worker, worker.mail);
  await register({
    client_id: 'spa',
    redirect_uris: [`${app.far}/cb`],
    post_logout_redirect_uris: [`${app.far}/goodbye`],
    token_endpoint_auth_method: 'none',
  });
  const page = await visitor(t, worker, options);
  await page.clock.install();
  await page.goto(app.far);
  await signIn(page, ada);
  await press(page, 'button', 'Allow');
  await page.waitForFunction(() => globalThis.users);
  assert.equal(new URL(page.url()).origin, app.far);
  return { worker, app, page };
}

/** The example as a bundler makes it, with this worker's address; tests call its `users`. */
async function bundle(worker) {
  const example = replaceOnce(await exampleOf('use/OAUTH.md', 'oidc-client-ts'), 'https://auth.example.com', worker.address);
  const stdin = { contents: `${example}\nglobalThis.users = users;`, resolveDir: fileURLToPath(new URL('.', import.meta.url)) };
  const { outputFiles: [{ text }] } = await build({ stdin, bundle: true, format: 'esm', write: false });
  return text;
}

const userOf = (page) => page.evaluate(async () => ({ ...(await users.getUser()) }));

/** What the provider says of the user, asked across origins. */
const userInfo = (page, { access_token }) =>
  page.evaluate(async (access_token) => {
    const answer = await fetch(await users.metadataService.getUserInfoEndpoint(), { headers: { Authorization: `Bearer ${access_token}` } });
    const { sub, preferred_username } = await answer.json();
    return { status: answer.status, sub, preferred_username };
  }, access_token);
