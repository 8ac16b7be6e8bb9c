import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, join, signIn as tokensOf } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { alert, assertFits, home, homeOfAda, press, signedIn, signIn, title, type, visitor } from './browser.mjs';
import { CALLBACK, homeWithClient, request } from './client.mjs';

const NAMES = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus=alert(1) x='",
  '</title></main><iframe src="javascript:alert(1)">',
  '{{7*7}}${7*7}&lt;b&gt;&#60;',
  '\u202eada\u202c \u2066gpj.exe\u2069',
  'x'.repeat(300),
  '\u0008\ufffe\u{1f469}\u200d\u{1f680}',
];

/** Routes refuse these names, but a table may contain them. */
const LOGIN = '\u202e<script>alert(1)</script>\u2066';
const EMAIL = '"><img src=x onerror=alert(1)>\u202e@mail.example';

const nobody = { password: 'nine old keys in a drawer' };

test('whatever is typed for a name comes back as text', async (t) => {
  const worker = await home(t, { mail: await resend(t) });
  const page = await visitor(t, worker);
  await page.goto('/account/signin');
  await signIn(page, { login: 'nobody', password: 'x' });
  const plain = await elements(page);
  for (const name of NAMES) {
    await signIn(page, { login: name, password: name });
    assert.equal(await alert(page), 'Incorrect username or password.');
    assert.deepEqual(await elements(page), plain, name);
    assert.equal(await page.getByLabel('Username or email').inputValue(), name);
  }
});

test('an address full of signs is shown as it is', async (t) => {
  const mail = await resend(t);
  const worker = await home(t, { mail });
  const page = await visitor(t, worker);
  const email = "o'&lt`${7*7}{{x}}=@mail.example";
  const strange = { login: 'ådå-\u05d0\u05d1', email, password: 'correct horse battery staple' };
  await join(worker, mail, strange);
  await page.goto('/account/signin');
  await type(page, 'Username or email', email);
  await press(page, 'button', 'Email me a code');
  assert.ok((await page.locator('main').innerText()).includes(email));
  await page.goto('/account/signin');
  await signIn(page, strange);
  const text = await page.locator('main').innerText();
  for (const said of [strange.login, email]) assert.ok(text.includes(said), text);
});

test('whatever things and people are called, lists show it as text, in its own place', async (t) => {
  const worker = await homeOfAda(t, { AUTH_API_KEYS_PER_USER: String(NAMES.length) });
  const plain = NAMES.map((_, index) => `plain ${index}`);
  const [ordinary, strange] = [await somebody(t, worker, 'ordinary', plain), await somebody(t, worker, 'strange', NAMES)];
  await worker.sql('UPDATE users SET login = ? WHERE login = ?', LOGIN, 'strange');
  for (const path of ['/account', '/account/keys', '/account/sessions', '/account/delete']) {
    for (const page of [ordinary, strange]) await page.goto(path);
    assert.deepEqual(await elements(strange), await elements(ordinary), path);
    await assertFits(strange);
  }
  await strange.goto('/account/keys');
  await assertIsolated(strange, [...NAMES, ...NAMES]);
  await strange.goto('/account');
  await assertIsolated(strange, [LOGIN]);
});

test('whatever users are called, administrators read it as text', async (t) => {
  const worker = await homeOfAda(t);
  await worker.sql("UPDATE users SET role = 'admin'");
  for (const login of ['ordinary', 'strange']) await join(worker, worker.mail, { ...nobody, login, email: `${login}@mail.example` });
  const page = await signedIn(t, worker, ada);
  const paths = ['/admin', '/admin?q=', '/admin/audit', `/admin/users/${(await worker.sql("SELECT id FROM users WHERE login = 'strange'"))[0].id}`];
  // Administrators' page views are logged, and would appear in the log on the next view.
  const view = async (path) => {
    await worker.sql("DELETE FROM audit WHERE act LIKE 'view_%' OR act = 'list_users'");
    await page.goto(path);
  };
  const before = [];
  for (const path of paths) {
    await view(path);
    before.push(await elements(page));
  }
  await worker.sql('UPDATE users SET login = ?, email = ?, email_folded = ? WHERE login = ?', LOGIN, EMAIL, EMAIL, 'strange');
  await worker.sql('UPDATE audit SET agent = ?, address = ?', NAMES[1], LOGIN);
  await worker.sql('UPDATE sessions SET agent = ?, address = ?, place = ?', NAMES[1], LOGIN, NAMES[0]);
  for (const [index, path] of paths.entries()) {
    await view(path);
    assert.deepEqual(await elements(page), before[index], path);
    await assertIsolated(page, [LOGIN]);
    await assertFits(page);
  }
});

