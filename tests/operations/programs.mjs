// Programs' requests, one scenario a line: the route's name in the router, a description, the final status, the actors, and the
// one request that is counted.

import { shown } from '../workerd/authenticator-app.mjs';
import { NEW_PASSWORD, YEAR, well } from './actors.mjs';
import { coded, member, moved, moving, nobody, recovering, registered, signedIn, ticketed } from './actors.mjs';
import { answering, inSecondStep, offeredPasskey, withPasskey } from './actors.mjs';
import { confirmation, halfWay, offeredApp, offeredCodes, withApp } from './actors.mjs';
import { keyed, newlyKeyed, portal, privatelyKeyed } from './actors.mjs';

const LOGIN = '/api/auth/local/login';
const SECOND = '/api/auth/mfa/verify';
const REFRESH = '/api/auth/token/refresh';
const VERIFY = '/api/auth/verify';
const KEYS = '/api/manage/v1/ApiKeys';
const PRIVATE = '/api/v1/auth/private_tokens/';
const WRONG = 'not the password';
const wrong = (code) => String((Number(code) + 1) % 1e6).padStart(6, '0');
const wrongly = (typed) => ({ ...typed, code: wrong(typed.code) });

/** The same actors after a minute without requests. */
const aMinuteLater = async (person) => {
  const sql = 'UPDATE sessions SET created_at = created_at - 60000, rotated_at = rotated_at - 60000 WHERE user_id = ?';
  await person.fixture.worker.sql(sql, person.id);
  return person;
};

/** An actor who has done something before. */
const after = (arrange, act) => async (fixture) => {
  const person = await arrange(fixture);
  await act(person);
  return person;
};

/** An actor whose programs carry one of their credentials from now on. */
const carrying = (arrange, which) => after(arrange, (person) => person.carry(person[which]));

const activate = (ada) => ada.post('/api/auth/local/activate', { token: ada.link });
const refreshed = after(signedIn, (ada) => well(ada.post(REFRESH, { refresh_token: ada.refresh })));
const revoked = after(signedIn, (ada) => well(ada.post('/api/auth/logout')));
const listing = async (fixture) => {
  const ada = await signedIn(fixture);
  return Object.assign(ada, (await well(ada.get('/api/auth/sessions'))).json());
};
/** An actor away from their known networks. */
const away = after(member, (ada) => ada.fixture.worker.sql('DELETE FROM networks WHERE user_id = ?', ada.id));
const shutOut = after(member, async (ada) => {
  await ada.post(LOGIN, { ...ada.typed, password: WRONG });
  await ada.fixture.worker.sql('UPDATE attempts SET failures = 10, open_at = ? WHERE failures = 1', Date.now() + 600_000);
});

