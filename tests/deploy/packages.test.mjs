// The npm packages, installed into an empty folder of a machine without Rust, and the repository behind the deploy button.

import { strict as assert } from 'node:assert';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { promisify, parseEnv } from 'node:util';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { notice, press, signIn, title, type, visitor } from '../browser/browser.mjs';
import { closing } from '../workerd/closing.mjs';
import { ada } from '../workerd/people.mjs';
import { freePort } from '../workerd/ports.mjs';
import { until } from '../workerd/until.mjs';
import { openAccount } from './cloudflare.mjs';
import { SECRETS, openButton, withoutCargo } from './project.mjs';

const execute = promisify(execFile);
const env = { ...process.env, PATH: withoutCargo() };

test('npm create makes a project in which a stranger registers, activates the account and signs in, without Rust', async (t) => {
  await assert.rejects(execute('cargo', ['--version'], { env }), { code: 'ENOENT' });
  const folder = await created(t);
  const address = await started(t, folder);
  const page = await visitor(t, { address });
  await page.goto('/account/register');
  await type(page, 'Username', ada.login);
  await type(page, 'Email', ada.email);
  await type(page, 'New password (at least 8 characters)', ada.password);
  await press(page, 'button', 'Create account');
  assert.match(await notice(page), /^We've sent you an email/);
  await page.goto(await until(() => activationAt(address), 'no email came'));
  await press(page, 'button', 'Activate account');
  await signIn(page, ada);
  assert.equal(await title(page), 'Account');

  const { stdout } = await execute('npm', ['run', 'admin', '--', 'promote', 'ada'], { cwd: folder, env });
  assert.match(stdout, /is an administrator from the next sign-in on/);
});

test('a package has the commands and what they import, and nothing that builds the Worker', async () => {
  const files = await readdir(inRoot('build', 'packages', 'worker'), { recursive: true });
  for (const name of ['build/index_bg.wasm', 'migrations/0001_first_story.sql', 'scripts/deploy.mjs', 'scripts/lib/log.mjs']) assert.ok(files.includes(name), name);
  assert.deepEqual(files.filter((name) => /Cargo|\.rs$|toolchain|wasm\.mjs|\.dev\.vars/.test(name)), []);
});

test('the repository of the deploy button asks for each setting, and deploys without a terminal', async (t) => {
  const account = await openAccount(t);
  const project = await openButton(t, account);
  const { cloudflare, scripts } = JSON.parse(await project.file('package.json'));
  const toml = await project.file('wrangler.toml');
  assert.deepEqual(Object.keys(parseEnv(await project.file('.dev.vars.example'))), Object.keys(SECRETS));
  for (const name of Object.keys(cloudflare.bindings)) assert.ok(Object.hasOwn(SECRETS, name) || new RegExp(`^(${name} = ""|binding = "${name}")$`, 'm').test(toml), `no ${name}`);
  assert.equal(scripts.deploy, 'gatehouse deploy');
  assert.doesNotMatch(toml, /^\[build\]/m);

  const { code, said } = await project.deployInCi(SECRETS, ...project.flags);
  assert.equal(code, 0, said);
  assert.deepEqual(account.holdings(), { databases: ['gatehouse'], namespaces: ['gatehouse-kv'], scripts: ['gatehouse'] });
});

/** The folder of a project whose package comes from this checkout instead of the registry. */
async function created(t) {
  const home = await mkdtemp(join(tmpdir(), 'gatehouse-create-'));
  closing(t, () => rm(home, { recursive: true }));
  const [worker, create] = await Promise.all(['worker', 'create-gatehouse'].map((name) => packed(name, home)));
  await execute('npm', ['exec', '--yes', '--offline', `--package=${create}`, '--', 'create-gatehouse', 'auth', '--no-install'], { cwd: home, env });
  const folder = join(home, 'auth');
  assert.deepEqual((await readdir(folder)).sort(), ['.gitignore', 'README.md', 'package.json', 'wrangler.toml']);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  manifest.dependencies['@gatehouse/worker'] = `file:${worker}`;
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await execute('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, env });
  return folder;
}

async function packed(name, home) {
  const { stdout } = await execute('npm', ['pack', '--silent', '--pack-destination', home], { cwd: inRoot('build', 'packages', name) });
  return join(home, stdout.trim());
}

/** `npm start`, until the test ends; returns its address. */
async function started(t, folder) {
  const port = await freePort('127.0.0.1');
  const child = spawn('npm', ['start', '--', '--port', String(port)], { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  closing(t, async () => {
    process.kill(-child.pid, 'SIGTERM'); // npm and all that it has started
    await ended;
  });
  await until(() => /Serving /.test(said) || child.exitCode !== null, () => `it does not serve: ${said}`);
  assert.equal(child.exitCode, null, said);
  return `http://localhost:${port}`;
}

async function activationAt(address) {
  const text = await (await fetch(`${address}/dev/mail`)).text();
  return text.match(/href="([^"]+token=gha_[\w-]+)"/)?.[1];
}
