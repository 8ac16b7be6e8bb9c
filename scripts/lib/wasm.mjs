// The production build: src/ becomes build/index.js and build/index_bg.wasm. The bench has a second Worker built the same way.

import fs from 'node:fs';
import zlib from 'node:zlib';
import { inRoot, npmBin } from './place.mjs';
import { answer, environment, quietly } from './run.mjs';
import { hashOf, isFresh, leave } from './stamp.mjs';
import { stop, tell } from './tell.mjs';
import { installTarget, installTools } from './toolchain.mjs';

// package-lock.json pins wasm-opt and esbuild, Cargo.lock worker-build and wasm-bindgen.
const SETTINGS = ['Cargo.toml', 'Cargo.lock', '.cargo', 'rust-toolchain.toml', 'package-lock.json', 'scripts/lib/wasm.mjs'];
const SOURCES = ['src', 'argon2id', 'docs/openapi.json'];

/**
 * What wrangler uploads may weigh, gzipped, in KiB: an isolate loads all of it before its first answer, and one crate too
 * many is easily overlooked. Some 5 % above what it was when this was last set (docs/operate/PERFORMANCE.md, "Size").
 */
export const BUDGET = 896;

/** The Worker itself. */
export async function buildWasm() {
  await compile('the Worker (the first time about a minute)', 'build');
  const { upload } = weigh('build');
  if (upload > BUDGET * 1024) {
    stop(`The build is ${kib(upload)} KiB gzipped, and may be ${BUDGET}. docs/operate/PERFORMANCE.md ("Size") says what weighs what: make it smaller, or raise BUDGET in scripts/lib/wasm.mjs if what is new is worth it.`);
  }
}

/** What the bench measures as the least that a Worker in Rust takes, built the same way. */
export async function buildFloor() {
  await compile('the floor of the bench', 'bench/floor/build', { crate: 'bench/floor', sources: ['bench/floor/Cargo.toml', 'bench/floor/src'] });
}

/** Builds a crate into a folder, unless what lies there is the same. `args` are further ones of worker-build, and of wasm-opt. */
export async function compile(what, folder, { crate = '.', sources = SOURCES, args = [], variables = {}, optimize = ['-O'] } = {}) {
  const stamp = inRoot(folder, '.gatehouse-stamp');
  const inputs = hashOf([...SETTINGS, ...sources], answer('rustc', ['--version']), args, variables, optimize);
  if (isFresh(stamp, inputs)) return;

  await installTarget();
  const { workerBuild, wasmBindgen } = await installTools();
  tell(`Building ${what}…`);
  // Whoever interrupts this leaves neither the old build nor the new.
  fs.rmSync(stamp, { force: true });
  // Named here, they are not downloaded.
  const tools = { WASM_BINDGEN_BIN: wasmBindgen, ESBUILD_BIN: npmBin('esbuild') };
  const env = { ...environment, ...tools, ...variables };
  await quietly(workerBuild, ['--release', '--no-opt', '--out-dir', inRoot(folder), ...args], { env, cwd: inRoot(crate) });
  // worker-build's own call would keep every function's name; a panic says its file and line without. What wasm-bindgen adds
  // catches exceptions, and does not say so.
  const code = inRoot(folder, 'index_bg.wasm');
  await quietly(npmBin('wasm-opt'), [code, '-o', code, '--enable-exception-handling', ...optimize]);
  const { raw, upload } = weigh(folder);
  tell(`Built ${folder}: ${kib(raw)} KiB of WASM; with its glue ${kib(upload)} KiB gzipped.`);
  leave(stamp, inputs);
}

/** What a build weighs, in bytes: its WASM, and, gzipped, all that wrangler uploads. */
export function weigh(folder) {
  const [code, glue] = ['index_bg.wasm', 'index.js'].map((name) => fs.readFileSync(inRoot(folder, name)));
  const gzipped = (bytes) => zlib.gzipSync(bytes, { level: 9 }).length;
  return { raw: code.length, gzipped: gzipped(code), upload: gzipped(code) + gzipped(glue) };
}

const kib = (bytes) => Math.round(bytes / 1024);
