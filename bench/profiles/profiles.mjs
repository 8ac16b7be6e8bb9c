// `npm run bench -- --profiles` runs this: the Worker's size for different build options, and their effect on its speed. Sizes
// are the same on every machine; times are measured as in the bench, side by side in rounds.

import { mkdir, writeFile } from 'node:fs/promises';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { weigh } from '../../scripts/lib/wasm.mjs';
import { AT } from '../comparisons.mjs';
import { table, write } from '../report.mjs';
import { routes } from '../routes.mjs';
import { withRunner } from '../runner.mjs';
import { openGatehouse } from '../systems/index.mjs';
import { PRESENT, buildAll } from './variants.mjs';

const modes = { short: { rounds: 2, seconds: 0.2 }, full: { rounds: 12, seconds: 1 } };

const ASKED = ['sign-in', 'verify', 'me'];
const ways = ['me', 'sign-in'].map((route) => ({ route, ...routes.Gatehouse[route] }));

const mode = process.argv.includes('--short') ? 'short' : 'full';
const plan = { ...modes[mode], connections: [AT] };

const built = await buildAll();
await tellWeights();
await withRunner(time);

async function tellWeights() {
  const { upload: present } = weigh(built.find(({ name }) => name === PRESENT).folder);
  const rows = built.map(({ name, folder }) => {
    const { raw, gzipped, upload } = weigh(folder);
    return [name, String(raw), String(gzipped), String(upload), `${((upload / present - 1) * 100).toFixed(1)} %`];
  });
  const text = table(['build', 'WASM, bytes', 'gzipped', 'with its glue', ''], rows).join('\n');
  await mkdir(inRoot('bench', 'out'), { recursive: true });
  await writeFile(inRoot('bench', 'out', 'weights.md'), `${text}\n`);
  console.log(`\n${text}\n`);
}

async function time(runner) {
  const timed = built.filter((variant) => variant.timed);
  for (const { name, folder } of timed) await runner.admit(name, await openGatehouse(runner.scope, AT, folder));
  const each = timed.flatMap(({ name: system }) => ASKED.map((route) => ({ system, route, slow: routes.Gatehouse[route].slow })));
  const { samples, machine } = await runner.rounds(plan, each);
  samples.push(...(await runner.starts(plan.rounds, Object.fromEntries(timed.map(({ name }) => [name, ways])))));
  await write('profiles', { title: 'Release profiles', mode, plan, machine, samples, pairs: pairsOf(timed) });
}

/** Each build against the present one. There are no targets. */
function pairsOf(timed) {
  const others = timed.filter(({ name }) => name !== PRESENT);
  const beside = (route, targets) => others.map(({ name }) => ({ pair: [[name, route], [PRESENT, route]], targets }));
  return [...ASKED.flatMap((route) => beside(route, { cpu: undefined })), ...beside('process', { start: undefined })];
}
