// The browser of tests/browser. An npm package contains one for Linux on x64, with the libraries and fonts a bare machine lacks,
// so nothing is fetched from a browser vendor's site; elsewhere the tests use the installed Chrome.

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
  // The package unpacks to the folder for temporary files, and trusts any existing file called `chromium` there.
  await quietly('node', [inRoot('scripts', 'lib', 'unpack-chromium.mjs')], { env: { ...environment, TMPDIR: home } });
  leave(stamp, locked);
}
