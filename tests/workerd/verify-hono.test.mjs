import { strict as assert } from 'node:assert';
import test from 'node:test';
import { named, table, trial } from './verifiers/trial.mjs';
import { startWorker, startWorkers, workerOf } from './verifiers/workers.mjs';

test('@gatehouse/verify/hono verifies tokens in workerd', (t) => trial(t, startWorker('hono.mjs')));

test('the example of docs/use/INTEGRATE.md protects its routes', async (t) => {
  const keys = (url) => url === 'https://auth.example.com/.well-known/jwks.json' && table.keySets.ours;
  const [service] = await startWorkers(t, [await workerOf('../../../docs/examples/protect.mjs')], keys);
  const status = async (method, path, row) => {
    const Authorization = named(row).authorization;
    return (await fetch(service + path, { method, headers: { Authorization } })).status;
  };
  assert.deepEqual([await status('GET', '/notes', 'EdDSA'), await status('POST', '/payments', 'EdDSA')], [200, 200]);
  assert.deepEqual([await status('GET', '/notes', 'no scope'), await status('POST', '/payments', 'one factor')], [403, 401]);
});
