// The systems. Each is opened on a Miniflare of its own, with its users and their credentials: one for each connection, as the
// connection's first state (routes.mjs).

import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { getMigrations } from 'better-auth/db/migration';
import { ask } from '../../tests/workerd/http.mjs';
import { Passkey, newKey } from '../../tests/workerd/passkey.mjs';
import { join, signIn } from '../../tests/workerd/people.mjs';
import { resend } from '../../tests/workerd/resend.mjs';
import { BASE_URL, open, uncounted } from '../../tests/workerd/worker.mjs';
import { PEER_URL, cookies, get, postToPeer } from '../routes.mjs';
import { plugins } from './better-auth.plugins.mjs';
import { intoOurs, intoPeer, openOidcProvider } from './oauth.mjs';
import { built, bundled, openWorker } from './worker.mjs';

const HOUR = 3600;
const password = 'correct horse battery staple';
const people = (count) => Array.from({ length: count }, (_, place) => ({ login: `p${place}`, email: `p${place}@mail.example`, password }));

/** The keys of passkeys, by login: the same in all systems. */
const keys = {};
const passkeyOf = ({ login }, origin) => new Passkey(origin, (keys[login] ??= newKey()));

/** How each system is opened, by its name in reports. */
export const systems = {
  Gatehouse: openGatehouse,
  'Better Auth': (scope, count) => openPeer(scope, count, {}),
  'Better Auth, cookieCache': (scope, count) => openPeer(scope, count, { COOKIE_CACHE: 'true' }),
  'Better Auth, plugins': openPeerWithPlugins,
  'oidc-provider': openOidcProvider,
  baseline: openBaseline,
};

/** The production build with the shipped settings. Access tokens outlast the longest run, as the peer's sessions do. */
export async function openGatehouse(scope, count, build) {
  const mail = await resend(scope);
  const worker = await open(scope, { mail, build, vars: { ...uncounted, AUTH_ACCESS_TOKEN_LIFETIME: String(HOUR) } });
  const expired = new Date(Date.now() + HOUR * 1000).toISOString();
  const states = [];
  for (const person of people(count)) {
    await join(worker, mail, person);
    const pair = await signIn(worker, person);
    const session = { Authorization: `Bearer ${pair.token}` };
    const { id } = (await worker.get('/api/auth/me', session)).json;
    const key = (await worker.post('/api/manage/v1/ApiKeys', { description: 'a key', expired }, session)).json.value;
    const passkey = await enrol(worker, session, passkeyOf(person, BASE_URL));
    states.push({ ...person, id, token: pair.token, refresh: pair.refresh_token, key: btoa(`apikey:${key}`), passkey });
  }
  await intoOurs(worker, mail, states);
  return { worker, states };
}

/** Adds a passkey to a session's account; returns it as the process of the load can have it. */
async function enrol(worker, session, passkey) {
  const options = (await worker.post('/api/auth/passkeys/options', {}, session)).json;
  const { status, text } = await worker.post('/api/auth/passkeys', { credential: passkey.create(options), name: 'a passkey' }, session);
  assert.equal(status, 201, text);
  return passkey.saved();
}

async function openPeer(scope, count, texts, file = 'better-auth.worker.mjs', plugins = []) {
  const secret = randomBytes(32).toString('base64url');
  const worker = await openWorker(scope, 'peer', {
    modules: await bundled(file),
    texts: { SECRET: secret, BASE_URL: PEER_URL, ...texts },
    flags: ['nodejs_compat'], // for its scrypt
  });
  const database = await worker.runtime.getD1Database('DB');
  await (await getMigrations({ database, emailAndPassword: { enabled: true }, plugins })).runMigrations();
  const url = await worker.direct();
  const states = [];
  for (const person of people(count)) {
    const answer = await ask(url, postToPeer('/api/auth/sign-up/email', { name: person.login, email: person.email, password }));
    states.push({ ...person, cookie: cookies(answer) });
  }
  return { worker, states };
}

async function openPeerWithPlugins(scope, count) {
  const { worker, states } = await openPeer(scope, count, {}, 'better-auth-plugins.worker.mjs', plugins);
  const url = await worker.direct();
  for (const state of states) {
    const [passkey, Cookie] = [passkeyOf(state, PEER_URL), state.cookie];
    const options = await ask(url, get('/api/auth/passkey/generate-register-options', { Cookie }));
    const response = passkey.create({ publicKey: JSON.parse(options.text) });
    await ask(url, postToPeer('/api/auth/passkey/verify-registration', { response }, { Cookie: `${Cookie}; ${cookies(options)}` }));
    state.passkey = passkey.saved();
  }
  await intoPeer(url, states);
  return { worker, states };
}

async function openBaseline(scope, count) {
  const worker = await openWorker(scope, 'baseline', { modules: await built('bench/baseline') });
  const database = await worker.runtime.getD1Database('DB');
  await database.prepare('CREATE TABLE things (id TEXT PRIMARY KEY, name TEXT NOT NULL, number INTEGER NOT NULL) STRICT').run();
  const states = people(count).map(({ login }) => ({ id: crypto.randomUUID(), login }));
  for (const { id, login } of states) await database.prepare('INSERT INTO things VALUES (?, ?, 0)').bind(id, login).run();
  await (await worker.runtime.getKVNamespace('KV')).put('key', 'value');
  return { worker, states };
}
