// The versions of Node that the packages of npm run with.

import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const installed = (name) => fileURLToPath(new URL(`node_modules/${name}/bin/node`, import.meta.url));

export const NODES = { 20: installed('node-20'), 22: installed('node-22'), 24: process.execPath };

/** Runs a program to its end; returns its output, or fails with it. */
export async function run(program, args, cwd) {
  const { stdout } = await promisify(execFile)(program, args, { cwd }).catch(({ stdout, stderr }) => assert.fail(stdout + stderr));
  return stdout;
}
