// Our Argon2id and the `argon2` crate in one module in workerd, built as the worker is: same profile, same wasm-opt.

import { readFile, readdir } from 'node:fs/promises';
import { Miniflare } from 'miniflare';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { quietly } from '../../scripts/lib/run.mjs';
import { lastWorkerd } from '../../tests/workerd/workerd-process.mjs';

const TARGET = 'wasm32-unknown-unknown';
/** In worker-build's spelling; features needed for the vectors are declared in the module itself. */
const FEATURES = ['mutable-globals', 'sign-ext', 'nontrapping-float-to-int', 'bulk-memory', 'multivalue', 'reference-types', 'exception-handling'];
const SCRIPT = `
  import module from './bench.wasm';
  const { exports } = new WebAssembly.Instance(module);
  export default {
    fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      const number = searchParams.get('number');
      if (pathname === '/agree') return new Response(exports.agree(BigInt(number)));
      if (pathname === '/') return new Response('it runs');
      return new Response(exports['hash' + pathname.replace('/', '_')](Number(number)));
    },
  };`;

/** The module's bytes. */
export async function build() {
  await quietly('cargo', ['build', '--locked', '--release', '--target', TARGET, '--target-dir', inRoot('target'), '--package', 'argon2-bench']);
  const [built, optimized] = ['argon2_bench.wasm', 'argon2_bench.opt.wasm'].map((name) => inRoot('target', TARGET, 'release', name));
  await quietly('wasm-opt', ['-O', ...FEATURES.map((feature) => `--enable-${feature}`), built, '-o', optimized]);
  return readFile(optimized);
}

/** A separate workerd: `ask(path)` returns the response's text, `cpu()` the milliseconds all its threads have run. */
export async function start(wasm) {
  const modules = { 'index.js': { type: 'esm', contents: SCRIPT }, 'bench.wasm': { type: 'wasm', contents: wasm } };
  const config = { name: 'argon2', compatibilityDate: '2026-10-01', manifest: { mainModule: 'index.js', modules } };
  const runtime = new Miniflare({ cf: false, workers: [{ config }] });
  const { origin } = await runtime.ready;
  const { pid } = lastWorkerd().process;
  return {
    ask: async (path) => (await fetch(origin + path)).text(),
    cpu: () => ran(pid),
    stop: () => runtime.dispose(),
  };
}

/** Linux reports to the nanosecond how long a thread has run, excluding its waits for a processor. */
async function ran(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')));
  return times.reduce((sum, line) => sum + Number(line.split(' ')[0]), 0) / 1e6;
}
