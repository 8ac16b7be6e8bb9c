// `npm run bench -- --costs`: the tables of docs/operate/SCALE.md anew, after a full bench or a change of bench/costs.

import { takeOver } from './costs/cpu.mjs';
import { writeTables } from './scale.mjs';

await takeOver();
await writeTables();
