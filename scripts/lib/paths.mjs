// Paths: the checkout, npm's programs in it, and the tools kept outside it.

import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const inRoot = (...parts) => path.join(root, ...parts);
export const npmBin = (name) => inRoot('node_modules', '.bin', name);

// Compiling the build tools takes minutes, so every checkout and every clean clone shares one copy of each version.
const caches = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
export const tools = path.resolve(process.env.GATEHOUSE_TOOLS ?? path.join(caches, 'gatehouse'));
