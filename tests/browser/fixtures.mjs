// A worker with everything that pages show: users, their keys and sessions, and a link of each kind.

import { strict as assert } from 'node:assert';
import { shown } from '../workerd/authenticator-app.mjs';
import { activate, ada, register, signIn as tokensOf } from '../workerd/people.mjs';
import { home, press, signIn, title, type, visitor } from './browser.mjs';
import { homeWithProviders } from './identity-providers.mjs';

const bea = { login: 'bea', email: 'bea@mail.example', password: 'a quiet lane behind the mill' };
const cy = { login: 'cy', email: 'cy@mail.example', password: 'four green bottles on a wall' };
export const gil = { login: 'gil', email: 'gil@mail.example', password: 'two grey stones by the river' };
export const hal = { login: 'hal', email: 'hal@mail.example', password: 'seven slow trains to the north' };

/**
 * Opens a worker that shows emails instead of sending them. Ada is an administrator; bea has no keys, cy the maximum number, gil an
 * app. Hal is elsewhere: he must have a second factor, and has none.
 */
export async function furnishedHome(t) {
  const worker = Object.assign(await home(t, { outbound: documents }), { shut: await shutHome(t), strict: await strictHome(t), federated: await federatedHome(t), links: {}, cookies: {} });
  for (const person of [ada, bea, cy, gil]) worker.links.used = await join(worker, person);
  worker.links.recovery = await recovery(worker);
  worker.links.undo = await moveAda(worker);
  worker.links.change = await requestEmailChange(worker, bea, 'bea@elsewhere.example');
  worker.links.activation = await registered(worker, stranger('dee'));
  worker.links.taken = await nameTaken(worker);

  await worker.sql("UPDATE users SET role = 'admin' WHERE login = ?", ada.login);
  await worker.sql("UPDATE users SET disabled_at = updated_at WHERE login = 'fay'");
  // Codes alone ask for no second step, but an administrator can remove them.
  await worker.sql("INSERT INTO recovery_codes (user_id, number, hash, created_at, op) SELECT id, 0, '$argon2id$x', updated_at, '' FROM users WHERE login IN ('ada', 'fay')");
  // Nobody can use it, but its pages show it.
  await worker.sql(
    `INSERT INTO passkeys (user_id, id, kind, rp_id, public_key, sign_count, backup_eligible, backed_up, transports, aaguid, name, created_at, op)
     SELECT id, 'AQID', 'passkey', 'localhost', 'oA', 0, 1, 1, 'internal', '00000000-0000-0000-0000-000000000000', 'My phone', updated_at, ''
     FROM users WHERE login = 'bea'`,
  );
  await worker.sql(
    `INSERT INTO clients (id, name, auth_method, secret_number, redirect_uris, post_logout_redirect_uris, grants, scopes, resource_scopes, resource_open,
       first_party, requires_pkce, id_token_claims, created_at, updated_at, op)
     VALUES ('tv-app', 'Gatehouse TV', 'none', 0, '[]', '[]', 'urn:ietf:params:oauth:grant-type:device_code refresh_token', 'openid profile email', '', 0,
       0, 1, 0, 1764000000000, 1764000000000, '')`,
  );
  const ids = await Promise.all(['ada', 'fay', 'gil'].map((login) => worker.sql('SELECT id FROM users WHERE login = ?', login)));
  const [adasPage, faysPage, gilsPage] = ids.map(([{ id }]) => `/admin/users/${id}`);
  Object.assign(worker, { adasPage, faysPage, gilsPage });
  for (const [name, person] of Object.entries({ ada, bea, cy, late: bea, phone: ada })) worker.cookies[name] = await cookiesOf(t, worker, person);
  worker.federated.cookies = { ada: await cookiesOf(t, worker.federated, ada) };
  worker.cookies.hal = await cookiesOf(t, worker.strict, hal);
  await worker.strict.sql("UPDATE users SET role = 'admin' WHERE login = ?", hal.login);
  worker.cookies.gil = await withApp(t, worker);
  worker.links.factor = await newest(worker, 'ghf_');
  worker.cookies.lateGil = await withRecoveryCode(t, worker);
  for (const person of [bea, gil]) await age(worker, person, 'ORDER BY created_at DESC LIMIT 1');
  await age(worker.strict, hal);
  await makeKeys(worker);
  await makeClients(worker);
  await worker.sql(
    `INSERT INTO consents (user_id, client, audience, client_name, scope, created_at)
     SELECT id, 'shop', 'https://auth.example', 'Shop of the village', 'openid', updated_at FROM users WHERE login = 'ada'`,
  );
  return worker;
}

