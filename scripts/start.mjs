// `npm start`: every step from a fresh clone, or from the npm package, to a running service. Flags are wrangler dev's and are passed on to it.

import childProcess from 'node:child_process';
import util from 'node:util';
import { addressOf, answers, noteAddress } from './lib/address.mjs';
import { migrate, stateIn, writeSettings } from './lib/local.mjs';
import { stop, log } from './lib/log.mjs';
import { installPackages } from './lib/packages.mjs';
import { project } from './lib/paths.mjs';
import { requireFreePort, requireNode } from './lib/prerequisites.mjs';
import { environment } from './lib/run.mjs';
import { refuseSwallowed } from './lib/swallowed.mjs';
import { buildWorker, requireBuilder } from './lib/worker.mjs';

requireNode();
refuseSwallowed('npm start', { valued: ['ip', 'port', 'persist-to', 'local-protocol', 'var', 'env'] });
const flags = process.argv.slice(2);
const { ip, port, protocol, state } = understand(flags);
const { at, atHome, served, base } = addressOf({ ip, port, protocol });

requireBuilder();
await requireFreePort(ip, port);
const packages = installPackages();
await Promise.all([buildWorker(packages), packages.then(prepare)]);
await serve();

/** The flags that this script uses too, with our defaults. */
function understand(flags) {
  const string = { type: 'string' };
  const options = { ip: string, port: string, 'persist-to': string, 'local-protocol': string };
  const { values } = util.parseArgs({ args: flags, strict: false, options });
  const port = Number(values.port ?? 8787);
  if (!(Number.isInteger(port) && port > 0 && port < 65536)) stop('--port must be a number from 1 to 65535.');
  const protocol = values['local-protocol'] ?? 'http';
  if (!['http', 'https'].includes(protocol)) stop('--local-protocol must be http or https.');
  return { ip: values.ip ?? '127.0.0.1', port, protocol, state: stateIn(values['persist-to']) };
}

async function prepare() {
  writeSettings();
  await migrate(state);
}

async function serve() {
  log('Starting…');
  const wrangler = childProcess.spawn(
    'wrangler',
    // Ours first: of two equal names wrangler takes the last.
    ['dev', '--show-interactive-dev-session=false', '--var', `APP_BASE_URL:${base}`, ...unless('ip', ip), ...unless('port', port), ...unless('persist-to', state), ...flags],
    { cwd: project, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
  );

  // Wrangler's startup output matters only if it fails to start.
  let start = '';
  let ready = false;
  for (const [from, to] of [[wrangler.stdout, process.stdout], [wrangler.stderr, process.stderr]]) {
    from.on('data', (text) => (ready ? to.write(text) : (start += text)));
  }

  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { asked = true; wrangler.kill(signal); });
  wrangler.on('exit', (code) => {
    if (!ready) process.stderr.write(start);
    process.exit(asked ? 0 : code ?? 1);
  });

  while (!(await answers(`${at}/health`))) await new Promise((resolve) => setTimeout(resolve, 20));
  ready = true;
  keepTheMinute();
  noteAddress(state, served);
  log(`Serving ${served}`);
  if (atHome) log(`Emails appear at ${served}/dev/mail; Ctrl-C stops the service.`);
  else log(`Emails are shown only to this machine, and without https browsers keep sessions only for localhost: --ip 0.0.0.0 also serves ${protocol}://localhost:${port}. Ctrl-C stops the service.`);
}

function unless(flag, value) {
  const given = flags.some((given) => given === `--${flag}` || given.startsWith(`--${flag}=`));
  return given ? [] : [`--${flag}`, String(value)];
}

/** The deployed service has a cron trigger; wrangler dev leaves that to the developer. */
function keepTheMinute() {
  setInterval(() => answers(`${at}/cdn-cgi/local/scheduled`), 60_000).unref();
}
