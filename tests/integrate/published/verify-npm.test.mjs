// The npm package `@gatehouse/verify` as it would be published: what tools think of it, and how a strict program uses it.

import { strict as assert } from 'node:assert';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { emptyFolder, pack } from '../../packed.mjs';
import { NODES, run as runIn } from './nodes.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const packages = fileURLToPath(new URL('../../../packages', import.meta.url));
const run = (program, args, cwd = here) => runIn(program, args, cwd);
const tool = (name) => path(here, 'node_modules/.bin', name);

test('publint and attw find nothing in the package', async () => {
  await run(tool('publint'), ['--strict', path(packages, 'verify')]);
  await run(tool('attw'), ['--pack', path(packages, 'verify'), '--profile', 'esm-only']);
});

test('a strict program compiles with the packed package, and runs with each Node', async (t) => {
  const folder = await emptyFolder(t);
  const { tarball } = await pack('packages/verify', folder);
  await cp(path(here, 'consumer.ts'), path(folder, 'consumer.ts'));
  await writeFile(path(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies: await ofTheProgram() }));
  await cp(path(here, 'package-lock.json'), path(folder, 'package-lock.json'));
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  await run('npm', ['install', '--no-save', tarball, ...quiet], folder);

  for (const [module, moduleResolution] of [['node16', 'node16'], ['esnext', 'bundler']]) {
    await t.test(moduleResolution, async (t) => {
      const compilerOptions = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'], types: ['node'], module, moduleResolution, outDir: moduleResolution };
      await writeFile(path(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
      await run(tool('tsc'), ['--project', '.'], folder);
      for (const [version, node] of Object.entries(NODES)) await t.test(`Node ${version}`, () => uses(folder, moduleResolution, node));
    });
  }
});

/** What the program needs, without the tools of this test. */
async function ofTheProgram() {
  const { devDependencies } = JSON.parse(await readFile(path(here, 'package.json'), 'utf8'));
  const isTool = (name) => /^node-|^publint$|^typescript$|^@arethetypeswrong/.test(name);
  return Object.fromEntries(Object.entries(devDependencies).filter(([name]) => !isTool(name)));
}

async function uses(folder, built, node) {
  const said = await run(node, [path(built, 'consumer.js'), path(packages, 'verify-vectors/vectors.json')], folder);
  const lines = ['inWorker', 'inHono', 'inExpress', 'inFastify'].map((adapter) => `${adapter} 200 ada 401 true`);
  assert.deepEqual(said.trim().split('\n'), lines);
}