test('whatever a registered client is called, its users read it as text', async (t) => {
  const { worker } = await homeWithClient(t);
  const page = await signedIn(t, worker, ada);
  await worker.sql(
    `INSERT INTO consents (user_id, client, audience, client_name, scope, created_at)
     SELECT id, 'shop', '', 'Shop', 'openid', updated_at FROM users WHERE login = 'ada'`,
  );
  const pages = [request({ prompt: 'consent' }), '/account/apps'];
  const views = async () => {
    const seen = [];
    for (const path of pages) {
      await page.goto(path);
      seen.push(await elements(page));
    }
    return seen;
  };
  const plain = await views();
  for (const name of NAMES) {
    await worker.sql('UPDATE clients SET name = ?', name);
    await worker.sql('UPDATE consents SET client_name = ?', name);
    assert.deepEqual(await views(), plain, name);
    await assertIsolated(page, [name]);
    await assertFits(page);
    await page.goto(pages[0]);
    assert.equal(await page.locator('h1').textContent(), `Sign in to ${name}`);
    await assertFits(page);
  }
});

test('whatever a client calls itself, its users read it as text, in its own place', async (t) => {
  const { worker } = await homeWithClient(t, { vars: { AUTH_OPEN_REGISTRATION: 'true' } });
  const page = await signedIn(t, worker, ada);
  let plain;
  for (const name of ['Tool', ...NAMES]) {
    const made = await worker.post('/oauth/register', { client_name: name, redirect_uris: [CALLBACK] });
    assert.equal(made.status, 201, made.text);
    const { client_id, client_name } = made.json;
    assert.doesNotMatch(client_name, /[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/);
    await page.goto(request({ client_id }));
    plain ??= await elements(page);
    assert.deepEqual(await elements(page), plain, name);
    assert.equal(await title(page), `Sign in to \u2068${client_name}\u2069`);
    await assertFits(page);
  }
});

/** A user with a key and a token under each of the names. */
async function somebody(t, worker, login, names) {
  const person = { ...nobody, login, email: `${login}@mail.example` };
  await join(worker, worker.mail, person);
  const Authorization = `Bearer ${(await tokensOf(worker, person)).token}`;
  for (const name of names) {
    const key = await worker.post('/api/manage/v1/ApiKeys', { description: name, expired: '2030-01-01T00:00:00Z' }, { Authorization });
    const token = await worker.post('/api/v1/auth/private_tokens', { name, expiration_time: '2030-01-01T00:00:00Z' }, { Authorization });
    assert.deepEqual([key.status, token.status], [200, 201], `${name}: ${key.text} ${token.text}`);
  }
  return signedIn(t, worker, person);
}

/** Every text is complete and in an element of its own, so that no character in it reverses the text beside it. */
async function assertIsolated(page, texts) {
  const isolated = await page.locator('bdi').evaluateAll((all) => all.map((one) => one.textContent));
  for (const text of new Set(texts)) {
    const count = texts.filter((other) => other === text).length;
    assert.ok(isolated.filter((other) => other === text).length >= count, `${page.url()} does not show ${JSON.stringify(text)} in a place of its own`);
  }
}

/** A page's elements and attributes, without its text. */
const elements = (page) =>
  page.evaluate(() => [...document.querySelectorAll('*')].map((element) => [element.tagName, ...element.getAttributeNames()].join(' ')));
