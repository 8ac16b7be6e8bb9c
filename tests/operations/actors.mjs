// The actors of the scenarios, and their preparation.

import { strict as assert } from 'node:assert';
import crypto from 'node:crypto';
import { forgetStep, shown } from '../workerd/authenticator-app.mjs';
import { Passkey, optionsOn } from '../workerd/passkey.mjs';
import { BASE_URL } from '../workerd/worker.mjs';
import { APP } from './fixture.mjs';

export const NEW_PASSWORD = 'staple battery horse correct';
export const YEAR = () => new Date(Date.now() + 365 * 86_400_000).toISOString();

/** A response that must be successful for the scenario to continue. */
export async function well(answering) {
  const answer = await answering;
  assert.ok(answer.status < 400, `${answer.status} ${answer.text}`);
  return answer;
}

export const nobody = (fixture) => fixture.stranger();
export const member = (fixture) => fixture.member();

/** A user whose programs have signed in. */
export const signedIn = async (fixture) => signIn(await fixture.member());

/** An administrator, and bob, who has signed in. */
export async function administering(fixture) {
  const [admin, bob] = [await signIn(await fixture.member('admin')), await signedIn(fixture)];
  return Object.assign(admin, { bob, bobs: `/api/admin/users/${bob.id}` });
}

export async function signIn(person) {
  const { token, refresh_token: refresh } = (await well(person.post('/api/auth/local/login', person.typed))).json();
  person.carry(`Bearer ${token}`);
  return Object.assign(person, { token, refresh });
}

/** A registration without activation. */
export async function registered(fixture) {
  const person = fixture.stranger();
  await well(person.post('/api/auth/local/register', person.typed));
  return Object.assign(person, { link: await person.linkToken('gha_') });
}

export async function recovering(fixture) {
  const person = await fixture.member();
  await well(person.post('/api/auth/local/recover', person.typed));
  return Object.assign(person, { link: await person.linkToken('ghv_') });
}

/** A user who has been sent a code. */
export async function coded(fixture) {
  const person = await fixture.member();
  await well(person.post('/api/auth/otp/request', person.typed));
  return Object.assign(person, { code: await person.code() });
}

/** A user who has requested an email change. */
export async function moving(fixture) {
  const person = await signedIn(fixture);
  const email = `new-${person.email}`;
  await well(person.post('/api/auth/email', { email, current_password: person.password }));
  return Object.assign(person, { link: await person.linkToken('ghe_', email) });
}

export async function moved(fixture) {
  const person = await moving(fixture);
  await well(person.post('/api/auth/email/confirm', { token: person.link }));
  return Object.assign(person, { link: await person.linkToken('ghu_') });
}

/** What confirms an offered authenticator app. */
export const confirmation = ({ secret, enrolment_token }) => ({ enrolment_token, code: shown(secret), recovery_codes_saved: true });

/** A user who has been offered an authenticator app. */
export async function offeredApp(fixture) {
  const person = await signedIn(fixture);
  return Object.assign(person, { offer: (await well(person.post('/api/auth/totp'))).json() });
}

/** A user with an authenticator app, and the link that undoes it. */
export async function withApp(fixture) {
  const person = await offeredApp(fixture);
  await well(person.post('/api/auth/totp/confirm', confirmation(person.offer)));
  return Object.assign(person, { link: await person.linkToken('ghf_') });
}

/** A user with an app, whose programs have proved the password. */
export async function halfWay(fixture) {
  const person = await withApp(fixture);
  await forgetStep(fixture.worker);
  return Object.assign(person, { mfa_token: await mfaToken(person) });
}

/** What a first factor leads to. */
export async function mfaToken(person) {
  const answer = await person.post('/api/auth/local/login', person.typed);
  assert.equal(answer.status, 403, answer.text);
  return answer.json().data.mfa_token;
}

/** A user who has been offered new recovery codes. */
export async function offeredCodes(fixture) {
  const person = await signedIn(fixture);
  return Object.assign(person, { offer: (await well(person.post('/api/auth/recovery-codes'))).json() });
}

