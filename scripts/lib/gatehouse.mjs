// A Gatehouse on this machine: every step from a fresh clone, or from the npm package, to a running service.

import { addressOf, answers, noteAddress } from './address.mjs';
import { migrate, writeSettings } from './local.mjs';
import { log } from './log.mjs';
import { installPackages } from './packages.mjs';
import { project } from './paths.mjs';
import { requireFreePort } from './prerequisites.mjs';
import { environment } from './run.mjs';
import { startServer } from './servers.mjs';
import { buildWorker, requireBuilder } from './worker.mjs';
import { OWN_CONFIG } from './wrangler-toml.mjs';

/** Serves it with wrangler dev and these flags of it. Returns its address, as `addressOf` does. */
export async function serveGatehouse({ ip, port, protocol, state, flags, env = environment }) {
  const address = addressOf({ ip, port, protocol });
  requireBuilder();
  await requireFreePort(ip, port);
  const packages = installPackages();
  await Promise.all([buildWorker(packages), packages.then(() => prepare(state))]);

  log('Starting…');
  // Ours first: of two equal names wrangler takes the last.
  const ours = ['dev', ...OWN_CONFIG, '--show-interactive-dev-session=false', '--var', `APP_BASE_URL:${address.base}`];
  const defaults = { ip, port, 'persist-to': state };
  const missing = Object.entries(defaults).flatMap(([flag, value]) => unless(flags, flag, value));
  await startServer('wrangler', [...ours, ...missing, ...flags], { cwd: project, env, url: `${address.at}/health` });
  keepTheMinute(address.at);
  noteAddress(state, address.served);
  return address;
}

async function prepare(state) {
  writeSettings();
  await migrate(state);
}

function unless(flags, flag, value) {
  const given = flags.some((given) => given === `--${flag}` || given.startsWith(`--${flag}=`));
  return given ? [] : [`--${flag}`, String(value)];
}

/** The deployed service has a cron trigger; wrangler dev leaves that to the developer. */
function keepTheMinute(at) {
  setInterval(() => answers(`${at}/cdn-cgi/local/scheduled`), 60_000).unref();
}
