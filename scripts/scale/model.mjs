// From the cost of each action, its frequency and Cloudflare's prices: the cost of a month, and the capacity of one database.

import { acts, daysKept, standing } from './behaviour.mjs';
import { GB_PER_DATABASE, STATEMENT_MS, SUBSCRIPTION, WRITE_MS, prices } from './prices.mjs';

const DAYS = 365 / 12;
const SECONDS = DAYS * 86_400;
const CRON_RUNS = DAYS * 24 * 60;
const GB = 1e9;

/** A user's use of the platform in a month. `measured` has the scenarios, the bytes of a row of each table, and CPU by route. */
export function perUser(measured, assumed) {
  const use = { requests: 0, cpu: 0, statements: 0, writes: 0, read: 0, written: 0, kvRead: 0, kvWritten: 0, emails: 0 };
  const made = {};
  for (const [times, ask, when, [route, factor]] of acts(assumed)) {
    const { answer, later, rows } = scenarioOf(measured, ask, when);
    use.requests += times;
    use.cpu += times * factor * measured.cpu[route];
    for (const what of ['statements', 'writes', 'read', 'written', 'kvRead', 'kvWritten']) use[what] += times * ((answer[what] ?? 0) + (later[what] ?? 0));
    use.emails += times * (later.fetches ?? 0);
    for (const [table, change] of Object.entries(rows)) made[table] = (made[table] ?? 0) + times * Math.max(0, change);
  }
  // Every created row is deleted again. D1 counts a deleted row once, regardless of its indexes.
  for (const rows of Object.values(made)) use.written += rows;
  return { ...use, bytes: bytes(measured, assumed, made) };
}

/** Bytes of a user in each table: rows created in a month for as long as they are kept, and permanent rows. */
function bytes(measured, assumed, made) {
  const kept = Object.entries(daysKept(assumed)).map(([table, days]) => [table, ((made[table] ?? 0) * days) / DAYS]);
  const rows = [...Object.entries(standing(assumed)), ...kept];
  return Object.fromEntries(rows.map(([table, count]) => [table, count * measured.bytes[table]]));
}

function scenarioOf({ scenarios }, ask, when) {
  const scenario = scenarios.find((one) => one.ask === ask && one.when === when);
  if (!scenario) throw new Error(`tests/operations/operations.json has no scenario ${ask} ${when}`);
  return scenario;
}

/** A month with this many users. */
export function month(measured, assumed, users) {
  const own = perUser(measured, assumed);
  const load = demand(own, assumed, users);
  const databases = Math.max(Math.ceil(load.busy), Math.ceil(load.stored / GB_PER_DATABASE));
  const cron = scenarioOf(measured, 'cron', 'a minute with nothing to do').answer;
  const runs = CRON_RUNS * databases;
  const use = {
    requests: own.requests * users + runs,
    cpu: own.cpu * users,
    read: own.read * users + runs * cron.read,
    written: own.written * users,
    stored: load.stored,
    kvRead: own.kvRead * users,
    kvWritten: own.kvWritten * users,
  };
  const cost = Object.fromEntries(Object.entries(use).map(([what, amount]) => [what, priced(prices[what], amount)]));
  const total = SUBSCRIPTION + Object.values(cost).reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0);
  return { use, cost, total, load, databases, emails: own.emails * users };
}

const priced = ({ included, price, each }, amount) => (Math.max(0, amount - included) / each) * price;

/** The load per second at the busiest moment, with `busy` as the number of fully used databases; and GB. */
function demand(own, { peak }, users) {
  const perSecond = (count) => (count * users * peak) / SECONDS;
  const stored = (Object.values(own.bytes).reduce((sum, one) => sum + one) * users) / GB;
  const ms = own.statements * STATEMENT_MS + own.writes * WRITE_MS;
  return { requests: perSecond(own.requests), statements: perSecond(own.statements), writes: perSecond(own.writes), busy: perSecond(ms) / 1000, stored };
}

/** The number of users at which one database is full, and at which it is busy all the time. */
export function saturation(measured, assumed) {
  const { busy, stored } = demand(perUser(measured, assumed), assumed, 1);
  return { full: GB_PER_DATABASE / stored, busy: 1 / busy };
}
