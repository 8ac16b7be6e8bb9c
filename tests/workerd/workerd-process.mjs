// Miniflare hides its workerd process, which tests need to cut its power or to measure it.

import { subscribe } from 'node:diagnostics_channel';

const births = [];
subscribe('child_process', ({ process }) => {
  const birth = { process };
  births.push(birth);
  process.once('spawn', () => process.stdin?.once('finish', () => (birth.at = performance.now())));
});

/** The latest workerd: its process, and when it had received its configuration. */
export const lastWorkerd = () => births.findLast(({ process }) => process.spawnfile?.includes('workerd'));
