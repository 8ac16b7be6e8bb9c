// Requests on pages, in the format of `programs.mjs`.

import { forgetStep, shown } from '../workerd/authenticator-app.mjs';
import { answered, madeHere, withPasskey } from './actors.mjs';
import { NEW_PASSWORD, aged, before, browsing, member, moved, moving, newlyKeyed, nobody, recovering, registered, browse, typedFromApp, well, withApp } from './actors.mjs';

const there = (path) => before(browsing, path);
const link = (arrange, page) => before(arrange, ({ link }) => `${page}?token=${link}`);
const adminBrowsing = async (fixture) => browse(await fixture.member('admin'), '/account');

/** A user whose last proof was an hour ago. */
const late = async (fixture) => {
  const person = await browsing(fixture);
  await aged(person);
  return person;
};

/** A user who has requested a code, with the page open. */
const coded = (arrange, page, action, fields) => async (fixture) => {
  const person = await before(arrange, page)(fixture);
  const next = await well(person.press(person.page, action, fields(person)));
  return Object.assign(person, { page: next, code: await person.code() });
};

/** A user whose browser has set up an authenticator app. */
const browsingWithApp = async (fixture) => {
  const person = await there('/account/security/app')(fixture);
  await well(person.press(person.page, '/account/security/app', typedFromApp(person)));
  await forgetStep(fixture.worker);
  return person;
};

const FORGET = '/account/security/browsers/forget';

/** The form is only there if the operator has browsers remembered, which would change what other scenarios cost. */
const forgetting = ({ text }) => ({ text: text.replaceAll('/account/signout', FORGET) });

const PASSKEYS = '/account/security/passkeys';

/** A user with a passkey, and a browser that has signed in. */
const browsingWithPasskey = async (fixture) => browse(await withPasskey(fixture), '/account');
const lateWithPasskey = async (fixture) => {
  const person = await browsingWithPasskey(fixture);
  await fixture.worker.sql('UPDATE sessions SET auth_time = auth_time - 3600000 WHERE user_id = ?', person.id);
  return person;
};

/** A user with an app, whose browser has proved the password. */
const halfIn = async (fixture) => {
  const person = await before(withApp, '/account/signin')(fixture);
  await forgetStep(fixture.worker);
  return Object.assign(person, { page: await well(person.press(person.page, '/account/signin', person.typed)) });
};

/** The same for an identity that is confirmed, with the code that the app shows. */
const halfConfirmed = async (fixture) => {
  const person = await browsingWithApp(fixture);
  const { code } = typedFromApp(person);
  await aged(person);
  const page = await well(person.look('/account/confirm'));
  return Object.assign(person, { code, page: await well(person.press(page, '/account/confirm', person.typed)) });
};

/** A registration without a password. */
const registeredForPasskey = async (fixture) => {
  const person = await before(nobody, '/account/register')(fixture);
  await well(person.press(person.page, '/account/register/passkey', person.typed));
  return Object.assign(person, { link: await person.linkToken('gha_') });
};

/** A user with an API key, and the browser that shows it. */
const withKeys = before(async (fixture) => browse(await newlyKeyed(fixture), '/account'), '/account/keys');

/** A user who is signed in elsewhere, too. */
const twice = before(async (fixture) => {
  const person = await browsing(fixture);
  await well(person.post('/api/auth/local/login', person.typed));
  return person;
}, '/account/sessions');

const newPassword = ({ password }) => ({ current_password: password, new_password: NEW_PASSWORD });
const newAddress = ({ email, password }) => ({ email: `new-${email}`, current_password: password });
const codeAtSignin = coded(member, '/account/signin', '/account/signin/code', ({ email }) => ({ login: email }));
const codeAtConfirm = coded(late, '/account/confirm', '/account/confirm/code', () => ({}));

