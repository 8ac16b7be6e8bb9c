// `npm run example NAME`: an example beside a Gatehouse of its own, with a user and the settings it needs.

import fs from 'node:fs';
import path from 'node:path';
import util from 'node:util';
import { USER, createUser, registerClient } from './lib/example-user.mjs';
import { examples } from './lib/examples.mjs';
import { serveGatehouse } from './lib/gatehouse.mjs';
import { stateIn } from './lib/local.mjs';
import { log } from './lib/log.mjs';
import { installPackages } from './lib/packages.mjs';
import { inRoot } from './lib/paths.mjs';
import { requireFreePort, requireNode } from './lib/prerequisites.mjs';
import { environment } from './lib/run.mjs';
import { startServer } from './lib/servers.mjs';
import { refuseSwallowed } from './lib/swallowed.mjs';

const IP = '127.0.0.1';
const COMMAND = 'npm run example';

requireNode();
refuseSwallowed(COMMAND, { valued: ['port', 'persist-to', 'var'] });
const { name, port, state, vars } = understand();
const example = examples[name];
const [folder, app] = [path.join('examples', name), `http://localhost:${port}`];
/** Service bindings find Gatehouse by its name: the one of this example, and no other that runs on this machine. */
const env = { ...environment, WRANGLER_REGISTRY_PATH: path.join(state, 'registry') };

for (const wanted of [port, port + 1]) await requireFreePort(IP, wanted, `${COMMAND} ${name}`);
await installPackages();
await example.install(folder);
const record = path.join(state, '.gatehouse-example');
if (!fs.existsSync(record)) fs.rmSync(state, { recursive: true, force: true }); // a first start that was interrupted
const { served: auth } = await serveGatehouse({ ip: IP, port: port + 1, protocol: 'http', state, flags: settings(), env });
const secret = await setUp();
const server = await example.start({ folder, port: String(port), app, auth, state, secret });
await startServer(server.command[0], server.command.slice(1), { url: app, cwd: inRoot(folder), env: { ...env, ...server.env } });
tell();

function understand() {
  try {
    const options = { port: { type: 'string' }, 'persist-to': { type: 'string' }, var: { type: 'string', multiple: true, default: [] } };
    const { values, positionals: [name, ...more] } = util.parseArgs({ options, allowPositionals: true });
    const port = Number(values.port ?? examples[name]?.port);
    if (Object.hasOwn(examples, name ?? '') && !more.length && Number.isInteger(port) && port > 0 && port < 65535) {
      const home = stateIn(values['persist-to'] ?? path.join('.wrangler', 'examples'));
      return { name, port, vars: values.var, state: path.join(home, `${name}-${port}`) };
    }
  } catch {
    // An unknown flag: the usage lists the valid ones.
  }
  console.error(`Usage: ${COMMAND} NAME [-- --port PORT] [--persist-to DIR] [--var NAME:VALUE]`);
  for (const [name, { what }] of Object.entries(examples)) console.error(`  ${name.padEnd(17)}${what}`);
  console.error('Gatehouse has the port after PORT. --var is a setting of Gatehouse.');
  process.exit(1);
}

/** Those of the example, then those that the user has given. */
function settings() {
  const own = Object.entries(example.settings?.({ app }) ?? {}).map(([name, value]) => `${name}:${value}`);
  return [...own, ...vars].flatMap((setting) => ['--var', setting]);
}

/** Creates the user and the client at the first start; returns the client's secret. */
async function setUp() {
  if (!fs.existsSync(record)) {
    log(`Creating ${USER.login}…`);
    const token = await createUser(auth, state);
    const secret = example.client && (await registerClient(auth, token, example.client({ app })));
    fs.writeFileSync(record, JSON.stringify({ secret }), { mode: 0o600 });
  }
  return JSON.parse(fs.readFileSync(record, 'utf8')).secret;
}

function tell() {
  log(`${example.use ?? 'Open'}: ${app}${example.page ?? ''}`);
  log(`Sign in as "${USER.login}" with the password "${USER.password}", or register. Emails appear at ${auth}/dev/mail.`);
  log(`${USER.login} is an administrator, too: ${auth}/admin`);
  log(`Ctrl-C stops everything. The data stays in ${state}.`);
}
