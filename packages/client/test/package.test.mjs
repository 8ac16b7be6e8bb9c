// The package as npm delivers it: its size, its types, and what others' tools say of it.

import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { emptyFolder, pack } from '../../../tests/packed.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const bin = (name) => join(here, 'node_modules', '.bin', name);
const KIB = 1024;

/** Runs a program to its end; a failure shows its output. */
async function run(program, args, cwd = here) {
  try {
    return (await promisify(execFile)(program, args, { cwd })).stdout;
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')}:\n${error.stdout}${error.stderr}`, { cause: error });
  }
}

test('the client is at most 6 KiB in a bundle, compressed', async () => {
  const { outputFiles: [{ contents }] } = await build({
    entryPoints: [join(here, 'dist/index.js')], bundle: true, minify: true, format: 'esm', write: false,
  });
  const size = gzipSync(contents, { level: 9 }).length;
  assert.ok(size <= 6 * KIB, `it is ${size} bytes`);
});

test('publint and attw find nothing', async (t) => {
  const { tarball } = await pack('packages/client', await emptyFolder(t));
  await run(bin('publint'), [tarball, '--strict']);
  await run(bin('attw'), [tarball, '--profile', 'esm-only']);
});

test('installed from its tarball, it is used by a strict TypeScript program and runs in Node', async (t) => {
  const folder = await emptyFolder(t);
  const { tarball, files } = await pack('packages/client', folder);
  assert.deepEqual(files.filter((path) => !path.startsWith('dist/')).sort(), ['LICENSE', 'README.md', 'package.json']);
  await writeFile(join(folder, 'package.json'), '{"type": "module", "private": true}');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', tarball], folder);
  await types(folder);
  await writeFile(join(folder, 'program.ts'), await readFile(new URL('program.ts', import.meta.url)));
  for (const module of ['node16', 'bundler']) {
    const how = module === 'node16' ? ['--module', 'node16'] : ['--module', 'esnext', '--moduleResolution', 'bundler'];
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target', 'es2022'];
    await run(process.execPath, [require.resolve('typescript/bin/tsc'), ...how, ...strict, 'program.ts'], folder);
  }
  assert.equal(await run(process.execPath, ['program.js'], folder), 'nobody is signed in\n');
});

test('the examples of the README are programs without type errors', async (t) => {
  const folder = await mkdtemp(join(here, 'test', 'readme-')); // in the package, where its own name is known
  t.after(() => rm(folder, { recursive: true }));
  const readme = await readFile(join(here, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```(jsx?)\n(.*?)^```$/gms)];
  const client = examples.find(([, , code]) => code.startsWith('// auth.js'))[2];
  await writeFile(join(folder, 'auth.js'), client);
  for (const [number, [, kind, code]] of examples.entries()) {
    const name = code.includes('auth.') && !code.includes("'./auth.js'") ? `import { auth } from './auth.js';\n${code}` : code;
    await writeFile(join(folder, `example-${number}.${kind}`), code === client ? '' : name);
  }
  assert.equal(examples.length, 4);
  const options = { allowJs: true, checkJs: true, noEmit: true, jsx: 'react-jsx', module: 'node16', target: 'es2022', strict: true };
  const compilerOptions = { ...options, noImplicitAny: false, moduleDetection: 'force' };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.js', '*.jsx'] }));
  await run(process.execPath, [require.resolve('typescript/bin/tsc'), '--project', folder]);
});

/** React's types, for the part of the package that is for React. */
async function types(folder) {
  await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
  for (const name of ['@types/react', 'react', 'csstype']) {
    await symlink(join(here, 'node_modules', name), join(folder, 'node_modules', name));
  }
}
