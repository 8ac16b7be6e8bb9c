// The setting of the scenarios: one worker behind the counter, and users. Every scenario has new users with addresses of their
// own, so that no rows of an earlier one are read or counted.

import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { send } from '../workerd/http.mjs';
import { discord } from '../workerd/identity-providers/discord.mjs';
import { answersOf } from '../workerd/identity-providers/identity-provider.mjs';
import { join } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { crowd } from '../workerd/seed-users.mjs';
import { BASE_URL, open } from '../workerd/worker.mjs';

/** An application that receives users with a ticket. */
export const APP = 'https://app.example/in';

const DAY = 86_400_000;

const idOfDigit = (digit) => [8, 4, 4, 4, 12].map((length) => digit.repeat(length)).join('-');

/** The number of additional users: an administrator's list has a hundred on a page. */
const CROWD = 150;

/** A user whose password hash is used for all. */
const first = { login: 'first', email: 'first@mail.example', password: 'correct horse battery staple' };

/** A passkey as it is stored, for the bytes of a row: no scenario leaves one yet. */
const PASSKEY = `
  INSERT INTO passkeys (user_id, id, kind, rp_id, public_key, sign_count, backup_eligible, backed_up, transports, aaguid, name, created_at, op)
  SELECT id, '${'i'.repeat(44)}', 'passkey', 'auth.example.com', '${'k'.repeat(104)}', 0, 1, 1, 'hybrid internal', id, 'Phone', ?, id
  FROM users WHERE login = ?`;

/** A notice of a sign-out that a client has had, for the same reason. */
const NOTICE = 'INSERT INTO logout_notices (id, user_id, client, created_at, next_at, sent_at) SELECT id, id, login, ?1, ?1, ?1 FROM users WHERE login = ?2';

/** A session and an authorization that was made in it. */
const AUTHORIZED = [
  `INSERT INTO sessions (id, user_id, generation, auth_version, role, factor, auth_time, created_at, rotated_at, access_expires_at,
     access_until, refresh_expires_at, expires_at, address, agent)
   SELECT ?1, id, 0, 1, 'user', 'pwd', ?2, ?2, ?2, ?3, ?3, ?3, ?3, '203.0.113.1', '' FROM users WHERE login = ?4`,
  `INSERT INTO authorizations (id, kind, client, client_name, session_id, scope, offline, address, agent, place, created_at, expires_at)
   SELECT ?1, 'code', login, 'The shop', ?1, 'openid email', 0, '203.0.113.1', '', '', ?2, ?3 FROM users WHERE login = ?4`,
];

/** A provider that users may sign in with. */
const PROVIDER = {
  AUTH_PROVIDERS: JSON.stringify([{ kind: 'discord', client_id: 'gatehouse', keep_tokens: true }]),
  AUTH_PROVIDER_DISCORD_SECRET: 'a secret',
};

/** The user agent of a current browser. */
const AGENT = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

/** Opens the fixture, with more settings, until the scope ends. */
export async function openFixture(scope, more = {}) {
  const mail = await resend(scope);
  const entry = fileURLToPath(new URL('counting.worker.mjs', import.meta.url));
  const provider = discord({ clientId: 'gatehouse', clientSecret: 'a secret', redirectUri: `${BASE_URL}/account/with/discord/callback` });
  const vars = { AUTH_REDIRECT_URIS: APP, AUTH_OPEN_REGISTRATION: 'true', ...PROVIDER, ...more };
  const worker = await open(scope, { mail, entry, vars, outbound: answersOf(provider) });
  await (await crowd(worker))(CROWD, ['with an account']);
  await join(worker, mail, first);
  // Random ids and MACs could be the first or the last of all, beside which an index has no row to read: these rows prevent that, as
  // with user ids.
  const code = 'INSERT INTO codes (id, subject, created_at, expires_at) VALUES (?1, ?1, ?2, ?3)';
  for (const id of ['0', 'f'].map(idOfDigit)) {
    await worker.sql(code, id, Date.now(), Date.now() + DAY);
    for (const row of AUTHORIZED) await worker.sql(row, id, Date.now(), Date.now() + DAY, first.login);
  }
  for (const row of [PASSKEY, NOTICE]) await worker.sql(row, Date.now(), first.login);
  return new Fixture(worker, mail, provider, await worker.direct());
}

class Fixture {
  #people = 0;

  constructor(worker, mail, provider, url) {
    Object.assign(this, { worker, mail, provider, url });
  }

