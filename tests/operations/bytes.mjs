// Bytes per row on disk, including its index entries: rows written by the build, repeated until they fill a database of their
// own.

import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { inRoot } from '../../scripts/lib/paths.mjs';

/** Enough for pages to be split as they are in a large table. */
const ROWS = 20_000;

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** Unique columns, besides ids. */
const UNIQUE = ['login', 'email', 'email_folded', 'bucket', 'network'];
/** Milliseconds since 1970; no other number is as large. */
const A_TIME = 1e12;
/** Tables whose ids SQLite assigns. */
const NUMBERED = ['audit', 'networks'];

/** Bytes of a row of each table that has rows to measure. */
export async function bytesOfRows(worker, tables) {
  const sql = await migrations();
  const bytes = {};
  for (const table of tables) {
    const rows = await worker.sql(`SELECT * FROM ${table}`);
    if (rows.length > 0) bytes[table] = measure(sql, table, rows.sort(byWidth));
  }
  return bytes;
}

/** In an order independent of the ids, which differ in each run. */
const byWidth = (row, other) => JSON.stringify(row).length - JSON.stringify(other).length;

function measure(sql, table, rows) {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  database.exec(sql);
  // A trigger would fill another table too.
  const triggers = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
  const before = size(database);
  const columns = Object.keys(rows[0]);
  const insert = database.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
  database.exec('BEGIN');
  for (let number = 0; number < ROWS; number++) {
    const row = rows[number % rows.length];
    insert.run(...columns.map((column) => copied(table, column, row[column], number)));
  }
  database.exec('COMMIT');
  const bytes = Math.round((size(database) - before) / ROWS);
  database.close();
  return bytes;
}

/** The value in a copied row: ids are anywhere in the range, as before, and times are a little later. */
function copied(table, column, value, number) {
  if (column === 'id' && NUMBERED.includes(table)) return null;
  if (value === null) return null;
  if (ID.test(value)) return idOf(`${column} ${number}`);
  if (UNIQUE.includes(column)) return number.toString(36) + value;
  if (value > A_TIME) return value + number * 1000;
  return value;
}

function idOf(name) {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function size(database) {
  const [{ page_count: pages }, { page_size: bytes }] = ['page_count', 'page_size'].map((name) => database.prepare(`PRAGMA ${name}`).get());
  return pages * bytes;
}

async function migrations() {
  const files = (await readdir(inRoot('migrations'))).filter((name) => name.endsWith('.sql')).sort();
  return (await Promise.all(files.map((file) => readFile(inRoot('migrations', file), 'utf8')))).join('\n');
}
