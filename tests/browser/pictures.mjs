// What there is to see: every page, and how to get there. A page is one line here.

import { strict as assert } from 'node:assert';
import { activate, ada, register, signIn as tokensOf } from '../workerd/people.mjs';
import { home, press, signIn, type } from './browser.mjs';

/** By name: how a visitor who has just come gets there, and the title that says so. */
export const scenes = {
  'sign-in': ['Sign in to Gatehouse', at('/account/signin')],
  'sign-in-wrong-password': ['Sign in to Gatehouse', wrongPassword],
  'sign-in-code': ['Sign in to Gatehouse', code],
  'account': ['Account', signedInAt('/account')],
  'sessions': ['Sessions', signedInAt('/account/sessions')],
  'password': ['Change the password', signedInAt('/account/password')],
  'address': ['Change the e-mail address', signedInAt('/account/address')],
  'export': ['Your data', signedInAt('/account/export')],
  'delete': ['Delete the account', signedInAt('/account/delete')],
  'admin-users': ['Users', administration('/admin')],
  'admin-user': ['ada', administration('/admin?q=ada', 'ada')],
  'admin-log': ['Audit log', administration('/admin/audit')],
  'admin-log-nothing': ['Audit log', administration('/admin/audit?user=nobody')],
  'activate': ['Activate your account', atLinkIn('activation')],
  'recover': ['Choose a new password', atLinkIn('recovery')],
  'email-change': ['Confirm your new address', atLinkIn('change')],
  'email-undo': ['Take your account back', atLinkIn('undo')],
  'bad-link': ['This link does not work', at('/account/activate?token=gha_nothing')],
  'refused-way': ['That request cannot be read', at('/account/signin?r=//elsewhere.example')],
  'not-found': ['There is no such page', at('/account/nothing')],
  'local-mailbox': ['Local mailbox', at('/dev/mail')],
};

function at(path) {
  return (page) => page.goto(path);
}

function atLinkIn(letter) {
  return (page, { links }) => page.goto(links[letter]);
}

async function wrongPassword(page) {
  await page.goto('/account/signin');
  await signIn(page, { ...ada, password: 'not the password' });
}

async function code(page) {
  await page.goto('/account/signin');
  await type(page, 'Login name or e-mail address', ada.email);
  await press(page, 'button', 'Send me a code');
}

function signedInAt(path) {
  return async (page) => {
    await page.goto(`/account/signin?r=${path}`);
    await signIn(page, ada);
  };
}

/** A page of administrators, and a link on it to follow. */
function administration(path, link) {
  return async (page) => {
    await page.goto(`/account/signin?r=${encodeURIComponent(path)}`);
    await signIn(page, ada);
    if (!link) return;
    await press(page, 'link', link);
    for (const summary of await page.locator('summary').all()) await summary.click();
  };
}

/** A house that sends no letters but shows them, and has shown ada one of each kind that leads to a page. */
export async function furnishedHome(t) {
  const house = await home(t);
  const link = async (prefix) => {
    const { text } = await house.get('/dev/mail');
    return text.match(new RegExp(`href="([^"]+token=(${prefix}[\\w-]+))"`)).slice(1);
  };
  assert.equal((await register(house, ada)).status, 200);
  const [activation, token] = await link('gha_');
  assert.equal((await activate(house, token)).status, 200);
  assert.equal((await house.post('/api/auth/local/recover', { email: ada.email })).status, 200);
  const [recovery] = await link('ghv_');

  const Authorization = `Bearer ${(await tokensOf(house, ada)).token}`;
  const wish = { email: 'ada@elsewhere.example', current_password: ada.password };
  assert.equal((await house.post('/api/auth/email', wish, { Authorization })).status, 200);
  const [change, wished] = await link('ghe_');
  assert.equal((await house.post('/api/auth/email/confirm', { token: wished })).status, 200);
  const [undo] = await link('ghu_');
  // Her role is older than her sessions' tokens: pages ask the database.
  await house.sql("UPDATE users SET role = 'admin' WHERE login = ?", ada.login);
  await house.post('/api/v1/auth/private_tokens', { name: 'Nightly backup', expiration_time: '2030-01-01T00:00:00Z' }, { Authorization });
  return Object.assign(house, { links: { activation, recovery, change, undo } });
}
