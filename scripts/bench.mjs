// `npm run bench`: how fast the production build is, beside Better Auth and beside the platform itself (bench/README.md).
// `npm run bench -- --short` is the same in a minute; `npm run bench -- --growth` is what a million users do to it, and
// `npm run bench -- --profiles` compares ways to build it. `npm run bench -- --operations` counts what each door costs, and
// `npm run bench -- --costs` says anew what that comes to (docs/SCALE.md).

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installPackages } from './lib/packages.mjs';
import { requireNode, requireRust } from './lib/prerequisites.mjs';
import { environment, run } from './lib/run.mjs';
import { stop } from './lib/tell.mjs';
import { buildFloor, buildWasm } from './lib/wasm.mjs';

/** Local D1 writes to its file with every query, reading ones too. How fast this machine's disk is, is of no interest. */
const MEMORY = '/dev/shm';

const programs = {
  '': 'bench.mjs',
  '--short': 'bench.mjs',
  '--growth': 'growth/growth.mjs',
  '--growth --short': 'growth/growth.mjs',
  '--profiles': 'profiles/profiles.mjs',
  '--profiles --short': 'profiles/profiles.mjs',
  '--operations': 'operations.mjs',
  '--costs': 'costs.mjs',
};

const flags = process.argv.slice(2);
const program = programs[flags.join(' ')];
if (!program) stop(`\`npm run bench\` measures for a report; bench/README.md says what these do: ${Object.keys(programs).join(' ')}`);

requireNode();
requireRust();
await installPackages();
await buildWasm();
await buildFloor();

const place = process.env.TMPDIR ?? (fs.existsSync(MEMORY) ? MEMORY : os.tmpdir());
environment.TMPDIR = fs.mkdtempSync(path.join(place, 'gatehouse-bench-'));
// Ctrl-C reaches the bench too, and ends it. What it leaves then would stay in memory.
process.on('SIGINT', () => {});
const done = await run('node', [`bench/${program}`, ...flags]);
fs.rmSync(environment.TMPDIR, { recursive: true, force: true });
if (!done) stop('The bench ended early; the reason is above.');
