// Limits under real parallelism: the database's counters over real sockets, the bindings as wrangler.toml has them.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, assertRefused, fiftyTimes, join, login, refresh } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

const count = (answers, status) => answers.filter((answer) => answer.status === status).length;

test('fifty passwords guessed at once cost fifty tries: ten are compared', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const answers = await fiftyTimes((_, guess) => login(worker, { login: 'ada', password: `guess number ${guess}` }));
  assert.deepEqual([count(answers, 401), count(answers, 429)], [10, 40]);
  const refused = answers.find((answer) => answer.status === 429);
  assertRefused(refused, 429, 'rate_limited');
  assert.equal(refused.headers.get('retry-after'), String(refused.json.data.retry_after));
  assert.ok(refused.json.data.retry_after <= 15);
  assert.deepEqual(await worker.sql('SELECT failures FROM attempts'), [{ failures: 10 }]);
});

test('of fifty right sign-ins at once ten and more come in, and the others are asked to wait', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, ada);
  const answers = await fiftyTimes(() => login(worker, ada));
  assert.equal(count(answers, 200) + count(answers, 429), 50);
  assert.ok(count(answers, 200) >= 10, `${count(answers, 200)} came in`);
});

test('an address is counted, and no other with it', async (t) => {
  const worker = await open(t, {});
  const from = (address) => worker.post('/api/auth/local/login', {}, { 'CF-Connecting-IP': address });
  // The binding's minute may change while this runs: once, which admits as many again.
  const answers = await Promise.all(Array.from({ length: 180 }, () => from('203.0.113.7')));
  const admitted = count(answers, 400);
  assert.ok(admitted === 60 || admitted === 120, `${admitted} were let through`);
  const refused = answers.find((answer) => answer.status === 429);
  assertRefused(refused, 429, 'rate_limited');
  assert.equal(refused.headers.get('retry-after'), '60');
  assert.equal((await from('203.0.113.8')).status, 400);
});

test('an office may refresh a hundred times in ten seconds', async (t) => {
  const worker = await open(t, {});
  const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(worker, 'ghr_not-one')));
  assert.equal(count(answers, 401), 100);
});
