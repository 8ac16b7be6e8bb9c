// The example of a service in Python, as somebody starts it.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { press, signIn, title, type } from '../../browser/browser.mjs';
import { activate, assertAccessible, runExample, visit } from '../../examples/example.mjs';

test('the page of the Python service signs a user in, and the service keeps notes for who sends a token', async (t) => {
  const example = await runExample(t, 'python-service');
  const page = await visit(t, example);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await assertAccessible(page);
  await press(page, 'button', 'Sign in');
  assert.equal(await title(page), 'Sign in to Gatehouse');
  await signIn(page, example.user);
  await page.getByText('Signed in as ada.').waitFor();

  await type(page, 'New note', 'Water the plants');
  await activate(page, 'button', 'Add');
  await page.getByRole('listitem').filter({ hasText: 'Water the plants' }).waitFor();
  await assertAccessible(page);
  await page.reload();
  await page.getByRole('listitem').filter({ hasText: 'Water the plants' }).waitFor();

  await activate(page, 'button', 'Sign out');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  const refused = await fetch(`${example.address}/api/notes`);
  assert.deepEqual([refused.status, refused.headers.get('WWW-Authenticate')], [401, 'Bearer realm="api"']);
});
