// What `npm run example` does if it cannot start.

import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import test from 'node:test';
import { root } from '../../scripts/lib/paths.mjs';
import { emptyFolder } from '../packed.mjs';
import { closing } from '../workerd/closing.mjs';
import { until } from '../workerd/until.mjs';
import { isFree, portOfTwo } from './example.mjs';

test('an example whose port is taken says which command takes another', async (t) => {
  const port = Number(await portOfTwo());
  const other = createServer().listen(port + 1, '127.0.0.1');
  closing(t, () => other.close());
  await once(other, 'listening');
  const { code, said } = await run('server-rendered', '--port', String(port));
  assert.equal(code, 1);
  assert.match(said, new RegExp(`Cannot listen on port ${port + 1} .*\`npm run example server-rendered -- --port ${port + 2}\``));
});

test('an example that cannot create its user leaves nothing running', async (t) => {
  const port = await portOfTwo();
  const { code, said } = await run('server-rendered', '--port', port, '--persist-to', await emptyFolder(t), '--var', 'AUTH_MFA:all');
  assert.equal(code, 1, said);
  assert.match(said, /second_factor_enrolment_required/);
  await until(() => isFree(Number(port) + 1), 'Gatehouse still runs');
});

/** `npm run example`, to its end. */
const run = (name, ...flags) =>
  new Promise((resolve) => {
    execFile('npm', ['run', 'example', name, '--', ...flags], { cwd: root }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, said: stdout + stderr }));
  });
