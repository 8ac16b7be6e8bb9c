// `npm run scale`: rebuilds the tables of docs/operate/SCALE.md from the cost of each route (tests/operations/operations.json),
// the CPU of the last full bench and the model in scripts/scale. `npm run scale -- --count` first counts the cost of each route.

import { stop } from './lib/log.mjs';
import { installPackages } from './lib/packages.mjs';
import { requireNode, requireRust } from './lib/prerequisites.mjs';
import { run } from './lib/run.mjs';
import { refuseSwallowed } from './lib/swallowed.mjs';
import { buildWasm } from './lib/wasm.mjs';

refuseSwallowed('npm run scale', { plain: ['count'] });
const flags = process.argv.slice(2);
const counts = flags[0] === '--count';
if (flags.length > Number(counts)) stop('`npm run scale` has one flag: `npm run scale -- --count`.');

requireNode();
await installPackages();
if (counts) {
  requireRust();
  await buildWasm();
}
if (!(await run('node', [`scripts/scale/${counts ? 'count' : 'update'}.mjs`]))) stop('The tables are unchanged; the reason is above.');
