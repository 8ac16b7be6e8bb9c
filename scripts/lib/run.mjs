// Running other programs: loudly, when their output matters; quietly, when only a failure does.

import childProcess from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { stop } from './log.mjs';
import { inProject, npmBin, project } from './paths.mjs';

/**
 * The environment of every child: the checkout's own Node first, and a wrangler and a linter that ask, report and fetch nothing.
 */
export const environment = {
  ...process.env,
  PATH: [...new Set([path.dirname(npmBin('node')), inProject('node_modules', '.bin'), process.env.PATH])].join(path.delimiter),
  NODE_COMPILE_CACHE: inProject('node_modules', '.cache', 'node'), // wrangler is 10 MB of JavaScript
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true', // the banner looks for updates
  CLOUDFLARE_CF_FETCH_ENABLED: 'false', // Request.cf would be fetched from the internet
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
};

/** Runs to the end with this terminal's output, and its input if the program may ask; false means it failed. */
export async function run(command, args, { asks = false } = {}) {
  const child = childProcess.spawn(command, args, { cwd: project, env: environment, stdio: [asks ? 'inherit' : 'ignore', 'inherit', 'inherit'] });
  return (await ended(child)) === 0;
}

/** Runs to the end in silence except a sign of life; a failure prints all output and stops, with `advice`. `yields` lowers its priority. */
export async function quietly(command, args, { env = environment, cwd = project, what = path.basename(command), yields = false, advice = '' } = {}) {
  const child = childProcess.spawn(command, args, { cwd, env: { ...env, ...CARGO_COUNTS }, stdio: ['ignore', 'pipe', 'pipe'] });
  if (yields && child.pid) os.setPriority(child.pid, 5);
  const running = { what, output: '', began: Date.now() };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (running.output += text));

  watch(running);
  const code = await ended(child);
  unwatch(running);

  if (code !== 0) {
    process.stderr.write(running.output.replaceAll(PROGRESS, ''));
    stop(`\`${path.basename(command)} ${args.join(' ')}\` failed; its output is above.${advice}`);
  }
}

/** Cargo reports how many of its crates it has compiled only to a terminal. */
const CARGO_COUNTS = { CARGO_TERM_PROGRESS_WHEN: 'always', CARGO_TERM_PROGRESS_WIDTH: '80' };
const PROGRESS = /[^\n]*\r|\u001b\[K/g;

const quiet = new Set();
let signOfLife;

/** One line for all running programs. */
function watch(running) {
  quiet.add(running);
  signOfLife ??= setInterval(() => console.log(`           ${[...quiet].map(progress).join('; ')}…`), 15_000);
}

function unwatch(running) {
  quiet.delete(running);
  if (quiet.size) return;
  clearInterval(signOfLife);
  signOfLife = undefined;
}

function progress({ what, output, began }) {
  const [, done, all] = [...output.matchAll(/\] (\d+)\/(\d+)/g)].at(-1) ?? [];
  const seconds = Math.round((Date.now() - began) / 1000);
  return `${what} ${seconds} s${all ? `, ${done} of ${all} crates` : ''}`;
}

/** Runs to the end in silence; returns the exit code and the output. */
export async function capture(command, args) {
  const child = childProcess.spawn(command, args, { cwd: project, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) child[stream].setEncoding('utf8').on('data', (text) => (said[stream] += text));
  return { code: await ended(child), ...said };
}

/** The first line a program prints, or nothing if it is missing or fails. */
export function answer(command, args) {
  const { status, stdout } = childProcess.spawnSync(command, args, { cwd: project, env: environment, encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0] : undefined;
}

const ended = (child) =>
  new Promise((resolve) => {
    child.on('error', () => resolve(127)); // as a shell says "no such program"
    child.on('close', (code) => resolve(code ?? 1));
  });
