// Every page, and how to reach it. A page is one line here.

import { strict as assert } from 'node:assert';
import { ada, login } from '../workerd/people.mjs';
import { asking, gil, hal, join, newest, registered, stranger } from './fixtures.mjs';
import { ORIGINS, lead } from './identity-providers.mjs';

const WRONG = 'not the password';

/** By name: the steps of a fresh visitor, in any language, and the English title of the page. */
export const scenes = {
  'sign-in': ['Sign in to Gatehouse', at('/account/signin')],
  'sign-in-wrong-password': ['Sign in to Gatehouse', filled('/account/signin', { login: 'bea', password: WRONG })],
  'sign-in-code': ['Sign in to Gatehouse', filled('/account/signin', { login: ada.email }, '/account/signin/code')],
  'sign-in-too-often': ['Sign in to Gatehouse', guessing],
  'second-step': ['Two-step sign-in', withPassword(gil)],
  'second-step-wrong-code': ['Two-step sign-in', withPassword(gil, sent('/account/signin/second', { code: '12' }))],
  'second-step-recovery-code': ['New recovery codes', withPassword(gil, recoveryCode)],
  'second-step-required': ['Two-step sign-in', atStrict(withPassword(hal))],
  'second-step-required-wrong-code': ['Two-step sign-in', atStrict(withPassword(hal, wrongCode('/account/signin/enrol')))],

  'sign-in-providers': ['Sign in to Gatehouse', atProviders(at('/account/signin'))],
  'sign-in-declined': ['Sign in to Gatehouse', atProviders(through('google'), { deny: true })],
  'connect-new': ['Continue with Google', atProviders(through('google', (name) => ({ sub: name, email: `${name}@gmail.com` })))],
  'connect-unproved': ['Continue with Example Inc.', atProviders(through('work', (name) => ({ sub: name, email_verified: false, preferred_username: name })))],
  'connect-name-taken': ['Continue with Google', atProviders(asAda)],
  'connect-known-address': ['Continue with Google', atProviders(through('google', (name) => ({ sub: name, email: ada.email })))],
  'connect-question': ['Connect your account with Google?', atProviders(as('ada', through('google', (name) => ({ sub: name, email: 'ada@gmail.com' }))))],
  'activate-with-identity': ['Activate your Gatehouse account', atProviders(byIdentity)],
  'security-providers': ['Security', atProviders(as('ada', unfolded(at('/account/security'))))],
  'confirm-providers': ['Confirm your identity', atProviders(as('ada', late(at('/account/delete'))))],

  'register': ['Create your Gatehouse account', at('/account/register')],
  'register-name-taken': ['Create your Gatehouse account', filled('/account/register', { ...stranger('ada'), email: 'new@mail.example' })],
  'register-weak-password': ['Create your Gatehouse account', filled('/account/register', { ...stranger('new'), password: 'password1' })],
  'register-providers': ['Create your Gatehouse account', atProviders(at('/account/register'))],
  'register-closed': ['Create your Gatehouse account', (page, { shut }) => page.goto(`${shut.address}/account/register`)],
  'registered': ['Activate your Gatehouse account', (page) => filled('/account/register', stranger(newName()))(page)],
  'activate': ['Activate your Gatehouse account', atLink('activation')],
  'activate-wrong-password': ['Activate your Gatehouse account', filledAtLink('activation', '/account/activate', { password: WRONG })],
  'activate-name-taken': ['Activate your Gatehouse account', atLink('taken')],
  'activate-with-passkey': ['Activate your Gatehouse account', forPasskey],
  'activate-used': ['Activate your Gatehouse account', atLink('used')],
  'activate-without-link': ['Activate your Gatehouse account', at('/account/activate')],
  'declined': ['Sign in to Gatehouse', declined],
  'recover': ['Forgot your password?', at('/account/recover')],
  'recover-link': ['Choose a new password', atLink('recovery')],
  'recover-weak-password': ['Choose a new password', filledAtLink('recovery', '/account/recover', { password: 'password1' })],
  'email-change': ['Confirm your new email', atLink('change')],
  'email-undo': ['Recover your account', atLink('undo')],

  'account': ['Account', as('ada', at('/account'))],
  'password': ['Change password', as('bea', at('/account/password'))],
  'password-wrong': ['Change password', as('bea', filled('/account/password', { current_password: WRONG, new_password: stranger('x').password }))],
  'address': ['Change email', as('bea', at('/account/address'))],
  'address-sent': ['Check your email', as('bea', filled('/account/address', { email: 'bea@other.example', current_password: 'a quiet lane behind the mill' }))],
  'security': ['Security', as('bea', unfolded(at('/account/security')))],
  'security-remembering': ['Security', atStrict(as('hal', at('/account/security')))],
  'security-with-app': ['Security', as('gil', unfolded(at('/account/security')))],
  'security-app': ['Set up an authenticator app', as('bea', at('/account/security/app'))],
  'security-app-wrong-code': ['Set up an authenticator app', as('bea', to('/account/security/app', wrongCode('/account/security/app')))],
  'security-codes': ['New recovery codes', as('bea', at('/account/security/codes'))],
  'passkeys': ['Passkeys and security keys', as('bea', unfolded(at('/account/security/passkeys')))],
  'factor-undo': ['Recover your account', atLink('factor')],
  'factor-undo-weak-password': ['Recover your account', filledAtLink('factor', '/account/security/undo', { password: 'password1' })],
  'sessions': ['Sessions', as('ada', at('/account/sessions'))],
  'keys-unproved': ['Keys and tokens', as('late', at('/account/keys'))],
  'keys-none': ['Keys and tokens', as('bea', at('/account/keys'))],
  'keys': ['Keys and tokens', as('ada', unfolded(at('/account/keys')))],
  'keys-full': ['Keys and tokens', as('cy', filled('/account/keys', { name: 'one too many' }, '/account/keys/api'))],
  'key-new': ['Your new API key', as('ada', filled('/account/keys', { name: 'Reports' }, '/account/keys/api'))],
  'private-token-new': ['Your new private token', as('ada', filled('/account/keys', { name: 'Backup' }, '/account/keys/private'))],
  'portal-key-new': ['Your new API Key for the portal', as('ada', filled('/account/keys', {}, '/account/keys/portal'))],
  'confirm': ['Confirm your identity', as('late', at('/account/password'))],
  'confirm-wrong-password': ['Confirm your identity', as('late', filled('/account/confirm', { password: WRONG }))],
  'confirm-code': ['Confirm your identity', as('late', filled('/account/confirm', {}, '/account/confirm/code'))],
  'confirm-second-step': ['Confirm your identity', as('lateGil', confirming(gil))],
  'confirm-second-step-wrong-code': ['Confirm your identity', as('lateGil', confirming(gil, sent('/account/confirm/second', { code: '12' })))],
  'confirm-required': ['Confirm your identity', atStrict(as('hal', confirming(hal)))],
  'confirm-required-wrong-code': ['Confirm your identity', atStrict(as('hal', confirming(hal, wrongCode('/account/confirm/enrol'))))],
  'device': ['Sign in a device', as('ada', at('/account/device'))],
  'device-code-filled-in': ['Sign in a device', as('ada', at('/account/device?user_code=WDJB-MJHT'))],
  'device-no-code': ['Sign in a device', as('ada', filled('/account/device', { user_code: 'hello' }))],
  'device-consent': ['Sign in a device to Gatehouse TV', as('ada', device)],
  'export': ['Your data', as('ada', at('/account/export'))],
  'delete': ['Delete account', as('ada', at('/account/delete'))],
  'delete-wrong-name': ['Delete account', as('ada', filled('/account/delete', { confirm_login: 'bea' }))],
  'apps': ['Applications', as('ada', at('/account/apps'))],
  'apps-none': ['Applications', as('cy', at('/account/apps'))],
  'consent': ['Sign in to Shop of the village', as('ada', at(request('shop')))],
  'consent-app': ['Sign in to Notes', as('ada', at(request('notes-app')))],
  'consent-unregistered': ['Sign in to \u2068Code Tool\u2069', as('ada', at(request('https://client.example/tool.json')))],
  'consent-unusable-document': ["This link doesn't work", as('ada', at(request('https://client.example/nothing.json')))],
  'form-post': ['Continue to shop.example', formPost],
  'logout-question': ['Sign out?', as('bea', at('/oauth/logout?state=1'))],
  'logout-done': ["You're signed out", at('/oauth/logout')],
  'goodbye': ['Your account has been deleted', goodbye],

  'admin-users': ['Users', as('ada', found('/admin'))],
  'admin-users-found': ['Users', as('ada', found('/admin?q=ad'))],
  'admin-users-nobody': ['Users', as('ada', at('/admin?q=nobody'))],
  'admin-user': ['ada', as('ada', unfolded((page, { adasPage }) => page.goto(adasPage)))],
  'admin-user-disabled': ['fay', as('ada', unfolded((page, { faysPage }) => page.goto(faysPage)))],
  'admin-user-with-app': ['gil', as('ada', unfolded((page, { gilsPage }) => page.goto(gilsPage)))],
  'admin-clients': ['Clients', as('ada', found('/admin/clients'))],
  'admin-client-new': ['Create a client', as('ada', unfolded(at('/admin/clients/new')))],
  'admin-client-new-wrong': ['Create a client', as('ada', filled('/admin/clients/new', { client_name: 'Blog', redirect_uris: 'http://blog.example/' }))],
  'admin-client': ['Shop of the village', as('ada', unfolded(at('/admin/clients/shop')))],
  'admin-client-disabled': ['Old app', as('ada', unfolded(at('/admin/clients/old-app')))],
  'admin-client-secret': ['Your new client secret', as('ada', rotated('/admin/clients/shop'))],
  'admin-log': ['Audit log', as('ada', found('/admin/audit'))],
  'admin-log-conditions': ['Audit log', as('ada', found('/admin/audit?user=ada&act=sign_in&outcome=ok&from=2020-01-01T00:00'))],
  'admin-log-nothing': ['Audit log', as('ada', at('/admin/audit?outcome=nothing'))],
  'admin-log-nobody': ['Audit log', as('ada', at('/admin/audit?user=nobody'))],
  'forbidden': ['Access denied', as('bea', at('/admin'))],

  'bad-link': ["This link doesn't work", at('/account/email?token=ghe_nothing')],
  'refused-way': ["This link doesn't work", at('/account/signin?r=//elsewhere.example')],
  'too-old': ['This form has expired', tooOld],
  'too-often': ['Too many attempts', tooOften],
  'not-found': ['Page not found', at('/account/nothing')],
  'nothing-here': ['Page not found', at('/nothing')],
  'sign-in-code-malformed': ['Sign in to Gatehouse', malformedCode],
  'local-mailbox': ['Local mailbox', at('/dev/mail')],
};

