// Requests to a worker of any size: the routes an application and an administrator use most, and as a noise baseline `health` and
// `verify` with an access token, which do not query D1. As in ../routes.mjs; and `each` is the number of requests per connection
// and round, the same for workers of every size, so that all do the same work.

import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { bearer, get, post, routes as compared } from '../routes.mjs';
import { nameOf } from './tables.mjs';

const SOME = 40;
/** A route that hashes. */
const FEW = 4;
/** Keys are limited: twenty an hour. */
const KEYS = 10;

const YEAR = 365 * 24 * 3_600_000;
export const inAYear = () => new Date(Date.now() + YEAR).toISOString();

const NAME = 'made by the bench';
const apiKeys = '/api/manage/v1/ApiKeys';
const privateTokens = '/api/v1/auth/private_tokens';
const { health, 'sign-in': signIn, verify, 'verify, API key': verifyKey, me, refresh } = compared.Gatehouse;

const asked = (each, ask, holds) => ({
  each,
  ask,
  judge({ text }, state) {
    const answer = text.startsWith('{') ? JSON.parse(text) : text;
    assert.ok(holds(answer, state), text);
  },
});

const read = (path, holds) => asked(SOME, (state) => get(path, bearer(state)), holds);
const look = (path, holds) => asked(SOME, ({ admin }) => get(path, bearer(admin)), holds);
const page = (path, whose, holds) => asked(SOME, (state) => get(path, { Cookie: whose(state).cookie }), holds);

/** A different user each time, so that no mailbox's limit is reached. */
const toNext = (path) => ({
  each: KEYS,
  ask: ({ next }) => post(path, { email: `${nameOf(next)}@mail.example` }),
  judge: ({ text }, state) => {
    assert.match(text, /message/);
    return { ...state, next: (state.next + 1) % state.users };
  },
});

const making = {
  'make an API key': {
    each: KEYS,
    prepare: forgetKeys,
    ask: (state) => post(apiKeys, { description: NAME, expired: inAYear() }, bearer(state)),
    judge: ({ text }, state) => ({ ...state, made: [...(state.made ?? []), JSON.parse(text).value] }),
  },
  'make a private token': {
    each: KEYS,
    prepare: forgetKeys,
    ask: (state) => ({ ...post(privateTokens, { name: NAME, expiration_time: inAYear() }, bearer(state)), status: 201 }),
    judge: ({ text }, state) => ({ ...state, made: [...(state.made ?? []), JSON.parse(text).id] }),
  },
};

const ending = (makes, ask) => ({
  each: KEYS,
  prepare: (worker, states, count) => makeKeys(worker, states, makes, count),
  ask: (state) => ({ ...ask(state), status: 204 }),
  judge: (_, state) => ({ ...state, made: state.made.slice(1) }),
});

