// `APP_KEY` is changed as docs/operate/OPERATIONS.md says, and as it says for a leak: each step is a separate deployment over the
// same D1 and KV, while users and programs keep sending requests.

import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ada, assertRefused, join, me, refresh, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { until } from './until.mjs';
import { open, uncounted } from './worker.mjs';

const newKey = () => randomBytes(32).toString('base64');
const inAYear = () => new Date(Date.now() + 365 * 86_400_000).toISOString();
const bearer = (token) => ({ Authorization: `Bearer ${token}` });
const basic = (key) => ({ Authorization: `Basic ${btoa(`apikey:${key}`)}` });

const withApiKey = (worker, { apiKey }) => worker.get('/api/auth/me', basic(apiKey));
const atTheGateway = (worker, { privateToken }) => worker.get('/api/auth/verify', bearer(privateToken));

test('through three deploys nobody is signed out, and without the list everybody is at once', async (t) => {
  const mail = await resend(t);
  const [old, next] = [newKey(), newKey()];
  // A deployment interrupts a refresh and takes a busy machine seconds: a retry after that is not token theft.
  const worker = await open(t, { mail, vars: { ...uncounted, AUTH_REFRESH_GRACE: '60', APP_KEY: old } });
  await join(worker, mail, ada);

  const before = await equip(worker);
  let program = before;
  const sessions = await Promise.all(Array.from({ length: 4 }, () => signIn(worker, ada)));
  const traffic = new Traffic(worker, {
    ...Object.fromEntries(sessions.map((session, number) => [`person ${number}`, person(session)])),
    'API key': () => withApiKey(worker, program),
    'private token': () => atTheGateway(worker, program),
  });
  t.after(() => traffic.end());

  await traffic.goesOn('before');
  await deploy(worker, { APP_KEY_PREVIOUS: `${old},${next}` });
  await traffic.goesOn('with the new key in the list');
  await deploy(worker, { APP_KEY: next });
  await traffic.goesOn('with the keys swapped');
  assert.equal((await me(worker, before.token)).status, 200, 'what was made before goes on as well');
  program = await equip(worker);
  await traffic.goesOn('with programs that have new keys');
  await deploy(worker, { APP_KEY_PREVIOUS: undefined });
  await traffic.goesOn('with the old key dropped');
  const living = (await traffic.end())['person 0'];

  await t.test('with the old key went what it had made', () => assertDead(worker, before));
  await t.test('without the list everything dies at once', async () => {
    assert.equal((await me(worker, living.token)).status, 200);
    assert.equal((await withApiKey(worker, program)).status, 200);
    await deploy(worker, { APP_KEY: newKey() });
    await assertDead(worker, { ...program, ...living });
    await signIn(worker, ada);
  });
});

/** A session, and the credentials its user creates in it for a program. */
async function equip(worker) {
  const session = await signIn(worker, ada);
  const key = await worker.post('/api/manage/v1/ApiKeys', { expired: inAYear() }, bearer(session.token));
  assert.equal(key.status, 200, key.text);
  const token = await worker.post('/api/v1/auth/private_tokens/', { name: 'p', expiration_time: inAYear() }, bearer(session.token));
  assert.equal(token.status, 201, token.text);
  return { ...session, apiKey: key.json.value, privateToken: token.json.data };
}

async function assertDead(worker, things) {
  assertRefused(await me(worker, things.token), 401, 'token_invalid');
  assertRefused(await refresh(worker, things.refresh_token), 401, 'invalid_refresh_token');
  assertRefused(await withApiKey(worker, things), 401, 'token_invalid');
  assertRefused(await atTheGateway(worker, things), 401, 'token_invalid');
}

/** Deploys other variables over the same state. */
async function deploy(worker, vars) {
  await worker.close();
  Object.assign(worker.settings, vars);
  await worker.reopen();
}

/** Repeatedly refreshes, and calls `me` with the new access token. */
function person(session) {
  return async (worker) => {
    const answer = await refresh(worker, session.refresh_token);
    if (answer.status !== 200) return answer;
    session = answer.json;
    return { ...(await me(worker, session.token)), session };
  };
}

/** Clients that send requests without a pause, and retry when a deployment interrupts them. */
class Traffic {
  #answers = [];
  #going = true;
  #loops;
  #clients;

  constructor(worker, clients) {
    this.#clients = Object.keys(clients);
    this.#loops = Object.entries(clients).map(([name, client]) => this.#run(worker, name, client));
  }

  async #run(worker, name, client) {
    while (this.#going) {
      const answer = await client(worker).catch(unlessCutOff);
      if (answer) this.#answers.push({ name, ...answer });
      await sleep(10);
    }
  }

  /** Waits until each client has had ten more responses, all successful. */
  async goesOn(when) {
    const from = this.#answers.length;
    const count = (name) => this.#answers.slice(from).filter((answer) => answer.name === name).length;
    const goOn = () => {
      this.#assertWell(when);
      return this.#clients.every((name) => count(name) >= 10);
    };
    await until(goOn, `${when}, somebody is not answered`);
  }

  #assertWell(when) {
    const ill = this.#answers.find(({ status }) => status !== 200);
    assert.ok(!ill, ill && `${when}, ${ill.name} was told ${ill.status}: ${ill.text}`);
  }

  /** The final session of each user. */
  async end() {
    this.#going = false;
    await Promise.all(this.#loops);
    return Object.fromEntries(this.#answers.filter(({ session }) => session).map(({ name, session }) => [name, session]));
  }
}

/** `fetch` reports a failed connection with a cause; any other error is the test's own fault. */
function unlessCutOff(error) {
  if (!error.cause) throw error;
}
