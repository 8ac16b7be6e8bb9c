// `npm run admin -- client …`: registers OAuth clients, and gives them secrets.

import { all, create, disable, enable, remove, rotate } from './client-sql.mjs';
import { DEFAULT_SCOPES, clientSecret, isClientId, isClientName, isRedirectUri, scopes } from './clients.mjs';
import { log, stop } from './log.mjs';
import { setting } from './settings.mjs';

/** The numbers of arguments, and the flags that fit. */
const COMMANDS = {
  create: { args: 2, flags: ['redirect', 'public', 'first-party', 'scope'], act: make },
  list: { args: 0, act: show },
  disable: { args: 1, act: (asked, id) => alter(asked, id, disable, 'disabled') },
  enable: { args: 1, act: (asked, id) => alter(asked, id, enable, 'enabled') },
  secret: { args: 1, act: renew },
  delete: { args: 1, act: drop },
};

/** The flags of these commands. */
export const CLIENT_OPTIONS = {
  redirect: { type: 'string', multiple: true },
  public: { type: 'boolean' },
  'first-party': { type: 'boolean' },
  scope: { type: 'string' },
};

const given = (flags) => Object.keys(CLIENT_OPTIONS).filter((name) => flags[name] !== undefined);

export const hasClientFlags = (flags) => given(flags).length > 0;

/** Whether this is one of the commands, with as many arguments as it takes and no flag of another. */
export function isClientCommand([command, ...args], flags) {
  if (!Object.hasOwn(COMMANDS, command ?? '')) return false;
  return args.length === COMMANDS[command].args && given(flags).every((name) => COMMANDS[command].flags?.includes(name));
}

/** `execute` sends statements to the database and returns the rows of each. */
export const runClientCommand = ([command, ...args], flags, execute) => COMMANDS[command].act({ flags, execute }, ...args);

async function make({ flags, execute }, id, typed) {
  const [name, redirects, allowed] = [typed.trim(), [...new Set(flags.redirect ?? [])], scopes(flags.scope ?? DEFAULT_SCOPES)];
  checkId(id);
  if (id === setting(flags, 'AUTH_AUDIENCE')) stop(`"${id}" is AUTH_AUDIENCE, so an ID token for this client could pass for a user's access token.`);
  if (!isClientName(name)) stop('A name has 1 to 64 characters.');
  if (redirects.length < 1 || redirects.length > 20) stop('Give the redirect addresses with --redirect: at least one, at most 20.');
  const wrong = redirects.find((uri) => !isRedirectUri(uri));
  if (wrong !== undefined) stop(`"${wrong}" cannot be a redirect address: https, http on loopback, or a scheme of an app's own.`);
  if (allowed === undefined) stop(`"${flags.scope}" are not scopes: words with spaces in between.`);
  const client = { id, name, redirects, isPublic: Boolean(flags.public), firstParty: Boolean(flags['first-party']), scopes: allowed };
  const [[made], , [present]] = await execute(create(client));
  if (!made) stop(present ? `There is a client ${id} already: ${present.name}.` : 'There are as many clients as there can be. Delete one first.');
  log(`Created ${id} (${name}).`);
  if (client.isPublic) return log('It is public and has no secret.');
  tellSecret(flags, id, made.secret_number);
}

async function show({ execute }) {
  const [clients] = await execute(all());
  if (clients.length === 0) return log('There are no clients yet.');
  const day = (time) => new Date(time).toISOString().slice(0, 10);
  const rows = clients.map(({ id, name, auth_method, disabled_at, created_at }) => [
    id, name, auth_method === 'none' ? 'public' : 'confidential', `since ${day(created_at)}`, disabled_at ? `disabled ${day(disabled_at)}` : '',
  ]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) console.log(row.map((text, column) => text.padEnd(widths[column])).join('  ').trimEnd());
}

async function alter({ execute }, id, change, state) {
  checkId(id);
  const [[changed], , [present]] = await execute(change(id));
  if (!present) return stopUnknown(id);
  log(changed ? `${id} is ${state}.` : `${id} is already ${state}.`);
}

/** Without the key nobody would see the new secret, and the current one would end. */
async function renew({ flags, execute }, id) {
  checkId(id);
  if (!setting(flags, 'APP_KEY')) stop(`Without APP_KEY the secret cannot be computed, so nothing was changed. Create it at /admin/clients/${id}, or give APP_KEY in the environment.`);
  const [[changed], , [present]] = await execute(rotate(id));
  if (!present) return stopUnknown(id);
  if (!changed) return stop(`${id} ${present.auth_method === 'none' ? 'is public' : 'has keys'} and has no secret.`);
  log('The previous secret works for a day more.');
  tellSecret(flags, id, changed.secret_number);
}

async function drop({ execute }, id) {
  checkId(id);
  const [, [deleted], [present]] = await execute(remove(id));
  if (present) stop(`Users have signed in with ${id}, and their sessions are on record: disable it instead.`);
  if (!deleted) return stopUnknown(id);
  log(`${id} is deleted.`);
}

/** The secret is the last line: it may be piped to where it is kept. */
function tellSecret(flags, id, number) {
  const key = setting(flags, 'APP_KEY');
  if (!key) return log(`Its secret cannot be computed without APP_KEY: create one at /admin/clients/${id}, or with \`client secret ${id}\` and APP_KEY in the environment.`);
  log('Its secret, which is not stored. It is right if this APP_KEY is the one of the Worker:');
  console.log(clientSecret(key, id, number));
}

function checkId(id) {
  if (!isClientId(id)) stop(`"${id}" cannot be a client id: 3 to 64 lower-case letters, digits and hyphens.`);
}

const stopUnknown = (id) => stop(`There is no client ${id}: \`npm run admin -- client list\` shows them.`);
