import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import test from 'node:test';
import { inRoot, root } from '../../scripts/lib/paths.mjs';

test('whoever names no example, or none that exists, is told which there are', async () => {
  const folders = (await readdir(inRoot('examples'), { withFileTypes: true })).filter((entry) => entry.isDirectory());
  for (const names of [[], ['nothing']]) {
    const { code, stderr } = await new Promise((resolve) => {
      execFile('npm', ['run', 'example', ...names], { cwd: root }, (error, stdout, stderr) => resolve({ code: error?.code, stderr }));
    });
    assert.equal(code, 1);
    const listed = [...stderr.matchAll(/^ {2}([\w-]+) {2,}\S/gm)].map(([, name]) => name);
    assert.deepEqual(listed.toSorted(), folders.map(({ name }) => name).toSorted());
  }
});
