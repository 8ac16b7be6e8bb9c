import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { clean, cleanInColour } from './axe.mjs';
import { assertFits, open, tabTo, visitor } from './browser.mjs';

const ADDRESS = new URL('../../docs/reference.html', import.meta.url).href;
const { paths } = JSON.parse(readFileSync(new URL('openapi.json', ADDRESS), 'utf8'));

/** The operationId of each operation, with its method and path. */
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => [operationId, `${method.toUpperCase()} ${path}`]));

test('the reference can be read by everybody, on every screen, in light and dark', async (t) => {
  const page = await atReference(t);
  await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
  await clean(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await cleanInColour(page);
  await assertFits(page);
});

test('the reference has every operation of openapi.json, under its operationId', async (t) => {
  const page = await atReference(t);
  const shown = await page.$$eval('article', (all) => all.map((article) => {
    const [method, path] = ['.route b', '.route code'].map((part) => article.querySelector(part).innerText);
    return [article.id, `${method} ${path}`];
  }));
  assert.deepEqual(shown.sort(), operations.toSorted());
  const listed = await page.$$eval('nav li a', (links) => links.map((link) => link.getAttribute('href')));
  for (const [id] of operations) assert.ok(listed.includes(`#${id}`), `the contents lack ${id}`);
});

test('every link of the reference leads somewhere, and to one place', async (t) => {
  const page = await atReference(t);
  const ids = await page.$$eval('[id]', (elements) => elements.map(({ id }) => id));
  assert.equal(new Set(ids).size, ids.length, 'an id is there twice');
  const links = await page.$$eval('a', (all) => [...new Set(all.map((link) => link.getAttribute('href')))]);
  const lost = links.filter((link) => (link.startsWith('#') ? !ids.includes(link.slice(1)) : !existsSync(new URL(link, ADDRESS))));
  assert.deepEqual(lost, []);
});

test('the example requests of the reference are commands from which a shell reads the bodies of openapi.json', async (t) => {
  const page = await atReference(t);
  const commands = await page.$$eval('pre', (all) => all.map((block) => block.innerText).filter((text) => text.startsWith('curl ')));
  const shell = `curl() { printf '%s\\0' "$@"; }\n${commands.join('\n')}`;
  const { status, stdout } = spawnSync('bash', ['-e', '-c', shell], { encoding: 'utf8' });
  assert.equal(status, 0);
  const read = stdout.split('\0').filter((argument, at, all) => all[at - 1] === '-d');
  const described = Object.values(paths).flatMap((methods) => Object.values(methods)).flatMap(({ requestBody }) => {
    const { example, examples = {} } = requestBody?.content['application/json'] ?? {};
    return example ? [example] : Object.values(examples).map(({ value }) => value);
  });
  const sorted = (bodies) => bodies.map((body) => JSON.stringify(body)).sort();
  assert.deepEqual(sorted(read.map(JSON.parse)), sorted(described));
});

test('the reference has no script, and loads nothing', async (t) => {
  const page = await visitor(t, {});
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(ADDRESS);
  assert.deepEqual(asked, [ADDRESS]);
  assert.equal(await page.locator('script').count(), 0);
});

test('by keyboard alone the contents of the reference are skipped, or lead to an operation', async (t) => {
  const page = await atReference(t);
  await page.keyboard.press('Tab');
  await tabTo(page, 'link', 'Skip to content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content');

  await page.goto(ADDRESS);
  await open(page, /^Sign-in/);
  await tabTo(page, 'link', 'POST /api/auth/local/login');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.querySelector(':target').id), 'login');
});

async function atReference(t) {
  const page = await visitor(t, {});
  await page.goto(ADDRESS);
  return page;
}
