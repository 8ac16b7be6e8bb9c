// The production build: src/ becomes build/index.js and build/index_bg.wasm. The bench has a second Worker built the same way.

import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { inRoot, npmBin } from './place.mjs';
import { answer, environment, quietly } from './run.mjs';
import { hashOf, isFresh, leave } from './stamp.mjs';
import { tell } from './tell.mjs';
import { installTarget, installTools } from './toolchain.mjs';

// package-lock.json pins wasm-opt and esbuild, Cargo.lock worker-build and wasm-bindgen.
const INPUTS = ['src', 'argon2id', 'docs/openapi.json', 'Cargo.toml', 'Cargo.lock', '.cargo', 'rust-toolchain.toml', 'package-lock.json', 'scripts/lib/wasm.mjs'];

/** Builds the Worker in a folder of the checkout, unless it is built already. */
export async function buildWasm(folder = '.') {
  const stamp = inRoot(folder, 'build', '.gatehouse-stamp');
  const inputs = hashOf([...INPUTS, path.join(folder, 'src')], answer('rustc', ['--version']));
  if (isFresh(stamp, inputs)) return;

  await installTarget();
  const { workerBuild, wasmBindgen } = await installTools();
  tell('Building the Worker (the first time about a minute)…');
  // Named here, they are not downloaded.
  const tools = { WASM_BINDGEN_BIN: wasmBindgen, WASM_OPT_BIN: npmBin('wasm-opt'), ESBUILD_BIN: npmBin('esbuild') };
  await quietly(workerBuild, ['--release'], { env: { ...environment, ...tools }, cwd: inRoot(folder) });
  tell(`Built ${sizes(path.join(folder, 'build', 'index_bg.wasm'))}.`);
  leave(stamp, inputs);
}

function sizes(file) {
  const code = fs.readFileSync(inRoot(file));
  const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`;
  return `${file}: ${kib(code.length)}, ${kib(zlib.gzipSync(code, { level: 9 }).length)} gzipped`;
}
