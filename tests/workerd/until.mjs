// Waiting for what happens after an answer. A test that waits fails only if it does not happen at all: how long it takes is
// the machine's affair, and what else that has to do.

import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than anything takes, in milliseconds: whoever waits so long waits in vain. */
export const PATIENCE = 120_000;

/** What `look` finds, as soon as it finds something. `what` is said if that never comes, or what it returns. */
export async function until(look, what) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(20)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${typeof what === 'function' ? what() : what}, and has not for ${PATIENCE / 1000} s`);
}

/** What `look` finds once that has stayed the same for two seconds. */
export async function settled(look) {
  let [seen, times] = [await look(), 0];
  for (; times < 4; times++) {
    await sleep(500);
    const now = await look();
    if (!isDeepStrictEqual(now, seen)) [seen, times] = [now, -1];
  }
  return seen;
}
