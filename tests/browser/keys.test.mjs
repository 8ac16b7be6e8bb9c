import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada } from '../workerd/people.mjs';
import { homeOfAda, notice, open, press, signedIn, title, type } from './browser.mjs';
import { age } from './fixtures.mjs';

for (const script of [true, false]) {
  const without = script ? '' : ', and without script';

  test(`by keyboard alone an API key and a private token are made, seen once, used and deleted${without}`, async (t) => {
    const worker = await homeOfAda(t);
    const page = await signedIn(t, worker, ada, { script });
    await age(worker, ada);
    await press(page, 'link', 'Keys');
    assert.equal(await page.getByRole('textbox').count(), 0, 'an old proof makes no key');
    await press(page, 'link', 'Confirm your identity');
    await type(page, 'Password', ada.password);
    await press(page, 'button', 'Confirm');
    assert.equal(await title(page), 'Keys and tokens');

    await type(page, 'Description (optional)', 'Reports');
    await press(page, 'button', 'Create API key');
    assert.equal(await title(page), 'Your new API key');
    const key = await shown(page);
    await press(page, 'link', 'Back to the list');
    await type(page, 'Name', 'Backup');
    await press(page, 'button', 'Create private token');
    assert.equal(await title(page), 'Your new private token');
    const token = await shown(page);
    await press(page, 'link', 'Back to the list');
    assert.ok(!(await page.content()).includes(token), 'a private token is shown once');

    const credentials = { Reports: `Basic ${btoa(`apikey:${key}`)}`, Backup: `Bearer ${token}` };
    for (const [name, credential] of Object.entries(credentials)) {
      await assertOpens(worker, credential);
      await remove(page, name);
      await assertRefused(worker, credential);
    }
  });

  test(`by keyboard alone an administrator makes a key for the portal, and ends it${without}`, async (t) => {
    const worker = await homeOfAda(t);
    const plain = await signedIn(t, worker, ada, { script });
    await press(plain, 'link', 'Keys');
    assert.equal(await plain.getByRole('button', { name: 'Regenerate' }).count(), 0, 'it is for administrators');

    await worker.sql("UPDATE users SET role = 'admin'");
    const page = await signedIn(t, worker, ada, { script });
    await press(page, 'link', 'Keys');
    await press(page, 'button', 'Regenerate', 'Space');
    assert.equal(await title(page), 'Your new API Key for the portal');
    const credential = `Token ${await shown(page)}`;
    await assertOpens(worker, credential);
    await press(page, 'link', 'Back to the list');
    await remove(page, 'API Key from this page');
    await assertRefused(worker, credential);
  });
}

const shown = (page) => page.locator('code.value').innerText();

async function remove(page, name) {
  const called = new RegExp(`^Delete ${name}, created `);
  await open(page, called);
  await press(page, 'button', called);
  assert.equal(await notice(page), 'Deleted. Programs that used it no longer have access.');
}

const present = (worker, Authorization) => worker.get('/api/auth/me', { Authorization });

async function assertOpens(worker, credential) {
  const answer = await present(worker, credential);
  assert.equal(answer.json.login, ada.login, answer.text);
}

async function assertRefused(worker, credential) {
  assert.equal((await present(worker, credential)).status, 401);
}
