// The runner behind `npm test` and `.ci/run`: one failed part hides no result of the others.

import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { inRoot } from '../../scripts/lib/paths.mjs';

const says = (words, code = 0) => ['sh', '-c', `echo ${words}; echo ${words} too >&2; exit ${code}`];

test('each part runs to its end, a failed one says why, and those that need it say so', async (t) => {
  const { code, stdout, logs } = await together(t, {
    bad: { command: says('this is wrong', 3) },
    good: { command: says('all is well') },
    absent: { command: ['no-such-program'] },
    built: { command: says('built'), after: ['good'] },
    unbuilt: { command: says('never said'), after: ['bad'] },
    later: { command: says('never said'), after: ['unbuilt', 'good'] },
  });
  assert.equal(code, 1);
  assert.equal(stdout.match(/^this is wrong$/gm).length, 1);
  assert.ok(stdout.includes('this is wrong\nthis is wrong too\n'), stdout);
  assert.doesNotMatch(stdout, /all is well|never said/);
  assert.match(stdout, /ENOENT/);
  assert.match(stdout, /unbuilt is not run: it needs bad\./);
  const summary = stdout.trimEnd().split('\n').slice(-6).map((line) => line.replace(/^gatehouse: /, '').split(/ {2,}/).slice(0, 2));
  assert.deepEqual(summary, [
    ['FAILED', 'bad'], ['passed', 'good'], ['FAILED', 'absent'], ['passed', 'built'], ['not run', 'unbuilt'], ['not run', 'later'],
  ]);
  assert.equal(await readFile(join(logs, 'good.log'), 'utf8'), 'all is well\nall is well too\n');
});

test('if all have passed, so have they together', async (t) => {
  const { code, stdout } = await together(t, { one: { command: says('a') }, other: { command: says('b'), after: ['one'] } });
  assert.deepEqual([code, stdout.match(/^gatehouse: passed /gm).length], [0, 2]);
});

/** Runs jobs in a checkout of their own; returns the exit code, the output, and the folder of the jobs' logs. */
async function together(t, jobs) {
  const checkout = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  t.after(() => rm(checkout, { recursive: true }));
  await cp(inRoot('scripts'), join(checkout, 'scripts'), { recursive: true });
  const program = `import('./scripts/lib/side-by-side.mjs')
    .then(async ({ report, sideBySide }) => process.exit(report(await sideBySide(${JSON.stringify(jobs)}))))`;
  return new Promise((resolve) => {
    const done = (error, stdout) => resolve({ code: error?.code ?? 0, stdout, logs: join(checkout, 'build', 'logs') });
    execFile(process.execPath, ['-e', program], { cwd: checkout }, done);
  });
}
