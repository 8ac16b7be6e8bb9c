// `npm test`: the native tests, then a linter over docs/openapi.json, then the production build under black-box tests in
// workerd, then its pages in Chromium. `npm test -- native`, `-- openapi`, `-- workerd` and `-- browser` run one part.

import { unpackChromium } from './lib/chromium.mjs';
import { installPackages } from './lib/packages.mjs';
import { requireNode, requireRust } from './lib/prerequisites.mjs';
import { run } from './lib/run.mjs';
import { stop, tell } from './lib/tell.mjs';
import { buildFloor, buildWasm } from './lib/wasm.mjs';

// A socket that somebody has forgotten must not keep a file waiting that has nothing left to test.
const ONE_AFTER_THE_OTHER = ['--test', '--test-concurrency=1', '--test-force-exit'];

const parts = { native, openapi, workerd, browser };

requireNode();
requireRust();
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
for (const part of wanted) await (parts[part] ?? unknown)();

async function native() {
  tell('Running the native tests (the first time about a minute of compiling)…');
  if (!(await run('cargo', ['test', '--workspace']))) stop('The native tests failed.');
}

async function openapi() {
  await installPackages();
  tell('Linting docs/openapi.json…');
  const lint = ['lint', '--config=tests/openapi/redocly.yaml', 'docs/openapi.json'];
  if (!(await run('redocly', lint))) stop('docs/openapi.json does not pass the linter.');
}

async function workerd() {
  await installPackages();
  await buildWasm();
  await buildFloor();
  tell('Running the tests in workerd…');
  // One file after the other: among them is a clock that would measure its neighbours.
  const files = [...ONE_AFTER_THE_OTHER, 'tests/workerd/*.test.mjs'];
  if (!(await run('node', files))) stop('The tests in workerd failed.');
}

async function browser() {
  await installPackages();
  await buildWasm();
  await unpackChromium();
  tell('Running the tests in Chromium…');
  // One file after the other: each has a browser and a workerd of its own.
  const files = [...ONE_AFTER_THE_OTHER, 'tests/browser/*.test.mjs'];
  if (!(await run('node', files))) stop('The tests in Chromium failed.');
}

function unknown() {
  stop(`\`npm test\` runs all parts; \`npm test -- ${Object.keys(parts).join('` or `npm test -- ')}\` runs one.`);
}
