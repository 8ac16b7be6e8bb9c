// Ports of this machine.

import { createServer } from 'node:net';

/** An unused port, or nothing if this machine lacks the address. */
export async function freePort(ip) {
  const probe = createServer();
  if (!(await listens(probe, 0, ip))) return undefined;
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Whether the server now listens: not if the port is taken, or the address is not this machine's. */
export function listens(server, port, ip) {
  return new Promise((resolve) => server.once('error', () => resolve(false)).listen(port, ip, () => resolve(true)));
}
