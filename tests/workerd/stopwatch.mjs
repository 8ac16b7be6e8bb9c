// A worker's response time as an outsider would measure it: from the first byte sent to the first byte received, on an open
// connection.

import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

/** An idle processor is slow at first, whatever it does. */
const WAKING = 2;

/** A stopwatch for a worker: `post(path, body)` returns the response and `took`, in milliseconds. */
export function stopwatch(t, worker) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const queued = () => inQueue(worker.workerd.pid) + inQueue(process.pid);

  /** `late` delays the request by so many milliseconds while the watch runs. */
  return function post(path, body, { late = 0 } = {}) {
    return new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
      pass(WAKING);
      const before = queued();
      const began = performance.now();
      pass(late);
      request(worker.url + path, { agent, method: 'POST', headers }, async (response) => {
        const took = performance.now() - began - (queued() - before);
        resolve({ took, status: response.statusCode, text: Buffer.concat(await response.toArray()).toString() });
      }).on('error', reject).end(text);
    });
  };
}

/** Busy-waits for exactly this many milliseconds. */
function pass(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/**
 * How many milliseconds a process's main thread has waited for a processor: caused by other programs, not by the worker. Without
 * that time, two milliseconds can be seen even while other programs use all processors. Only Linux reports it; elsewhere it stays
 * in, and more measurements are needed.
 */
function inQueue(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
