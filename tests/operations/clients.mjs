// Requests of OAuth clients and of their users, in the format of `programs.mjs`.

import { strict as assert } from 'node:assert';
import crypto from 'node:crypto';
import { browsing, member, nobody, signedIn, well } from './actors.mjs';

const CALLBACK = 'https://shop.example.com/cb';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const code_verifier = 'v'.repeat(43);
const code_challenge = crypto.createHash('sha256').update(code_verifier).digest('base64url');

/** A public client of its own, which carries its user's name. */
async function register({ fixture, login: id }) {
  await fixture.worker.sql(
    `INSERT INTO clients (id, name, auth_method, secret_number, redirect_uris, post_logout_redirect_uris, grants, scopes, resource_scopes,
       resource_open, first_party, requires_pkce, id_token_claims, created_at, updated_at, op)
     VALUES (?, 'The shop', 'none', 0, ?, '[]', ?, 'openid email offline_access', '', 0, 0, 1, 0, 5, 5, '')`,
    id, JSON.stringify([CALLBACK]), `authorization_code refresh_token ${DEVICE}`,
  );
}

const request = ({ login }) => ({
  client_id: login, redirect_uri: CALLBACK, response_type: 'code', scope: 'openid email', code_challenge, code_challenge_method: 'S256',
});
const way = (person) => `/oauth/authorize?${new URLSearchParams(request(person))}`;
const token = (person, fields) => person.form('/oauth/token', { client_id: person.login, ...fields });

/** The same person, whose client is registered. */
const withClient = (arrange) => async (fixture) => {
  const person = await arrange(fixture);
  await register(person);
  return person;
};

/** A browser that a client asks something. */
const asked = async (fixture) => {
  const person = await withClient(browsing)(fixture);
  return Object.assign(person, { page: await well(person.look(way(person))) });
};
const allow = (person) => well(person.press(person.page, '/oauth/consent', { decision: 'allow' }));
const allowed = async (fixture) => {
  const person = await asked(fixture);
  const { headers } = await allow(person);
  return Object.assign(person, { code: new URL(headers.location).searchParams.get('code') });
};
const redeem = (person) => token(person, { grant_type: 'authorization_code', code: person.code, code_verifier });
const refresh = (person) => token(person, { grant_type: 'refresh_token', refresh_token: person.tokens.refresh_token });
const redeemed = async (fixture) => {
  const person = await allowed(fixture);
  return Object.assign(person, { tokens: (await well(redeem(person))).json() });
};
const refreshed = async (fixture) => {
  const person = await redeemed(fixture);
  await well(refresh(person));
  return person;
};
const onApplications = async (fixture) => {
  const person = await redeemed(fixture);
  return Object.assign(person, { page: await well(person.look('/account/apps')) });
};
/** A program of the user beside the client. */
const beside = async (fixture) => {
  const person = await redeemed(fixture);
  const { token: own } = (await well(person.post('/api/auth/local/login', person.typed))).json();
  person.carry(`Bearer ${own}`);
  return person;
};
const carrying = async (fixture) => {
  const person = await redeemed(fixture);
  person.carry(`Bearer ${person.tokens.access_token}`);
  return person;
};

const begin = (person) => person.form('/oauth/device_authorization', { client_id: person.login, scope: 'openid' });
const poll = (person) => token(person, { grant_type: DEVICE, device_code: person.device.device_code });
const withDevice = (arrange) => async (fixture) => {
  const person = await withClient(arrange)(fixture);
  return Object.assign(person, { device: (await well(begin(person))).json() });
};
const onDevicePage = async (fixture) => {
  const person = await withDevice(browsing)(fixture);
  return Object.assign(person, { page: await well(person.look('/account/device')) });
};
const enter = (person) => person.press(person.page, '/account/device', { user_code: person.device.user_code });
const entered = async (fixture) => {
  const person = await onDevicePage(fixture);
  const { headers } = await well(enter(person));
  const { pathname, search } = new URL(headers.location);
  return Object.assign(person, { consent: pathname + search });
};
const onDeviceConsent = async (fixture) => {
  const person = await entered(fixture);
  return Object.assign(person, { page: await well(person.look(person.consent)) });
};
const approve = (person) => person.press(person.page, '/account/device/consent', { decision: 'allow' });
const approved = async (fixture) => {
  const person = await onDeviceConsent(fixture);
  const done = await approve(person);
  assert.equal(done.status, 303, done.text);
  return person;
};

export const clients = [
  ['OpenIdConfiguration', '', 200, nobody, (any) => any.get('/.well-known/openid-configuration')],
  ['Authorize', 'nobody is signed in', 303, withClient(member), (ada) => ada.look(way(ada))],
  ['Authorize', 'the user is asked', 200, withClient(browsing), (ada) => ada.look(way(ada))],
  ['Authorize', 'allowed before', 303, allowed, (ada) => ada.look(way(ada))],
  ['AuthorizeForm', '', 303, withClient(member), (ada) => ada.form('/oauth/authorize', request(ada))],
  ['ConsentForm', '', 303, asked, (ada) => ada.press(ada.page, '/oauth/consent', { decision: 'allow' })],
  ['PushRequest', '', 201, withClient(member), (ada) => ada.form('/oauth/par', request(ada))],
  ['Token', 'a code', 200, allowed, redeem],
  ['Token', 'a used code', 400, redeemed, redeem],
  ['Token', 'a refresh token', 200, redeemed, refresh],
  ['Token', 'a refresh token that was just replaced', 200, refreshed, refresh],
  ['UserInfo', '', 200, carrying, (ada) => ada.get('/oauth/userinfo')],
  ['UserInfoForm', '', 200, redeemed, (ada) => ada.form('/oauth/userinfo', { access_token: ada.tokens.access_token })],
  ['Revoke', 'a refresh token of a client', 200, redeemed, (ada) => ada.form('/oauth/revoke', { client_id: ada.login, token: ada.tokens.refresh_token })],
  ['DeviceAuthorization', '', 200, withClient(member), begin],
  ['DevicePage', '', 200, browsing, (ada) => ada.look('/account/device')],
  ['DeviceForm', '', 303, onDevicePage, enter],
  ['DeviceConsentPage', '', 200, entered, (ada) => ada.look(ada.consent)],
  ['DeviceConsentForm', '', 303, onDeviceConsent, approve],
  ['Token', 'a device that nobody has approved yet', 400, withDevice(member), poll],
  ['Token', 'an approved device', 200, approved, poll],
  ['Applications', '', 200, signedIn, (ada) => ada.get('/api/auth/applications')],
  ['RemoveApplication', '', 204, beside, (ada) => ada.post('/api/auth/applications/remove', { client_id: ada.login })],
  ['ApplicationsPage', '', 200, browsing, (ada) => ada.look('/account/apps')],
  ['ApplicationsRemoveForm', '', 303, onApplications, (ada) => ada.press(ada.page, '/account/apps/remove')],
];
