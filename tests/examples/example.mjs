// An example as somebody starts it, and its pages before Chromium.

import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { clean, cleanInColour } from '../browser/axe.mjs';
import { assertFits, tabTo, visitor } from '../browser/browser.mjs';
import { closing } from '../workerd/closing.mjs';
import { listens } from '../workerd/ports.mjs';
import { until } from '../workerd/until.mjs';

/** Starts `npm run example NAME`; returns what it prints. At the end of the test it is stopped by Ctrl-C, as in a terminal. */
export async function runExample(t, name, ...flags) {
  const state = await mkdtemp(join(tmpdir(), 'gatehouse-example-'));
  closing(t, () => rm(state, { recursive: true }));
  const command = ['run', 'example', name, '--', '--port', await portOfTwo(), '--persist-to', state, ...flags];
  const child = spawn('npm', command, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, ended] = ['', false];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  child.on('close', () => (ended = true)); // once every program that could write has ended
  closing(t, async () => {
    if (!t.passed) t.diagnostic(said);
    process.kill(-child.pid, 'SIGINT');
    await until(() => ended, 'Ctrl-C does not end everything');
  });

  const isReady = () => said.includes('Ctrl-C stops everything');
  await until(() => isReady() || ended, 'the example does not start');
  assert.ok(isReady(), said);
  const [, address] = said.match(/^gatehouse: .*: (http:\S+)$/m);
  const [, login, password] = said.match(/Sign in as "(.+?)" with the password "(.+?)"/);
  const [, auth] = said.match(/Emails appear at (\S+)\/dev\/mail/);
  return { address, auth, user: { login, password } };
}

/** A port that is free, as is its successor, Gatehouse's. The system gives no program such a low one meanwhile. */
export async function portOfTwo() {
  for (;;) {
    const port = randomInt(10_000, 30_000);
    if ((await isFree(port)) && (await isFree(port + 1))) return String(port);
  }
}

export async function isFree(port) {
  const probe = createServer();
  const free = await listens(probe, port, '127.0.0.1');
  if (free) await new Promise((resolve) => probe.close(resolve));
  return free;
}

/** A browser at an example; returns once its first page has loaded. */
export async function visit(t, { address }, options) {
  const page = await visitor(t, { address }, options);
  await page.goto('/');
  return page;
}

/** Presses, by keyboard, what loads no other page. */
export async function activate(page, role, name) {
  await tabTo(page, role, name);
  await page.keyboard.press('Enter');
}

/** Asserts that everybody can read a page: with a screen reader, in light and dark, and on a phone. */
export async function assertAccessible(page) {
  const size = page.viewportSize();
  for (const [colorScheme, check] of [['light', clean], ['dark', cleanInColour]]) {
    await page.emulateMedia({ colorScheme });
    await check(page);
  }
  await assertFits(page);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(size);
}
