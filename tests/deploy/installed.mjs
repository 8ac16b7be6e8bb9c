// A Gatehouse as somebody without Rust has it: made by `npm create gatehouse`, from packages of this checkout.

import { strict as assert } from 'node:assert';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pack } from '../packed.mjs';
import { closing } from '../workerd/closing.mjs';
import { freePort } from '../workerd/ports.mjs';
import { until } from '../workerd/until.mjs';
import { withoutCargo } from './project.mjs';

export const env = { ...process.env, PATH: withoutCargo() };
const execute = promisify(execFile);

/** The project `auth`, made in a folder; its package comes from this checkout instead of the registry. */
export async function created(home) {
  const [worker, create] = await Promise.all(['worker', 'create-gatehouse'].map(async (name) => (await pack(join('build', 'packages', name), home)).tarball));
  await execute('npm', ['exec', '--yes', '--offline', `--package=${create}`, '--', 'create-gatehouse', 'auth', '--no-install'], { cwd: home, env });
  const folder = join(home, 'auth');
  assert.deepEqual((await readdir(folder)).sort(), ['.gitignore', 'README.md', 'package.json', 'wrangler.toml']);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  manifest.dependencies['@gatehouse/worker'] = `file:${worker}`;
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await install(folder);
  return folder;
}

/** Installs packages, or those of the folder's package.json. */
export const install = (folder, ...packages) =>
  execute('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...packages], { cwd: folder, env });

/** `npm start`, until the test ends; returns its address. */
export async function started(t, folder, port) {
  port ??= await freePort('127.0.0.1');
  await serving(t, folder, ['npm', 'start', '--', '--port', String(port)], /Serving /);
  return `http://localhost:${port}`;
}

/** Runs a server until the test ends; returns once it has said that it serves. */
export async function serving(t, folder, [program, ...args], ready) {
  const child = spawn(program, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  closing(t, async () => {
    if (child.exitCode === null) process.kill(-child.pid, 'SIGTERM'); // it and all that it has started
    await ended;
  });
  await until(() => ready.test(said) || child.exitCode !== null, () => `it does not serve: ${said}`);
  assert.equal(child.exitCode, null, said);
}

/** The link of the activation email. */
export function activationAt(address) {
  const look = async () => (await (await fetch(`${address}/dev/mail`)).text()).match(/href="([^"]+token=gha_[\w-]+)"/)?.[1];
  return until(look, 'no email came');
}
