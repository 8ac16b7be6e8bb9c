// Python environments with exactly the packages that a file pins. They are outside the checkout, so that all of them share one.

import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { log, stop } from './log.mjs';
import { tools } from './paths.mjs';
import { answer, quietly } from './run.mjs';

/** The folder of the environment for a file of requirements, made first if it is missing or its Python is gone. */
export async function venv(requirements) {
  const hash = crypto.createHash('sha256').update(fs.readFileSync(requirements)).digest('hex');
  const home = path.join(tools, `python-${hash.slice(0, 16)}`);
  const python = path.join(home, 'bin', 'python');
  const ready = path.join(home, 'ready');
  if (fs.existsSync(ready) && answer(python, ['--version'])) return home;

  requirePython();
  log('Installing Python packages (about 20 s)…');
  fs.rmSync(home, { recursive: true, force: true });
  await quietly('python3', ['-m', 'venv', home]);
  const pip = (...args) => quietly(python, ['-m', 'pip', ...args], { what: 'pip' });
  await pip('install', '--quiet', '--disable-pip-version-check', '--no-deps', '--requirement', requirements);
  await pip('check', '--quiet');
  fs.writeFileSync(ready, '');
  return home;
}

/** Debian's Python lacks the module that creates environments. */
function requirePython() {
  if (answer('python3', ['-c', 'import ensurepip, sys; assert sys.version_info >= (3, 10)']) !== undefined) return;
  stop('This needs Python 3.10 or newer with venv: install it (Debian, Ubuntu: `apt install python3-venv`; macOS: `brew install python`) and run this again.');
}
