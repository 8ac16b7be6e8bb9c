// What every bench needs: targets that close when it is over, and a load that comes from a process of its own.

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
import { during } from './stay.mjs';

/** A route that hashes answers some twenty times a second. */
const SLOW = 3;
/** Code is compiled and memory taken before anything counts. */
const WARM_UP_SECONDS = 0.3;
/** The same work for everybody before memory is read: whoever has answered more has more garbage. Per connection. */
const WORK = [100, 1];

/** Does the work in a runner, and tidies up. */
export async function withRunner(work) {
  const load = fork(fileURLToPath(new URL('load.mjs', import.meta.url)));
  // Or its answer would be waited for, for ever. Why is on the terminal already.
  load.once('exit', (code) => code !== 0 && process.exit(1));
  try {
    await during((stay) => work(new Runner(load, stay)));
  } finally {
    load.removeAllListeners('exit');
    load.kill();
  }
}

class Runner {
  /** By the subject's name: its worker, where that can be asked, the process it is in, and its connections' states. */
  opened = {};

  constructor(load, stay) {
    Object.assign(this, { load, stay });
  }

  /** Takes a subject in that has just been opened. */
  async admit(subject, { worker, states }) {
    this.opened[subject] = { worker, states, left: {} };
    await this.meet(subject);
  }

  /** A subject that has been started anew is another process, and elsewhere. */
  async meet(subject) {
    const { process: { pid }, at } = lastWorkerd();
    Object.assign(this.opened[subject], { url: await this.opened[subject].worker.direct(), pid, at });
  }

  /** The processes that are to be busy. */
  pids() {
    return [this.load.pid, ...Object.values(this.opened).map(({ pid }) => pid)];
  }

  /**
   * Every round measures each of these once at every number of connections, in an order drawn anew, so that none has the quiet
   * minutes of the machine to itself. What came of it, and how the machine was meanwhile.
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

  /** One measurement. Each route goes on with the states it has left its connections in. */
  async measure({ subject, route }, connections, length) {
    const { url, pid, states, left } = this.opened[subject];
    left[route] ??= [...states];
    this.load.send({ subject, route, url, pid, states: left[route].slice(0, connections), ...length });
    const [{ failure, states: next, ...sample }] = await once(this.load, 'message');
    if (failure) throw new Error(failure);
    left[route].splice(0, connections, ...next);
    return sample;
  }

  /** Starts each of these so many times, in an order drawn anew. By subject, what it is asked then. */
  async starts(times, lives) {
    log('Starting and stopping…');
    const samples = [];
    for (let round = 0; round < times; round++) {
      for (const [subject, ways] of shuffled(Object.entries(lives))) {
        samples.push({ round, subject, route: 'process', ...(await this.live(subject, ways)) });
      }
    }
    return samples;
  }

  /**
   * How long a process takes to start: until it has answered the first of these. What memory it has after some work. The clock
   * begins when it has been handed its configuration: before that, time goes into the fork and the garbage of this process.
   */
  async live(subject, ways) {
    const { worker, states: [state] } = this.opened[subject];
    await worker.close();
    await worker.reopen();
    await this.meet(subject);
    const { url, pid, at } = this.opened[subject];
    const [{ ask: make, judge }] = ways;
    judge(await ask(url, make(state)), state);
    const start = performance.now() - at;
    for (const [place, { route }] of ways.entries()) await this.measure({ subject, route }, AT, { each: WORK[place] });
    return { start, memory: memory(pid) };
  }
}
