// The CPU time of a request is in scripts/scale/cpu.json: taken from the last report, if that was a full one on a quiet machine.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { AT, summary } from '../../bench/comparisons.mjs';
import { log } from '../lib/log.mjs';
import { inRoot } from '../lib/paths.mjs';

const REPORT = inRoot('bench', 'out', 'latest.json');
const CPU = inRoot('scripts', 'scale', 'cpu.json');

/** CPU milliseconds per request, by route. Unmeasured routes are NaN, and so is everything derived from them. */
export async function cpuByRoute() {
  const { ms } = JSON.parse(await readFile(CPU, 'utf8'));
  return Object.fromEntries(Object.entries(ms).map(([route, time]) => [route, time ?? NaN]));
}

/** Saves the results of the last report, if it is usable. */
export async function takeOver() {
  const report = existsSync(REPORT) ? JSON.parse(await readFile(REPORT, 'utf8')) : undefined;
  const { ms: former } = JSON.parse(await readFile(CPU, 'utf8'));
  const ms = report && cpuIn(report, Object.keys(former));
  if (!ms) return log('There is no full report from a quiet machine: scripts/scale/cpu.json is unchanged.');
  await writeFile(CPU, `${JSON.stringify({ measured: report.when, ms }, null, 2)}\n`);
  log(`scripts/scale/cpu.json now has the results of ${report.when}.`);
}

/** A report's results for some of our routes; nothing, if it was a short run or the machine was busy. */
export function cpuIn({ mode, machine, samples }, routes) {
  if (mode !== 'full' || machine.busy) return undefined;
  const own = samples.filter(({ system, connections }) => system === 'Gatehouse' && connections === AT);
  const of = (route) => summary(own.filter((sample) => sample.route === route).map(({ cpu }) => cpu)).median;
  return Object.fromEntries(routes.map((route) => [route, Number(of(route).toFixed(2))]));
}
