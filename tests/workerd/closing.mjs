// Resources close in reverse order of opening, as later ones may still use earlier ones; node:test uses the opposite order.

const opened = new WeakMap();

/** Runs `close` at the end of the test, before everything registered until now. */
export function closing(t, close) {
  if (!opened.has(t)) {
    opened.set(t, []);
    t.after(() => closeAll(opened.get(t)));
  }
  opened.get(t).push(close);
}

/** Closes everything, then throws the first error. */
async function closeAll(closes) {
  const results = [];
  for (const close of closes.toReversed()) results.push(...(await Promise.allSettled([close()])));
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}
