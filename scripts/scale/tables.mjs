// The tables of docs/operate/SCALE.md: the counts (tests/operations/operations.json), and the model's results.

import { readFile, writeFile } from 'node:fs/promises';
import { table } from '../../bench/report.mjs';
import { log } from '../lib/log.mjs';
import { inRoot } from '../lib/paths.mjs';
import { acts, assumptions } from './behaviour.mjs';
import { cpuByRoute } from './cpu.mjs';
import { month, perUser, saturation } from './model.mjs';
import { GB_PER_ACCOUNT, STATEMENT_MS, WRITE_MS } from './prices.mjs';

export const OPERATIONS = inRoot('tests', 'operations', 'operations.json');
const DOCUMENT = inRoot('docs', 'operate', 'SCALE.md');

const SIZES = [1e4, 1e6, 1e8];
/** The number of users at which choices are compared. */
const COMPARED = 1e6;

/** An operator's options, and their effect on the assumptions. */
const choices = {
  'as it is': {},
  'access tokens that live an hour': { accessMinutes: 60 },
  'a gateway that checks tokens by the key set and never asks `verify`': { verified: 0 },
  'an audit log of 90 days': { auditDays: 90 },
  'all of these': { accessMinutes: 60, verified: 0, auditDays: 90 },
};

/** Updates the document. */
export async function writeTables() {
  const { present, due } = await tablesOfDocument();
  if (present !== due) await writeFile(DOCUMENT, due);
  log('The tables of docs/operate/SCALE.md match tests/operations/operations.json, scripts/scale/cpu.json and scripts/scale.');
}

/** The document as it is, and as it should be. */
export async function tablesOfDocument() {
  const [present, operations] = await Promise.all([DOCUMENT, OPERATIONS].map((file) => readFile(file, 'utf8')));
  return { present, due: filled(present, { ...JSON.parse(operations), cpu: await cpuByRoute() }) };
}

function filled(document, measured) {
  return Object.entries(tables).reduce((text, [name, make]) => {
    const place = new RegExp(`(<!-- table: ${name} -->\n)[^]*?(<!-- end -->)`);
    if (!place.test(text)) throw new Error(`docs/operate/SCALE.md lacks the markers of the table ${name}`);
    return text.replace(place, (all, begin, end) => `${begin}${make(measured).join('\n')}\n${end}`);
  }, document);
}

const tables = { acts: actsTable, costs: costsTable, ends: endsTable, bytes: bytesTable, choices: choicesTable, routes: routesTable };

const COUNTED = ['trips', 'statements', 'read', 'written', 'kvRead', 'kvWritten', 'limits', 'fetches'];
const HEADS = ['D1 trips', 'statements', 'rows read', 'rows written', 'KV keys read', 'written', 'limits', 'emails'];

function routesTable({ scenarios }) {
  const cell = ({ answer, later }, what) => [answer[what] ?? 0, later[what] ?? 0];
  const shown = ([now, after]) => (after ? `${now} + ${after}` : now ? String(now) : '');
  return table(['what is asked', ...HEADS], scenarios.map((scenario) => [nameOf(scenario), ...COUNTED.map((what) => shown(cell(scenario, what)))]));
}

/** A user's actions, and their totals per month. */
function actsTable(measured) {
  const all = perUser(measured, assumptions);
  const rows = acts(assumptions).map(([times, ask, when]) => {
    const scenario = measured.scenarios.find((one) => one.ask === ask && one.when === when);
    const both = (what) => (scenario.answer[what] ?? 0) + (scenario.later[what] ?? 0);
    return [nameOf(scenario), count(times), ...['statements', 'read', 'written', 'kvRead', 'kvWritten'].map((what) => count(times * both(what)))];
  });
  const sum = ['together', count(all.requests), ...['statements', 'read', 'written', 'kvRead', 'kvWritten'].map((what) => count(all[what]))];
  return table(['a user, a month', 'times', 'D1 statements', 'rows read', 'rows written', 'KV keys read', 'KV written'], [...rows, sum]);
}

function costsTable(measured) {
  const months = SIZES.map((users) => month(measured, assumptions, users));
  const row = (name, of) => [name, ...months.map(of)];
  const item = (name, what) => row(name, ({ use, cost }) => (Number.isNaN(cost[what]) ? 'not measured yet' : `${large(use[what])}: ${dollars(cost[what])}`));
  return table(['users a month', ...SIZES.map((users) => users.toLocaleString('en'))], [
    item('requests', 'requests'),
    item('CPU, ms', 'cpu'),
    item('D1 rows read', 'read'),
    item('D1 rows written', 'written'),
    item('D1, GB', 'stored'),
    item('KV keys read', 'kvRead'),
    item('KV keys written', 'kvWritten'),
    row('together, with the subscription', ({ total }) => dollars(total)),
    row('emails, which a mail provider bills', ({ emails }) => large(emails)),
    row('requests a second at peak', ({ load }) => count(load.requests)),
    row('D1 statements a second at peak', ({ load }) => count(load.statements)),
    row('and trips to D1 that write', ({ load }) => count(load.writes)),
    row('databases', ({ databases }) => String(databases)),
    row('of the 1 TB that an account has', ({ load }) => `${count((load.stored / GB_PER_ACCOUNT) * 100)} %`),
  ]);
}

function endsTable(measured) {
  const { full, busy } = saturation(measured, assumptions);
  return table(['one database', 'users a month'], [['is full (10 GB)', large(full)], [`is busy all the time at peak (${STATEMENT_MS} ms a statement, ${WRITE_MS} more for each trip that writes)`, large(busy)]]);
}

function bytesTable(measured) {
  const { bytes } = perUser(measured, assumptions);
  const all = Object.values(bytes).reduce((sum, one) => sum + one);
  const rows = Object.entries(bytes).filter(([, own]) => own / all > 0.001).sort(([, one], [, other]) => other - one);
  return table(['table', 'bytes a row', 'rows a user', 'bytes a user'], [
    ...rows.map(([name, own]) => [`\`${name}\``, count(measured.bytes[name]), count(own / measured.bytes[name]), count(own)]),
    ['together', '', '', count(all)],
  ]);
}

function choicesTable(measured) {
  const rows = Object.entries(choices).map(([name, changes]) => {
    const assumed = { ...assumptions, ...changes };
    const { total, load } = month(measured, assumed, COMPARED);
    const { full, busy } = saturation(measured, assumed);
    return [name, dollars(total), count(load.requests), count(load.statements), `${count(load.busy * 100)} %`, count(load.stored), large(Math.min(full, busy))];
  });
  return table(['a million users', 'a month', 'requests/s at peak', 'statements/s', 'D1 busy', 'GB', 'users one database holds'], rows);
}

const nameOf = ({ ask, when }) => `${ask.replace(/(\S+) (\/.*)/, (all, method, path) => `${method} \`${path}\``)}${when && `, ${when}`}`;

/** The model is not precise enough for more digits than these. */
const rounded = (number, digits) => Number(number.toPrecision(digits));
const count = (number) => rounded(number, number < 100 ? 2 : 3).toLocaleString('en');
const dollars = (amount) => `$${count(amount)}`;

function large(number) {
  const [unit, name] = [[1e12, ' trillion'], [1e9, ' billion'], [1e6, ' million'], [1, '']].find(([unit]) => number >= unit) ?? [1, ''];
  return `${rounded(number / unit, 3).toLocaleString('en')}${name}`;
}
