// Servers of other people, started for a test.

import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { closing } from '../workerd/closing.mjs';
import { until } from '../workerd/until.mjs';

/** Starts a server that ends with the test; returns once it listens `at` a port or the path of a socket. */
export async function launch(t, program, flags, { env, at }) {
  const said = [];
  const child = spawn(program, flags, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(text));
  closing(t, async () => {
    if (!t.passed) t.diagnostic(`${program} said:\n${said.join('')}`);
    if (child.exitCode !== null) return;
    child.kill();
    await once(child, 'exit');
  });
  const listens = () => {
    assert.equal(child.exitCode, null, `${program} has ended:\n${said.join('')}`);
    return answers(at);
  };
  await until(listens, `${program} does not listen`);
}

/** Whether a server listens; the file of a socket exists earlier. */
async function answers(at) {
  const connection = connect(at);
  return once(connection, 'connect').then(() => true, () => false).finally(() => connection.destroy());
}
