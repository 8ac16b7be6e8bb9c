// Miniflare keeps workerd to itself; but whoever cuts its power, or measures it, needs its process.

import { subscribe } from 'node:diagnostics_channel';

const births = [];
subscribe('child_process', ({ process }) => {
  const birth = { process };
  births.push(birth);
  process.once('spawn', () => process.stdin?.once('finish', () => (birth.at = performance.now())));
});

/** The workerd that was started last: its process, and when that had been handed its configuration. */
export const lastWorkerd = () => births.findLast(({ process }) => process.spawnfile?.includes('workerd'));
