// Common to all benches: systems that close at the end, and a load from a separate process.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { log } from '../scripts/lib/log.mjs';
import { ask } from '../tests/workerd/http.mjs';
import { shuffled } from '../tests/workerd/seed-users.mjs';
import { lastWorkerd } from '../tests/workerd/workerd-process.mjs';
import { AT } from './comparisons.mjs';
import { watch } from './machine.mjs';
import { memory } from './process.mjs';
import { during } from './scope.mjs';

/** More time for a route that hashes: it answers some twenty times a second. */
const SLOW = 3;
/** Code is compiled and memory allocated before anything counts. */
const WARM_UP_SECONDS = 0.3;
/** The same work for all systems before memory is read, because more responses leave more garbage. Per connection. */
const WORK = [100, 1];

/** Runs the work with a runner, then cleans up. */
export async function withRunner(work) {
  const load = fork(fileURLToPath(new URL('load.mjs', import.meta.url)));
  // Otherwise its reply would be awaited forever. The reason is already on the terminal.
  load.once('exit', (code) => code !== 0 && process.exit(1));
  try {
    await during((scope) => work(new Runner(load, scope)));
  } finally {
    load.removeAllListeners('exit');
    load.kill();
  }
}

class Runner {
  /** By the system's name: its worker, its URL, its process, and its connections' states. */
  opened = {};

  constructor(load, scope) {
    Object.assign(this, { load, scope });
  }

  /** Adds a system that has just been opened. */
  async admit(system, { worker, states }) {
    this.opened[system] = { worker, states, left: {} };
    await this.meet(system);
  }

  /** A restarted system has another process and another address. */
  async meet(system) {
    const { worker } = this.opened[system];
    const { process: { pid }, at } = worker.started ?? lastWorkerd();
    Object.assign(this.opened[system], { url: await worker.direct(), pid, at });
  }

  /** The processes that are expected to be busy. */
  pids() {
    return [this.load.pid, ...Object.values(this.opened).map(({ pid }) => pid)];
  }

  /**
   * Every round measures each of these once at every number of connections, in a random order, so that none has the machine's
   * quiet minutes to itself. Returns the samples and the machine's load meanwhile.
   */
  async rounds({ rounds, connections, seconds }, each) {
    for (const one of shuffled(each)) await this.measure(one, Math.max(...connections), { seconds: WARM_UP_SECONDS });
    const samples = [];
    const look = watch(() => this.pids());
    for (let round = 0; round < rounds; round++) {
      log(`Round ${round + 1} of ${rounds}…`);
      for (const count of connections) {
        for (const { slow, ...one } of shuffled(each)) {
          const sample = await this.measure(one, count, { seconds: seconds * (slow ? SLOW : 1) });
          samples.push({ round, ...one, connections: count, ...sample });
        }
      }
    }
    return { samples, machine: look() };
  }

  /** One measurement. Each route continues with the states in which it left its connections. */
  async measure({ system, route }, connections, length) {
    const { url, pid, states, left } = this.opened[system];
    left[route] ??= [...states];
    this.load.send({ system, route, url, pid, states: left[route].slice(0, connections), ...length });
    const [{ failure, states: next, ...sample }] = await once(this.load, 'message');
    if (failure) throw new Error(failure);
    left[route].splice(0, connections, ...next);
    return sample;
  }

  /** Starts each of these this many times, in a random order. `lives`: by system, the requests to a started process. */
  async starts(times, lives) {
    log('Starting and stopping…');
    const samples = [];
    for (let round = 0; round < times; round++) {
      for (const [system, ways] of shuffled(Object.entries(lives))) {
        samples.push({ round, system, route: 'process', ...(await this.live(system, ways)) });
      }
    }
    return samples;
  }

  /**
   * The start time of a process, until it has answered the first of these, and its memory after some work. The clock begins when
   * the process has received its configuration: earlier time goes into the fork and the garbage of this process.
   */
  async live(system, ways) {
    const { worker, states: [state] } = this.opened[system];
    await worker.close();
    await worker.reopen();
    await this.meet(system);
    const { url, pid, at } = this.opened[system];
    const [{ ask: make, judge }] = ways;
    judge(await ask(url, make(state)), state);
    const start = performance.now() - at;
    for (const [place, { route }] of ways.entries()) await this.measure({ system, route }, AT, { each: WORK[place] });
    return { start, memory: memory(pid) };
  }
}