/** An authorization request of a client of the fixtures. */
function request(id, more = {}) {
  const { redirect_uri, scope } = asking[id];
  const pkce = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
  return `/oauth/authorize?${new URLSearchParams({ client_id: id, redirect_uri, response_type: 'code', scope, ...pkce, ...more })}`;
}

function at(path) {
  return (page) => page.goto(path);
}

/** A table with rows. */
function found(path) {
  return async (page) => {
    await page.goto(path);
    assert.notEqual(await page.locator('tbody tr').count(), 0, `${path} finds nothing`);
  };
}

function atLink(kind) {
  return (page, { links }) => page.goto(links[kind]);
}

/** In the browser of a signed-in user. */
function as(who, arrive) {
  return async (page, worker) => {
    await page.context().addCookies(worker.cookies[who]);
    await arrive(page, worker);
  };
}

/** The page after submitting a form, to the form's own path or another. */
function filled(path, fields, action = path) {
  return async (page) => {
    await page.goto(path);
    await send(page, action, fields);
  };
}

function filledAtLink(kind, action, fields) {
  return async (page, { links }) => {
    await page.goto(links[kind]);
    await send(page, action, fields);
  };
}

/** The page of a client's new secret. */
function rotated(path) {
  return to(path, sent(`${path}/secret`, {}));
}

