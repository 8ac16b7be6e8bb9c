// The npm package `@gatehouse/client` from its tarball, in programs of Node.

import { strict as assert } from 'node:assert';
import { copyFile, writeFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { emptyFolder, pack } from '../../packed.mjs';
import { ada, join } from '../../workerd/people.mjs';
import { resend } from '../../workerd/resend.mjs';
import { open } from '../../workerd/worker.mjs';
import { NODES, run } from './nodes.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

for (const [version, node] of Object.entries(NODES)) {
  test(`in an empty folder, a program signs in, renews its token and signs out with Node ${version}`, async (t) => {
    assert.match(await run(node, ['--version']), new RegExp(`^v${version}\\.`));
    const mail = await resend(t);
    const worker = await open(t, { mail });
    await join(worker, mail, ada);
    const folder = await installed(t);
    const said = await run(node, ['program.mjs', String(worker.url), ada.login, ada.password], folder);
    assert.deepEqual(said.trim().split('\n'), ['refused: invalid_credentials', 'signed in: ada', 'renewed: ada', 'signed out: null']);
  });
}

async function installed(t) {
  const folder = await emptyFolder(t);
  const { tarball } = await pack('packages/client', folder);
  await writeFile(path(folder, 'package.json'), '{"private": true}');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', tarball], folder);
  await copyFile(here('client-program.mjs'), path(folder, 'program.mjs'));
  return folder;
}
