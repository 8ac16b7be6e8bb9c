// The wrangler.toml that `npm run deploy` reads and extends, as its owners write it.

import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { experimental_readRawConfig as readConfig } from 'wrangler';
import { openAccount } from './cloudflare.mjs';
import { SECRETS, openProject } from './project.mjs';

test('what its owner has written in another style is found, and is not written twice', async (t) => {
  const project = await openProject(t, await openAccount(t));
  const routes = "  [[ routes ]]\n  pattern = 'login.example'\n  custom_domain = true\n";
  await edit(project, '[vars]', `${routes}\n  [vars] # of Gatehouse\n\n  # Chosen.\n  APP_BASE_URL = 'https://login.example'\n  MAIL_PROVIDER = "" # not yet`);
  await project.write('wrangler.toml', `\ufeff${(await project.file('wrangler.toml')).replaceAll('\n', '\r\n')}`);

  const { said } = await project.deployInCi({}, ...project.flags.slice(2));
  assert.match(said, /The Worker has no APP_KEY/);
  assert.doesNotMatch(said, /No route/);
  const { vars, routes: kept } = configOf(project);
  assert.deepEqual([vars.APP_BASE_URL, vars.MAIL_PROVIDER, vars.MAIL_FROM], ['https://login.example', 'resend', 'Example <no-reply@mail.example>']);
  assert.equal(kept.length, 1);
  assert.match(await project.file('wrangler.toml'), /MAIL_PROVIDER = "resend" # not yet/);
});

test('an environment gets nothing of the Worker that has none, in whichever style it is written', async (t) => {
  const project = await openProject(t, await openAccount(t));
  await edit(project, 'database_name = "auth"', "  database_name='auth'\n  database_id = '11111111-1111-1111-1111-111111111111'");
  await edit(project, 'binding = "KV"', `binding = "KV"\n  id="${'a'.repeat(32)}"`);
  await edit(project, 'namespace_id = "1001"', "  namespace_id='1001'");
  await project.deployInCi({}, '--env', 'staging', ...project.flags);
  const { d1_databases: [database], kv_namespaces: [namespace], ratelimits } = configOf(project).env.staging;
  assert.deepEqual([database.database_name, database.database_id, namespace.id], ['auth-staging', undefined, undefined]);
  assert.deepEqual(ratelimits.map(({ namespace_id: id }) => id), ['2001', '2002', '2003']);
});

test('an environment without a database is not deployed', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  await project.write('wrangler.toml', `${await project.file('wrangler.toml')}\n[env.staging.vars]\nAUTH_MFA = "off"\n`);
  const { code, said } = await project.deployInCi(SECRETS, '--env', 'staging', ...project.flags);
  assert.equal(code, 1, said);
  assert.match(said, /wrangler\.toml has no \[\[env\.staging\.d1_databases\]\]/);
  assert.deepEqual(account.holdings(), { databases: [], namespaces: [], scripts: [] });
});

test('a file that nothing can be added to stays as it is, and its owner is told why', async (t) => {
  const project = await openProject(t, await openAccount(t));
  const text = `vars = { AUTH_MFA = "off" }\n${(await project.file('wrangler.toml')).replace(/^\[vars\]\n(.+\n)+/m, '')}`;
  await project.write('wrangler.toml', text);
  const { code, said } = await project.deployInCi(SECRETS, ...project.flags);
  assert.equal(code, 1, said);
  assert.match(said, /wrangler\.toml stays as it is.*Write its tables as \[vars\]/s);
  assert.equal(await project.file('wrangler.toml'), text);
});

test('the configuration of another Worker, in a folder above, is not used', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const another = { name: 'another', compatibility_date: '2026-10-01', d1_databases: [{ binding: 'DB', database_name: 'another', migrations_dir: 'migrations' }] };
  await writeFile(join(dirname(project.folder), 'wrangler.json'), JSON.stringify(another));
  const { code, said } = await project.deployInCi(SECRETS, ...project.flags);
  assert.equal(code, 0, said);
  const made = await project.admin('create', 'ada', 'ada@mail.example', '--admin', '--remote');
  assert.equal(made.code, 0, made.said);
  assert.deepEqual(account.holdings(), { databases: ['auth'], namespaces: ['auth-kv'], scripts: ['auth'] });
});

const configOf = (project) => readConfig({ config: join(project.folder, 'wrangler.toml') }).rawConfig;

async function edit(project, from, to) {
  const text = await project.file('wrangler.toml');
  assert.ok(text.includes(from), from);
  await project.write('wrangler.toml', text.replace(from, to));
}
