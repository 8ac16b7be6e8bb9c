// The results, for programs (JSON), for people (Markdown, also on the terminal) and at a glance (SVG).

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { log } from '../scripts/lib/log.mjs';
import { inRoot } from '../scripts/lib/paths.mjs';
import { answer } from '../scripts/lib/run.mjs';
import { chart } from './chart.mjs';
import { AT, compareAll, summary } from './comparisons.mjs';

/** Writes files of this name, including any notes. */
export async function write(name, { title, notes = [], mode, plan, machine, samples, pairs }) {
  // Results from a busy machine give no verdict on a target.
  const results = compareAll(samples, pairs).map((result) => (machine.busy ? { ...result, verdict: undefined } : result));
  const report = { title, notes, when: new Date().toISOString(), mode, plan, machine, versions: await versions(), results, samples };
  const text = markdown(name, report);
  await mkdir(inRoot('bench', 'out'), { recursive: true });
  await writeFile(inRoot('bench', 'out', `${name}.json`), JSON.stringify(report, null, 1));
  await writeFile(inRoot('bench', 'out', `${name}.md`), text);
  await writeFile(inRoot('bench', 'out', `${name}.svg`), chart(results));
  console.log(`\n${text}`);
  log(`Written to bench/out: ${name}.json, ${name}.md, ${name}.svg.`);
}

async function versions() {
  const { packages } = JSON.parse(await readFile(inRoot('package-lock.json'), 'utf8'));
  const commit = answer('git', ['describe', '--always', '--dirty']) ?? 'unknown';
  const of = (name) => packages[`node_modules/${name}`].version;
  const plugins = { 'its passkeys': of('@better-auth/passkey'), 'its OAuth provider': of('@better-auth/oauth-provider') };
  const peers = { 'Better Auth': of('better-auth'), ...plugins, 'oidc-provider': of('oidc-provider') };
  return { Gatehouse: commit, ...peers, workerd: of('workerd'), Miniflare: of('miniflare'), Node: process.versions.node };
}

function markdown(name, { title, notes, when, mode, plan, machine, versions, results, samples }) {
  return [
    `# ${title} of ${when.slice(0, 16).replace('T', ' ')} (${mode})`,
    '',
    ...(machine.busy ? ['**The machine was busy with other things: no conclusions from this one.**', ''] : []),
    ...circumstances(machine, versions, plan),
    ...notes.map((note) => `* ${note}`),
    '',
    `![Ratios](${name}.svg)`,
    '',
    ...ratios(results),
    ...plan.connections.flatMap((connections) => ['', ...rates(samples, connections)]),
    ...processes(samples),
    '',
  ].join('\n');
}

function circumstances({ system, processors, load, others, host, state }, versions, { rounds }) {
  return [
    `* ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')}`,
    `* ${processors}; ${system}; load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after`,
    `* other programs used ${percent(others)} of the processors during the rounds, and their host kept ${percent(host)} for others`,
    `* databases in ${state}`,
    `* medians of ${rounds} rounds, in brackets the 10th and 90th percentile`,
  ];
}

function ratios(results) {
  const rows = results.map(({ name, ratio, target = '', verdict = '' }) => [name, spread(ratio, 2), target, verdict]);
  return table([`ratio, connections: ${AT}`, '', 'target', ''], rows);
}

function rates(samples, connections) {
  const here = samples.filter((sample) => sample.connections === connections && 'rate' in sample);
  const groups = Object.groupBy(here, ({ system, route }) => `${system} ${route}`);
  const rows = Object.entries(groups)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, group]) => [
      name,
      spread(of(group, 'rate'), 0),
      spread(of(group, 'cpu'), 2),
      of(group, 'p50').median.toFixed(1),
      of(group, 'p99').median.toFixed(1),
    ]);
  return table([`connections: ${connections}`, 'requests/s', 'CPU, ms/request', 'half within, ms', '99 % within, ms'], rows);
}

function processes(samples) {
  const groups = Object.groupBy(samples.filter(({ route }) => route === 'process'), ({ system }) => system);
  if (!Object.keys(groups).length) return [];
  const rows = Object.entries(groups).map(([system, group]) => {
    const starts = of(group, 'start');
    return [system, spread(of(group, 'memory'), 0), starts.count ? spread(starts, 0) : ''];
  });
  return ['', ...table(['process', 'memory, MiB', 'start, ms'], rows)];
}

const of = (group, what) => summary(group.map((sample) => sample[what]).filter((value) => value !== undefined));
const percent = (share) => `${Math.round(share * 100)} %`;
const spread = ({ median, low, high }, digits) => `${median.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;

/** Pads columns to their widest cell, so that the source is readable. */
export function table(head, rows) {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