/** With all collapsed sections opened. */
function unfolded(arrive) {
  return async (page, worker) => {
    await arrive(page, worker);
    for (const summary of await page.locator('summary').all()) await summary.click();
  };
}

/** Fills in a form and presses its button, in any language. */
async function send(page, action, fields) {
  const own = `form[action="${action}"]`;
  const form = page.locator(own).or(page.locator('form').filter({ has: page.locator(`[formaction="${action}"]`) }));
  const button = page.locator(`${own} button[type=submit]:not([formaction]), button[formaction="${action}"]`);
  for (const [name, value] of Object.entries(fields)) await form.locator(`[name="${name}"]`).fill(value);
  const loaded = page.waitForEvent('load');
  await button.click();
  await loaded;
}

let strangers = 0;
const newName = () => `stranger${++strangers}`;

async function guessing(page, worker) {
  const nobody = { login: newName(), password: WRONG };
  let status;
  for (let guesses = 0; status !== 429; guesses++) {
    assert.ok(guesses <= 10, 'guesses are not limited');
    ({ status } = await login(worker, nobody));
  }
  await filled('/account/signin', nobody)(page);
}

async function malformedCode(page) {
  await filled('/account/signin', { login: ada.email }, '/account/signin/code')(page);
  await send(page, '/account/signin/verify', { code: '12' });
}

/** One step after another. */
function to(path, then) {
  return async (page, worker) => {
    await page.goto(path);
    await then(page, worker);
  };
}

/** With a form of the open page submitted. */
function sent(action, fields) {
  return (page) => send(page, action, fields);
}

