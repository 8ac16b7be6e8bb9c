// Servers that run until Ctrl-C. If one of them ends by itself, so do the others and the script.

import childProcess from 'node:child_process';
import { answers } from './address.mjs';
import { environment } from './run.mjs';

const running = new Set();
let asked = false;

/** Starts a server; resolves once it answers at `url`. Its output is shown from then on, and before only if it fails. */
export async function startServer(command, args, { url, cwd, env = environment }) {
  if (running.size === 0) endWithThis();
  const child = childProcess.spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);

  let start = '';
  let ready = false;
  for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
    from.on('data', (text) => (ready ? to.write(text) : (start += text)));
  }
  const ended = new Promise((resolve) => child.on('error', (error) => { start += `${error}\n`; resolve(127); }).on('close', resolve));
  ended.then((code) => {
    if (!ready) process.stderr.write(start);
    running.delete(child);
    process.exitCode ||= asked ? 0 : code ?? 1;
    endAll('SIGTERM');
  });

  while (!(await answers(url))) await new Promise((resolve) => setTimeout(resolve, 20));
  ready = true;
}

/** Also if the script stops because of something else. */
function endWithThis() {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { asked = true; endAll(signal); });
  process.on('exit', () => { for (const child of running) child.kill(); });
}

function endAll(signal) {
  if (running.size === 0) process.exit();
  for (const child of running) child.kill(signal);
}
