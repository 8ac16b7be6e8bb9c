// `npm run scale -- --count`: counts every route's operations on D1, KV, the limits and the mail provider. The results are
// tests/operations/operations.json and the tables of docs/operate/SCALE.md; every single statement is in build/operations.json.

import { mkdir, writeFile } from 'node:fs/promises';
import { during } from '../../bench/scope.mjs';
import { countAll, spelled } from '../../tests/operations/count.mjs';
import { log } from '../lib/log.mjs';
import { inRoot } from '../lib/paths.mjs';
import { OPERATIONS, writeTables } from './tables.mjs';

log('Calling every route once…');
const counted = await during(countAll);
await mkdir(inRoot('build'), { recursive: true });
await writeFile(inRoot('build', 'operations.json'), JSON.stringify(counted, null, 1));
await writeFile(OPERATIONS, spelled(counted));
log('Written to tests/operations/operations.json, and each statement to build/operations.json.');
await writeTables();
