// Each route's operations on D1, KV, the limits and the mail provider are on record, and docs/operate/SCALE.md is derived from
// them.

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { AT } from '../../bench/comparisons.mjs';
import { assumptions } from '../../scripts/scale/behaviour.mjs';
import { cpuIn } from '../../scripts/scale/cpu.mjs';
import { month, saturation } from '../../scripts/scale/model.mjs';
import { SUBSCRIPTION } from '../../scripts/scale/prices.mjs';
import { OPERATIONS, tablesOfDocument } from '../../scripts/scale/tables.mjs';
import { countAll, spelled } from '../operations/count.mjs';

/** Times differ from run to run, and with them the fill of index pages. */
const SPREAD = 0.05;

const onRecord = JSON.parse(await readFile(OPERATIONS, 'utf8'));
const measured = { ...onRecord, cpu: { 'sign-in': 40, refresh: 1, me: 1, 'verify, API key': 1 } };

test('every route asks for what tests/operations/operations.json says, query for query and row for row', async (t) => {
  const counted = JSON.parse(spelled(await countAll(t)));
  const places = [...counted.scenarios.keys()].filter((place) => !isDeepStrictEqual(counted.scenarios[place], onRecord.scenarios[place]));
  const changed = ({ scenarios }) => places.map((place) => scenarios[place]);
  assert.deepEqual(changed(counted), changed(onRecord), 'if that is meant, run `npm run scale -- --count`');
  assert.equal(counted.scenarios.length, onRecord.scenarios.length);
  for (const [table, bytes] of Object.entries(counted.bytes)) {
    assert.ok(Math.abs(bytes / onRecord.bytes[table] - 1) < SPREAD, `a row of ${table} takes ${bytes} bytes`);
  }
});

test('an address with an account is waited for, asked about and counted as one without', () => {
  const told = (ask, when) => {
    const { trips, statements, kvRead, kvWritten, limits } = onRecord.scenarios.find((one) => one.ask === ask && one.when === when).answer;
    return { trips, statements, kvRead, kvWritten, limits };
  };
  for (const [ask, known, unknown] of [
    ['POST /api/auth/local/register', 'an address that has an account', ''],
    ['POST /api/auth/local/login', 'a wrong password', 'a name nobody has'],
    ['POST /api/auth/local/recover', '', 'an address nobody has'],
    ['POST /api/auth/otp/request', '', 'an address nobody has'],
  ]) assert.deepEqual(told(ask, known), told(ask, unknown), ask);
});

test('the tables of docs/operate/SCALE.md are what the numbers on record come to', async () => {
  const { present, due } = await tablesOfDocument();
  assert.equal(present, due, 'run `npm run scale`');
});

test('what is included costs nothing, and beyond it twice the users cost twice as much', () => {
  const total = (users) => month(measured, assumptions, users).total - SUBSCRIPTION;
  assert.equal(total(10), 0);
  const [one, two] = [total(1e10), total(2e10)];
  assert.ok(Math.abs(two / one - 2) < 0.001, `${one}, ${two}`);
});

test('one database is enough until it is full or busy, and then it takes two', () => {
  const { full, busy } = saturation(measured, assumptions);
  const end = Math.min(full, busy);
  const databases = (users) => month(measured, assumptions, users).databases;
  assert.deepEqual([databases(0.999 * end), databases(1.001 * end)], [1, 2]);
});

test('CPU is taken from full reports of a quiet machine, and from ours alone', () => {
  const sample = (system, connections, cpu) => ({ system, route: 'me', connections, cpu });
  const samples = [sample('Gatehouse', AT, 1), sample('Gatehouse', AT, 3), sample('Gatehouse', 1, 9), sample('Better Auth', AT, 9)];
  const report = { mode: 'full', machine: { busy: false }, samples };
  assert.deepEqual(cpuIn(report, ['me']), { me: 2 });
  assert.equal(cpuIn({ ...report, mode: 'short' }, ['me']), undefined);
  assert.equal(cpuIn({ ...report, machine: { busy: true } }, ['me']), undefined);
});

test('CPU that nobody has measured is no number, and the others are', () => {
  const { cost, total } = month({ ...measured, cpu: {} }, assumptions, 1e6);
  assert.ok(Number.isNaN(cost.cpu) && total > SUBSCRIPTION);
  assert.ok(month(measured, assumptions, 1e6).total > total);
});
