// What `npm create gatehouse` and its commands say where there can be no project.

import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { emptyFolder } from '../packed.mjs';

const CREATE = inRoot('build', 'packages', 'create-gatehouse', 'index.mjs');
const COMMAND = inRoot('build', 'packages', 'worker', 'gatehouse.mjs');

test('a project is made only in an empty folder, which may be a repository of Git', async (t) => {
  const home = await emptyFolder(t);
  await writeFile(join(home, 'file'), '');
  for (const [folder, reason] of [['file', 'file is not an empty folder.'], ['file/auth', 'file/auth cannot be made (ENOTDIR).'], ['Auth', '"Auth" cannot be the name of a Worker']]) {
    const { code, said } = await run(home, CREATE, folder, '--no-install');
    assert.equal(code, 1, said);
    assert.ok(said.startsWith(reason), said);
  }
  await mkdir(join(home, 'auth', '.git'), { recursive: true });
  assert.equal((await run(home, CREATE, 'auth', '--no-install')).code, 0);
  assert.match((await run(home, CREATE, 'auth', '--no-install')).said, /^auth is not an empty folder\. Choose another/);
});

test('words that are not understood make no project', async (t) => {
  const home = await emptyFolder(t);
  for (const words of [['--help'], ['one', 'two']]) {
    const { code, said } = await run(home, CREATE, ...words);
    assert.deepEqual([code, said], [1, 'Usage: npm create gatehouse@latest FOLDER\n']);
  }
  assert.deepEqual(await readdir(home), []);
});

test('outside a project the commands say so, and leave nothing there', async (t) => {
  const home = await emptyFolder(t);
  for (const words of [['start'], ['admin', 'list'], ['deploy']]) {
    const { code, said } = await run(home, COMMAND, ...words);
    assert.equal(code, 1, said);
    assert.match(said, /^gatehouse: There is no wrangler\.toml in .*: run this in the folder of your Gatehouse\.\n$/);
  }
  assert.deepEqual(await readdir(home), []);
});

/** Runs Node to its end. */
const run = (cwd, ...args) =>
  new Promise((resolve) => {
    execFile(process.execPath, args, { cwd }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, said: stdout + stderr }));
  });
