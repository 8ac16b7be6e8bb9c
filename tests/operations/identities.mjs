// Sign-in with another provider, in the format of `programs.mjs`.

import { before, browsing, nobody, signIn, well } from './actors.mjs';

const START = '/account/with/discord';
const CALLBACK = `${START}/callback`;
const REMOVE = '/account/security/identities/remove';
const IN_BROWSER = '/account/activate/identity';

/** To the provider; their `back` is where it sends their browser. Its id of them is ours. */
const away = (arrange, verified) => async (fixture) => {
  const person = await arrange(fixture);
  const begun = await well(person.look(START));
  fixture.provider.person({ id: person.id, username: person.login, email: person.email, verified });
  const { pathname, search } = new URL(await fixture.provider.authorize(begun.headers.location));
  return Object.assign(person, { back: pathname + search });
};

/** To the provider and back, with the page open that asks whose the identity is. */
const back = (arrange, verified = true) => async (fixture) => {
  const person = await away(arrange, verified)(fixture);
  await well(person.look(person.back));
  return Object.assign(person, { page: await well(person.look('/account/connect')) });
};

/** A user who is signed in, and has connected their account. */
const connected = async (fixture) => {
  const person = await back(browsing)(fixture);
  await well(person.press(person.page, '/account/connect'));
  return person;
};

/** The same, signed out. */
const signedOut = async (fixture) => {
  const person = await before(connected, '/account')(fixture);
  await well(person.press(person.page, '/account/signout'));
  return person;
};

/** A new user whose address the provider has not checked, with the link of its activation. */
const registered = async (fixture) => {
  const person = await back(nobody, false)(fixture);
  await well(person.press(person.page, '/account/connect/register', person.typed));
  const page = await well(person.look(`/account/activate?token=${await person.linkToken('gha_')}`));
  return Object.assign(person, { page });
};

/** The form of Apple's site, which leads here. */
const formTo = (action) => ({ text: `<form method="post" action="${action}"></form>` });

export const identities = [
  ['IdentityProviders', '', 200, nobody, (any) => any.get('/api/auth/providers')],
  ['UpstreamTokens', '', 200, async (fixture) => signIn(await connected(fixture)), (ada) => ada.get('/api/auth/providers/discord/tokens')],
  ['FederatedSignIn', '', 303, nobody, (any) => any.look(START)],
  ['FederatedCallback', '', 303, away(signedOut, true), (ada) => ada.look(ada.back)],
  ['FederatedCallback', 'an identity that no account has', 303, away(nobody, true), (any) => any.look(any.back)],
  ['FederatedCallback', 'in a browser that did not begin', 400, nobody, (any) => any.look(`${CALLBACK}?code=c&state=s`)],
  ['FederatedForm', '', 303, nobody, (any) => any.press(formTo(CALLBACK), CALLBACK, { code: 'c', state: 's' })],
  ['ConnectPage', '', 200, back(browsing), (ada) => ada.look('/account/connect')],
  ['ConnectPage', 'not signed in', 200, back(nobody), (any) => any.look('/account/connect')],
  ['ConnectForm', '', 303, back(browsing), (ada) => ada.press(ada.page, '/account/connect')],
  ['ConnectRegisterForm', '', 303, back(nobody, false), (any) => any.press(any.page, '/account/connect/register', any.typed)],
  ['ActivateIdentityForm', '', 303, registered, (ada) => ada.press(ada.page, IN_BROWSER)],
  ['IdentityRemoveForm', '', 303, before(connected, '/account/security'), (ada) => ada.press(ada.page, REMOVE)],
];
