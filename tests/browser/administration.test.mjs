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
