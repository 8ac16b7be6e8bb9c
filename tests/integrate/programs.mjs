// Programs of other people, started for a test.

import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { closing } from '../workerd/closing.mjs';
import { PATIENCE, until } from '../workerd/until.mjs';

/** Starts a server that ends with the test; returns once it listens `at` a port or the path of a socket. */
export async function launch(t, program, flags, { env, at }) {
  const { child, said } = run(t, program, flags, { env });
  child.stdout.on('data', (text) => said.push(text));
  const listens = () => {
    assert.equal(child.exitCode, null, `${program} has ended:\n${said.join('')}`);
    return answers(at);
  };
  await until(listens, `${program} does not listen`);
}

/** Starts a program that a test talks to in lines. It is ended when nobody would wait for it any more. */
export function converse(t, program, flags, { env } = {}) {
  const { child, said } = run(t, program, flags, { env, timeout: PATIENCE });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'close');
  return {
    say: (line) => child.stdin.write(`${line}\n`),
    /** The next line that matches; the program must write one. */
    hear: async (pattern) => {
      for (;;) {
        const { value, done } = await lines.next();
        assert.ok(!done, `${program} has ended:\n${said.join('')}`);
        said.push(`${value}\n`);
        if (pattern.test(value)) return value;
      }
    },
    /** Waits until the program ends without an error; returns what else it has written. */
    end: async () => {
      const rest = await Array.fromAsync(lines);
      const [code] = await ended;
      assert.equal(code, 0, [...said, ...rest].join('\n'));
      return rest.join('\n');
    },
  };
}

function run(t, program, flags, { env, timeout }) {
  const said = [];
  const child = spawn(program, flags, { env: { ...process.env, ...env }, timeout });
  child.stderr.on('data', (text) => said.push(text));
  closing(t, async () => {
    if (!t.passed) t.diagnostic(`${program} said:\n${said.join('')}`);
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  });
  return { child, said };
}

/** Whether a server listens; the file of a socket exists earlier. */
async function answers(at) {
  const connection = connect(at);
  return once(connection, 'connect').then(() => true, () => false).finally(() => connection.destroy());
}
