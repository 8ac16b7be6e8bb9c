// The CPU of a request is scripts/scale/cpu.json: taken over from the last report, if that was a full one on a quiet machine.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { AT, summary } from '../../bench/comparisons.mjs';
import { log } from '../lib/log.mjs';
import { inRoot } from '../lib/paths.mjs';

const REPORT = inRoot('bench', 'out', 'latest.json');
const CPU = inRoot('scripts', 'scale', 'cpu.json');

/** Milliseconds of a request by route. What nobody has measured yet is not a number, and neither is what comes of it. */
export async function cpuByRoute() {
  const { ms } = JSON.parse(await readFile(CPU, 'utf8'));
  return Object.fromEntries(Object.entries(ms).map(([route, time]) => [route, time ?? NaN]));
}

/** Writes down what the last report says, if it says anything. */
export async function takeOver() {
  const report = existsSync(REPORT) ? JSON.parse(await readFile(REPORT, 'utf8')) : undefined;
  const { ms: former } = JSON.parse(await readFile(CPU, 'utf8'));
  const ms = report && cpuIn(report, Object.keys(former));
  if (!ms) return log('There is no full report of a quiet machine: scripts/scale/cpu.json stays as it is.');
  await writeFile(CPU, `${JSON.stringify({ measured: report.when, ms }, null, 2)}\n`);
  log(`scripts/scale/cpu.json is of ${report.when}.`);
}

/** What a report says about some routes of ours; nothing, if it was made in a hurry or on a busy machine. */
export function cpuIn({ mode, machine, samples }, routes) {
  if (mode !== 'full' || machine.busy) return undefined;
  const own = samples.filter(({ subject, connections }) => subject === 'Gatehouse' && connections === AT);
  const of = (route) => summary(own.filter((sample) => sample.route === route).map(({ cpu }) => cpu)).median;
  return Object.fromEntries(routes.map((route) => [route, Number(of(route).toFixed(2))]));
}
