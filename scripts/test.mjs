// `npm test`: the checks that must pass on every machine, run side by side. `npm test -- PART` runs one, with its output as it
// comes. Five run only that way, and in `.ci/run`: `pages` looks at each page in every way, `admin` and `deploy` start wrangler a hundred
// times, `bench` needs extra builds, and `timing` an otherwise idle machine.

import fs from 'node:fs';
import os from 'node:os';
import { unpackChromium } from './lib/chromium.mjs';
import { buildLibraries, libraries } from './lib/libraries.mjs';
import { stop, log } from './lib/log.mjs';
import { installPackages } from './lib/packages.mjs';
import { inRoot } from './lib/paths.mjs';
import { requireNode, requireRust } from './lib/prerequisites.mjs';
import { run } from './lib/run.mjs';
import { report, sideBySide } from './lib/side-by-side.mjs';
import { buildBaseline, buildWasm } from './lib/wasm.mjs';

const OF_THE_BENCH = ['tests/workerd/bench.test.mjs', 'tests/workerd/argon2id.test.mjs'];
const OF_EVERY_PAGE = ['tests/browser/screenshots.test.mjs', 'tests/browser/csrf-forms.test.mjs'];
const OF_ADMIN = ['tests/workerd/admin.test.mjs', 'tests/workerd/admin-clients.test.mjs'];
const WITH_A_CLOCK = ['tests/workerd/timing.test.mjs'];

/** In starting order. `needs` must have passed before; `after` only sets an order, for parts that would disturb each other. */
const parts = {
  native: { run: native },
  packages: { run: installPackages },
  build: { run: buildWasm, needs: ['packages'] },
  openapi: { run: openapi, needs: ['packages'] },
  workerd: { run: workerd, needs: ['build'] },
  chromium: { run: unpackChromium, needs: ['packages'] },
  browser: { run: browser, needs: ['build', 'chromium'] },
  'library-builds': { run: buildLibraries, needs: ['packages'] },
  libraries: { run: testLibraries, needs: ['build', 'chromium', 'library-builds'] },
  examples: { run: examples, needs: ['build', 'chromium', 'library-builds'], after: ['native', 'libraries'] },
  pages: { run: pages, needs: ['build', 'chromium'], onDemand: true },
  admin: { run: admin, needs: ['build'], onDemand: true },
  deploy: { run: deploy, needs: ['build', 'chromium', 'library-builds'], onDemand: true },
  bench: { run: bench, needs: ['build'], onDemand: true },
  timing: { run: timing, needs: ['build'], onDemand: true },
};

requireNode();
requireRust();
const named = process.argv.slice(2);
const unknown = named.find((name) => !Object.hasOwn(parts, name));
if (unknown) stop(`Unknown part "${unknown}": \`npm test -- PART\` runs one of ${Object.keys(parts).join(', ')}.`);
const wanted = withNeeds(named.length ? named : Object.keys(parts).filter((name) => !parts[name].onDemand));
if (named.length === 1) for (const name of wanted) await parts[name].run();
else process.exitCode = report(await sideBySide(Object.fromEntries(wanted.map((name) => [name, job(name)]))));

/** Parts and their prerequisites, in order. */
function withNeeds(names) {
  const needed = new Set();
  const add = (name) => { parts[name].needs?.forEach(add); needed.add(name); };
  names.forEach(add);
  return [...needed];
}

function job(name) {
  const { needs = [], after = [] } = parts[name];
  return { command: [process.execPath, 'scripts/test.mjs', name], after: [...needs, ...after.filter((earlier) => wanted.includes(earlier))] };
}

async function native() {
  log('Running the native tests (compiling takes a minute or two the first time)…');
  if (!(await run('cargo', ['test', '--locked', '--workspace', '--', '--quiet']))) stop('The native tests failed.');
}

async function openapi() {
  log('Linting docs/openapi.json…');
  const lint = ['lint', '--config=tests/openapi/redocly.yaml', 'docs/openapi.json'];
  if (!(await run('redocly', lint))) stop('docs/openapi.json fails the linter.');
  const { reference } = await import('./reference/file.mjs'); // it needs the packages
  const { present, due } = await reference();
  if (present !== due) stop('docs/reference.html is not made from this docs/openapi.json: run `npm run reference`.');
}

function workerd() {
  const others = [...OF_ADMIN, ...OF_THE_BENCH, ...WITH_A_CLOCK];
  return nodeTests('in workerd', testsIn('tests/workerd').filter((file) => !others.includes(file)));
}

function browser() {
  return nodeTests('in Chromium', testsIn('tests/browser').filter((file) => !OF_EVERY_PAGE.includes(file)));
}

function pages() {
  return nodeTests('of every page', OF_EVERY_PAGE);
}

function testLibraries() {
  return nodeTests('of the libraries', libraries.flatMap((folder) => testsIn(`${folder}/test`)));
}

function examples() {
  return nodeTests('of the examples', testsIn('tests/examples'));
}

function admin() {
  return nodeTests('of `npm run admin`', OF_ADMIN);
}

async function deploy() {
  if (!(await run('node', ['scripts/pack.mjs']))) stop('The packages could not be made.');
  await nodeTests('of the packages and of deploying', testsIn('tests/deploy'));
}

async function bench() {
  await buildBaseline();
  await nodeTests('of the bench', OF_THE_BENCH);
}

function timing() {
  return nodeTests('with a clock', WITH_A_CLOCK);
}

function testsIn(folder) {
  return fs.readdirSync(inRoot(folder)).filter((name) => name.endsWith('.test.mjs')).map((name) => `${folder}/${name}`);
}

async function nodeTests(where, files) {
  log(`Running the tests ${where}…`);
  // Each file has a workerd of its own, so two processes work at a time; and two such parts run at once.
  const atOnce = Math.max(1, Math.floor(os.availableParallelism() / 2));
  // A forgotten socket must not keep a finished file waiting.
  if (!(await run('node', ['--test', `--test-concurrency=${atOnce}`, '--test-force-exit', ...files]))) stop(`The tests ${where} failed.`);
}
