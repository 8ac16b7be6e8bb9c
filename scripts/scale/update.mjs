// `npm run scale`: rebuilds the tables of docs/operate/SCALE.md, after a full bench or a change in this folder.

import { takeOver } from './cpu.mjs';
import { writeTables } from './tables.mjs';

await takeOver();
await writeTables();
