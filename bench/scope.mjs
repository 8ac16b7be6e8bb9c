// Resources that stay open for the duration of some work.

import { log } from '../scripts/lib/log.mjs';

/** Does the work with a test-like scope, so that workers open here as in tests; then closes them, the last first. */
export async function during(work) {
  const closers = [];
  try {
    return await work({ passed: true, after: (close) => closers.unshift(close), diagnostic: log });
  } finally {
    for (const close of closers) await close();
  }
}
