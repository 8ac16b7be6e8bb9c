// Limits on rows caused by strangers, under real parallelism and on the real D1.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { assertRefused, fiftyTimes } from './people.mjs';
import { resend } from './resend.mjs';
import { open } from './worker.mjs';

const count = (answers, status) => answers.filter((answer) => answer.status === status).length;
// Each from a different network within one /48, so that no binding counts them together.
const from = (turn) => ({ 'CF-Connecting-IP': `2001:db8:a:${turn.toString(16)}::1` });

/** Sets a block's hourly count to ten below its limit, in an hour that does not end meanwhile. */
async function tenLeft(worker, ask, limit) {
  await ask(99);
  const hour = Math.floor(Date.now() / 3_600_000);
  for (const next of [hour, hour + 1]) {
    await worker.sql(`INSERT INTO quotas (id, spent, expires_at, op) SELECT replace(id, '${hour}', '${next}'), ${limit - 10}, expires_at, op
                     FROM quotas WHERE id LIKE '% from %' ON CONFLICT (id) DO UPDATE SET spent = excluded.spent`);
  }
}

test('of fifty registrations at once, with room for ten in the block, ten are written', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail });
  const register = (turn) =>
    worker.post('/api/auth/local/register', { login: `u${turn}`, email: `u${turn}@mail.example`, password: 'correct horse battery' }, from(turn));
  await tenLeft(worker, register, 300);
  const answers = await fiftyTimes((_, turn) => register(turn));
  assert.deepEqual([count(answers, 200), count(answers, 429)], [10, 40]);
  assertRefused(answers.find(({ status }) => status === 429), 429, 'rate_limited');
  assert.equal((await worker.sql('SELECT id FROM registrations')).length, 11);
});

test('of fifty requests for a code at once one is written to KV and can be tried', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail });
  const answers = await fiftyTimes((_, turn) => worker.post('/api/auth/otp/request', { email: 'nobody@mail.example' }, from(turn)));
  assert.equal(count(answers, 200), 50);
  assert.deepEqual(await worker.sql('SELECT ready FROM codes'), [{ ready: 1 }]);
});

test('the real D1 says how large it is', async (t) => {
  const worker = await open(t, {});
  const { json } = await worker.get('/health/ready');
  assert.equal(json.checks.database, 'ok');
});
