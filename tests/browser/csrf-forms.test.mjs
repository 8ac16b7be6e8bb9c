// Cross-site attacks on every page and every form.

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { ada } from '../workerd/people.mjs';
import { settled } from '../workerd/until.mjs';
import { assertTrapped, site, trap } from './attacker-site.mjs';
import { visitor } from './browser.mjs';
import { furnishedHome } from './fixtures.mjs';
import { scenes } from './screenshots.mjs';

const router = await readFile(new URL('../../src/web/router.rs', import.meta.url), 'utf8');
/** The paths of pages (`Get`) or forms (`Post`), as the router has them. */
const routes = (method) => [...router.matchAll(new RegExp(`${method} +"((?:account|admin|dev|oauth/consent)[^"]*)"`, 'g'))].map(([, path]) => `/${path}`);

/** Pages with forms. */
const PAGES = [
  'sign-in', 'sign-in-code', 'register', 'activate', 'activate-with-passkey', 'activate-without-link', 'recover', 'recover-link', 'email-change', 'email-undo',
  'account', 'password', 'address', 'security', 'security-remembering', 'security-with-app', 'security-app', 'security-codes', 'passkeys', 'factor-undo', 'sessions', 'keys', 'apps', 'consent', 'logout-question', 'confirm', 'confirm-code', 'delete', 'admin-user', 'admin-user-disabled',
  'device', 'device-consent', 'second-step', 'second-step-required', 'confirm-second-step', 'confirm-required', 'admin-user-with-app', 'admin-client-new', 'admin-client', 'admin-client-disabled',
  'connect-new', 'connect-question', 'activate-with-identity', 'security-providers',
];

/** Values that would have an effect if the form were accepted. */
const TYPED = {
  login: ada.login,
  email: 'eve@mail.example',
  password: ada.password,
  current_password: ada.password,
  new_password: 'what would she not do',
  confirm_login: ada.login,
  code: '123456',
  user_code: 'WDJB-MJHT',
  recovery_codes_saved: 'yes',
  name: 'of a stranger',
  client_name: 'of a stranger',
  redirect_uris: 'https://elsewhere.example/',
  life: '30',
  language: 'de',
};

test("no form of any page can be sent by a stranger's, and nothing comes of it", async (t) => {
  const { worker, stranger, page, forms } = await everything(t);
  const seal = await sealOn(page);
  for (const address of [stranger.near, stranger.far]) await assertAllTrapped(page, worker, stranger, address, forms, seal);
});

test('no form of any page can be sent from an old browser with a seal of somebody else', async (t) => {
  const { worker, stranger, page, forms } = await everything(t);
  const { serve } = worker.proxy;
  worker.proxy.serve = (asked, answer) => {
    for (const header of ['origin', 'referer', 'sec-fetch-site']) delete asked.headers[header];
    serve(asked, answer);
  };
  const other = await visitor(t, worker);
  await other.goto('/account/signin');
  await assertAllTrapped(page, worker, stranger, stranger.near, forms, await sealOn(other));
});

test("no page of ours shows in a stranger's frame", async (t) => {
  const worker = await furnishedHome(t);
  const stranger = await site(t);
  // The file is not a page: it is downloaded and never displayed.
  const pages = routes('Get').filter((path) => path !== '/account/export/file').map((path) => path.replace('/admin/users/*', worker.adasPage).replace('/admin/clients/*', '/admin/clients/shop'));
  assert.ok(pages.length > 15, `${pages.length} pages`);
  const links = Object.values(worker.links).map((link) => link.slice(worker.address.length));
  for (const who of ['ada', 'late']) {
    const page = await visitor(t, worker, { expects: [/frame-ancestors/, /status of 40\d/] });
    await page.context().addCookies(worker.cookies[who]);
    const paths = [...pages, ...links, '/oauth/authorize', '/oauth/logout', '/account/signin?r=//', '/account/nothing'];
    stranger.pages['/frames'] = paths.map((path) => `<iframe src="${worker.address}${path}"></iframe>`).join('');
    await page.goto(`${stranger.near}/frames`);
    const [, ...frames] = page.frames();
    assert.deepEqual(frames.map((frame) => frame.url()), paths.map(() => 'chrome-error://chromewebdata/'));
    for (const path of paths) assert.ok(worker.proxy.asked.includes(`GET ${path}`), `the browser has not asked for ${path}`);
  }
});

/** A worker, an attacker's site, a browser signed in as ada, and all forms. */
async function everything(t) {
  const worker = await furnishedHome(t);
  const forms = await formsOf(t, worker);
  const page = await visitor(t, worker);
  await page.context().addCookies(worker.cookies.ada);
  await page.goto('/account');
  return { worker, stranger: await site(t), page, forms };
}

/** Collects the forms of all pages: their actions and their fields. Every route has one, but where a provider's own form leads. */
async function formsOf(t, worker) {
  const forms = new Map();
  for (const name of PAGES) {
    const page = await visitor(t, worker);
    await scenes[name][1](page, worker);
    // Of several buttons of one action the first, which agrees.
    for (const [action, fields] of new Map((await page.evaluate(formsHere)).reverse())) forms.set(action, { ...fields, ...filledIn(fields) });
  }
  const pattern = (route) => new RegExp(`^${route.replaceAll('*', '[^/]+')}$`);
  const isMissing = (route) => !route.endsWith('/callback') && ![...forms.keys()].some((action) => pattern(route).test(action));
  assert.deepEqual(routes('Post').filter(isMissing), [], 'no form leads there');
  return forms;
}

function formsHere() {
  const forms = [...document.querySelectorAll('form[method=post]')];
  return forms.flatMap((form) => {
    const fields = Object.fromEntries(new FormData(form));
    return [...form.querySelectorAll('button'), form].map((one) => {
      const action = one.getAttribute('formaction') ?? form.getAttribute('action');
      return [action, one.name ? { ...fields, [one.name]: one.value } : fields];
    });
  });
}

/** The values a stranger would type into empty fields. */
const filledIn = (fields) => Object.fromEntries(Object.keys(fields).filter((name) => TYPED[name] && !fields[name]).map((name) => [name, TYPED[name]]));

const sealOn = (page) => page.locator('[name=seal]').first().inputValue();

async function assertAllTrapped(page, worker, stranger, address, forms, seal) {
  // Once all background tasks have finished.
  const known = () => contents(worker);
  const before = await settled(known);
  for (const [action, fields] of forms) {
    stranger.pages['/trap'] = trap(worker.address + action, { ...fields, seal });
    await assertTrapped(page, address);
  }
  assert.deepEqual(await settled(known), before);
}

/** The contents of the database. */
async function contents(worker) {
  const tables = await worker.sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'");
  assert.ok(tables.length > 10, `${tables.length} tables`);
  const rows = tables.map(async ({ name }) => [name, await worker.sql(`SELECT * FROM ${name}`)]);
  return Object.fromEntries(await Promise.all(rows));
}
