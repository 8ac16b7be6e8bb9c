// `npm run build`, and the `[build]` command of wrangler.toml, so that `wrangler deploy` and a saved file in `wrangler
// dev` build the same way.

import { installPackages } from './lib/packages.mjs';
import { requireNode, requireRust } from './lib/prerequisites.mjs';
import { buildWasm } from './lib/wasm.mjs';

requireNode();
requireRust();
const packages = installPackages();
await Promise.all([packages, buildWasm(packages)]);
