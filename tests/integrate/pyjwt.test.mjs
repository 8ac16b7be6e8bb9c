import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { trial } from '../workerd/verifier-suite.mjs';

test('PyJWT knows our tokens by the example, and refuses the rest', async (t) => {
  const child = spawn(process.env.PYTHON ?? 'python3', ['-B', 'tests/integrate/judge.py'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  t.after(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
    assert.equal(child.exitCode, 0, 'the example raised what it does not say it raises');
  });

  await trial(t, async (issuer, options, token) => {
    child.stdin.write(`${JSON.stringify({ issuer, ...options, token })}\n`);
    const { value, done } = await answers.next();
    assert.ok(!done, 'the judge has left');
    const { claims, refused } = JSON.parse(value);
    if (refused) throw new Error(refused);
    return claims;
  });
});
