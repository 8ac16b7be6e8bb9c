// Real Chromium against a real worker. A page's complaints fail the test that opened it.

import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { closing } from '../workerd/closing.mjs';
import { ada, join } from '../workerd/people.mjs';
import { openProxy } from '../workerd/proxy.mjs';
import { resend } from '../workerd/resend.mjs';
import { PATIENCE } from '../workerd/until.mjs';
import { open as openWorker, uncounted } from '../workerd/worker.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const unpacked = here('../../build/chromium/chromium');

const browser = await launch();
after(() => browser.close());

/** The one named by the environment, else the one `npm test` has unpacked, else the Chrome of this machine. */
async function launch() {
  // Only these: the package's other flags for servers disable a browser's own defences.
  const args = ['--no-sandbox', '--headless=new'];
  if (process.env.CHROMIUM) return chromium.launch({ args, executablePath: process.env.CHROMIUM });
  if (existsSync(unpacked)) return chromium.launch({ args, executablePath: unpacked, env: furnished() });
  try {
    return await chromium.launch({ args, channel: 'chrome' });
  } catch (error) {
    throw new Error('The tests found no browser: install Chrome, or set CHROMIUM to the path of a Chromium.', { cause: error });
  }
}

/** With the libraries and fonts that came with the browser: a bare machine lacks both. */
function furnished() {
  return { ...process.env, LD_LIBRARY_PATH: here('../../build/chromium/al2023/lib'), FONTCONFIG_FILE: here('fonts.conf') };
}

/** Opens a worker at the address where its pages are viewed. It closes with the test. */
export async function home(t, { mail, vars, outbound } = {}) {
  const proxy = await openProxy(t);
  const address = proxy.local;
  const worker = await openWorker(t, { mail, outbound, vars: { ...uncounted, APP_BASE_URL: address, ...vars } });
  proxy.leadTo(await worker.direct()); // the worker must refuse strangers, not Miniflare in front of it
  return Object.assign(worker, { proxy, address });
}

/** A worker that sends emails, with the user ada. */
export async function homeOfAda(t, vars) {
  const mail = await resend(t);
  const worker = Object.assign(await home(t, { mail, vars }), { mail });
  await join(worker, mail, ada);
  return worker;
}

/**
 * A separate browser: a page in a context that closes with the test. `expects` are complaints that must come; any other fails the
 * test.
 */
export async function visitor(t, worker, { script = true, scheme = 'light', width = 1000, locale = 'en-GB', timezone, expects = [] } = {}) {
  const context = await browser.newContext({
    baseURL: worker.address,
    javaScriptEnabled: script,
    colorScheme: scheme,
    viewport: { width, height: 800 },
    locale,
    timezoneId: timezone,
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  closing(t, async () => {
    await context.close();
    const unexpected = complaints.filter((complaint) => !expects.some((expected) => expected.test(complaint)));
    assert.deepEqual(unexpected, [], 'the page complains');
    for (const expected of expects) assert.ok(complaints.some((complaint) => expected.test(complaint)), `no complaint like ${expected}`);
  });
  return page;
}

/** Console errors (including policy violations), exceptions, dialogs. A page's own status is no complaint: its test checks it. */
function complaintsOf(page) {
  const complaints = [];
  const documents = new Set();
  page.on('request', (request) => request.isNavigationRequest() && documents.add(request.url()));
  page.on('console', (message) => {
    const isOwnStatus = /responded with a status of/.test(message.text()) && documents.has(message.location().url);
    if (message.type() === 'error' && !isOwnStatus) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog says ${dialog.message()}`);
    return dialog.dismiss();
  });
  return complaints;
}

/** Presses Tab until the element with this role and name, as screen readers name it, has the focus; the focus must be visible. */
export async function tabTo(page, role, name) {
  const isIt = (node) => node.role === role && (name instanceof RegExp ? name.test(node.name) : node.name === name);
  const seen = new Set();
  for (let tabs = 0; tabs < 60; tabs++) {
    const node = await focus(page);
    if (isIt(node)) return assertOutlined(page, node);
    seen.add(`${node.role} ${node.name}`);
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not reach ${role} ${name}, but ${[...seen].join(', ')}`);
}

const devtools = new WeakMap();

/** The one DevTools session of a page: when one ends, Chromium takes the virtual authenticators of all away. */
export async function devtoolsOf(page) {
  if (!devtools.has(page)) devtools.set(page, await page.context().newCDPSession(page));
  return devtools.get(page);
}

/** Role and accessible name of the focused element. */
export async function focus(page) {
  const session = await devtoolsOf(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const has = (node) => node.properties?.some(({ name, value }) => name === 'focused' && value.value);
  const node = nodes.findLast(has);
  return { role: node?.role.value, name: node?.name.value };
}

async function assertOutlined(page, { role, name }) {
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, 'none', `nobody sees that ${role} ${name} has the focus`);
}

/** Types into a field, replacing its content. */
export async function type(page, field, text, role = 'textbox') {
  await tabTo(page, role, field);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

/** Presses a button or follows a link by keyboard; returns when the next page has loaded. */
export async function press(page, role, name, key = 'Enter') {
  await tabTo(page, role, name);
  const loaded = page.waitForEvent('load');
  await page.keyboard.press(key);
  await loaded;
}

/** Opens a collapsed section. */
export async function open(page, summary) {
  await tabTo(page, 'DisclosureTriangle', summary);
  await page.keyboard.press('Enter');
}

/** Selects from a list by typing the first letters. */
export async function choose(page, list, option) {
  await tabTo(page, 'combobox', list);
  await page.keyboard.type(option);
}

export const title = (page) => page.locator('h1').innerText();
export const alert = (page) => page.getByRole('alert').innerText();
export const notice = (page) => page.locator('.notice').innerText();

/** The narrowest screen on which pages are read without scrolling sideways (WCAG 2.2, 1.4.10). */
const NARROWEST = 320;

export async function assertFits(page) {
  await page.setViewportSize({ width: NARROWEST, height: 740 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= NARROWEST, `it is ${width} wide`);
}

/** Signs in with a password, on any page that asks for one. */
export async function signIn(page, { login, password }) {
  await type(page, 'Username or email', login);
  await type(page, 'Password', password);
  await press(page, 'button', 'Sign in');
}

/** A signed-in visitor. */
export async function signedIn(t, worker, person, options) {
  const page = await visitor(t, worker, options);
  await page.goto('/account/signin');
  await signIn(page, person);
  assert.equal(await title(page), 'Account');
  return page;
}

/** The link in an email. */
export const linkIn = (email) => email.text.match(/^https?:\S+$/m)[0];

/** The code in an email. */
export const codeIn = (email) => email.text.match(/\b\d{6}\b/)[0];
