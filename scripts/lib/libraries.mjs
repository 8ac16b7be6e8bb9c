// The npm packages that this repository publishes: each folder of packages/ that has a lockfile.

import fs from 'node:fs';
import path from 'node:path';
import { hashOf, isFresh, leave } from './build-stamp.mjs';
import { log } from './log.mjs';
import { installPackages } from './packages.mjs';
import { inRoot } from './paths.mjs';
import { quietly } from './run.mjs';

export const libraries = fs
  .readdirSync(inRoot('packages'))
  .map((name) => path.join('packages', name))
  .filter((folder) => fs.existsSync(inRoot(folder, 'package-lock.json')));

/** What `dist` is made of; the build adds a file to `src`. */
const sourcesOf = (folder) => hashOf(['docs/openapi.json', ...['package-lock.json', 'package.json', 'tsconfig.json', 'scripts', 'src'].map((name) => path.join(folder, name))]);

/** Installs what they need, and builds those that have changed. */
export async function buildLibraries() {
  for (const folder of libraries) {
    await installPackages(folder);
    const stamp = inRoot(folder, 'node_modules', '.gatehouse-built');
    if (fs.existsSync(inRoot(folder, 'dist')) && isFresh(stamp, sourcesOf(folder))) continue;
    log(`Building ${folder}…`);
    await quietly('npm', ['run', '--if-present', 'build'], { cwd: inRoot(folder) });
    leave(stamp, sourcesOf(folder));
  }
}