/** After the first step of a sign-in; `then` is what follows. */
function withPassword({ login, password }, then = () => {}) {
  return async (page, worker) => {
    await filled('/account/signin', { login, password })(page);
    await then(page, worker);
  };
}

function confirming({ password }, then = () => {}) {
  return async (page, worker) => {
    await filled('/account/confirm', { password })(page);
    await then(page, worker);
  };
}

/** At the worker that asks administrators for a second factor. */
function atStrict(arrive) {
  return (page, worker) => {
    const { address } = worker.strict;
    const goto = page.goto.bind(page);
    page.goto = (path) => goto(address + path);
    return arrive(page, worker);
  };
}

/** At the worker with other providers, whose pages send the browser back. */
function atProviders(arrive, options) {
  return async (page, { federated }) => {
    await lead(page, federated, options);
    const goto = page.goto.bind(page);
    page.goto = (path) => goto(federated.address + path);
    return arrive(page, federated);
  };
}

/** To a provider and back; `person` is who is signed in there. */
function through(id, person = () => ({})) {
  return async (page, { providers }) => {
    providers[id].person(person(newName()));
    await page.goto(`/account/with/${id}`);
    await page.waitForURL((url) => url.origin !== ORIGINS[id]);
  };
}

/** A new user who chooses a name that is taken. */
async function asAda(page, worker) {
  await through('google', (name) => ({ sub: name, email: `${name}@gmail.com` }))(page, worker);
  await send(page, '/account/connect/register', { login: ada.login });
}

/** A new user opens the link of an activation in the browser that was at the provider. */
async function byIdentity(page, worker) {
  const name = newName();
  const email = `${name}@mail.example`;
  await through('work', () => ({ sub: name, email, email_verified: false, preferred_username: name }))(page, worker);
  await send(page, '/account/connect/register', {});
  const { text } = await worker.mail.emailTo(email);
  await page.goto(text.match(/\/account\/activate\?token=\S+/)[0]);
}

/** Long after the sign-in. */
function late(arrive) {
  return async (page, worker) => {
    await worker.sql("UPDATE sessions SET auth_time = auth_time - 3600000 WHERE user_id = (SELECT id FROM users WHERE login = 'ada')");
    await arrive(page, worker);
  };
}

async function recoveryCode(page, { gilsCodes }) {
  await send(page, '/account/signin/second', { code: gilsCodes.pop() });
}

/** With a wrong code for the app that the open page offers. */
function wrongCode(action) {
  return async (page) => {
    await page.locator('[name=recovery_codes_saved]').check();
    await send(page, action, { code: '12' });
  };
}

/** Registers without a password, and opens the link. */
async function forPasskey(page, worker) {
  const { login, email } = stranger(newName());
  await filled('/account/register', { login, email }, '/account/register/passkey')(page);
  await page.goto(await newest(worker, 'gha_'));
}

async function declined(page, worker) {
  await page.goto(await registered(worker, stranger(newName())));
  await page.locator('summary').click();
  await send(page, '/account/activate/decline', {});
}

async function goodbye(page, worker) {
  const person = stranger(newName());
  await join(worker, person);
  await page.goto('/account/signin?r=/account/delete');
  await send(page, '/account/signin', { login: person.login, password: person.password });
  await send(page, '/account/delete', { confirm_login: person.login });
}

/** A client's answer in a form, which the page's script would send at once. */
async function formPost(page, worker) {
  await page.route('**/assets/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await as('cy', at(request('shop', { response_mode: 'form_post', prompt: 'none' })))(page, worker);
}

/** A TV asks, and its code is entered. */
async function device(page, { address }) {
  const body = new URLSearchParams({ client_id: 'tv-app', scope: 'openid profile email' });
  const codes = await fetch(`${address}/oauth/device_authorization`, { method: 'POST', body });
  await filled('/account/device', { user_code: (await codes.json()).user_code })(page);
}

/** The form's CSRF token does not match the browser, as after a sign-in in another tab. */
async function tooOld(page) {
  await page.goto('/account/recover');
  await page.context().clearCookies();
  await send(page, '/account/recover/send', { email: 'somebody@mail.example' });
}

async function tooOften(page, { shut }) {
  await page.goto(`${shut.address}/account/signin`);
  const guess = async () => (await fetch(`${shut.address}/account/signin`, { method: 'POST' })).status;
  const statuses = await Promise.all(Array.from({ length: 61 }, guess));
  assert.ok(statuses.includes(429), 'nothing is limited');
  await send(page, '/account/signin', { login: 'somebody', password: WRONG });
}
