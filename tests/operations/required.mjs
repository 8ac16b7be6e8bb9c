// Requests of administrators who must have a second factor and have none, in the format of `programs.mjs`.

import { aged, before, browsing, confirmation, mfaToken, typedFromApp, well } from './actors.mjs';

const admin = (fixture) => fixture.member('admin');

/** An administrator whose programs have proved the password. */
const led = async (fixture) => {
  const person = await admin(fixture);
  return Object.assign(person, { mfa_token: await mfaToken(person) });
};

const offered = async (fixture) => {
  const person = await led(fixture);
  return Object.assign(person, { offer: (await well(person.post('/api/auth/mfa/enrol', { mfa_token: person.mfa_token }))).json() });
};

/** An administrator whose browser has proved the password. */
const atSignin = async (fixture) => {
  const person = await before(admin, '/account/signin')(fixture);
  return Object.assign(person, { page: await well(person.press(person.page, '/account/signin', person.typed)) });
};

/** A user who has become an administrator while signed in, and has confirmed the password. */
const atConfirm = async (fixture) => {
  const person = await browsing(fixture);
  await fixture.worker.sql("UPDATE users SET role = 'admin' WHERE id = ?", person.id);
  await aged(person);
  const page = await well(person.look('/account/confirm'));
  return Object.assign(person, { page: await well(person.press(page, '/account/confirm', person.typed)) });
};

export const required = [
  ['OfferRequiredApp', '', 200, led, (ada) => ada.post('/api/auth/mfa/enrol', { mfa_token: ada.mfa_token })],
  ['AddRequiredApp', '', 200, offered, (ada) => ada.post('/api/auth/mfa/enrol/confirm', { mfa_token: ada.mfa_token, ...confirmation(ada.offer) })],
  ['SigninEnrolForm', '', 303, atSignin, (ada) => ada.press(ada.page, '/account/signin/enrol', typedFromApp(ada))],
  ['ConfirmEnrolForm', '', 303, atConfirm, (ada) => ada.press(ada.page, '/account/confirm/enrol', typedFromApp(ada))],
];