const asset = async (fixture) => {
  const person = await before(nobody, '/account/signin')(fixture);
  return Object.assign(person, { asset: person.page.text.match(/"(\/assets\/[^"]+\.css)"/)[1] });
};

export const pages = [
  ['AccountPage', '', 200, browsing, (ada) => ada.look('/account')],
  ['AccountPage', 'not signed in', 303, nobody, (any) => any.look('/account')],
  ['SignOutForm', '', 303, there('/account'), (ada) => ada.press(ada.page, '/account/signout')],
  ['KeysPage', '', 200, browsing, (ada) => ada.look('/account/keys')],
  ['KeysApiForm', '', 200, there('/account/keys'), (ada) => ada.press(ada.page, '/account/keys/api', { name: 'a key', life: '90' })],
  ['KeysPrivateForm', '', 200, there('/account/keys'), (ada) => ada.press(ada.page, '/account/keys/private', { name: 'nightly', life: '90' })],
  ['KeysPortalForm', '', 200, before(adminBrowsing, '/account/keys'), (ada) => ada.press(ada.page, '/account/keys/portal')],
  ['KeysDeleteForm', '', 303, withKeys, (ada) => ada.press(ada.page, '/account/keys/delete')],
  ['LanguageForm', '', 303, there('/account'), (ada) => ada.press(ada.page, '/account/language', { language: 'de' })],
  ['PasswordPage', '', 200, browsing, (ada) => ada.look('/account/password')],
  ['PasswordForm', '', 303, there('/account/password'), (ada) => ada.press(ada.page, '/account/password', newPassword(ada))],
  ['AddressPage', '', 200, browsing, (ada) => ada.look('/account/address')],
  ['AddressForm', '', 200, there('/account/address'), (ada) => ada.press(ada.page, '/account/address', newAddress(ada))],
  ['SecurityPage', '', 200, browsing, (ada) => ada.look('/account/security')],
  ['AppPage', '', 200, browsing, (ada) => ada.look('/account/security/app')],
  ['AppForm', '', 303, there('/account/security/app'), (ada) => ada.press(ada.page, '/account/security/app', typedFromApp(ada))],
  ['BrowsersForgetForm', '', 303, before(browsingWithApp, '/account/security'), (ada) => ada.press(forgetting(ada.page), FORGET)],
  ['AppRemoveForm', '', 303, before(browsingWithApp, '/account/security'), (ada) => ada.press(ada.page, '/account/security/app/remove')],
  ['CodesPage', '', 200, browsing, (ada) => ada.look('/account/security/codes')],
  ['CodesForm', '', 303, there('/account/security/codes'), (ada) => ada.press(ada.page, '/account/security/codes', { recovery_codes_saved: 'yes' })],
  ['PasskeysPage', '', 200, browsingWithPasskey, (ada) => ada.look(PASSKEYS)],
  ['PasskeysForm', '', 303, there(PASSKEYS), (ada) => ada.press(ada.page, PASSKEYS, madeHere(ada, PASSKEYS))],
  ['PasskeyRenameForm', '', 303, before(browsingWithPasskey, PASSKEYS), (ada) => ada.press(ada.page, `${PASSKEYS}/rename`, { name: 'My phone' })],
  ['PasskeyRemoveForm', '', 303, before(browsingWithPasskey, PASSKEYS), (ada) => ada.press(ada.page, `${PASSKEYS}/remove`)],
  ['PasswordRemoveForm', '', 303, before(browsingWithPasskey, '/account/security'), (ada) => ada.press(ada.page, '/account/security/password/remove')],
  ['SessionsPage', '', 200, browsing, (ada) => ada.look('/account/sessions')],
  ['SessionsEndForm', '', 303, twice, (ada) => ada.press(ada.page, '/account/sessions/end')],
  ['SessionsOthersForm', '', 303, twice, (ada) => ada.press(ada.page, '/account/sessions/others')],
  ['ConfirmPage', '', 200, late, (ada) => ada.look('/account/confirm')],
  ['ConfirmForm', '', 303, before(late, '/account/confirm'), (ada) => ada.press(ada.page, '/account/confirm', { password: ada.password })],
  ['ConfirmCodeForm', '', 200, before(late, '/account/confirm'), (ada) => ada.press(ada.page, '/account/confirm/code')],
  ['ConfirmVerifyForm', '', 303, codeAtConfirm, (ada) => ada.press(ada.page, '/account/confirm/verify', { code: ada.code })],
  ['ConfirmPasskeyForm', '', 303, before(lateWithPasskey, '/account/confirm'), (ada) => ada.press(ada.page, '/account/confirm/passkey', answered(ada, '/account/confirm/passkey'))],
  ['ConfirmSecondForm', '', 303, halfConfirmed, (ada) => ada.press(ada.page, '/account/confirm/second', { code: ada.code })],
  ['ExportPage', '', 200, browsing, (ada) => ada.look('/account/export')],
  ['ExportFile', '', 200, browsing, (ada) => ada.look('/account/export/file')],
  ['DeletePage', '', 200, browsing, (ada) => ada.look('/account/delete')],
  ['DeleteForm', '', 200, there('/account/delete'), (ada) => ada.press(ada.page, '/account/delete', { confirm_login: ada.login })],

  ['SigninPage', '', 200, nobody, (any) => any.look('/account/signin')],
  ['SigninForm', '', 303, before(member, '/account/signin'), (ada) => ada.press(ada.page, '/account/signin', ada.typed)],
  ['SigninForm', 'a wrong password', 401, before(member, '/account/signin'), (ada) => ada.press(ada.page, '/account/signin', { ...ada.typed, password: 'wrong' })],
  ['SigninCodeForm', '', 200, before(member, '/account/signin'), (ada) => ada.press(ada.page, '/account/signin/code', { login: ada.email })],
  ['SigninVerifyForm', '', 303, codeAtSignin, (ada) => ada.press(ada.page, '/account/signin/verify', { code: ada.code })],
  ['SigninPasskeyForm', '', 303, before(withPasskey, '/account/signin'), (ada) => ada.press(ada.page, '/account/signin/passkey', answered(ada, '/account/signin/passkey'))],
  ['SigninForm', 'with an app', 200, before(withApp, '/account/signin'), (ada) => ada.press(ada.page, '/account/signin', ada.typed)],
  ['SigninSecondForm', '', 303, halfIn, (ada) => ada.press(ada.page, '/account/signin/second', { code: shown(ada.offer.secret) })],
  ['SigninSecondForm', 'a recovery code', 303, halfIn, (ada) => ada.press(ada.page, '/account/signin/second', { code: ada.offer.recovery_codes[5] })],
  ['RegisterPage', '', 200, nobody, (any) => any.look('/account/register')],
  ['RegisterForm', '', 303, before(nobody, '/account/register'), (any) => any.press(any.page, '/account/register', any.typed)],
  ['RegisterPasskeyForm', '', 303, before(nobody, '/account/register'), (any) => any.press(any.page, '/account/register/passkey', any.typed)],
  ['ActivatePage', 'with a link', 200, registered, (ada) => ada.look(`/account/activate?token=${ada.link}`)],
  ['ActivateForm', '', 303, link(registered, '/account/activate'), (ada) => ada.press(ada.page, '/account/activate', { password: ada.password })],
  ['ActivatePasskeyForm', '', 303, link(registeredForPasskey, '/account/activate'), (ada) => ada.press(ada.page, '/account/activate/passkey', madeHere(ada, '/account/activate/passkey'))],
  ['DeclineForm', '', 303, link(registered, '/account/activate'), (ada) => ada.press(ada.page, '/account/activate/decline')],
  ['ActivateSendForm', '', 303, before(registered, '/account/activate'), (ada) => ada.press(ada.page, '/account/activate/send', ada.typed)],
  ['RecoverPage', 'with a link', 200, recovering, (ada) => ada.look(`/account/recover?token=${ada.link}`)],
  ['RecoverForm', '', 303, link(recovering, '/account/recover'), (ada) => ada.press(ada.page, '/account/recover', { password: NEW_PASSWORD })],
  ['RecoverSendForm', '', 303, before(member, '/account/recover'), (ada) => ada.press(ada.page, '/account/recover/send', ada.typed)],
  ['EmailPage', '', 200, moving, (ada) => ada.look(`/account/email?token=${ada.link}`)],
  ['EmailForm', '', 303, link(moving, '/account/email'), (ada) => ada.press(ada.page, '/account/email')],
  ['EmailUndoPage', '', 200, moved, (ada) => ada.look(`/account/email/undo?token=${ada.link}`)],
  ['EmailUndoForm', '', 303, link(moved, '/account/email/undo'), (ada) => ada.press(ada.page, '/account/email/undo', { password: NEW_PASSWORD })],
  ['FactorUndoPage', '', 200, withApp, (ada) => ada.look(`/account/security/undo?token=${ada.link}`)],
  ['FactorUndoForm', '', 303, link(withApp, '/account/security/undo'), (ada) => ada.press(ada.page, '/account/security/undo', { password: NEW_PASSWORD })],

  // A service that shows emails sends none; a deployed service does not have this page.
  ['LocalMailbox', 'where emails are sent', 404, nobody, (any) => any.look('/dev/mail')],
  ['Asset', '', 200, asset, (any) => any.look(any.asset)],
];
