// Other load on the machine: a ratio from a busy machine is no finding.

import os from 'node:os';
import path from 'node:path';
import { cpu, stolen } from './process.mjs';

/**
 * If other programs, on the machine and on its host, use more than this share of the processors, the report begins with a
 * warning.
 */
const BUSY = 0.1;

const used = () => os.cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);

/** Starts watching; the returned function gives the use by others since then, as shares of all processors. */
export function watch(pids) {
  const ours = () => [process.pid, ...pids()].reduce((sum, pid) => sum + cpu(pid), 0);
  const [began, all, own, away, load] = [performance.now(), used(), ours(), stolen(), os.loadavg()[0]];
  return () => {
    const time = (performance.now() - began) * os.cpus().length;
    const others = Math.max(0, used() - all - (ours() - own)) / time;
    const host = (stolen() - away) / time;
    return {
      system: `${os.type()} ${os.release()}, ${os.arch()}`,
      processors: `${os.cpus().length} × ${os.cpus()[0].model.trim()}`,
      load: { before: load, after: os.loadavg()[0] },
      others,
      host,
      busy: others + host > BUSY,
      state: path.dirname(os.tmpdir()),
    };
  };
}
