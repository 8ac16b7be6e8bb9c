// `npm run admin -- …`: for the first administrator, and for times when no administrator can sign in. It changes D1 directly, the
// local one or with --remote the deployed one, and sees no password: users choose theirs by an email from the Worker.

import util from 'node:util';
import { addressBeside } from './lib/address.mjs';
import { SHOWN, change, changes, create, list } from './lib/admin-sql.mjs';
import { CLIENT_OPTIONS, hasClientFlags, isClientCommand, runClientCommand } from './lib/client-commands.mjs';
import { emailAddress, identifier, loginName } from './lib/identifiers.mjs';
import { stateIn } from './lib/local.mjs';
import { stop, log } from './lib/log.mjs';
import { installPackages } from './lib/packages.mjs';
import { requireNode } from './lib/prerequisites.mjs';
import { capture } from './lib/run.mjs';
import { configured, databaseName } from './lib/settings.mjs';
import { refuseSwallowed } from './lib/swallowed.mjs';
import { OWN_CONFIG } from './lib/wrangler-toml.mjs';

const USAGE = `Usage: npm run admin -- COMMAND [--remote [--env NAME]] [--persist-to DIR]
  create LOGIN EMAIL [--admin]  creates an account; its owner sets the password by recovery email
  promote LOGIN                 makes a user an administrator
  demote LOGIN                  makes an administrator a user again
  disable LOGIN                 disables an account
  enable LOGIN                  enables it again
  reset LOGIN                   invalidates the password; the owner sets a new one by recovery email
  factors LOGIN --reset         turns two-step sign-in off, removes passkeys and recovery codes, disconnects other providers
  list [START]                  lists administrators and users, or those whose login or email begins with START
  client create ID NAME --redirect URI [--redirect URI] [--public] [--first-party] [--scope "…"]
                                registers an application, and prints its secret
  client list                   lists the registered applications
  client disable|enable ID      disables or enables one
  client secret ID              gives it a new secret; the current one works for a day more
  client delete ID              deletes one that nobody has signed in with
LOGIN may be the email address. Without --remote, the database is the one of \`npm start\` on this machine.
--env takes the database of an environment in wrangler.toml.
A secret needs APP_KEY: with --remote, in the environment.`;

/** The messages after a change, and when there was nothing to change. */
const words = {
  promote: [(who) => `${who} is an administrator from the next sign-in on.`, 'is already an administrator'],
  demote: [(who) => `${who} is no longer an administrator.`, 'is not an administrator'],
  disable: [(who) => `${who} is disabled.`, 'is already disabled'],
  enable: [(who) => `${who} is enabled.`, 'is already enabled'],
  reset: [(who) => `The password of ${who} no longer works.`, 'is disabled: enable the account first'],
  factors: [(who) => `Two-step sign-in of ${who} is off, and there are no passkeys and recovery codes any more. The password stays.`, 'has no second factors, passkeys or recovery codes'],
};

requireNode();
// Not --scope: npm has a setting of that name, and no client is created without --redirect.
refuseSwallowed('npm run admin', { plain: ['remote', 'admin', 'reset', 'public', 'first-party'], valued: ['persist-to', 'redirect', 'env'] });
const { flags, command, args } = understand();
const state = stateIn(flags['persist-to']);
await installPackages();
sayWhere();
if (command === 'create') await make();
else if (command === 'list') await show();
else if (command === 'client') await runClientCommand(args, flags, execute);
else await alter();

function understand() {
  const options = { remote: { type: 'boolean' }, env: { type: 'string' }, 'persist-to': { type: 'string' }, admin: { type: 'boolean' }, reset: { type: 'boolean' }, ...CLIENT_OPTIONS };
  try {
    const { values, positionals } = util.parseArgs({ options, allowPositionals: true });
    if (values.remote) values.env ??= process.env.CLOUDFLARE_ENV || undefined; // as wrangler
    const [command, ...args] = positionals;
    const counts = { create: [2], list: [0, 1] }[command] ?? (Object.hasOwn(changes, command ?? '') ? [1] : []);
    // Whoever types `factors LOGIN` to look at them must not remove them.
    const flagsFit = (command === 'create' || !values.admin) && (command === 'factors') === Boolean(values.reset) && !(values.remote && values['persist-to']) && !(values.env && !values.remote);
    const commandFits = command === 'client' ? isClientCommand(args, values) : counts.includes(args.length) && !hasClientFlags(values);
    if (commandFits && flagsFit) return { flags: values, command, args };
  } catch {
    // An unknown option: the usage lists the valid ones.
  }
  console.error(USAGE);
  process.exit(1);
}

