// What ran on the machine besides: a ratio from a busy machine is no finding.

import os from 'node:os';
import path from 'node:path';
import { cpu, stolen } from './process.mjs';

/** Neighbours, on the machine and on its host, that use more of the processors than this, and the report says so first. */
const BUSY = 0.1;

const used = () => os.cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);

/** Watches from now on, until what it gives is called: what others have used meanwhile, as shares of all processors. */
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
