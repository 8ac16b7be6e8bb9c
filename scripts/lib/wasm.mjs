// The production build: src/ becomes build/index.js and build/index_bg.wasm. The bench has a second Worker built the same way.

import fs from 'node:fs';
import zlib from 'node:zlib';
import { hashOf, isFresh, leave } from './build-stamp.mjs';
import { stop, log } from './log.mjs';
import { inRoot, npmBin } from './paths.mjs';
import { answer, environment, quietly } from './run.mjs';
import { installTarget, installTools, toolsAreThere } from './toolchain.mjs';

// package-lock.json pins wasm-opt and esbuild, Cargo.lock worker-build and wasm-bindgen.
const SETTINGS = ['Cargo.toml', 'Cargo.lock', '.cargo', 'rust-toolchain.toml', 'package-lock.json', 'scripts/lib/wasm.mjs'];
// The Cargo build that worker-build runs: if done earlier, it is not repeated.
const CARGO_BUILD = ['build', '--lib', '--release', '--target', 'wasm32-unknown-unknown'];
const CARGO_BUILD_ENV = { WASM_BINDGEN_USE_JS_SYS: '1' };
const SOURCES = ['src', 'worker', 'argon2id', 'normalization', 'build.rs', 'docs/openapi.json'];

/**
 * The limit for wrangler's upload, gzipped, in KiB: an isolate loads all of it before its first response, and one crate too many
 * is easily overlooked. The size when this was last set was 949 KiB, with sign-in with other providers (docs/operate/PERFORMANCE.md,
 * "Size").
 */
export const BUDGET = 970;

/** The Worker itself. The npm packages are needed only at the end, so a promise of them will do. */
export async function buildWasm(packages) {
  await compile('the Worker (a few minutes the first time)', 'build', { packages, limit: BUDGET });
}

/** The bench's minimum for a Worker in Rust, built the same way. */
export async function buildBaseline() {
  await compile('the baseline of the bench', 'bench/baseline/build', { crate: 'bench/baseline', sources: ['bench/baseline/Cargo.toml', 'bench/baseline/src'] });
}

/**
 * Builds a crate into a folder, unless the folder is up to date. `args` are additional arguments for worker-build, `optimize`
 * those for wasm-opt. A build above `limit` KiB is not up to date.
 */
export async function compile(what, folder, { crate = 'worker', sources = SOURCES, args = [], variables = {}, optimize = ['-O1'], packages, limit = Infinity } = {}) {
  const stamp = inRoot(folder, '.gatehouse-stamp');
  const inputs = hashOf([...SETTINGS, ...sources], answer('rustc', ['--version']), args, variables, optimize);
  if (isFresh(stamp, inputs)) return;

  await installTarget();
  log(`Building ${what}…`);
  // An interruption leaves neither the old build nor the new.
  fs.rmSync(stamp, { force: true });
  const env = { ...environment, ...variables };
  const cwd = inRoot(crate);
  // The last of the crates, and linking, take one core: missing tools are compiled on the other meanwhile.
  const ahead = toolsAreThere() ? undefined : quietly('cargo', [...CARGO_BUILD, ...args], { env: { ...env, ...CARGO_BUILD_ENV }, cwd, what: 'the Worker' });
  const [{ workerBuild, wasmBindgen }] = await Promise.all([installTools(), ahead, packages]);
  // Tools named here are not downloaded.
  const tools = { WASM_BINDGEN_BIN: wasmBindgen, ESBUILD_BIN: npmBin('esbuild') };
  await quietly(workerBuild, ['--release', '--no-opt', '--out-dir', inRoot(folder), ...args], { env: { ...env, ...tools }, cwd });
  // worker-build's own call would keep every function's name; a panic reports its file and line without them. wasm-bindgen adds
  // code that catches exceptions, without declaring that feature.
  const code = inRoot(folder, 'index_bg.wasm');
  await quietly(npmBin('wasm-opt'), [code, '-o', code, '--enable-exception-handling', ...optimize]);
  const { raw, upload } = weigh(folder);
  log(`Built ${folder}: ${kib(raw)} KiB of WASM; ${kib(upload)} KiB gzipped with the JavaScript.`);
  if (upload > limit * 1024) {
    stop(`The limit is ${limit} KiB. docs/operate/PERFORMANCE.md ("Size") lists the size of each part: make the build smaller, or raise BUDGET in scripts/lib/wasm.mjs if the addition is worth it.`);
  }
  leave(stamp, inputs);
}

/** The size of a build in bytes: its WASM, and, gzipped, everything wrangler uploads. */
export function weigh(folder) {
  const [code, glue] = ['index_bg.wasm', 'index.js'].map((name) => fs.readFileSync(inRoot(folder, name)));
  const gzipped = (bytes) => zlib.gzipSync(bytes, { level: 9 }).length;
  return { raw: code.length, gzipped: gzipped(code), upload: gzipped(code) + gzipped(glue) };
}

const kib = (bytes) => Math.round(bytes / 1024);
