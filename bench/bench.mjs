// `npm run bench` comes here when everything is installed and built. Every round measures every route of every subject once,
// in an order drawn anew, so that none has the quiet minutes of the machine to itself.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { tell } from '../scripts/lib/tell.mjs';
import { shuffled } from '../tests/workerd/crowd.mjs';
import { ask } from './ask.mjs';
import { AT } from './comparisons.mjs';
import { watch } from './machine.mjs';
import { memory } from './process.mjs';
import { write } from './report.mjs';
import { routes } from './routes.mjs';
import { leave, stay } from './stay.mjs';
import { subjects } from './subjects/index.mjs';
import { lastBorn } from './subjects/worker.mjs';

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
/** The same work for everybody before memory is read: whoever has answered more has more garbage. Per connection. */
const WORK = [100, 1];

const mode = process.argv.includes('--short') ? 'short' : 'full';
const plan = modes[mode];

const load = fork(fileURLToPath(new URL('load.mjs', import.meta.url)));
// Or its answer would be waited for, for ever. Why is on the terminal already.
load.once('exit', (code) => code && process.exit(code));
try {
  await bench();
} finally {
  load.kill();
  await leave();
}

async function bench() {
  tell('Opening what is measured…');
  const opened = {};
  const most = Math.max(...plan.connections);
  for (const [name, open] of Object.entries(subjects)) opened[name] = await arrive(await open(stay, most));
  const each = Object.entries(routes).flatMap(([subject, ways]) => Object.keys(ways).map((route) => ({ subject, route })));
  for (const one of shuffled(each)) await measure(opened, one, most, { seconds: WARM_UP_SECONDS });

  const samples = [];
  const look = watch(() => [load.pid, ...Object.values(opened).map(({ pid }) => pid)]);
  for (let round = 0; round < plan.rounds; round++) {
    tell(`Round ${round + 1} of ${plan.rounds}…`);
    for (const connections of plan.connections) {
      for (const one of shuffled(each)) {
        const seconds = plan.seconds * (routes[one.subject][one.route].slow ? SLOW : 1);
        samples.push({ round, ...one, connections, ...(await measure(opened, one, connections, { seconds })) });
      }
    }
  }
  const machine = look();
  tell('Starting and stopping…');
  for (let round = 0; round < plan.starts; round++) {
    for (const subject of shuffled(Object.keys(lives))) samples.push({ round, subject, route: 'process', ...(await live(opened, subject)) });
  }
  await write({ mode, plan, machine, samples });
}

/** A subject, with where it can be asked and the process it is in. */
async function arrive({ worker, states }) {
  return { worker, url: await worker.direct(), pid: lastBorn().process.pid, states, left: {} };
}

/** One measurement. Each route goes on with the states it has left its connections in. */
async function measure(opened, { subject, route }, connections, length) {
  const { url, pid, states, left } = opened[subject];
  left[route] ??= [...states];
  load.send({ subject, route, url, pid, states: left[route].slice(0, connections), ...length });
  const [{ failure, states: next, ...sample }] = await once(load, 'message');
  if (failure) throw new Error(failure);
  left[route].splice(0, connections, ...next);
  return sample;
}

/** How long a process takes to start, and what memory it has when it has worked a little. */
async function live(opened, subject) {
  const { worker, states } = opened[subject];
  await worker.close();
  await worker.reopen();
  const url = await worker.direct();
  const { process: { pid }, at } = lastBorn();
  const { ask: make, judge } = routes[subject][lives[subject][0]];
  judge(await ask(url, make(states[0])), states[0]);
  const start = performance.now() - at;
  Object.assign(opened[subject], { url, pid });
  for (const [place, route] of lives[subject].entries()) await measure(opened, { subject, route }, AT, { each: WORK[place] });
  return { start, memory: memory(pid) };
}
