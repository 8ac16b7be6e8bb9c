// A house with everything in it that pages show: people, their keys and sessions, and a link of each kind.

import { strict as assert } from 'node:assert';
import { activate, ada, register, signIn as tokensOf } from '../workerd/people.mjs';
import { home, signIn, title, visitor } from './browser.mjs';

const bea = { login: 'bea', email: 'bea@mail.example', password: 'a quiet lane behind the mill' };
const cy = { login: 'cy', email: 'cy@mail.example', password: 'four green bottles on a wall' };

/** Opens a house that sends no letters but shows them. Ada administers; bea has nothing yet, and cy as many keys as may be. */
export async function furnishedHome(t) {
  const house = Object.assign(await home(t), { shut: await shutHome(t), links: {}, cookies: {} });
  for (const person of [ada, bea, cy]) house.links.used = await join(house, person);
  house.links.recovery = await recovery(house);
  house.links.undo = await moveAda(house);
  house.links.change = await wish(house, bea, 'bea@elsewhere.example');
  house.links.activation = await registered(house, stranger('dee'));
  house.links.taken = await nameTaken(house);

  await house.sql("UPDATE users SET role = 'admin' WHERE login = ?", ada.login);
  await house.sql("UPDATE users SET disabled_at = updated_at WHERE login = 'fay'");
  const [[adas], [fays]] = await Promise.all(['ada', 'fay'].map((login) => house.sql('SELECT id FROM users WHERE login = ?', login)));
  Object.assign(house, { adasPage: `/admin/users/${adas.id}`, faysPage: `/admin/users/${fays.id}` });
  for (const [name, person] of Object.entries({ ada, bea, cy, late: bea, phone: ada })) house.cookies[name] = await cookiesOf(t, house, person);
  await age(house, bea, 'ORDER BY created_at DESC LIMIT 1');
  await makeKeys(house);
  return house;
}

/** One that gives no accounts away, and counts by address. */
const shutHome = (t) => home(t, { vars: { AUTH_REGISTRATION: 'closed', AUTH_LIMITS_ADDRESS: undefined } });

/** Somebody nobody has met. */
export const stranger = (login) => ({ login, email: `${login}@mail.example`, password: 'nine old keys in a drawer' });

/** The newest link of a kind among the letters. */
async function newest(house, prefix) {
  const { text } = await house.get('/dev/mail');
  return text.match(new RegExp(`href="([^"]+token=${prefix}[\\w-]+)"`))[1];
}

const tokenOf = (link) => new URL(link).searchParams.get('token');

/** The link of somebody's registration. */
export async function registered(house, person) {
  assert.equal((await register(house, person)).status, 200);
  return newest(house, 'gha_');
}

/** Registers and activates somebody; the link, which has been used. */
export async function join(house, person) {
  const link = await registered(house, person);
  assert.equal((await activate(house, tokenOf(link))).status, 200);
  return link;
}

async function recovery(house) {
  assert.equal((await house.post('/api/auth/local/recover', { email: cy.email })).status, 200);
  return newest(house, 'ghv_');
}

async function wish(house, person, email) {
  const Authorization = `Bearer ${(await tokensOf(house, person)).token}`;
  const answer = await house.post('/api/auth/email', { email, current_password: person.password }, { Authorization });
  assert.equal(answer.status, 200, answer.text);
  return newest(house, 'ghe_');
}

async function moveAda(house) {
  const link = await wish(house, ada, 'ada@elsewhere.example');
  assert.equal((await house.post('/api/auth/email/confirm', { token: tokenOf(link) })).status, 200);
  return newest(house, 'ghu_');
}

/** Of two who wished for one name, the second's link. */
async function nameTaken(house) {
  const [fay, other] = [stranger('fay'), { ...stranger('fay'), email: 'fay@elsewhere.example' }];
  const first = await registered(house, fay);
  const second = await registered(house, other);
  assert.equal((await activate(house, tokenOf(first))).status, 200);
  return second;
}

/** What a browser keeps of a sign-in. */
async function cookiesOf(t, house, person) {
  const page = await visitor(t, house);
  await page.goto('/account/signin');
  await signIn(page, person);
  assert.equal(await title(page), 'Account');
  return page.context().cookies();
}

/** Makes it an hour since somebody has proved to be there. */
export const age = (house, { login }, which = '') =>
  house.sql(
    `UPDATE sessions SET auth_time = auth_time - 3600000
     WHERE id IN (SELECT id FROM sessions WHERE user_id = (SELECT id FROM users WHERE login = ?) ${which})`,
    login,
  );

async function makeKeys(house) {
  const expires = '2030-01-01T00:00:00Z';
  const make = async (person, path, key) => {
    const answer = await house.post(path, key, { Authorization: `Bearer ${(await tokensOf(house, person)).token}` });
    assert.ok(answer.status < 300, answer.text);
  };
  await make(ada, '/api/v1/auth/private_tokens', { name: 'Nightly backup', expiration_time: expires });
  await make(ada, '/api/manage/v1/ApiKeys', { description: 'Reports of the month', expired: expires });
  for (const description of ['one', 'two', 'three', 'four', '']) await make(cy, '/api/manage/v1/ApiKeys', { description, expired: expires });
}