/** A worker with registration closed, and with the limits by IP address on. */
const shutHome = (t) => home(t, { vars: { AUTH_REGISTRATION: 'closed', AUTH_LIMITS_ADDRESS: undefined } });

/** A worker whose administrators need a second factor, and which remembers browsers. */
async function strictHome(t) {
  const worker = await home(t, { vars: { AUTH_MFA: 'admins', AUTH_MFA_REMEMBER_DAYS: '30' } });
  await join(worker, hal);
  return worker;
}

/** A worker with other providers; ada has connected an account at one of them. */
async function federatedHome(t) {
  const worker = await homeWithProviders(t);
  await worker.sql(
    `INSERT INTO identities (issuer, subject, user_id, provider, email, created_at, op)
     SELECT 'https://id.example', 'ada', id, 'work', 'ada@work.example', created_at, '' FROM users WHERE login = 'ada'`,
  );
  return worker;
}

/** A person without an account. */
export const stranger = (login) => ({ login, email: `${login}@mail.example`, password: 'nine old keys in a drawer' });

/** The newest link of a kind among the emails. */
export async function newest(worker, prefix) {
  const { text } = await worker.get('/dev/mail');
  return text.match(new RegExp(`href="([^"]+token=${prefix}[\\w-]+)"`))[1];
}

const tokenOf = (link) => new URL(link).searchParams.get('token');

/** The link of a registration. */
export async function registered(worker, person) {
  assert.equal((await register(worker, person)).status, 200);
  return newest(worker, 'gha_');
}

/** Registers and activates a user; returns the used link. */
export async function join(worker, person) {
  const link = await registered(worker, person);
  assert.equal((await activate(worker, tokenOf(link))).status, 200);
  return link;
}

async function recovery(worker) {
  assert.equal((await worker.post('/api/auth/local/recover', { email: cy.email })).status, 200);
  return newest(worker, 'ghv_');
}

async function requestEmailChange(worker, person, email) {
  const Authorization = `Bearer ${(await tokensOf(worker, person)).token}`;
  const answer = await worker.post('/api/auth/email', { email, current_password: person.password }, { Authorization });
  assert.equal(answer.status, 200, answer.text);
  return newest(worker, 'ghe_');
}

async function moveAda(worker) {
  const link = await requestEmailChange(worker, ada, 'ada@elsewhere.example');
  assert.equal((await worker.post('/api/auth/email/confirm', { token: tokenOf(link) })).status, 200);
  return newest(worker, 'ghu_');
}

/** Of two registrations for one name, the second's link. */
async function nameTaken(worker) {
  const [fay, other] = [stranger('fay'), { ...stranger('fay'), email: 'fay@elsewhere.example' }];
  const first = await registered(worker, fay);
  const second = await registered(worker, other);
  assert.equal((await activate(worker, tokenOf(first))).status, 200);
  return second;
}

/** The cookies a browser keeps after sign-in. */
async function cookiesOf(t, worker, person) {
  const page = await visitor(t, worker);
  await page.goto('/account/signin');
  await signIn(page, person);
  assert.equal(await title(page), 'Account');
  return page.context().cookies();
}

