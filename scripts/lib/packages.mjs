// The npm packages: wrangler, miniflare and workerd, a Node new enough for them, esbuild and wasm-opt; for the tests Chromium,
// its driver, and axe; and for the bench Better Auth. Each library in packages/ and each example has a lockfile of its own.

import fs from 'node:fs';
import path from 'node:path';
import { hashOf, isFresh, leave } from './build-stamp.mjs';
import { stop, log } from './log.mjs';
import { inRoot, isCheckout } from './paths.mjs';
import { answer, environment, quietly } from './run.mjs';

/** Those of the checkout, or of a folder in it. The package `@gatehouse/worker` has its dependencies from its own installation. */
export async function installPackages(folder = '.') {
  if (!isCheckout) return;
  const stamp = inRoot(folder, 'node_modules', '.gatehouse-stamp');
  const locked = hashOf([path.join(folder, 'package-lock.json'), ...ofOurs(folder)]);
  if (isFresh(stamp, locked)) return;

  if (!answer('npm', ['--version'])) stop('This needs npm, which comes with Node: install Node from https://nodejs.org and run this again.');
  log(`Installing npm packages${folder === '.' ? '' : ` of ${folder}`} (about 10 s)…`);
  // Errors only: npm would warn that wrangler wants a newer Node than the one npm runs on. It gets one: the package `node` is
  // among those being installed.
  await quietly('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], { env: outsideNpm(), cwd: inRoot(folder) });
  leave(stamp, locked);
}

/** The files of our own packages that npm copies into the folder. */
function ofOurs(folder) {
  const manifest = (folder) => JSON.parse(fs.readFileSync(inRoot(folder, 'package.json'), 'utf8'));
  const addresses = Object.values(manifest(folder).dependencies ?? {}).filter((address) => address.startsWith('file:'));
  const folders = addresses.map((address) => path.join(folder, address.slice('file:'.length)));
  return folders.flatMap((folder) => ['package.json', ...manifest(folder).files].map((name) => path.join(folder, name)));
}

/** `npm ci` begins by deleting node_modules, so it must not run on the Node in that folder. */
function outsideNpm() {
  const elsewhere = (folder) => !folder.endsWith(path.join('node_modules', '.bin'));
  return { ...environment, PATH: environment.PATH.split(path.delimiter).filter(elsewhere).join(path.delimiter) };
}
