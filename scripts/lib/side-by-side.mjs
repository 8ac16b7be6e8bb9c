// Runs programs side by side. Each one's output goes to a file; the terminal gets a line when one begins or ends, the full output
// of a failed one, and a summary.

import childProcess from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { log } from './log.mjs';
import { inRoot, root } from './paths.mjs';
import { environment } from './run.mjs';

const SIGN_OF_LIFE = 30_000;
const logs = path.join('build', 'logs');

/**
 * Runs jobs by name, `{ command, after }`, each as soon as the jobs in `after` have passed; a failed job stops only those that
 * depend on it. Returns the outcomes, for `report`.
 */
export async function sideBySide(jobs) {
  fs.mkdirSync(inRoot(logs), { recursive: true });
  const running = new Set();
  const began = Date.now();
  const signOfLife = setInterval(() => log(`${spelled(Date.now() - began)}: ${[...running].join(', ')} …`), SIGN_OF_LIFE);
  const ends = {};
  const end = (name) => (ends[name] ??= conduct(name, jobs[name], (after) => end(after), running));
  const ended = await Promise.all(Object.keys(jobs).map(end));
  clearInterval(signOfLife);
  return ended;
}

/** Prints a line for each; returns the exit status. */
export function report(ended) {
  const width = Math.max(...ended.map(({ name }) => name.length));
  for (const { name, outcome, took, file } of ended) {
    log(`${outcome.padEnd(7)}  ${name.padEnd(width)}  ${spelled(took).padStart(12)}${outcome === 'FAILED' ? `  ${file}` : ''}`);
  }
  return ended.every(({ outcome }) => outcome === 'passed') ? 0 : 1;
}

async function conduct(name, { command, after = [] }, end, running) {
  const earlier = await Promise.all(after.map(end));
  const failed = earlier.find(({ outcome }) => outcome !== 'passed');
  if (failed) {
    log(`${name} is not run: it needs ${failed.name}.`);
    return { name, outcome: 'not run', took: 0 };
  }
  const file = path.join(logs, `${name}.log`);
  const began = Date.now();
  running.add(name);
  log(`Starting ${name}…`);
  const code = await ran(command, inRoot(file));
  running.delete(name);
  const took = Date.now() - began;
  if (code !== 0) process.stdout.write(`${fs.readFileSync(inRoot(file), 'utf8')}\n`);
  log(`${name} has ${code === 0 ? 'passed' : 'FAILED; its output is above'}, after ${spelled(took)}.`);
  return { name, outcome: code === 0 ? 'passed' : 'FAILED', took, file };
}

function ran([program, ...args], file) {
  const log = fs.openSync(file, 'w');
  const child = childProcess.spawn(program, args, { cwd: root, env: environment, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  return new Promise((resolve) => {
    child.on('error', (error) => { fs.appendFileSync(file, `${error}\n`); resolve(127); });
    child.on('close', (code, signal) => { if (signal) fs.appendFileSync(file, `ended by ${signal}\n`); resolve(code ?? 1); });
  });
}

function spelled(ms) {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
