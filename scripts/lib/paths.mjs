// Paths: these scripts' own folder, the user's project, npm's programs, and the tools kept outside.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const inRoot = (...parts) => path.join(root, ...parts);
export const npmBin = (name) => inRoot('node_modules', '.bin', name);

/** A checkout builds the Worker; the npm package @gatehouse/worker has it built, and the same scripts. */
export const isCheckout = fs.existsSync(inRoot('Cargo.toml'));

/** The folder of wrangler.toml and of local state: the checkout, or the one in which the npm package is used. */
export const project = isCheckout ? root : process.cwd();
export const inProject = (...parts) => path.join(project, ...parts);

// Compiling the build tools takes minutes, so every checkout and every clean clone shares one copy of each version.
const caches = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
export const tools = path.resolve(process.env.GATEHOUSE_TOOLS ?? path.join(caches, 'gatehouse'));
