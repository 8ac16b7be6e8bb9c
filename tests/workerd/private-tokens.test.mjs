import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, fiftyTimes, join, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

const tokens = '/api/v1/auth/private_tokens/';
const bearer = (token) => ({ Authorization: `Bearer ${token}` });
const inAYear = () => new Date(Date.now() + 365 * 86_400_000).toISOString();
const make = (worker, token, name) => worker.post(tokens, { name, expiration_time: inAYear() }, bearer(token));
const end = (worker, token, id) => worker.delete(`${tokens}${id}/`, bearer(token));
const verify = (worker, token) => worker.get('/api/auth/verify', bearer(token));
const me = (worker, token) => worker.get('/api/auth/me', bearer(token));

/** A worker, and Ada's short token. */
async function settled(t) {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const answer = await worker.post('/api/v1/auth/login/', { username: ada.email, password: ada.password });
  assert.equal(answer.status, 200, answer.text);
  return { worker, short: answer.json.access_token };
}

async function reopenWithout(worker, bindings) {
  await worker.close();
  worker.missing = bindings;
  await worker.reopen();
}

test('a chain of private tokens works at the gateway and ends with its first', async (t) => {
  const { worker, short } = await settled(t);
  const chain = [];
  for (const name of ['first', 'second', 'third']) {
    const made = await make(worker, chain.at(-1)?.data ?? short, name);
    assert.equal(made.status, 201, made.text);
    chain.push(made.json);
  }
  for (const { data } of chain) {
    const passed = await verify(worker, data);
    assert.deepEqual([passed.status, passed.headers.get('X-Auth-Role'), passed.headers.get('X-Auth-Method')], [200, 'user', 'private']);
  }
  const ended = await fiftyTimes(() => end(worker, short, chain[0].id));
  assert.deepEqual([204, 404].map((status) => ended.filter((answer) => answer.status === status).length), [1, 49]);
  for (const { data } of chain) {
    assert.equal((await me(worker, data)).status, 401);
    assert.equal((await verify(worker, data)).status, 401);
  }
  assert.deepEqual((await worker.get(tokens, bearer(short))).json, { count: 0, next: null, previous: null, results: [] });
});

test('D1 keeps and finds names as they were given', async (t) => {
  const { worker, short } = await settled(t);
  const names = ['100% of it', "it's \"quoted\"", 'a\u0001b', 'naïve 😀', 'N'.repeat(300)];
  for (const name of names) assert.deepEqual((await make(worker, short, name)).json.name, name);
  const found = async (query) => (await worker.get(`${tokens}?${new URLSearchParams(query)}`, bearer(short))).json;
  assert.deepEqual((await found({})).results.map(({ name }) => name), names);
  assert.deepEqual((await found({ q: '%' })).results.map(({ name }) => name), [names[0]]);
  assert.deepEqual((await found({ q: 'n'.repeat(200) })).results.map(({ name }) => name), [names[4]]);
  const page = await found({ ordering: '-name', page_size: 2, page: 2 });
  assert.deepEqual([page.count, page.results.length], [5, 2]);
  const next = await worker.get(new URL(page.next).pathname + new URL(page.next).search, bearer(short));
  assert.deepEqual([next.json.results.length, next.json.next], [1, null]);
});

test('without KV a private token counts where D1 is asked, the gateway hears nothing, and is told of its end afterwards', async (t) => {
  const { worker, short } = await settled(t);
  const { json: token } = await make(worker, short, 'nightly export');
  await reopenWithout(worker, ['KV']);
  assert.equal((await me(worker, token.data)).status, 200);
  const unsure = await verify(worker, token.data);
  assert.deepEqual([unsure.status, unsure.headers.get('X-Auth-Role')], [503, null]);
  assert.equal((await end(worker, short, token.id)).status, 204);
  assert.equal((await me(worker, token.data)).status, 401);
  await reopenWithout(worker, []);
  await worker.cron();
  assert.equal((await verify(worker, token.data)).status, 401);
});

test('a short token is no way around a change of password', async (t) => {
  const { worker, short } = await settled(t);
  const { token } = await signIn(worker, ada);
  const change = { current_password: ada.password, new_password: 'a new password entirely' };
  assert.equal((await worker.post('/api/auth/password', change, bearer(token))).status, 200);
  const refused = await make(worker, short, 'too late');
  assert.deepEqual([refused.status, refused.json.code], [401, 'token_not_valid']);
});
