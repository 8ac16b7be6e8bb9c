// `npm run bench -- --operations`: counts what every door asks D1, KV, the limits and the mail provider for. What it finds is
// bench/operations.json and the tables of docs/operate/SCALE.md; every single statement is in bench/out/operations.json.

import { mkdir, writeFile } from 'node:fs/promises';
import { inRoot } from '../scripts/lib/place.mjs';
import { tell } from '../scripts/lib/tell.mjs';
import { countAll, spelled } from './operations/count.mjs';
import { OPERATIONS, writeTables } from './scale.mjs';
import { during } from './stay.mjs';

tell('Asking every door once…');
const counted = await during(countAll);
await mkdir(inRoot('bench', 'out'), { recursive: true });
await writeFile(inRoot('bench', 'out', 'operations.json'), JSON.stringify(counted, null, 1));
await writeFile(OPERATIONS, spelled(counted));
tell('Written to bench/operations.json, and statement by statement to bench/out/operations.json.');
await writeTables();
