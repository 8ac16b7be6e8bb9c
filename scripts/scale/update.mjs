// `npm run scale`: the tables of docs/operate/SCALE.md anew, after a full bench or a change of this folder.

import { takeOver } from './cpu.mjs';
import { writeTables } from './tables.mjs';

await takeOver();
await writeTables();
