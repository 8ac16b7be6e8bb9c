// `npm run bench`: how fast the production build is, beside Better Auth and beside the platform itself (bench/README.md).
// `npm run bench -- --short` is the same in a minute.

import fs from 'node:fs';
import { installPackages } from './lib/packages.mjs';
import { requireNode, requireRust } from './lib/prerequisites.mjs';
import { environment, run } from './lib/run.mjs';
import { stop } from './lib/tell.mjs';
import { buildWasm } from './lib/wasm.mjs';

/** Local D1 waits for the disk after every query, reading ones too. How fast this machine's disk is, is of no interest. */
const MEMORY = '/dev/shm';

requireNode();
requireRust();
await installPackages();
await buildWasm();
if (!process.env.TMPDIR && fs.existsSync(MEMORY)) environment.TMPDIR = MEMORY;
if (!(await run('node', ['bench/bench.mjs', ...process.argv.slice(2)]))) stop('The bench ended early; the reason is above.');
