// Users' requests to a worker, step by step, as their programs would send them.

import { strict as assert } from 'node:assert';
import { STATUS_CODES } from 'node:http';
import { BASE_URL } from './worker.mjs';

export const ada = { login: 'ada', email: 'ada@mail.example', password: 'correct horse battery staple' };

export const register = (worker, person) => worker.post('/api/auth/local/register', person);
export const activate = (worker, token) => worker.post('/api/auth/local/activate', { token });
export const login = (worker, { login, password }) => worker.post('/api/auth/local/login', { login, password });
export const me = (worker, token) => worker.get('/api/auth/me', { Authorization: `Bearer ${token}` });
export const refresh = (worker, token) => worker.post('/api/auth/token/refresh', { refresh_token: token });
export const logout = (worker, token) => worker.post('/api/auth/logout', undefined, { Authorization: `Bearer ${token}` });

/** The token of the link in an email, which must lead to the worker's own page. */
export function linkToken(email, page, prefix, home = BASE_URL) {
  const link = `${home}/account/${page}?token=`;
  const [, token] = email.text.match(new RegExp(`${RegExp.escape(link)}(${prefix}[\\w-]{43})\\s`));
  return token;
}

export const activationToken = (email, home) => linkToken(email, 'activate', 'gha_', home);

/** Registers and activates. */
export async function join(worker, mail, person) {
  const earlier = new Set(mail.emails);
  assert.equal((await register(worker, person)).status, 200);
  const email = await mail.emailTo(person.email, (email) => !earlier.has(email));
  const token = activationToken(email, worker.settings.APP_BASE_URL);
  assert.equal((await activate(worker, token)).status, 200);
}

/** Signs in; returns the token pair. */
export async function signIn(worker, person) {
  const answer = await login(worker, person);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

/** Adds a passkey to a person's account. */
export async function addPasskey(worker, person, passkey) {
  const Authorization = `Bearer ${(await signIn(worker, person)).token}`;
  const options = await worker.post('/api/auth/passkeys/options', { kind: 'passkey' }, { Authorization });
  assert.equal(options.status, 200, options.text);
  const added = await worker.post('/api/auth/passkeys', { kind: 'passkey', credential: passkey.create(options.json) }, { Authorization });
  assert.ok(added.status < 300, added.text);
}

/** What a passkey answers to new options of a route. */
export async function answerTo(worker, path, passkey, body = {}) {
  const options = await worker.post(path, body);
  assert.equal(options.status, 200, options.text);
  return passkey.get(options.json);
}

/** The same request fifty times at once, each over a socket of its own. */
export const fiftyTimes = (request) => Promise.all(Array.from({ length: 50 }, request));

/** Asserts an error of the native API. */
export function assertRefused(answer, status, word) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.json.code, String(status));
  assert.equal(answer.json.message, STATUS_CODES[status]);
  assert.equal(answer.json.data.error, word);
}
