// The npm packages that this repository publishes: each folder of packages/ that has a lockfile.

import fs from 'node:fs';
import path from 'node:path';
import { log } from './log.mjs';
import { installPackages } from './packages.mjs';
import { inRoot } from './paths.mjs';
import { quietly } from './run.mjs';

export const libraries = fs
  .readdirSync(inRoot('packages'))
  .map((name) => path.join('packages', name))
  .filter((folder) => fs.existsSync(inRoot(folder, 'package-lock.json')));

/** Installs what they need, and builds them. */
export async function buildLibraries() {
  for (const folder of libraries) {
    await installPackages(folder);
    log(`Building ${folder}…`);
    await quietly('npm', ['run', '--if-present', 'build'], { cwd: inRoot(folder) });
  }
}
