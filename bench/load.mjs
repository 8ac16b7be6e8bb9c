// The load, in a separate process, so that the client does not slow the server. Each message is one measurement, and so is each
// reply.

import { Agent } from 'node:http';
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from './exchange.mjs';
import { routes as growth } from './growth/routes.mjs';
import { cpu } from './process.mjs';
import { routes as compared } from './routes.mjs';

const routes = { ...compared, ...growth };

/** After this many milliseconds background tasks and the per-tick accounting of CPU time have finished. */
const SETTLED = 30;

process.on('message', (order) => {
  measure(order).then(
    (reply) => process.send(reply),
    (error) => process.send({ failure: `${order.system}, ${order.route}: ${error.message}` }),
  );
});

/** For this many seconds, or until each connection has had this many responses. */
async function measure({ system, route, url, pid, states, seconds = Infinity, each = Infinity }) {
  // A system without routes of its own gets the service's.
  const way = (routes[system] ?? routes.Gatehouse)[route];
  const latencies = createHistogram();
  const connections = states.map((state) => ({ state, agent: new Agent({ keepAlive: true, maxSockets: 1 }) }));
  const once = async (connection, way) => {
    const answer = await exchange(url, way, connection.state, connection.agent);
    connection.state = way.judge(answer, connection.state) ?? connection.state;
  };
  const until = async (end, connection) => {
    let answers = 0;
    do {
      const began = performance.now();
      await once(connection, way);
      latencies.record(Math.max(1, Math.round((performance.now() - began) * 1000)));
    } while (++answers < each && performance.now() < end);
  };

  // Unmeasured: connections are opened.
  for (const unmeasured of way.before ? [way.before, way] : [way]) await Promise.all(connections.map((connection) => once(connection, unmeasured)));
  await sleep(SETTLED);
  const [used, began] = [cpu(pid), performance.now()];
  await Promise.all(connections.map((connection) => until(began + seconds * 1000, connection)));
  const took = performance.now() - began;
  await sleep(SETTLED);
  const cpuPerRequest = (cpu(pid) - used) / latencies.count;
  for (const { agent } of connections) agent.destroy();
  return {
    rate: (latencies.count / took) * 1000,
    cpu: cpuPerRequest,
    p50: latencies.percentile(50) / 1000,
    p99: latencies.percentile(99) / 1000,
    answers: latencies.count,
    states: connections.map(({ state }) => state),
  };
}
