// What is deployed, as wrangler tells it. Wrangler has the credentials; these scripts never see them.

import process from 'node:process';
import { log, stop } from '../lib/log.mjs';
import { capture, run } from '../lib/run.mjs';
import { OWN_CONFIG } from '../lib/wrangler-toml.mjs';
import { ask, isInteractive } from './terminal.mjs';

const NO_SUCH_WORKER = /Worker "[^"]+"( \(env: [^)]+\))? not found|code: 10007|The Worker [^ ]+ has no deployments/;
const NO_SUCH_DATABASE = /Couldn't find a D1 DB named/;

export const AGAIN = 'Correct that, or wait, and run this again: it goes on where it stopped.';

/** Signs in if nobody is, and returns the accounts; with a token and an account in the environment there is nothing to find out. */
export async function signIn() {
  if (process.env.CLOUDFLARE_API_TOKEN && process.env.CLOUDFLARE_ACCOUNT_ID) return [];
  const known = await whoami();
  if (known) return known;
  if (!isInteractive) stop('Nobody is signed in at Cloudflare: set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID.');
  log('Signing in at Cloudflare, in your browser…');
  if (!(await run('wrangler', ['login'], { asks: true }))) stop('Signing in failed; its output is above.');
  return (await whoami()) ?? stop('Nobody is signed in at Cloudflare yet. Run this again.');
}

async function whoami() {
  const { code, stdout, stderr } = await capture('wrangler', ['whoami', '--json']);
  if (code === 0) return JSON.parse(stdout).accounts ?? [];
  const { loggedIn } = stdout.trim().startsWith('{') ? JSON.parse(stdout) : {};
  if (loggedIn === false) return undefined;
  process.stderr.write(stdout + stderr);
  return stop('Cloudflare does not say who is signed in; wrangler\'s output is above.');
}

/** The account to deploy to, if there is a choice. Wrangler asks for none when it has no terminal of its own. */
export async function chooseAccount(accounts) {
  if (accounts.length < 2 || process.env.CLOUDFLARE_ACCOUNT_ID) return undefined;
  const lines = accounts.map(({ id, name }) => `  ${id}  ${name}`).join('\n');
  if (!isInteractive) stop(`There are several accounts: set CLOUDFLARE_ACCOUNT_ID to one of them.\n${lines}`);
  console.log(`You have several accounts:\n${lines}`);
  return ask('The id of the one to use', { wrong: (id) => (accounts.some((account) => account.id === id) ? undefined : 'That is none of them.') });
}

/** The names of the Worker's secrets, its versions, and the migrations of its database. What is not there has neither secrets nor migrations. */
export async function look(target) {
  const [secrets, versions, migrations] = await Promise.all([secretsOf(target), versionsOf(target), migrationsOf(target)]);
  return { secrets, versions, migrations };
}

export async function secretsOf(target) {
  const found = await json(target, ['secret', 'list'], NO_SUCH_WORKER);
  return found?.map(({ name }) => name);
}

/** Those of Gatehouse that have traffic. One that was deployed without `npm run deploy` has no number. */
async function versionsOf(target) {
  const deployment = await json(target, ['deployments', 'status', '--json'], NO_SUCH_WORKER);
  const ids = deployment?.versions.map(({ version_id: id }) => id) ?? [];
  const versions = await Promise.all(ids.map((id) => json(target, ['versions', 'view', id, '--json'])));
  return versions.map(({ resources }) => resources.bindings.find(({ name }) => name === 'GATEHOUSE_VERSION')?.text).filter(Boolean);
}

async function migrationsOf(target) {
  const rows = await query(target, 'SELECT name FROM d1_migrations');
  if (rows !== 'no such table') return rows?.map(({ name }) => name);
  const tables = await query(target, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'");
  if (tables.length) refuseDatabase(target, 'tables', tables.map(({ name }) => name));
  return [];
}

/** One of that name was there already. */
export function refuseDatabase({ database }, what, names) {
  stop(`The database "${database}" has ${what} of another application: ${names.join(', ')}. Nothing was changed. Choose another database_name in wrangler.toml.`);
}

export async function hasAdministrator(target) {
  const rows = await query(target, "SELECT 1 FROM users WHERE role = 'admin' LIMIT 1");
  return rows.length > 0;
}

async function query(target, sql) {
  const { code, stdout, stderr } = await capture('wrangler', [...command(target, ['d1', 'execute', 'DB']), '--remote', '--json', '--command', sql]);
  if (code === 0) return JSON.parse(stdout)[0].results;
  if (NO_SUCH_DATABASE.test(stdout)) return undefined;
  if (/no such table/.test(stdout)) return 'no such table';
  process.stderr.write(stdout + stderr);
  return stop(`The database does not answer; wrangler's output is above. ${AGAIN}`);
}

/** The namespace that a first deployment creates, if it was interrupted after that: its id. */
export async function namespaceNamed(title, target) {
  const namespaces = await json(target, ['kv', 'namespace', 'list']);
  return namespaces.find((namespace) => namespace.title === title)?.id;
}

/** Undefined if wrangler's error is `absent`. */
async function json(target, args, absent) {
  const { code, stdout, stderr } = await capture('wrangler', command(target, args));
  if (code === 0) return JSON.parse(stdout);
  if (absent?.test(stdout + stderr)) return undefined;
  process.stderr.write(stdout + stderr);
  return stop(`\`wrangler ${args.join(' ')}\` failed; its output is above. ${AGAIN}`);
}

export const command = ({ env }, args) => [...args, ...OWN_CONFIG, ...(env ? ['--env', env] : [])];