  /** A person without an account. */
  stranger() {
    return new Person(this, this.#people++);
  }

  /** A user with an account, written straight into the database, at home in their current network. */
  async member(role = 'user') {
    const person = this.stranger();
    const now = Date.now();
    await this.worker.sql(
      `INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
       SELECT ?, ?, ?, ?, password_hash, ?, 1, ?, ? FROM users WHERE login = ?`,
      person.id, person.login, person.email, person.email, role, now, now, first.login,
    );
    await this.worker.sql('INSERT INTO networks (user_id, network, known_until) VALUES (?, ?, ?)', person.id, person.address, now + 30 * DAY);
    return person;
  }

  /** The operations since the last call, once everything is done. */
  async counted() {
    for (;;) {
      const { working, asked } = JSON.parse((await send(this.url, { method: 'GET', path: '/counted' })).text);
      if (working === 0) return asked;
      await sleep(5);
    }
  }

  /** How many rows each table has. */
  async rows() {
    const tables = await this.worker.sql("SELECT name FROM sqlite_schema WHERE type = 'table'");
    const own = tables.filter(({ name }) => !/^(sqlite|_cf)_/.test(name));
    const counts = own.map(({ name }) => `(SELECT count(*) FROM ${name}) AS ${name}`);
    const [rows] = await this.worker.sql(`SELECT ${counts.join(', ')}`);
    return rows;
  }
}

/**
 * Ids from the end backwards. Reading a user's range of an index also reads the row after it; with random ids, that row would
 * sometimes be missing.
 */
const idOf = (number) => `ffffffff-ffff-4fff-bfff-${(0xffffffffffff - number).toString(16)}`;

/** A person, with their programs and their browser. */
class Person {
  #cookies = new Map();
  #headers;

  constructor(fixture, number) {
    const login = `person-${number}`;
    // The range for benchmarks (RFC 2544).
    const address = `198.18.${number >> 8}.${number & 255}`;
    Object.assign(this, { fixture, id: idOf(number), login, email: `${login}@mail.example`, password: first.password, address });
    this.#headers = { 'CF-Connecting-IP': address, 'User-Agent': AGENT };
  }

  /** The values they type into forms. */
  get typed() {
    const { login, email, password } = this;
    return { login, email, password };
  }

  /** The headers their programs send with every request from now on. */
  carry(authorization) {
    this.#headers.Authorization = authorization;
  }

  get(path) {
    return this.#send('GET', path, this.#headers);
  }

  post(path, fields, headers) {
    const body = fields && JSON.stringify(fields);
    return this.#send('POST', path, { ...this.#headers, 'Content-Type': 'application/json', ...headers }, body);
  }

  delete(path, fields) {
    return this.#send('DELETE', path, { ...this.#headers, 'Content-Type': 'application/json' }, fields && JSON.stringify(fields));
  }

  /** A form without a page, as programs send it (OAuth). */
  form(path, fields) {
    const headers = { ...this.#headers, 'Content-Type': 'application/x-www-form-urlencoded' };
    return this.#send('POST', path, headers, String(new URLSearchParams(fields)));
  }

  /** Opens a page. */
  look(path) {
    return this.#browse('GET', path, { 'Sec-Fetch-Site': 'none' });
  }

  /** Fills in the form of a page that posts to `action`, or has a button that does, and submits it. */
  press(page, action, fields) {
    const forms = page.text.match(/<form [^]*?<\/form>/g) ?? [];
    const form = forms.find((form) => form.includes(`action="${action}"`));
    assert.ok(form, `no form leads to ${action}: ${page.text}`);
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const sent = { ...Object.fromEntries(hidden.map(([, name, value]) => [name, value.replaceAll('&amp;', '&')])), ...fields };
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: BASE_URL, 'Sec-Fetch-Site': 'same-origin' };
    return this.#browse('POST', action, headers, String(new URLSearchParams(sent)));
  }

  /** The token in a link of a kind, from an email to them or to another address. */
  async linkToken(prefix, address = this.email) {
    const link = new RegExp(`token=(${prefix}[\\w-]+)`);
    const { text } = await this.fixture.mail.emailTo(address, ({ text }) => link.test(text));
    return text.match(link)[1];
  }

  /** The code in the email they were sent. */
  async code() {
    const { subject } = await this.fixture.mail.emailTo(this.email, ({ subject }) => /^\d{6} /.test(subject));
    return subject.slice(0, 6);
  }

  async #browse(method, path, headers, body) {
    const { Authorization, ...own } = this.#headers;
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = { ...own, ...(cookie && { Cookie: cookie }), 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', ...headers };
    const answer = await this.#send(method, path, all, body);
    for (const set of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = set.match(/^([^=]+)=([^;]*)/);
      if (set.endsWith('Max-Age=0')) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  async #send(method, path, headers, body) {
    const answer = await send(this.fixture.url, { method, path, headers, body });
    return { ...answer, json: () => JSON.parse(answer.text) };
  }
}
