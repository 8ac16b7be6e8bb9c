// The browser of tests/browser. An npm package carries one for Linux on x64, with the libraries and fonts a bare machine
// lacks, so nothing is fetched from a browser vendor's site; elsewhere the tests take the Chrome that is installed.

import fs from 'node:fs';
import path from 'node:path';
import { hashOf, isFresh, leave } from './build-stamp.mjs';
import { log } from './log.mjs';
import { inRoot } from './paths.mjs';
import { environment, quietly } from './run.mjs';

const home = inRoot('build', 'chromium');

export async function unpackChromium() {
  if (process.platform !== 'linux' || process.arch !== 'x64' || process.env.CHROMIUM) return;
  const stamp = path.join(home, '.gatehouse-stamp');
  const locked = hashOf(['package-lock.json', 'scripts/lib/unpack-chromium.mjs']);
  if (isFresh(stamp, locked)) return;

  log('Unpacking Chromium (a few seconds)…');
  fs.rmSync(home, { recursive: true, force: true });
  fs.mkdirSync(home, { recursive: true });
  // The package unpacks to where temporary files go, and there believes whatever is called `chromium` already.
  await quietly('node', [inRoot('scripts', 'lib', 'unpack-chromium.mjs')], { env: { ...environment, TMPDIR: home } });
  leave(stamp, locked);
}
