// Packages as npm delivers them, in folders of their own.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inRoot } from '../scripts/lib/paths.mjs';
import { closing } from './workerd/closing.mjs';

/** A folder outside the checkout, which goes with the test. */
export async function emptyFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  closing(t, () => rm(folder, { recursive: true }));
  return folder;
}

/** Packs a package of this checkout into a folder: its tarball and the paths in it. It is built already: other tests are using it. */
export async function pack(name, folder) {
  const command = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await promisify(execFile)('npm', command, { cwd: inRoot(name) });
  const [{ filename, files }] = JSON.parse(stdout);
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}
