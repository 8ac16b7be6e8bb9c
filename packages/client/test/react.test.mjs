// useSession in React: in Strict Mode, rendered on a server and hydrated in a browser, whose complaints fail the test.

import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { createClient } from '@gatehouse/client';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { application, bundle, signIn, visit } from './application.mjs';
import { appOf } from './react-app.mjs';

const text = (page) => page.locator('#root').innerText();
const says = (page, what) => page.waitForFunction((what) => document.querySelector('#root').innerText === what, what);

test('a page rendered on a server is hydrated without a complaint, signed in or out, in Strict Mode', async (t) => {
  const { worker, app } = await application(t);
  const options = { url: worker.address, storage: 'local' };
  const html = renderToString(createElement(appOf(createClient(options))));
  assert.match(html, /pending/);
  app.pages['/'] = `<div id="root">${html}</div><script type="module">${await hydrating(options)}</script>`;

  const page = await visit(t, worker, app.far);
  await says(page, 'signed_out');
  const { id } = await signIn(page);
  await says(page, `signed_in ${id}`);
  await page.reload();
  await says(page, `signed_in ${id}`);
  assert.deepEqual(await page.evaluate(() => shown), ['pending', `signed_in ${id}`]);

  const other = await page.context().newPage();
  await other.goto(app.far);
  await says(other, `signed_in ${id}`);
  await page.evaluate(() => client.signOut());
  await says(other, 'signed_out');
});

test('a component that disposes of its client works in Strict Mode, which does so once too often', async (t) => {
  const { worker, app } = await application(t);
  app.pages['/'] = `<div id="root"></div><script type="module">${await hydrating({ url: worker.address }, 'Owner')}</script>`;
  const page = await visit(t, worker, app.far);
  await says(page, 'signed_out');
  await signIn(page);
  const other = await page.context().newPage();
  await other.goto(app.far);
  await other.waitForFunction(() => document.querySelector('#root').innerText.startsWith('signed_in'));
  await other.evaluate(() => client.signOut());
  await says(page, 'signed_out');
  assert.equal(await text(other), 'signed_out');
});

/** The script of the page. `shown` is what it has shown, in order. */
function hydrating(options, how = 'hydrated') {
  const define = { 'process.env.NODE_ENV': '"development"' };
  const app = JSON.stringify(fileURLToPath(new URL('react-app.mjs', import.meta.url)));
  return bundle(`import { ${how === 'Owner' ? 'own' : 'hydrate'} as begin } from ${app}; begin(${JSON.stringify(options)});`, { define });
}
