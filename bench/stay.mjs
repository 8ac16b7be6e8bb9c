// What is open for as long as something is done with it.

import { log } from '../scripts/lib/log.mjs';

/** Does the work with a stay as a test has it, so that workers open here as they do there; then closes them, the last first. */
export async function during(work) {
  const closers = [];
  try {
    return await work({ passed: true, after: (close) => closers.unshift(close), diagnostic: log });
  } finally {
    for (const close of closers) await close();
  }
}
