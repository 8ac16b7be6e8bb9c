// Resources used by a process: from /proc on Linux, elsewhere from ps.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const linux = process.platform === 'linux';
const ps = (pid, column) => execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();

/** CPU time of all its threads, in milliseconds. */
export function cpu(pid) {
  if (!linux) return ps(pid, 'time').split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
  // The name may contain spaces; the fields after its parenthesis do not. Linux counts 100 ticks a second (proc(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  const [user, system] = [fields[11], fields[12]].map(Number);
  return (user + system) * 10;
}

/**
 * Processor time that a virtual machine's host gave to others while this machine wanted it, of all processors, in milliseconds.
 * Only Linux knows.
 */
export function stolen() {
  return linux ? Number(readFileSync('/proc/stat', 'utf8').match(/^cpu +(.+)$/m)[1].split(' ')[7]) * 10 : 0;
}

/** Memory in use, in MiB. */
export function memory(pid) {
  if (!linux) return Number(ps(pid, 'rss')) / 1024;
  return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB$/m)[1]) / 1024;
}
