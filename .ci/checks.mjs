// The checks of `.ci/run`: side by side, and at the end the one that measures time, alone. `.ci/run PART…` runs only these parts
// and the parts they need.

import { report, sideBySide } from '../scripts/lib/side-by-side.mjs';

const test = (part) => [process.execPath, 'scripts/test.mjs', part];
const clippy = (...on) => ['cargo', 'clippy', '--locked', '--workspace', ...on, '--', '-D', 'warnings'];

/** `needs` must have passed before; `after` only sets an order, for parts that would disturb each other. */
const parts = {
  format: { command: ['cargo', 'fmt', '--all', '--check'] },
  native: { command: test('native') },
  packages: { command: test('packages') },
  build: { command: test('build'), needs: ['packages'] },
  openapi: { command: test('openapi'), needs: ['packages'] },
  clippy: { command: clippy('--all-targets') },
  'clippy-wasm32': { command: clippy('--target', 'wasm32-unknown-unknown'), after: ['clippy'] },
  workerd: { command: test('workerd'), needs: ['build'] },
  chromium: { command: test('chromium'), needs: ['packages'] },
  browser: { command: test('browser'), needs: ['build', 'chromium'] },
  pages: { command: test('pages'), needs: ['build', 'chromium'], after: ['browser'] },
  'library-builds': { command: test('library-builds'), needs: ['packages'] },
  libraries: { command: test('libraries'), needs: ['build', 'chromium', 'library-builds'], after: ['native'] },
  deploy: { command: test('deploy'), needs: ['build', 'chromium', 'library-builds'], after: ['libraries'] },
  examples: { command: test('examples'), needs: ['build', 'chromium', 'library-builds'], after: ['libraries', 'deploy'] },
  admin: { command: test('admin'), needs: ['build'], after: ['fuzz'] },
  bench: { command: test('bench'), needs: ['build'], after: ['workerd'] },
  // One after the other: each may run apt, which allows one process at a time.
  integrate: { command: ['.ci/integrate'], needs: ['build'] },
  factors: { command: ['.ci/factors'], needs: ['build'], after: ['integrate'] },
  'relying-parties': { command: ['.ci/relying-parties'], needs: ['build'], after: ['integrate', 'factors'] },
  'identity-providers': { command: ['.ci/identity-providers'], needs: ['build'], after: ['integrate', 'factors', 'relying-parties'] },
  published: { command: ['.ci/published'], needs: ['build', 'chromium', 'library-builds'], after: ['integrate', 'factors', 'relying-parties', 'identity-providers'] },
  fuzz: { command: ['.ci/fuzz'], needs: ['build'], after: ['integrate', 'factors', 'relying-parties', 'identity-providers', 'published'] },
};
/** A busy machine would make its measurements useless. */
const alone = { timing: { command: test('timing'), needs: ['build'] } };

const all = { ...parts, ...alone };
const named = process.argv.slice(2);
const unknown = named.find((name) => !Object.hasOwn(all, name));
if (unknown) {
  console.error(`There is no part "${unknown}": ${Object.keys(all).join(', ')}.`);
  process.exit(1);
}
const wanted = new Set();
(named.length ? named : Object.keys(all)).forEach(want);
const ended = await sideBySide(jobs(parts));
const timed = await sideBySide(jobs(alone));
process.exitCode = report([...ended, ...timed]);

/** A part and the parts it needs. */
function want(name) {
  wanted.add(name);
  all[name].needs?.forEach(want);
}

/** The requested parts among these, each after those it needs or would disturb. */
function jobs(of) {
  const chosen = Object.entries(of).filter(([name]) => wanted.has(name));
  const before = ({ needs = [], after = [] }) => [...needs, ...after].filter((name) => Object.hasOwn(of, name) && wanted.has(name));
  return Object.fromEntries(chosen.map(([name, part]) => [name, { command: part.command, after: before(part) }]));
}
