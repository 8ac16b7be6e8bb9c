// `npm run deploy` as its users run it, with wrangler itself, to an account on this machine.

import { strict as assert } from 'node:assert';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { deployed, openAccount } from './cloudflare.mjs';
import { SECRETS, openProject } from './project.mjs';

test('one command deploys to an empty account and says how to create the first administrator; a second run makes nothing twice', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const first = await project.deploy(project.answers({ rsa: 'y' }));
  assert.equal(first.code, 0, first.said);
  assert.ok(first.said.includes(`is ready at ${account.url}.`), first.said);
  const { APP_KEY, AUTH_RSA_KEY } = account.secrets('auth');
  for (const key of [APP_KEY, AUTH_RSA_KEY]) assert.equal(first.said.split(key).length, 2, 'a key is shown once');
  assert.ok(!first.said.includes('mail-key'), first.said);
  const toml = await project.file('wrangler.toml');
  assert.match(toml, /^MAIL_FROM = "Example <no-reply@mail\.example>"$/m);
  assert.ok(!existsSync(join(project.folder, '.secrets.json')));
  const before = account.asked.slice(0, account.asked.indexOf('PUT /workers/scripts/auth'));
  assert.ok(before.filter((asked) => asked.endsWith('/query')).length > readdirSync(inRoot('migrations')).length - 1, 'the schema comes before the version');

  const [, command] = first.said.match(/npm run admin -- (create LOGIN EMAIL --admin --remote)/);
  const made = await project.admin(...command.replace('LOGIN', 'ada').replace('EMAIL', 'ada@mail.example').split(' '));
  assert.equal(made.code, 0, made.said);

  const second = await project.deploy([]);
  assert.equal(second.code, 0, second.said);
  assert.match(second.said, /The database has every migration/);
  assert.doesNotMatch(second.said, /no administrator/);
  assert.deepEqual(account.holdings(), { databases: ['auth'], namespaces: ['auth-kv'], scripts: ['auth'] });
  assert.equal(account.secrets('auth').APP_KEY, APP_KEY);
  assert.equal(await project.file('wrangler.toml'), toml);
});

test('without a terminal, answers and secrets come from flags and the environment; a secret that the Worker has is not replaced', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const first = await project.deployInCi(SECRETS, ...project.flags);
  assert.equal(first.code, 0, first.said);
  assert.ok(!first.said.includes(SECRETS.APP_KEY), first.said);
  assert.match(first.said, /APP_KEY and MAIL_API_KEY are taken from the environment/);
  const again = await project.deployInCi({ ...SECRETS, APP_KEY: SECRETS.APP_KEY.toUpperCase() });
  assert.equal(again.code, 0, again.said);
  assert.match(again.said, /APP_KEY and MAIL_API_KEY of the environment are not used: the Worker has its own/);
  assert.deepEqual(account.secrets('auth'), SECRETS);
});

test('a rehearsal says what would be done, and changes nothing', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const toml = await project.file('wrangler.toml');
  const { code, said } = await project.deploy([], '--dry-run');
  assert.equal(code, 0, said);
  for (const words of ['Would ask for APP_BASE_URL', 'Would make or ask for APP_KEY, MAIL_API_KEY', 'Would create the database "auth"', 'for the first time']) {
    assert.ok(said.includes(words), said);
  }
  assert.deepEqual(account.asked.filter((asked) => !asked.startsWith('GET ')), []);
  assert.equal(await project.file('wrangler.toml'), toml);
});

test('a Worker that has got its key and no version yet is deployed', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  account.scripts.set('auth', { secrets: new Map([['APP_KEY', SECRETS.APP_KEY]]), deployments: [] });
  const { code, said } = await project.deployInCi({}, '--dry-run');
  assert.equal(code, 0, said);
  assert.match(said, /Would make or ask for MAIL_API_KEY\./);
});

test('an environment is a Worker of its own, with its own database and counters', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const { code, said } = await project.deployInCi({ ...SECRETS, CLOUDFLARE_ENV: 'staging' }, ...project.flags);
  assert.equal(code, 0, said);
  const [, command] = said.match(/npm run admin -- (create LOGIN EMAIL --admin --remote --env staging)/);
  const made = await project.admin(...command.replace('LOGIN', 'ada').replace('EMAIL', 'ada@mail.example').split(' '));
  assert.match(made.said, /The deployed database "auth-staging"[^]*Created ada/);
  assert.deepEqual(account.holdings(), { databases: ['auth-staging'], namespaces: ['auth-staging-kv'], scripts: ['auth-staging'] });
  const counters = deployed(account, 'auth-staging').filter(({ type }) => type === 'ratelimit').map(({ namespace_id: id }) => id);
  assert.deepEqual(counters, ['2001', '2002', '2003']);
  assert.match((await project.deployInCi({}, '--dry-run')).said, /Would ask for APP_BASE_URL/);
});

test('a host of its own becomes a custom domain, if the person says so', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const flags = [...project.flags, '--base-url', 'https://login.example', '--wait', '0'];
  const without = await project.deployInCi(SECRETS, ...flags);
  assert.match(without.said, /No route leads from login\.example/);
  assert.equal(account.scripts.get('auth').domains, undefined);
  const { code, said } = await project.deployInCi({}, '--custom-domain', '--wait', '0');
  assert.equal(code, 1);
  assert.match(said, /is deployed, but not ready:\n {2}the address: does not answer/);
  assert.deepEqual(account.scripts.get('auth').domains.map(({ hostname }) => hostname), ['login.example']);

  await project.deployInCi(SECRETS, '--env', 'staging', ...project.flags, '--base-url', 'https://auth-staging.somebody.workers.dev', '--wait', '0');
  const staging = account.scripts.get('auth-staging');
  assert.deepEqual([staging.domains, staging.subdomain.enabled], [undefined, true], 'an environment does not take the domain over');
});

test('who has several accounts is asked for one of them, once', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  account.accounts.push({ id: 'f'.repeat(32), name: 'Another' });
  delete account.environment.CLOUDFLARE_ACCOUNT_ID;
  const stopped = await project.deployInCi(SECRETS, ...project.flags);
  assert.equal(stopped.code, 1);
  assert.match(stopped.said, /There are several accounts: set CLOUDFLARE_ACCOUNT_ID/);
  const { code, said } = await project.deploy(['f'.repeat(31), account.accounts[0].id, ...project.answers()]);
  assert.equal(code, 0, said);
  assert.match(said, /That is none of them/);
  assert.match(await project.file('wrangler.toml'), new RegExp(`^account_id = "${account.accounts[0].id}"$`, 'm'));
});