export const measured = {
  // Queries nothing: any difference between the workers is noise.
  health: { ...health, each: SOME },
  ready: asked(SOME, () => get('/health/ready'), ({ status }) => status === 'ready'),
  'sign-in': { ...signIn, each: FEW },
  'sign-in of nobody': {
    each: FEW,
    ask: () => ({ ...post('/api/auth/local/login', { login: nobody(), password: 'a wrong password' }), status: 401 }),
    judge: ({ text }) => assert.match(text, /invalid_credentials/),
  },
  refresh: { ...refresh, each: SOME },
  me: { ...me, each: SOME },
  verify: { ...verify, each: SOME },
  'verify, API key': { ...verifyKey, each: SOME },
  sessions: read('/api/auth/sessions', ({ sessions }) => sessions.some(({ current }) => current)),
  export: read('/api/auth/me/export', ({ user }, { id }) => user.id === id),
  introspect: asked(
    SOME,
    (state) => ({
      ...post('/oauth/introspect', undefined, { ...bearer(state), 'Content-Type': 'application/x-www-form-urlencoded' }),
      body: `token=${state.token}`,
    }),
    ({ active, sub }, { id }) => active && sub === id,
  ),
  register: {
    each: FEW,
    ask: () => {
      const login = nobody();
      return post('/api/auth/local/register', { login, email: `${login}@login.example`, password: 'correct horse battery staple' });
    },
    judge: ({ text }) => assert.match(text, /message/),
  },
  recover: toNext('/api/auth/local/recover'),
  'ask for a code': toNext('/api/auth/otp/request'),
  'change the password': {
    each: FEW,
    ask: ({ changer }) => post('/api/auth/password', { current_password: changer.password, new_password: other(changer.password) }, bearer(changer)),
    judge: (_, state) => ({ ...state, changer: { ...state.changer, password: other(state.changer.password) } }),
  },
  ...making,
  'end an API key': ending('make an API key', (state) => ({ ...post(apiKeys, { apiKey: state.made[0] }, bearer(state)), method: 'DELETE' })),
  'end a private token': ending('make a private token', (state) => ({ ...get(`${privateTokens}/${state.made[0]}`, bearer(state)), method: 'DELETE' })),
  'API keys': read(apiKeys, ({ count }) => count > 0),
  'private tokens': read(privateTokens, ({ results }) => Array.isArray(results)),
  users: look('/api/admin/users', ({ users, next }) => users.length > 0 && next !== undefined),
  'users, from the middle': asked(
    SOME,
    ({ admin, users }) => get(`/api/admin/users?cursor=${nameOf(users >> 1)}`, bearer(admin)),
    ({ users }) => users.length > 0,
  ),
  'users, many found': look('/api/admin/users?q=u', ({ users }) => users.length > 0),
  'users, one found': look(`/api/admin/users?q=${nameOf(0)}`, ({ users }) => users.length === 1),
  user: asked(SOME, ({ admin, id }) => get(`/api/admin/users/${id}`, bearer(admin)), (user, { id }) => user.id === id && user.sessions > 0),
  log: look('/api/admin/audit', ({ entries }) => entries.length > 0),
  'log of a user': asked(SOME, ({ admin, id }) => get(`/api/admin/audit?user=${id}`, bearer(admin)), ({ entries }) => entries.length > 0),
  'log of a frequent act': look('/api/admin/audit?act=sign_in', ({ entries }) => entries.length > 0),
  'log, none found': look('/api/admin/audit?act=promote', ({ entries }) => entries.length === 0),
  'log of an address': look('/api/admin/audit?address=192.0.2.1', ({ entries }) => entries.length === 0),
  'page of the account': page('/account', (state) => state, (text, { email }) => text.includes(email)),
  'page of keys': page('/account/keys', (state) => state, (text) => text.includes('a key')),
  'page of users': page('/admin', ({ admin }) => admin, (text) => text.includes('u0')),
  'page of the log': page('/admin/audit', ({ admin }) => admin, (text) => text.includes('sign_in')),
};

/** The workers, by their names in reports. */
export const routes = { few: measured, many: measured };

const nobody = () => `n${randomUUID()}`;
const other = (password) => (password.endsWith('!') ? password.slice(0, -1) : `${password}!`);

/** Deletes the requesters' recent keys and the emails about them. */
async function forgetKeys(worker, states) {
  const whose = JSON.stringify(states.map(({ id }) => id));
  const mailboxes = JSON.stringify(states.map(({ email }) => email));
  await worker.sql('DELETE FROM tokens WHERE user_id IN (SELECT value FROM json_each(?)) AND name = ?', whose, NAME);
  await worker.sql('DELETE FROM outbox WHERE mailbox IN (SELECT value FROM json_each(?))', mailboxes);
  return [...states];
}

/** Creates this many for each, through the route. */
async function makeKeys(worker, states, makes, count) {
  const { ask, judge } = making[makes];
  const made = async (state) => {
    for (let number = 0; number < count; number++) {
      const { method, path, headers, body } = ask(state);
      const answer = await fetch(worker.url + path, { method, headers, body });
      state = judge({ text: await answer.text() }, state);
    }
    return state;
  };
  return Promise.all((await forgetKeys(worker, states)).map(made));
}
