import { strict as assert } from 'node:assert';
import test from 'node:test';
import { open, uncounted } from './house.mjs';
import { ada, fiftyTimes, join, signIn } from './people.mjs';
import { resend } from './resend.mjs';

const tokens = '/api/v1/auth/private_tokens/';
const bearer = (token) => ({ Authorization: `Bearer ${token}` });
const inAYear = () => new Date(Date.now() + 365 * 86_400_000).toISOString();
const make = (house, token, name) => house.post(tokens, { name, expiration_time: inAYear() }, bearer(token));
const end = (house, token, id) => house.delete(`${tokens}${id}/`, bearer(token));
const verify = (house, token) => house.get('/api/auth/verify', bearer(token));
const me = (house, token) => house.get('/api/auth/me', bearer(token));

/** A house, and Ada's short token. */
async function settled(t) {
  const mail = await resend(t);
  const house = await open(t, { mail, vars: uncounted });
  await join(house, mail, ada);
  const answer = await house.post('/api/v1/auth/login/', { username: ada.email, password: ada.password });
  assert.equal(answer.status, 200, answer.text);
  return { house, short: answer.json.access_token };
}

async function reopenWithout(house, bindings) {
  await house.close();
  house.missing = bindings;
  await house.reopen();
}

test('a chain of private tokens works at the gateway and ends with its first', async (t) => {
  const { house, short } = await settled(t);
  const chain = [];
  for (const name of ['first', 'second', 'third']) {
    const made = await make(house, chain.at(-1)?.data ?? short, name);
    assert.equal(made.status, 201, made.text);
    chain.push(made.json);
  }
  for (const { data } of chain) {
    const passed = await verify(house, data);
    assert.deepEqual([passed.status, passed.headers.get('X-Auth-Role'), passed.headers.get('X-Auth-Method')], [200, 'user', 'private']);
  }
  const ended = await fiftyTimes(() => end(house, short, chain[0].id));
  assert.deepEqual([204, 404].map((status) => ended.filter((answer) => answer.status === status).length), [1, 49]);
  for (const { data } of chain) {
    assert.equal((await me(house, data)).status, 401);
    assert.equal((await verify(house, data)).status, 401);
  }
  assert.deepEqual((await house.get(tokens, bearer(short))).json, { count: 0, next: null, previous: null, results: [] });
});

test('D1 keeps and finds names as they were given', async (t) => {
  const { house, short } = await settled(t);
  const names = ['100% of it', "it's \"quoted\"", 'a\u0001b', 'naïve 😀', 'N'.repeat(300)];
  for (const name of names) assert.deepEqual((await make(house, short, name)).json.name, name);
  const found = async (query) => (await house.get(`${tokens}?${new URLSearchParams(query)}`, bearer(short))).json;
  assert.deepEqual((await found({})).results.map(({ name }) => name), names);
  assert.deepEqual((await found({ q: '%' })).results.map(({ name }) => name), [names[0]]);
  assert.deepEqual((await found({ q: 'n'.repeat(200) })).results.map(({ name }) => name), [names[4]]);
  const page = await found({ ordering: '-name', page_size: 2, page: 2 });
  assert.deepEqual([page.count, page.results.length], [5, 2]);
  const next = await house.get(new URL(page.next).pathname + new URL(page.next).search, bearer(short));
  assert.deepEqual([next.json.results.length, next.json.next], [1, null]);
});

test('without KV a private token counts where D1 is asked, the gateway hears nothing, and is told of its end afterwards', async (t) => {
  const { house, short } = await settled(t);
  const { json: token } = await make(house, short, 'nightly export');
  await reopenWithout(house, ['KV']);
  assert.equal((await me(house, token.data)).status, 200);
  const unsure = await verify(house, token.data);
  assert.deepEqual([unsure.status, unsure.headers.get('X-Auth-Role')], [503, null]);
  assert.equal((await end(house, short, token.id)).status, 204);
  assert.equal((await me(house, token.data)).status, 401);
  await reopenWithout(house, []);
  await house.cron();
  assert.equal((await verify(house, token.data)).status, 401);
});

test('a short token is no way around a change of password', async (t) => {
  const { house, short } = await settled(t);
  const { token } = await signIn(house, ada);
  const change = { current_password: ada.password, new_password: 'a new password entirely' };
  assert.equal((await house.post('/api/auth/password', change, bearer(token))).status, 200);
  const refused = await make(house, short, 'too late');
  assert.deepEqual([refused.status, refused.json.code], [401, 'token_not_valid']);
});
