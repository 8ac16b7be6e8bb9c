// Programs that hold keys: what `navigator.credentials` would do with them.

import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BASE_URL } from '../../workerd/worker.mjs';

/** Starts one. It answers `('create' or 'get', options)` with a credential; `more` is for the program. */
export function plugIn(t, program, ...args) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  t.after(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
    assert.equal(child.exitCode, 0);
  });
  return async (ceremony, options, more) => {
    child.stdin.write(`${JSON.stringify({ [ceremony]: options, origin: BASE_URL, ...more })}\n`);
    const { value, done } = await answers.next();
    assert.ok(!done, 'the key is gone');
    return JSON.parse(value);
  };
}
