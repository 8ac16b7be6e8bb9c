import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, join } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { until } from '../workerd/until.mjs';
import { assertTrapped, site, trap } from './attacker-site.mjs';
import { home, signIn, title, visitor } from './browser.mjs';

const eve = { login: 'eve', email: 'eve@mail.example', password: 'what would she not do' };

test("a stranger's form signs nobody in and nobody out, whatever seal it carries", async (t) => {
  const { worker, stranger } = await neighbours(t);
  for (const address of [stranger.near, stranger.far]) {
    await assertNobodySignedIn(t, worker, stranger, address, [noSeal, sealOfEve, ownSeal]);
    await assertNobodySignedOut(t, worker, stranger, address, [noSeal, sealOfEve, ownSeal]);
  }
});

test("from an old browser, that does not say where a form comes from, a stranger's is refused all the same", async (t) => {
  const { worker, stranger } = await neighbours(t);
  const { serve } = worker.proxy;
  worker.proxy.serve = (asked, answer) => {
    for (const header of ['origin', 'referer', 'sec-fetch-site']) delete asked.headers[header];
    serve(asked, answer);
  };
  await assertNobodySignedIn(t, worker, stranger, stranger.near, [noSeal, sealOfEve]);
  await assertNobodySignedOut(t, worker, stranger, stranger.near, [noSeal, sealOfEve]);
});

test("a stranger's script reads nothing and ends nothing with somebody's session", async (t) => {
  const { worker, stranger } = await neighbours(t);
  const page = await visitor(t, worker, { expects: [/blocked by CORS policy/, /ERR_FAILED/, /status of 403/, /status of 401/] });
  await page.goto('/account/signin');
  await signIn(page, ada);
  for (const address of [stranger.near, stranger.far]) {
    await page.goto(address);
    const read = page.evaluate((me) => fetch(me, { credentials: 'include' }), `${worker.address}/api/auth/me`);
    await assert.rejects(read, /Failed to fetch/);
    for (const way of ['logout', 'logout/all']) {
      // Without a preflight: no body, no custom header.
      const blindly = (url) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' }).then(() => {});
      await page.evaluate(blindly, `${worker.address}/api/auth/${way}`);
    }
    await page.goto('/account');
    assert.equal(await title(page), 'Account');
  }
});

test('no ticket is made for a frame, a picture, a script or a page that is fetched in advance', async (t) => {
  const app = await site(t);
  const { worker, stranger } = await neighbours(t, { AUTH_REDIRECT_URIS: `${app.near}/in` });
  const page = await visitor(t, worker, { expects: [/frame-ancestors/, /status of 403/] });
  await page.goto('/account/signin');
  await signIn(page, ada);
  const way = (state) => `${worker.address}/account/signin?r=${app.near}/in&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&state=${state}`;
  stranger.pages['/'] = `<link rel="prefetch" href="${way('prefetch')}"><iframe src="${way('iframe')}"></iframe>
    <img src="${way('img')}" alt=""><script>fetch("${way('fetch')}", { mode: 'no-cors', credentials: 'include' })</script>`;
  await page.goto(`${stranger.near}/`);
  const asked = (state) => worker.proxy.asked.some((request) => request.endsWith(`state=${state}`));
  for (const state of ['prefetch', 'iframe', 'img', 'fetch']) await until(() => asked(state), `the browser asks for no ${state}`);
  await page.goto('/account'); // earlier requests have been answered
  assert.deepEqual(await worker.sql('SELECT id FROM authorizations'), []);
  assert.deepEqual(app.asked, []);
  await page.goto(way('document'));
  assert.equal((await worker.sql('SELECT id FROM authorizations')).length, 1);
});

/** A worker with ada and eve in it, and an attacker's site beside it. */
async function neighbours(t, vars) {
  const mail = await resend(t);
  const worker = await home(t, { mail, vars });
  for (const person of [ada, eve]) await join(worker, mail, person);
  return { worker, stranger: await site(t) };
}

const noSeal = async () => '';
/** The CSRF token the attacker was given. */
const sealOfEve = async (page, worker) => sealIn((await worker.get('/account/signin')).text);
/** The token of the visitor's own page, should it ever leak. */
const ownSeal = async (page) => sealIn(await page.content());
const sealIn = (html) => html.match(/name="seal" value="([\w-]+)"/)[1];

/** A visitor signed in as eve would type secrets into her account. */
async function assertNobodySignedIn(t, worker, stranger, address, seals) {
  const page = await visitor(t, worker);
  for (const seal of seals) {
    await page.goto('/account/signin');
    const { login, password } = eve;
    stranger.pages['/trap'] = trap(`${worker.address}/account/signin`, { login, password, seal: await seal(page, worker) });
    await assertTrapped(page, address);
    await page.goto('/account');
    assert.equal(await title(page), 'Sign in to Gatehouse');
  }
}

async function assertNobodySignedOut(t, worker, stranger, address, seals) {
  const page = await visitor(t, worker);
  await page.goto('/account/signin');
  await signIn(page, ada);
  for (const seal of seals) {
    stranger.pages['/trap'] = trap(`${worker.address}/account/signout`, { seal: await seal(page, worker) });
    await assertTrapped(page, address);
    await page.goto('/account');
    assert.equal(await title(page), 'Account');
  }
}
