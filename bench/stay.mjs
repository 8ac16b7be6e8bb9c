// What is open as long as the bench runs.

import { tell } from '../scripts/lib/tell.mjs';

const closers = [];

/** As a test has it, so that houses open here as they do there. */
export const stay = { passed: true, after: (close) => closers.unshift(close), diagnostic: tell };

/** Closes what is open, the last first. */
export async function leave() {
  for (const close of closers) await close();
}
