// `npm run bench`: the speed of the production build, against Better Auth and the bare platform (bench/README.md). `npm run bench
// -- --short` is the same in a minute; `npm run bench -- --growth` measures it with a million users, `npm run bench --
// --profiles` compares build options, and `npm run bench -- --argon2` compares our Argon2id with the argon2 crate.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stop } from './lib/log.mjs';
import { installPackages } from './lib/packages.mjs';
import { requireNode, requireRust } from './lib/prerequisites.mjs';
import { environment, run } from './lib/run.mjs';
import { refuseSwallowed } from './lib/swallowed.mjs';
import { installTarget } from './lib/toolchain.mjs';
import { buildBaseline, buildWasm } from './lib/wasm.mjs';

/** Local D1 writes to its file with every query, even reads. The speed of this machine's disk is not the subject. */
const MEMORY = '/dev/shm';
const GB = 1e9;

/** By flag: the programs, the builds they need, and the room their databases may take. */
const compared = { program: 'bench.mjs', builds: [buildWasm, buildBaseline], room: GB };
const growth = { program: 'growth/growth.mjs', builds: [buildWasm], room: 8 * GB };
const profiles = { program: 'profiles/profiles.mjs', builds: [], room: GB };
const benches = {
  '': compared,
  '--short': compared,
  '--growth': growth,
  '--growth --short': growth,
  '--profiles': profiles,
  '--profiles --short': profiles,
  '--argon2': { program: 'argon2/run.mjs', builds: [installTarget], room: 0 },
};

const flags = process.argv.slice(2);
refuseSwallowed('npm run bench', { plain: [...new Set(Object.keys(benches).join(' ').match(/(?<=--)\w+/g))] });
const bench = benches[flags.join(' ')];
if (!bench) {
  const known = Object.keys(benches).filter(Boolean).join('`, `');
  stop(`Unknown flags. After \`npm run bench --\`, bench/README.md allows: \`${known}\`.`);
}

requireNode();
requireRust();
await installPackages();
for (const build of bench.builds) await build();

environment.TMPDIR = fs.mkdtempSync(path.join(process.env.TMPDIR ?? placeWith(bench.room), 'gatehouse-bench-'));
// Ctrl-C also reaches the bench, and ends it. Its leftover files would otherwise stay in memory.
process.on('SIGINT', () => {});
const done = await run('node', [`bench/${bench.program}`, ...flags]);
fs.rmSync(environment.TMPDIR, { recursive: true, force: true });
if (!done) stop('The bench ended early; the reason is above.');

/** In memory, if there is enough to spare. */
function placeWith(room) {
  if (!fs.existsSync(MEMORY)) return os.tmpdir();
  const { bavail, bsize } = fs.statfsSync(MEMORY);
  return bavail * bsize > room ? MEMORY : os.tmpdir();
}
