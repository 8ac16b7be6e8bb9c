// `npm start`: everything between a fresh clone and a service that answers. Flags are wrangler dev's and go on to it.

import childProcess from 'node:child_process';
import util from 'node:util';
import { migrate, stateIn, writeSettings } from './lib/local.mjs';
import { installPackages } from './lib/packages.mjs';
import { root } from './lib/place.mjs';
import { requireFreePort, requireNode, requireRust } from './lib/prerequisites.mjs';
import { environment } from './lib/run.mjs';
import { stop, tell } from './lib/tell.mjs';
import { buildWasm } from './lib/wasm.mjs';

requireNode();
const flags = process.argv.slice(2);
const { ip, port, state } = understand(flags);
const url = `http://127.0.0.1:${port}`;

requireRust();
await requireFreePort(ip, port);
await installPackages();
await buildWasm();
writeSettings();
await migrate(state);
await serve();

/** The three flags that matter to us too, with our defaults. */
function understand(flags) {
  const string = { type: 'string' };
  const { values } = util.parseArgs({ args: flags, strict: false, options: { ip: string, port: string, 'persist-to': string } });
  const port = Number(values.port ?? 8787);
  if (!(Number.isInteger(port) && port > 0 && port < 65536)) stop('--port wants a number from 1 to 65535.');
  return { ip: values.ip ?? '127.0.0.1', port, state: stateIn(values['persist-to']) };
}

async function serve() {
  tell('Starting…');
  const wrangler = childProcess.spawn(
    'wrangler',
    // Ours first: of two equal names wrangler takes the last.
    ['dev', '--show-interactive-dev-session=false', '--var', `APP_BASE_URL:${url}`, ...unless('ip', ip), ...unless('port', port), ...unless('persist-to', state), ...flags],
    { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
  );

  // Wrangler's account of its own start is of interest only if it does not start.
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

  await answers(`${url}/health`);
  ready = true;
  keepTheMinute();
  tell(`Serving ${url}`);
  tell(`Letters appear at ${url}/dev/mail; Ctrl-C ends the service.`);
}

function unless(flag, value) {
  const given = flags.some((given) => given === `--${flag}` || given.startsWith(`--${flag}=`));
  return given ? [] : [`--${flag}`, String(value)];
}

async function answers(address) {
  while (!(await fetch(address).then(() => true, () => false))) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** The deployed service has a cron trigger; wrangler dev leaves that to the developer. */
function keepTheMinute() {
  setInterval(() => fetch(`${url}/cdn-cgi/local/scheduled`).catch(() => {}), 60_000).unref();
}
