// What is special about a verifier in a Worker: isolates that begin without keys, clients that go away, and service bindings.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, join, logout, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { until } from './until.mjs';
import { ask, configuration, issuers, named } from './verifiers/trial.mjs';
import { startWorkers, workerOf } from './verifiers/workers.mjs';
import { BASE_URL, open } from './worker.mjs';

test('an isolate without keys finds them in the cache of its data centre', async (t) => {
  const server = await issuers(t);
  const config = configuration(server);
  const services = await startWorkers(t, await Promise.all(['a', 'b'].map((name) => workerOf('worker.mjs', config, { name }))));
  for (const service of services) assert.equal((await ask(service, named('EdDSA'))).status, 200);
  assert.equal(server.asked.length, 1);
  assert.equal((await ask(services[0], named('an unknown kid'))).status, 401);
  assert.equal(server.asked.length, 2, 'the cache answered for a key that it cannot have');
});

test('who waits for the keys is answered though the client who came first goes away', async (t) => {
  const server = await issuers(t);
  const [service] = await startWorkers(t, [await workerOf('worker.mjs', configuration(server))]);
  const { serve } = server;
  for (const [row, fetches] of [['EdDSA', 2], ['an unknown kid', 4]]) {
    const { status, authorization } = named(row);
    let held;
    server.serve = (asked, answer) => (held = answer);
    const hasty = new AbortController();
    const gone = assert.rejects(fetch(`${service}/eddsa/any`, { headers: { Authorization: authorization }, signal: hasty.signal }));
    await until(() => held, 'the keys are not fetched');
    server.serve = serve;
    const patient = ask(service, { authorization });
    hasty.abort();
    await gone;
    assert.equal((await patient).status, status);
    assert.equal(server.asked.length, fetches);
  }
});

test('a service binding leads to the issuer, whose address leads nowhere', async (t) => {
  const mail = await resend(t);
  const eddsa = { issuer: BASE_URL, revocation: 'verify' };
  const env = { AUTH: { type: 'worker', worker: 'gatehouse' } };
  const neighbour = await workerOf('worker.mjs', { verifiers: { eddsa }, guards: { any: {} } }, { env });
  const worker = await open(t, { mail, neighbours: [neighbour] });
  await join(worker, mail, ada);
  const { token } = await signIn(worker, ada);
  const service = await worker.direct(neighbour.name);
  const authorization = `Bearer ${token}`;
  assert.equal((await ask(service, { authorization })).status, 200);
  assert.equal((await logout(worker, token)).status, 200);
  assert.equal((await ask(service, { authorization })).status, 401);
});