/** The fields that confirm the app offered on the open page. */
export const typedFromApp = ({ page }) => ({ code: shown(page.text.match(/data-copy="[^"]*">([A-Z2-7 ]+)</)[1]), recovery_codes_saved: 'yes' });

/** A user who has been offered a passkey, and has made it. */
export async function offeredPasskey(fixture) {
  const [person, passkey] = [await signedIn(fixture), new Passkey(BASE_URL)];
  const options = (await well(person.post('/api/auth/passkeys/options'))).json();
  return Object.assign(person, { passkey, made: { credential: passkey.create(options) } });
}

/** A user with a passkey. */
export async function withPasskey(fixture) {
  const person = await offeredPasskey(fixture);
  await well(person.post('/api/auth/passkeys', person.made));
  return person;
}

/** A user with a passkey that has answered options of a route. */
export const answering = (arrange, path, more = () => ({})) => async (fixture) => {
  const person = await arrange(fixture);
  const options = (await well(person.post(path, more(person)))).json();
  return Object.assign(person, { answer: { ...more(person), credential: person.passkey.get(options) } });
};

/** A user with a passkey and an app who has proved the password. */
export async function inSecondStep(fixture) {
  const person = await withPasskey(fixture);
  const offer = (await well(person.post('/api/auth/totp'))).json();
  await well(person.post('/api/auth/totp/confirm', confirmation(offer)));
  const { data } = (await person.post('/api/auth/local/login', person.typed)).json();
  return Object.assign(person, { step: { mfa_token: data.mfa_token } });
}

/** The field that a passkey fills in, for the form of the open page with this action. */
export const answered = ({ passkey, page }, action) => ({ credential: JSON.stringify(passkey.get(optionsOn(page, action))) });

/** The field with a new passkey. */
export const madeHere = ({ page }, action) => ({ credential: JSON.stringify(new Passkey(BASE_URL).create(optionsOn(page, action))) });

/** A user whose program has an API key, and has used it within the hour. */
export async function keyed(fixture) {
  const person = await newlyKeyed(fixture);
  person.carry(person.key);
  await well(person.get('/api/auth/me'));
  return person;
}

export async function newlyKeyed(fixture) {
  const person = await signedIn(fixture);
  const { value } = (await well(person.post('/api/manage/v1/ApiKeys', { description: 'a key', expired: YEAR() }))).json();
  return Object.assign(person, { value, key: `Basic ${btoa(`apikey:${value}`)}` });
}

export async function privatelyKeyed(fixture) {
  const person = await signedIn(fixture);
  const request = { name: 'nightly', expiration_time: YEAR() };
  const { id, data } = (await well(person.post('/api/v1/auth/private_tokens/', request))).json();
  return Object.assign(person, { tokenId: id, private: `Bearer ${data}` });
}

/** An administrator whose programs carry a portal token. */
export async function portal(fixture) {
  const person = await fixture.member('admin');
  const { token } = (await well(person.post('/fpc/api/auth/tokenlogin/', { username: person.login, password: person.password }))).json();
  person.carry(`Token ${token}`);
  await well(person.get('/api/auth/me'));
  return person;
}

/** Moves a user's last proof an hour into the past. */
export const aged = ({ id, fixture }) => fixture.worker.sql('UPDATE sessions SET auth_time = auth_time - 3600000 WHERE user_id = ?', id);

/** A user whose browser has signed in. */
export const browsing = async (fixture) => browse(await fixture.member(), '/account');

/** An administrator with bob's page open; bob has signed in and has a private token. */
export async function onUserPage(fixture) {
  const [admin, bob] = [await browse(await fixture.member('admin'), '/account'), await privatelyKeyed(fixture)];
  const bobs = `/admin/users/${bob.id}`;
  return Object.assign(admin, { bob, bobs, page: await well(admin.look(bobs)) });
}

/** Signs in on the page, on the way to a target. */
export async function browse(person, r, more = {}) {
  const page = await well(person.look(`/account/signin?${new URLSearchParams({ r, ...more })}`));
  const { headers } = await well(person.press(page, '/account/signin', person.typed));
  return Object.assign(person, { landed: headers.location });
}

/** A user whose browser has carried a ticket to an application. */
export async function ticketed(fixture) {
  const code_verifier = crypto.randomBytes(32).toString('base64url');
  const code_challenge = crypto.createHash('sha256').update(code_verifier).digest('base64url');
  const { landed } = await browse(await fixture.member(), APP, { code_challenge, code_challenge_method: 'S256' });
  return Object.assign(fixture.stranger(), { traded: { code: new URL(landed).searchParams.get('code'), code_verifier } });
}

/** The same actors with a page open. */
export const before = (arrange, path) => async (fixture) => {
  const person = await arrange(fixture);
  return Object.assign(person, { page: await well(person.look(typeof path === 'string' ? path : path(person))) });
};