/** On stderr: `list` may be piped elsewhere. */
function sayWhere() {
  const where = flags.remote ? `The deployed database "${databaseName(flags.env)}" (wrangler.toml)` : `The local database in ${state}`;
  console.error(`gatehouse: ${where}:`);
}

async function alter() {
  const who = identifier(args[0]);
  if (!who.value) stop(`"${args[0]}" is neither a login name nor an email address.`);
  const [[changed], , , [found], [{ waiting }]] = await execute(change(who, changes[command]));
  const [done, already] = words[command];
  if (!found) {
    stop(waiting ? `${args[0]} has registered but not activated the account yet: it is created by the link in the activation email.` : `No account has the name or email "${args[0]}": \`npm run admin -- list\` shows the accounts.`);
  }
  if (!changed) return command === 'reset' ? stop(`${found.login} ${already}.`) : log(`${found.login} ${already}.`);
  log(`${done(`${changed.login} (${changed.email})`)} All sessions have ended; gateways refuse them within two minutes.`);
  if (command === 'reset') tellOfRecovery(changed.email);
}

async function make() {
  const [login, email] = [loginName(args[0]), emailAddress(args[1])];
  if (!login) stop(`"${args[0]}" cannot be a login name: 1 to 64 letters, digits or any of . _ - +`);
  if (!email) stop(`"${args[1]}" is not a valid email address.`);
  const [[made], , , holders] = await execute(create(login, email, flags.admin ? 'admin' : 'user'));
  if (!made) stop(`An account already exists: ${holders.map(({ login, email }) => `${login} (${email})`).join(', ')}. \`npm run admin -- promote\` makes its owner an administrator.`);
  log(`Created ${made.login} (${made.email})${flags.admin ? ', an administrator' : ''}. It has no password yet.`);
  tellOfRecovery(made.email);
}

async function show() {
  const start = args[0]?.trim().normalize('NFKC').toLowerCase();
  const kinds = await execute(list(start));
  const people = kinds.flat();
  if (people.length === 0) return log(start ? `No account's name or email begins with "${start}".` : 'There are no accounts yet.');
  const day = (time) => new Date(time).toISOString().slice(0, 10);
  const rows = people.map(({ id, login, email, role, disabled_at, created_at }) => [id, login, email, role, `since ${day(created_at)}`, disabled_at ? `disabled ${day(disabled_at)}` : '']);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) console.log(row.map((text, column) => text.padEnd(widths[column])).join('  ').trimEnd());
  if (kinds.some((kind) => kind.length === SHOWN)) log(`Only the first ${SHOWN} are shown; there may be more. Add the beginning of a name or email.`);
}

/** Emails are encrypted under APP_KEY, which only the Worker has, so the Worker must send this one. */
function tellOfRecovery(email) {
  const url = flags.remote ? configured('APP_BASE_URL', flags.env) ?? 'https://auth.example.com' : addressBeside(state);
  const body = JSON.stringify({ email }).replaceAll("'", `'\\''`);
  log('The owner sets a password by recovery email, which anyone may request:');
  console.log(`  curl ${url.startsWith('https://localhost') ? '--insecure ' : ''}${url}/api/auth/local/recover -H 'Content-Type: application/json' -d '${body}'`);
}

/** The rows of each statement. All of them are one transaction. */
async function execute(statements) {
  const where = flags.remote ? ['--remote', ...(flags.env ? ['--env', flags.env] : [])] : ['--local', '--persist-to', state];
  const text = statements.map((statement) => statement.text).join(';\n');
  const { code, stdout, stderr } = await capture('wrangler', ['d1', 'execute', 'DB', ...OWN_CONFIG, ...where, '--json', '--command', text]);
  if (code === 0) return JSON.parse(stdout).map(({ results }) => results);
  process.stderr.write(stdout + stderr);
  const advice = flags.remote
    ? 'log in with `npx wrangler login` (or set CLOUDFLARE_API_TOKEN), check the name of the database in wrangler.toml, and deploy with `npm run deploy`'
    : 'start the service once with `npm start` and the same --persist-to, to create the database';
  stop(`The database query failed; wrangler's output is above. If the database is missing or unreachable, ${advice}.`);
}
