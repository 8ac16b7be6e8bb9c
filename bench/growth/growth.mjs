// `npm run bench -- --growth` runs this. A worker with a thousand users and one with a million get the same requests; every round
// measures every route in both, one right after the other, in a random order.

import { log } from '../../scripts/lib/log.mjs';
import { shuffled } from '../../tests/workerd/seed-users.mjs';
import { AT, HARDLY, grown } from '../comparisons.mjs';
import { watch } from '../machine.mjs';
import { write } from '../report.mjs';
import { withRunner } from '../runner.mjs';
import { measured } from './routes.mjs';
import { freshen, neglect, openFilled } from './worker.mjs';

const sizes = { few: 1000, many: 1_000_000 };
const modes = { short: { rounds: 3, share: 0.5 }, full: { rounds: 12, share: 1 } };
/** More rows than a run of cron takes from a table (`SWEEP_STEP` in src/domain/policy.rs). */
const NEGLECTED = 2500;
const CRON = 'cron';
/** The warm-up, as a share of a round: code is compiled before anything counts. */
const WARM_UP = 0.1;

const mode = process.argv.includes('--short') ? 'short' : 'full';
const plan = { ...modes[mode], connections: [AT] };

await withRunner(async (runner) => {
  const notes = [];
  for (const [system, users] of Object.entries(sizes)) {
    log(`Filling the database of ${system}: ${users} users…`);
    const worker = await openFilled(runner.scope, users, AT);
    await runner.admit(system, worker);
    notes.push(`${system}: ${Object.entries(worker.rows).map(([table, rows]) => `${rows} ${table}`).join(', ')}`);
  }
  for (const route of Object.keys(measured)) for (const system of Object.keys(sizes)) await measure(runner, { system, route }, WARM_UP);

  const samples = [];
  const look = watch(() => runner.pids());
  for (let round = 0; round < plan.rounds; round++) {
    log(`Round ${round + 1} of ${plan.rounds}…`);
    for (const { worker, states } of Object.values(runner.opened)) await freshen(worker, states);
    for (const route of shuffled([...Object.keys(measured), CRON])) {
      for (const system of shuffled(Object.keys(sizes))) {
        const sample = route === CRON ? await sweep(runner, system) : await measure(runner, { system, route }, plan.share);
        samples.push({ round, system, route, connections: AT, ...sample });
      }
    }
  }
  const pairs = [...Object.keys(measured).map((route) => grown(route, HARDLY)), grown(CRON)];
  await write('growth', { title: 'Growth', notes, mode, plan, machine: look(), samples, pairs });
});

async function measure(runner, { system, route }, share) {
  const { worker, states, left } = runner.opened[system];
  const { prepare, each } = measured[route];
  const count = Math.ceil(each * share);
  // One more, for the request before anything counts.
  if (prepare) left[route] = await prepare(worker, states, count + 1);
  return runner.measure({ system, route }, AT, { each: count });
}

/** A run of cron with the most work it may do. */
async function sweep(runner, system) {
  const { worker } = runner.opened[system];
  await neglect(worker, NEGLECTED);
  const began = performance.now();
  await worker.cron();
  return { p50: performance.now() - began };
}
