// `npm run bench` comes here when everything is installed and built. Every round measures every route of every subject once,
// in an order drawn anew, so that none has the quiet minutes of the machine to itself.

import { tell } from '../scripts/lib/tell.mjs';
import { shuffled } from '../tests/workerd/crowd.mjs';
import { compared } from './comparisons.mjs';
import { inLaboratory } from './laboratory.mjs';
import { watch } from './machine.mjs';
import { write } from './report.mjs';
import { routes } from './routes.mjs';
import { subjects } from './subjects/index.mjs';

/** How long a route is asked in one round, how often all of it is done, at which numbers of connections. */
const modes = {
  short: { connections: [8], rounds: 5, seconds: 0.4, starts: 3 },
  full: { connections: [1, 8, 32], rounds: 12, seconds: 1, starts: 12 },
};
/** A route that hashes answers some twenty times a second. */
const SLOW = 3;
/** Code is compiled and memory taken before anything counts. */
const WARM_UP_SECONDS = 0.3;
/** What starts has started when it has answered the first of these: it needs the database and a credential. */
const lives = { Gatehouse: ['me', 'sign-in'], 'Better Auth': ['get-session', 'sign-in'] };

const mode = process.argv.includes('--short') ? 'short' : 'full';
const plan = modes[mode];

await inLaboratory(bench);

async function bench(laboratory) {
  tell('Opening what is measured…');
  const most = Math.max(...plan.connections);
  for (const [name, open] of Object.entries(subjects)) await laboratory.admit(name, await open(laboratory.stay, most));
  const each = Object.entries(routes).flatMap(([subject, ways]) => Object.keys(ways).map((route) => ({ subject, route })));
  for (const one of shuffled(each)) await laboratory.measure(one, most, { seconds: WARM_UP_SECONDS });

  const samples = [];
  const look = watch(() => laboratory.pids());
  for (let round = 0; round < plan.rounds; round++) {
    tell(`Round ${round + 1} of ${plan.rounds}…`);
    for (const connections of plan.connections) {
      for (const one of shuffled(each)) {
        const seconds = plan.seconds * (routes[one.subject][one.route].slow ? SLOW : 1);
        samples.push({ round, ...one, connections, ...(await laboratory.measure(one, connections, { seconds })) });
      }
    }
  }
  const machine = look();
  tell('Starting and stopping…');
  for (let round = 0; round < plan.starts; round++) {
    for (const subject of shuffled(Object.keys(lives))) {
      const ways = lives[subject].map((route) => ({ route, ...routes[subject][route] }));
      samples.push({ round, subject, route: 'process', ...(await laboratory.live(subject, ways)) });
    }
  }
  await write('latest', { title: 'Bench', mode, plan, machine, samples, pairs: compared });
}
