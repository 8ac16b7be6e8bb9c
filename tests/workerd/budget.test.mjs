// A build over its size budget fails, and keeps failing. The scripts run unchanged, in a checkout of their own, with a
// worker-build that makes as many bytes as it is told to.

import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { BUDGET } from '../../scripts/lib/wasm.mjs';

/** gzip makes random bytes slightly larger: by less than this. */
const WRAPPING = 1000;

test('a build that has grown past its budget fails until it is smaller', async (t) => {
  const checkout = await checkoutFor(t);
  for (const attempt of ['first', 'second']) {
    const { code, stderr } = await build(checkout, BUDGET * 1024);
    assert.equal(code, 1, `the ${attempt} attempt passed`);
    assert.match(stderr, /^gatehouse: The limit is \d+ KiB\..*raise BUDGET/);
  }
  await rm(join(checkout, 'build'), { recursive: true });
  assert.deepEqual(await build(checkout, BUDGET * 1024 - WRAPPING), { code: 0, stderr: '' });
});

/** The scripts, and stand-ins for the tools that compile. */
async function checkoutFor(t) {
  const checkout = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  t.after(() => rm(checkout, { recursive: true }));
  await cp(inRoot('scripts'), join(checkout, 'scripts'), { recursive: true });
  await mkdir(join(checkout, 'worker'));
  await writeFile(join(checkout, 'Cargo.lock'), ['worker', 'wasm-bindgen'].map((crate) => `name = "${crate}"\nversion = "1.0.0"\n`).join('\n'));
  const tools = {
    'tools/worker-build-1.0.0/bin/worker-build': 'mkdir -p "$4" && cd "$4" && : >index.js && head -c "$BYTES" /dev/urandom >index_bg.wasm',
    'tools/wasm-bindgen-1.0.0/bin/wasm-bindgen': ':',
    'node_modules/.bin/wasm-opt': ':',
  };
  for (const [tool, does] of Object.entries(tools)) {
    await mkdir(join(checkout, tool, '..'), { recursive: true });
    await writeFile(join(checkout, tool), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
  }
  return checkout;
}

/** As `npm run build` does it: its exit code and error output. */
function build(checkout, bytes) {
  const program = "import('./scripts/lib/wasm.mjs').then(({ buildWasm }) => buildWasm())";
  const env = { ...process.env, BYTES: String(bytes), GATEHOUSE_TOOLS: join(checkout, 'tools') };
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', program], { cwd: checkout, env }, (error, _, stderr) => resolve({ code: error?.code ?? 0, stderr }));
  });
}
