// The npm packages: wrangler, miniflare and workerd, a Node new enough for them, esbuild and wasm-opt; for the tests Chromium,
// its driver, and axe; and for the bench Better Auth. Each library in packages/ has a lockfile of its own.

import path from 'node:path';
import { hashOf, isFresh, leave } from './build-stamp.mjs';
import { stop, log } from './log.mjs';
import { inRoot, isCheckout } from './paths.mjs';
import { answer, environment, quietly } from './run.mjs';

/** Those of the checkout, or of a folder in it. The package `@gatehouse/worker` has its dependencies from its own installation. */
export async function installPackages(folder = '.') {
  if (!isCheckout) return;
  const stamp = inRoot(folder, 'node_modules', '.gatehouse-stamp');
  const locked = hashOf([path.join(folder, 'package-lock.json')]);
  if (isFresh(stamp, locked)) return;

  if (!answer('npm', ['--version'])) stop('This needs npm, which comes with Node: install Node from https://nodejs.org and run this again.');
  log(`Installing npm packages${folder === '.' ? '' : ` of ${folder}`} (about 10 s)…`);
  // Errors only: npm would warn that wrangler wants a newer Node than the one npm runs on. It gets one: the package `node` is
  // among those being installed.
  await quietly('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], { env: outsideNpm(), cwd: inRoot(folder) });
  leave(stamp, locked);
}

/** `npm ci` begins by deleting node_modules, so it must not run on the Node in that folder. */
function outsideNpm() {
  const elsewhere = (folder) => !folder.endsWith(path.join('node_modules', '.bin'));
  return { ...environment, PATH: environment.PATH.split(path.delimiter).filter(elsewhere).join(path.delimiter) };
}
