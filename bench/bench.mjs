// `npm run bench` runs this after everything is installed and built.

import { log } from '../scripts/lib/log.mjs';
import { compared } from './comparisons.mjs';
import { write } from './report.mjs';
import { routes } from './routes.mjs';
import { withRunner } from './runner.mjs';
import { systems } from './systems/index.mjs';

/** How long a route is measured in one round, the number of rounds, and the numbers of connections. */
const modes = {
  short: { connections: [8], rounds: 5, seconds: 0.4, starts: 3 },
  full: { connections: [1, 8, 32], rounds: 12, seconds: 1, starts: 12 },
};
/** A process has started when it has answered the first of these: it needs the database, and a credential where there is one. */
const first = { baseline: ['D1 select', 'ok'], Gatehouse: ['me', 'sign-in'], 'Better Auth': ['get-session', 'sign-in'], 'Better Auth, plugins': ['get-session', 'sign-in'] };

const mode = process.argv.includes('--short') ? 'short' : 'full';
const plan = modes[mode];

await withRunner(bench);

async function bench(runner) {
  log('Opening what is measured…');
  const most = Math.max(...plan.connections);
  for (const [name, open] of Object.entries(systems)) await runner.admit(name, await open(runner.scope, most));
  const each = Object.entries(routes).flatMap(([system, ways]) => Object.entries(ways).map(([route, { slow }]) => ({ system, route, slow })));
  const { samples, machine } = await runner.rounds(plan, each);
  const ways = ([system, asked]) => [system, asked.map((route) => ({ route, ...routes[system][route] }))];
  samples.push(...(await runner.starts(plan.starts, Object.fromEntries(Object.entries(first).map(ways)))));
  await write('latest', { title: 'Bench', mode, plan, machine, samples, pairs: compared });
}
