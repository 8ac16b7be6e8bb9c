// `npm run bench`: how fast the production build is, beside Better Auth and beside the platform itself (bench/README.md).
// `npm run bench -- --short` is the same in a minute.

import { installPackages } from './lib/packages.mjs';
import { requireNode, requireRust } from './lib/prerequisites.mjs';
import { run } from './lib/run.mjs';
import { stop } from './lib/tell.mjs';
import { buildWasm } from './lib/wasm.mjs';

requireNode();
requireRust();
await installPackages();
await buildWasm();
if (!(await run('node', ['bench/bench.mjs', ...process.argv.slice(2)]))) stop('The bench ended early; the reason is above.');
