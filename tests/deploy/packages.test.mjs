// The npm packages, installed into an empty folder of a machine without Rust, and the repository behind the deploy button.

import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import test from 'node:test';
import { promisify, parseEnv } from 'node:util';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { notice, press, signIn, title, type, visitor } from '../browser/browser.mjs';
import { emptyFolder } from '../packed.mjs';
import { ada } from '../workerd/people.mjs';
import { openAccount } from './cloudflare.mjs';
import { activationAt, created, env, started } from './installed.mjs';
import { SECRETS, openButton } from './project.mjs';

const execute = promisify(execFile);

test('npm create makes a project in which a stranger registers, activates the account and signs in, without Rust', async (t) => {
  await assert.rejects(execute('cargo', ['--version'], { env }), { code: 'ENOENT' });
  const folder = await created(await emptyFolder(t));
  const address = await started(t, folder);
  const page = await visitor(t, { address });
  await page.goto('/account/register');
  await type(page, 'Username', ada.login);
  await type(page, 'Email', ada.email);
  await type(page, 'New password (at least 8 characters)', ada.password);
  await press(page, 'button', 'Create account');
  assert.match(await notice(page), /^We've sent you an email/);
  await page.goto(await activationAt(address));
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
