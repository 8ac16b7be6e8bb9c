// Waiting for effects after a response. A wait fails only if the effect never comes: how long it takes depends on the machine and
// its other work.

import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than anything takes, in milliseconds: a wait of this length has failed. */
export const PATIENCE = 120_000;

/** The result of `look`, as soon as there is one. `what`, or its return value, is the error if there never is. */
export async function until(look, what) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(20)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${typeof what === 'function' ? what() : what}, and has not for ${PATIENCE / 1000} s`);
}

/** The result of `look` once it has stayed the same for two seconds. */
export async function settled(look) {
  let [seen, times] = [await look(), 0];
  for (; times < 4; times++) {
    await sleep(500);
    const now = await look();
    if (!isDeepStrictEqual(now, seen)) [seen, times] = [now, -1];
  }
  return seen;
}
