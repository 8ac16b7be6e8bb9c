import { strict as assert } from 'node:assert';
import test from 'node:test';
import { press, signIn, title, type } from '../browser/browser.mjs';
import { activate, assertAccessible, runExample, visit } from './example.mjs';
import { leavePicture, snap } from './picture.mjs';

test('the single-page application signs a user in, has notes that outlive a reload, renews its token and signs out', async (t) => {
  const example = await runExample(t, 'spa');
  const page = await visit(t, example);
  const asked = [];
  page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await page.clock.install();

  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await assertAccessible(page);
  await press(page, 'button', 'Sign in');
  assert.equal(new URL(page.url()).origin, example.auth);
  const hosted = await snap(page, 'auth.example.com');
  await signIn(page, example.user);
  const heading = page.getByRole('heading', { name: 'Notes of ada' });
  await heading.waitFor();
  assert.equal(page.url(), `${example.address}/`);

  await note(page, 'Water the plants');
  await page.reload();
  await note(page, 'Return the book');
  assert.deepEqual(await page.locator('li').allInnerTexts(), ['Water the plants', 'Return the book']);
  await assertAccessible(page);
  await leavePicture(t, 'example', [hosted, await snap(page, 'notes.example.com')]);

  assert.ok(!asked.includes('POST /api/auth/token/refresh'));
  await page.clock.fastForward('12:30'); // the token is valid for 15 minutes
  await note(page, 'Call Grace');
  assert.ok(asked.includes('POST /api/auth/token/refresh'));

  await activate(page, 'button', 'Sign out');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.equal(await title(page), 'Notes');
  assert.equal((await fetch(`${example.address}/api/notes`)).status, 401);
});

/** Writes a note, and waits until it is in the list. */
async function note(page, text) {
  await page.getByRole('heading', { name: 'Notes of ada' }).waitFor();
  await type(page, 'New note', text);
  await activate(page, 'button', 'Add');
  await page.getByRole('listitem').filter({ hasText: text }).waitFor();
}
