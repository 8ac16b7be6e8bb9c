// The CPU of a request is bench/cpu.json: taken over from the last report, if that was a full one on a quiet machine.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { inRoot } from '../../scripts/lib/place.mjs';
import { tell } from '../../scripts/lib/tell.mjs';
import { AT, summary } from '../comparisons.mjs';

const REPORT = inRoot('bench', 'out', 'latest.json');
const CPU = inRoot('bench', 'cpu.json');

/** Milliseconds of a request by route. What nobody has measured yet is not a number, and neither is what comes of it. */
export async function cpuByRoute() {
  const { ms } = JSON.parse(await readFile(CPU, 'utf8'));
  return Object.fromEntries(Object.entries(ms).map(([route, time]) => [route, time ?? NaN]));
}

export async function takeOver() {
  if (!existsSync(REPORT)) return tell('There is no report: bench/cpu.json stays as it is.');
  const report = JSON.parse(await readFile(REPORT, 'utf8'));
  if (report.mode !== 'full' || report.machine.busy) return tell('The last report was no full one on a quiet machine: bench/cpu.json stays as it is.');
  const routes = Object.keys(JSON.parse(await readFile(CPU, 'utf8')).ms);
  const ms = Object.fromEntries(routes.map((route) => [route, median(report.samples, route)]));
  await writeFile(CPU, `${JSON.stringify({ measured: report.when, ms }, null, 2)}\n`);
  tell(`bench/cpu.json is of ${report.when}.`);
}

function median(samples, route) {
  const own = samples.filter((sample) => sample.subject === 'Gatehouse' && sample.route === route && sample.connections === AT);
  return Number(summary(own.map(({ cpu }) => cpu)).median.toFixed(2));
}
