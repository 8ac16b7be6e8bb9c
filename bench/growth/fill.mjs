// Fills the file of a local D1 while no workerd has it open: a million users through the routes would take a day.

import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { shuffled } from '../../tests/workerd/seed-users.mjs';
import { insertion, longAgo, tables } from './tables.mjs';

/** Users per statement: their ids are one parameter of every statement. */
const STEP = 10_000;

/** One overdue user for this many current ones: rows that cron has not removed yet. */
const OVERDUE = 10;

/** Inserts users and all their rows into the database of a closed worker; returns the number of rows per table. */
export function fill(state, users) {
  const database = new DatabaseSync(fileOf(state));
  // Nothing here must survive a power cut. workerd turns the log on again.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN');
  const rows = {};
  const now = Date.now();
  const prepared = tables.map((table) => ({ ...table, statement: database.prepare(insertion(table)) }));
  const insert = ({ table, statement }, people, first, until, span) => {
    rows[table] = (rows[table] ?? 0) + Number(statement.run(JSON.stringify(people), first, until, span).changes);
  };

  const everybody = Array.from({ length: users }, (_, place) => idOf(place / users));
  for (const [first, people] of steps(everybody)) {
    for (const table of prepared.filter(({ chronicle }) => !chronicle)) insert(table, people, first, now, table.span);
  }
  const overdue = sweepings.map(({ sql, span }) => ({ statement: database.prepare(sql), span }));
  const some = everybody.filter((_, place) => place % OVERDUE === 0);
  for (const [first, people] of steps(some)) {
    for (const { statement, span } of overdue) statement.run(JSON.stringify(people), first, longAgo(now), span);
  }
  for (const table of prepared.filter(({ chronicle }) => chronicle)) {
    const span = Math.ceil(table.span / Math.ceil(users / STEP));
    for (const [first, people] of steps(shuffled(everybody))) {
      insert(table, people, first, now - table.span + span * (1 + first / STEP), span);
    }
  }
  database.exec('COMMIT');
  database.close();
  return rows;
}

/** Batches of users, with the position of the first. */
function* steps(people) {
  for (let first = 0; first < people.length; first += STEP) yield [first, people.slice(first, first + STEP)];
}

/** A user's id at this fraction of the range of ids, or slightly above. */
function idOf(share) {
  const start = Math.floor(share * 2 ** 32).toString(16).padStart(8, '0');
  return start + randomUUID().slice(start.length);
}

/** A row for each user of everything that cron removes. */
export const sweepings = tables
  .filter(({ swept }) => swept)
  .map((table) => ({ sql: insertion({ ...table, times: 1, every: 1 }), span: table.span }));

/** The file of a worker's only database in Miniflare. */
export function fileOf(state) {
  const folder = path.join(state, 'v3', 'd1', 'miniflare-D1DatabaseObject');
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite');
  return path.join(folder, file);
}