export const programs = [
  ['Health', '', 200, nobody, (any) => any.get('/health')],
  ['Ready', '', 200, nobody, (any) => any.get('/health/ready')],
  ['Jwks', '', 200, nobody, (any) => any.get('/.well-known/jwks.json')],
  ['RelatedOrigins', 'no other website', 404, nobody, (any) => any.get('/.well-known/webauthn')],
  ['Metadata', '', 200, nobody, (any) => any.get('/.well-known/oauth-authorization-server')],
  ['LogoutRequest', 'nobody is signed in', 200, nobody, (any) => any.get('/oauth/logout')],
  ['LogoutRequestForm', '', 303, nobody, (any) => any.form('/oauth/logout', { state: 'x' })],
  ['Document', '', 200, nobody, (any) => any.get('/openapi.json')],

  ['Register', '', 200, nobody, (any) => any.post('/api/auth/local/register', any.typed)],
  ['Register', 'an address that has an account', 200, member, (ada) => ada.post('/api/auth/local/register', { ...ada.typed, login: `${ada.login}-2` })],
  ['Register', 'a name that is taken', 409, member, (ada) => ada.post('/api/auth/local/register', { ...ada.typed, email: `x-${ada.email}` })],
  ['Activate', '', 200, registered, activate],
  ['Activate', 'a used link', 400, after(registered, activate), activate],
  ['SendActivation', '', 200, registered, (ada) => ada.post('/api/auth/local/activate/send', ada.typed)],
  ['Login', '', 200, member, (ada) => ada.post(LOGIN, ada.typed)],
  ['Login', 'from a new network', 200, away, (ada) => ada.post(LOGIN, ada.typed)],
  ['Login', 'a wrong password', 401, member, (ada) => ada.post(LOGIN, { ...ada.typed, password: WRONG })],
  ['Login', 'a name nobody has', 401, nobody, (any) => any.post(LOGIN, any.typed)],
  ['Login', 'after ten wrong passwords', 429, shutOut, (ada) => ada.post(LOGIN, ada.typed)],
  ['Login', 'with an app', 403, withApp, (ada) => ada.post(LOGIN, ada.typed)],
  ['VerifySecondFactor', '', 200, halfWay, (ada) => ada.post(SECOND, { mfa_token: ada.mfa_token, code: shown(ada.offer.secret) })],
  ['VerifySecondFactor', 'a recovery code', 200, halfWay, (ada) => ada.post(SECOND, { mfa_token: ada.mfa_token, recovery_code: ada.offer.recovery_codes[5] })],
  ['VerifySecondFactor', 'a wrong code', 401, halfWay, (ada) => ada.post(SECOND, { mfa_token: ada.mfa_token, code: wrong(shown(ada.offer.secret)) })],
  ['Recover', '', 200, member, (ada) => ada.post('/api/auth/local/recover', ada.typed)],
  ['Recover', 'an address nobody has', 200, nobody, (any) => any.post('/api/auth/local/recover', any.typed)],
  ['CheckRecovery', '', 200, recovering, (ada) => ada.post('/api/auth/local/recover/check', { token: ada.link })],
  ['ResetPassword', '', 200, recovering, (ada) => ada.post('/api/auth/local/recover/reset', { token: ada.link, password: NEW_PASSWORD })],
  ['RequestCode', '', 200, member, (ada) => ada.post('/api/auth/otp/request', ada.typed)],
  ['RequestCode', 'an address nobody has', 200, nobody, (any) => any.post('/api/auth/otp/request', any.typed)],
  ['VerifyCode', '', 200, coded, (ada) => ada.post('/api/auth/otp/verify', { email: ada.email, code: ada.code })],
  ['VerifyCode', 'a wrong code', 401, coded, (ada) => ada.post('/api/auth/otp/verify', { email: ada.email, code: wrong(ada.code) })],
  ['Refresh', '', 200, signedIn, (ada) => ada.post(REFRESH, { refresh_token: ada.refresh })],
  ['Refresh', 'once more at the same moment', 200, refreshed, (ada) => ada.post(REFRESH, { refresh_token: ada.refresh })],
  ['Refresh', 'a spent token', 401, after(refreshed, aMinuteLater), (ada) => ada.post(REFRESH, { refresh_token: ada.refresh })],
  ['Logout', '', 200, signedIn, (ada) => ada.post('/api/auth/logout')],
  ['LogoutAll', '', 200, signedIn, (ada) => ada.post('/api/auth/logout/all')],
  ['Verify', 'an access token', 200, signedIn, (ada) => ada.get(VERIFY)],
  ['Verify', 'an access token, again within five seconds', 200, after(signedIn, (ada) => well(ada.get(VERIFY))), (ada) => ada.get(VERIFY)],
  ['Verify', 'an access token that was revoked', 401, revoked, (ada) => ada.get(VERIFY)],
  ['Verify', 'a private token', 200, carrying(privatelyKeyed, 'private'), (ada) => ada.get(VERIFY)],
  ['Verify', 'an API key', 200, keyed, (ada) => ada.get(VERIFY)],
  ['Verify', 'an API key, the first time in an hour', 200, carrying(newlyKeyed, 'key'), (ada) => ada.get(VERIFY)],
  ['Verify', 'a portal token', 200, portal, (ada) => ada.get(VERIFY)],
  ['Me', 'an access token', 200, signedIn, (ada) => ada.get('/api/auth/me')],
  ['Me', 'an API key', 200, keyed, (ada) => ada.get('/api/auth/me')],
  ['Me', 'an access token that was revoked', 401, revoked, (ada) => ada.get('/api/auth/me')],
  ['DeleteAccount', '', 204, signedIn, (ada) => ada.delete('/api/auth/me')],
  ['Export', '', 200, signedIn, (ada) => ada.get('/api/auth/me/export')],
  ['Sessions', '', 200, signedIn, (ada) => ada.get('/api/auth/sessions')],
  ['EndSession', '', 204, listing, (ada) => ada.delete(`/api/auth/sessions/${ada.sessions[0].id}`)],
  ['Reauthenticate', '', 200, signedIn, (ada) => ada.post('/api/auth/reauthenticate', { password: ada.password })],
  ['Reauthenticate', 'a wrong password', 401, signedIn, (ada) => ada.post('/api/auth/reauthenticate', { password: WRONG })],
  ['ChangePassword', '', 200, signedIn, (ada) => ada.post('/api/auth/password', { current_password: ada.password, new_password: NEW_PASSWORD })],
  ['RequestEmailChange', '', 200, signedIn, (ada) => ada.post('/api/auth/email', { email: `new-${ada.email}`, current_password: ada.password })],
  ['ConfirmEmailChange', '', 200, moving, (ada) => ada.post('/api/auth/email/confirm', { token: ada.link })],
  ['UndoEmailChange', '', 200, moved, (ada) => ada.post('/api/auth/email/undo', { token: ada.link, password: NEW_PASSWORD })],
  ['Factors', '', 200, withApp, (ada) => ada.get('/api/auth/factors')],
  ['UndoFactor', '', 200, withApp, (ada) => ada.post('/api/auth/factors/undo', { token: ada.link, password: NEW_PASSWORD })],
  ['OfferApp', '', 200, signedIn, (ada) => ada.post('/api/auth/totp')],
  ['ConfirmApp', '', 200, offeredApp, (ada) => ada.post('/api/auth/totp/confirm', confirmation(ada.offer))],
  ['ConfirmApp', 'a wrong code', 401, offeredApp, (ada) => ada.post('/api/auth/totp/confirm', wrongly(confirmation(ada.offer)))],
  ['RemoveApp', '', 204, withApp, (ada) => ada.delete('/api/auth/totp')],
  ['OfferCodes', '', 200, signedIn, (ada) => ada.post('/api/auth/recovery-codes')],
  ['ConfirmCodes', '', 200, offeredCodes, (ada) => ada.post('/api/auth/recovery-codes/confirm', { enrolment_token: ada.offer.enrolment_token, recovery_codes_saved: true })],
  ['PasskeyOptions', '', 200, nobody, (any) => any.post('/api/auth/passkey/options')],
  ['PasskeySignIn', '', 200, answering(withPasskey, '/api/auth/passkey/options'), (ada) => ada.post('/api/auth/passkey', ada.answer)],
  ['PasskeySignIn', 'an assertion that was used', 400, after(answering(withPasskey, '/api/auth/passkey/options'), (ada) => well(ada.post('/api/auth/passkey', ada.answer))), (ada) => ada.post('/api/auth/passkey', ada.answer)],
  ['SecondFactorOptions', '', 200, inSecondStep, (ada) => ada.post('/api/auth/mfa/options', ada.step)],
  ['VerifySecondFactor', 'a passkey', 200, answering(inSecondStep, '/api/auth/mfa/options', (ada) => ada.step), (ada) => ada.post('/api/auth/mfa/verify', ada.answer)],
  ['ReauthenticationOptions', '', 200, withPasskey, (ada) => ada.post('/api/auth/reauthenticate/options')],
  ['Reauthenticate', 'a passkey', 200, answering(withPasskey, '/api/auth/reauthenticate/options'), (ada) => ada.post('/api/auth/reauthenticate', ada.answer)],
  ['Passkeys', '', 200, withPasskey, (ada) => ada.get('/api/auth/passkeys')],
  ['AddPasskeyOptions', '', 200, signedIn, (ada) => ada.post('/api/auth/passkeys/options')],
  ['AddPasskey', '', 201, offeredPasskey, (ada) => ada.post('/api/auth/passkeys', ada.made)],
  ['RenamePasskey', '', 200, withPasskey, (ada) => ada.post(`/api/auth/passkeys/${ada.passkey.id}`, { name: 'My phone' })],
  ['RemovePasskey', '', 204, withPasskey, (ada) => ada.delete(`/api/auth/passkeys/${ada.passkey.id}`)],
  ['RemovePassword', '', 204, withPasskey, (ada) => ada.delete('/api/auth/password')],

  ['CreateApiKey', '', 200, signedIn, (ada) => ada.post(KEYS, { description: 'a key', expired: YEAR() })],
  ['CreateApiKey', 'with a key', 200, keyed, (ada) => ada.post(KEYS, { description: 'another', expired: YEAR() })],
  ['ApiKeys', '', 200, keyed, (ada) => ada.get(KEYS)],
  ['DeleteApiKey', '', 204, keyed, (ada) => ada.delete(KEYS, { apiKey: ada.value })],
  ['UserProfile', '', 200, keyed, (ada) => ada.get('/api/manage/v1/UserProfile')],
  ['ShortToken', '', 200, member, (ada) => ada.post('/api/v1/auth/login/', { username: ada.login, password: ada.password })],
  ['CreatePrivateToken', '', 201, signedIn, (ada) => ada.post(PRIVATE, { name: 'nightly', expiration_time: YEAR() })],
  ['PrivateTokens', '', 200, privatelyKeyed, (ada) => ada.get(PRIVATE)],
  ['DeletePrivateToken', '', 204, privatelyKeyed, (ada) => ada.delete(`${PRIVATE}${ada.tokenId}/`)],
  ['PortalLogin', '', 200, (fixture) => fixture.member('admin'), (ada) => ada.post('/fpc/api/auth/tokenlogin/', { username: ada.login, password: ada.password })],
  ['PortalLogout', '', 204, portal, (ada) => ada.post('/fpc/api/auth/tokenlogout/')],
  ['Introspect', 'an access token', 200, signedIn, (ada) => ada.form('/oauth/introspect', { token: ada.token })],
  ['Revoke', 'a refresh token', 200, signedIn, (ada) => ada.form('/oauth/revoke', { token: ada.refresh })],
  ['RegisterClient', '', 201, nobody, (any) => any.post('/oauth/register', { client_name: 'a client', redirect_uris: ['http://localhost/cb'] })],
  ['Exchange', '', 200, ticketed, (app) => app.post('/api/auth/exchange', app.traded)],
];
