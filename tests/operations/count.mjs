// Every scenario runs once, and its one request's operations are counted until its background tasks have finished.

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { assumptions, daysKept, standing } from '../../scripts/scale/behaviour.mjs';
import { administration } from './administration.mjs';
import { bytesOfRows } from './bytes.mjs';
import { openFixture } from './fixture.mjs';
import { identities } from './identities.mjs';
import { clients } from './clients.mjs';
import { pages } from './pages.mjs';
import { programs } from './programs.mjs';
import { required } from './required.mjs';

const HOUR = 3_600_000;
/** More than all scenarios take. */
const LONGEST = 120_000;

const scenarios = [...programs, ...pages, ...identities, ...clients, ...administration];
/** The setting of those in `required`. */
const STRICT = { AUTH_MFA: 'admins' };

/** Tables with as many rows as there are users, or more. */
const TABLES = [...Object.keys(standing(assumptions)), ...Object.keys(daysKept(assumptions))];

/** The operations of every scenario and of a minute of cron, in total and per statement; and the bytes of the rows they leave. */
export async function countAll(scope) {
  const routes = await routesOfRouter();
  const untold = [...routes.keys()].filter((route) => ![...scenarios, ...required].some(([told]) => told === route));
  assert.deepEqual(untold, [], 'routes of the router that are in no scenario');
  await beginWithinAnHour();
  const fixture = await openFixture(scope);
  const told = await countEach(fixture, scenarios, routes);
  told.push(...(await countEach(await openFixture(scope, STRICT), required, routes)));
  const bytes = await bytesOfRows(fixture.worker, TABLES);
  // Rows of forms, strangers and deleted users last for seconds to minutes: how many of them are swept would be a matter of luck.
  for (const table of ['submissions', 'quotas', 'departures']) await fixture.worker.sql(`DELETE FROM ${table}`);
  // What the scenarios left to it: marks of sessions that ended many at a time.
  await fixture.worker.cron();
  told.push({ ask: 'cron', when: 'a minute with nothing to do', ...(await count(fixture, () => fixture.worker.cron())) });
  return { scenarios: told, bytes };
}

async function countEach(fixture, scenarios, routes) {
  const told = [];
  for (const [route, when, status, arrange, act] of scenarios) {
    const people = await arrange(fixture);
    const cost = await count(fixture, async () => {
      const answer = await act(people);
      assert.equal(answer.status, status, `${route} ${when}: ${answer.text}`);
    });
    told.push({ ask: routes.get(route), when, status, ...cost });
  }
  return told;
}

/**
 * Strangers' quotas are by the hour, and the first act of an hour inserts a row where the others update one. The fixture's registrations
 * are the first.
 */
async function beginWithinAnHour() {
  const left = HOUR - (Date.now() % HOUR);
  if (left < LONGEST) await sleep(left);
}

/** As in tests/operations/operations.json, one scenario a line, so that a diff shows the scenario that changed. */
export function spelled({ scenarios, bytes }) {
  const lines = scenarios.map(({ asked, ...scenario }) => JSON.stringify(scenario));
  return `{\n"scenarios": [\n${lines.join(',\n')}\n],\n"bytes": ${JSON.stringify(bytes)}\n}\n`;
}

async function count(fixture, act) {
  await fixture.counted();
  const before = await fixture.rows();
  await act();
  const asked = await fixture.counted();
  const part = (late) => summed(asked.filter((one) => one.late === late));
  return { answer: part(false), later: part(true), rows: grown(before, await fixture.rows()), asked };
}

/** The tables that have more or fewer rows than before. */
function grown(before, after) {
  const changes = Object.entries(after).map(([table, rows]) => [table, rows - before[table]]);
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

/** The sums over some of it: `trips` are waits for D1, `writes` those that write, `read` and `written` rows as D1 bills them. */
function summed(asked) {
  const of = (kind) => asked.filter((one) => one.kind === kind);
  const statements = of('d1').flatMap((one) => one.statements);
  const [d1, kv, limits, fetches] = ['d1', 'kv', 'limit', 'fetch'].map(of);
  assert.equal(d1.length + kv.length + limits.length + fetches.length, asked.length, 'something was asked for and never answered');
  const total = (all, which) => all.reduce((sum, one) => sum + (one[which] ?? 0), 0);
  const sums = {
    trips: d1.length,
    writes: d1.filter((one) => one.statements.some(({ written }) => written > 0)).length,
    statements: statements.length,
    read: total(statements, 'read'),
    written: total(statements, 'written'),
    kvRead: total(kv, 'read'),
    kvWritten: total(kv, 'written'),
    limits: limits.length,
    fetches: fetches.length,
  };
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum > 0));
}

/** The routes of `src/web/router.rs`: method and path by name. */
async function routesOfRouter() {
  const router = await readFile(inRoot('src', 'web', 'router.rs'), 'utf8');
  const [, table] = router.match(/^routes! \{(.+?)^\}/ms);
  const lines = [...table.matchAll(/\b(Get|Post|Delete|Any)\s+"([^"]+)"\s+[A-Z]+,\s+(\w+)\s+=>/g)];
  assert.equal(lines.length, table.match(/=>/g).length, 'the router has a line of another shape');
  const spell = (verb, path) => `${verb === 'Any' ? 'GET' : verb.toUpperCase()} /${path.replace('/**', '')}`;
  return new Map(lines.map(([, verb, path, route]) => [route, spell(verb, path)]));
}
