// `npm run deploy`, interrupted: what has been done stays, and the next run does the rest.

import { strict as assert } from 'node:assert';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openAccount } from './cloudflare.mjs';
import { openProject } from './project.mjs';

/** Calls of the API after which the connection is lost, in their order. */
const STEPS = ['POST /d1/database', 'a migration', 'POST /storage/kv/namespaces', 'PUT /workers/scripts/auth', 'POST /workers/scripts/auth/subdomain', 'PUT /workers/scripts/auth/schedules'];

test('a deployment that is interrupted after each of its steps goes on at the next run, and makes nothing twice', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  let typed = project.answers();
  let key;
  for (const step of STEPS) {
    account.disturb = lostAfter(step);
    const { code, said } = await project.deploy(typed);
    assert.equal(code, 1, `after ${step}: ${said}`);
    key ??= shownIn(said);
    // As long as the Worker may not have the key, it is shown again.
    typed = account.scripts.has('auth') ? [] : ['kept'];
    if (said.includes('\nAPP_KEY\n')) assert.equal(shownIn(said), key);
  }
  account.disturb = () => undefined;
  const { code, said } = await project.deploy([]);
  assert.equal(code, 0, said);
  assert.deepEqual(account.holdings(), { databases: ['auth'], namespaces: ['auth-kv'], scripts: ['auth'] });
  assert.equal(account.secrets('auth').APP_KEY, key);
});

test('a key that was made and not confirmed is not deployed, and is shown again', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const stopped = await project.deploy(project.answers({ kept: 'yes' }));
  assert.equal(stopped.code, 1);
  assert.match(stopped.said, /Nothing is deployed before you have kept it/);
  assert.deepEqual(account.holdings(), { databases: [], namespaces: [], scripts: [] });
  assert.equal(statSync(join(project.folder, '.secrets.json')).mode & 0o777, 0o600);
  const { code, said } = await project.deploy(['kept']);
  assert.equal(code, 0, said);
  assert.equal(shownIn(said), shownIn(stopped.said));
  assert.equal(account.secrets('auth').APP_KEY, shownIn(said));
});

test('a key that waits for the Worker is not that of an environment called production', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const first = await project.deploy(project.answers({ kept: 'no' }));
  const second = await project.deploy(['y', ...project.answers({ kept: 'no' })], '--env', 'production');
  assert.notEqual(shownIn(second.said), shownIn(first.said));
});

test('an environment that is not there is added only if the person wants it', async (t) => {
  const project = await openProject(t, await openAccount(t));
  const toml = await project.file('wrangler.toml');
  const { code, said } = await project.deploy(['n'], '--env', 'stagign');
  assert.equal(code, 1);
  assert.match(said, /wrangler\.toml has no environment stagign/);
  assert.equal(await project.file('wrangler.toml'), toml);
});

/** The request is carried out, and its answer is lost. */
function lostAfter(step) {
  let queries = 0;
  return (asked) => {
    if (step !== 'a migration') return asked === step ? 'lost' : undefined;
    return asked.endsWith('/query') && ++queries > 20 ? 'lost' : undefined;
  };
}

const shownIn = (said) => said.match(/^APP_KEY\n(\S+)$/m)[1];
