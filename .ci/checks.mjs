// The checks of `.ci/run`, side by side, and in the end by itself the one that a busy machine blinds.

import { report, sideBySide } from '../scripts/lib/side-by-side.mjs';

const test = (part) => [process.execPath, 'scripts/test.mjs', part];
const clippy = (...on) => ['cargo', 'clippy', '--locked', '--workspace', ...on, '--', '-D', 'warnings'];

const ended = await sideBySide({
  format: { command: ['cargo', 'fmt', '--all', '--check'] },
  native: { command: test('native') },
  packages: { command: test('packages') },
  build: { command: test('build'), after: ['packages'] },
  openapi: { command: test('openapi'), after: ['packages'] },
  clippy: { command: clippy('--all-targets') },
  'clippy-wasm32': { command: clippy('--target', 'wasm32-unknown-unknown'), after: ['clippy'] },
  workerd: { command: test('workerd'), after: ['build'] },
  browser: { command: test('browser'), after: ['build'] },
  bench: { command: test('bench'), after: ['workerd'] },
  // One after the other: both may ask apt for something, and it lets one in.
  integrate: { command: ['.ci/integrate'], after: ['build'] },
  fuzz: { command: ['.ci/fuzz'], after: ['integrate'] },
});
const timed = await sideBySide({ timing: { command: test('timing') } });
process.exitCode = report([...ended, ...timed]);
