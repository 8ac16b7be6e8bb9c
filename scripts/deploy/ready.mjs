// Waiting for the deployed Worker to say that every part of it works.

import { setTimeout as sleep } from 'node:timers/promises';

/** A part may need a moment after a deployment; what is still missing then is the operator's to mend. */
const SETTLING = 10_000;

/** Asks until it is ready, `seconds` at most. Returns what is missing: nothing, names and reasons, or why there is no answer. */
export async function waitForReady(base, seconds) {
  const began = Date.now();
  let refused;
  for (;;) {
    const { ready, missing, answered } = await ask(base);
    if (ready) return undefined;
    if (answered) refused ??= Date.now();
    const late = Date.now() - began > seconds * 1000 || (answered && Date.now() - refused > SETTLING);
    if (late) return missing;
    await sleep(500);
  }
}

async function ask(base) {
  let response;
  try {
    response = await fetch(`${base}/health/ready`, { signal: AbortSignal.timeout(10_000), redirect: 'manual' });
  } catch (error) {
    return { missing: [['the address', `does not answer (${error.cause?.code ?? error.message}); a new domain may take some minutes`]] };
  }
  const report = await response.json().catch(() => undefined);
  if (!report?.checks) return { missing: [['the address', `answers ${response.status}, but not as Gatehouse does: another service has it, or the route is not there yet`]] };
  const missing = Object.entries(report.checks).filter(([, state]) => !/^ok\b/.test(state));
  return { ready: response.ok, answered: true, missing };
}