/** The cookies of the browser in which gil has set up an authenticator app; his recovery codes are kept. */
async function withApp(t, worker) {
  const page = await visitor(t, worker);
  await page.goto('/account/signin?r=/account/security/app');
  await signIn(page, gil);
  worker.gilsCodes = await page.locator('.codes li').allInnerTexts();
  await page.locator('[name=code]').fill(shown(await page.locator('code.value').textContent()));
  await page.locator('[name=recovery_codes_saved]').check();
  await page.locator('form[action="/account/security/app"] button[type=submit]').click();
  await page.waitForURL('**/account/security');
  return page.context().cookies();
}

/** The cookies of another browser, in which gil has signed in with a recovery code. */
async function withRecoveryCode(t, worker) {
  const page = await visitor(t, worker);
  await page.goto('/account/signin');
  await signIn(page, gil);
  await type(page, 'Code from your authenticator app', worker.gilsCodes.pop());
  await press(page, 'button', 'Continue');
  assert.equal(await title(page), 'New recovery codes');
  return page.context().cookies();
}

/** Moves a session's last proof an hour into the past. */
export const age = (worker, { login }, which = '') =>
  worker.sql(
    `UPDATE sessions SET auth_time = auth_time - 3600000
     WHERE id IN (SELECT id FROM sessions WHERE user_id = (SELECT id FROM users WHERE login = ?) ${which})`,
    login,
  );

const DOCUMENTS = 'https://client.example';

/** What clients ask for. */
export const asking = {
  'shop': { redirect_uri: 'https://shop.example/callback', scope: 'openid profile email' },
  'notes-app': { redirect_uri: 'com.example.notes:/signed-in', scope: 'openid offline_access' },
  [`${DOCUMENTS}/tool.json`]: { redirect_uri: 'http://localhost/callback', scope: 'openid offline_access' },
  [`${DOCUMENTS}/nothing.json`]: { redirect_uri: 'http://localhost/callback', scope: 'openid' },
};

/** A website with the document of one client. */
async function documents(request) {
  const { origin, pathname } = new URL(request.url);
  if (origin !== DOCUMENTS) return undefined;
  if (pathname !== '/tool.json') return new Response('Not found', { status: 404 });
  return Response.json({ client_id: request.url, client_name: 'Code Tool', redirect_uris: [asking[request.url].redirect_uri] });
}

/** A website with a previous secret, and a disabled app. */
async function makeClients(worker) {
  const Authorization = `Bearer ${(await tokensOf(worker, ada)).token}`;
  const send = async (path, body) => {
    const answer = await worker.post(`/api/admin/clients${path}`, body, { Authorization });
    assert.ok(answer.status < 300, answer.text);
  };
  const api = { resource: 'https://api.shop.example', resource_scopes: 'orders:read orders:write' };
  await send('', { client_id: 'shop', client_name: 'Shop of the village', redirect_uris: [asking.shop.redirect_uri], ...api });
  await send('', { client_id: 'notes-app', client_name: 'Notes', redirect_uris: [asking['notes-app'].redirect_uri], token_endpoint_auth_method: 'none' });
  await send('/shop/secret', {});
  await send('', { client_id: 'old-app', client_name: 'Old app', redirect_uris: ['com.example.old:/cb'], token_endpoint_auth_method: 'none' });
  await send('/old-app/disable', {});
}

async function makeKeys(worker) {
  const expires = '2030-01-01T00:00:00Z';
  const make = async (person, path, key) => {
    const answer = await worker.post(path, key, { Authorization: `Bearer ${(await tokensOf(worker, person)).token}` });
    assert.ok(answer.status < 300, answer.text);
  };
  await make(ada, '/api/v1/auth/private_tokens', { name: 'Nightly backup', expiration_time: expires });
  await make(ada, '/api/manage/v1/ApiKeys', { description: 'Reports of the month', expired: expires });
  for (const description of ['one', 'two', 'three', 'four', '']) await make(cy, '/api/manage/v1/ApiKeys', { description, expired: expires });
}
