import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, join, login, signIn as tokensOf } from '../workerd/people.mjs';
import { choose, homeOfAda, notice, open, press, signedIn, title, type } from './browser.mjs';

const bea = { login: 'bea', email: 'bea@mail.example', password: 'a quiet lane behind the mill' };

for (const script of [true, false]) {
  test(`by keyboard alone an administrator finds a user, disables and enables them, and reads it in the log${script ? '' : ', and without script'}`, async (t) => {
    const worker = await homeOfAda(t);
    await join(worker, worker.mail, bea);
    await worker.sql("UPDATE users SET role = 'admin' WHERE login = 'ada'");
    await tokensOf(worker, bea);

    const page = await signedIn(t, worker, ada, { script });
    await press(page, 'link', 'Administration');
    await type(page, 'Username or email starts with', 'be', 'searchbox');
    await press(page, 'button', 'Search');
    assert.equal(await page.locator('tbody tr').count(), 1);
    await press(page, 'link', 'bea');
    assert.equal(await title(page), 'bea');

    await open(page, 'Disable account…');
    await press(page, 'button', 'Disable account');
    assert.equal(await notice(page), 'The account has been disabled.');
    assert.equal((await login(worker, bea)).json.data.error, 'account_disabled');
    await open(page, 'Enable account…');
    await press(page, 'button', 'Enable account');
    assert.equal(await notice(page), 'The account has been enabled.');
    await tokensOf(worker, bea);

    await press(page, 'link', 'Show audit log entries');
    assert.equal(await title(page), 'Audit log');
    const everything = await page.locator('tbody tr').count();
    await choose(page, 'Action', 'disable_user');
    await press(page, 'button', 'Show entries');
    const rows = await page.locator('tbody tr').allInnerTexts();
    assert.ok(everything > 3, `${everything} entries are about bea`);
    assert.equal(rows.length, 1);
    assert.match(rows[0], /disable_user\s+ok\s.*ada\s.*bea/s);
  });
}

for (const script of [true, false]) {
  test(`by keyboard alone an administrator creates a client, gives it a new secret and deletes it${script ? '' : ', and without script'}`, async (t) => {
    const worker = await homeOfAda(t);
    await worker.sql("UPDATE users SET role = 'admin' WHERE login = 'ada'");
    const page = await signedIn(t, worker, ada, { script });
    await press(page, 'link', 'Administration');
    await press(page, 'link', 'Clients');
    await press(page, 'link', 'Create a client');
    await type(page, 'Name', 'Shop');
    await type(page, 'Client ID (optional)', 'shop');
    await type(page, 'Redirect addresses, one per line', 'https://shop.example/callback');
    await press(page, 'button', 'Create client');
    assert.equal(await title(page), 'Your new client secret');
    const first = await page.locator('code.value').innerText();
    assert.match(first, /^ghcs_[\w-]{27}$/);

    await press(page, 'link', 'Show the client');
    assert.equal(await title(page), 'Shop');
    await choose(page, 'How long the current secret keeps working', '1 hour');
    await press(page, 'button', 'Create new secret');
    assert.notEqual(await page.locator('code.value').innerText(), first);
    await press(page, 'link', 'Show the client');
    await open(page, 'End the previous secret…');
    await press(page, 'button', 'End previous secret');
    assert.equal(await notice(page), 'The previous secret no longer works.');
    await open(page, 'Delete client…');
    await press(page, 'button', 'Delete client');
    assert.equal(await notice(page), 'The client has been deleted.');
    assert.deepEqual(await worker.sql('SELECT id FROM clients'), []);
  });
}

test("an administrator's navigation is one line on a screen of 1000 pixels, in both languages", async (t) => {
  const worker = await homeOfAda(t);
  await worker.sql("UPDATE users SET role = 'admin'");
  const page = await signedIn(t, worker, ada);
  for (const language of ['en', 'de']) {
    await worker.sql('UPDATE users SET language = ?', language);
    for (const path of ['/account', '/account/apps', '/admin', '/admin/clients/new']) {
      await page.goto(path);
      const [place, signOut] = await Promise.all(['header nav a', 'header form button'].map((one) => page.locator(one).first().boundingBox()));
      const middle = ({ y, height }) => y + height / 2;
      assert.ok(Math.abs(middle(signOut) - middle(place)) < 4, `${language} ${path}: ${middle(place)} and ${middle(signOut)}`);
    }
  }
});
