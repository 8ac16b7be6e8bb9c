// What a test opens last is closed first, as it may still be using what was opened before: node:test goes the other way.

const opened = new WeakMap();

/** Has `close` run when the test is over, before whatever was to be closed until now. */
export function closing(t, close) {
  if (!opened.has(t)) {
    opened.set(t, []);
    t.after(() => closeAll(opened.get(t)));
  }
  opened.get(t).push(close);
}

/** All are closed, and the first complaint is told. */
async function closeAll(closes) {
  const results = [];
  for (const close of closes.toReversed()) results.push(...(await Promise.allSettled([close()])));
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}
