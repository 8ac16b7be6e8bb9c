// A Worker on a Miniflare of its own, as `tests/workerd/worker.mjs` opens ours: with a D1 and a KV whose state is on disk.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { unstable_readConfig as readConfig } from 'wrangler';
import { inRoot } from '../../scripts/lib/paths.mjs';

const shipped = readConfig({ config: inRoot('wrangler.toml') });

/** Opens a Worker, until the scope ends. Its modules are by name; the first one handles requests. */
export async function openWorker(scope, name, { modules, texts = {}, flags = [] }) {
  const state = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const worker = new Worker({ name, modules, texts, flags, state });
  scope.after(() => worker.close().finally(() => rm(state, { recursive: true })));
  await worker.reopen();
  return worker;
}

class Worker {
  constructor(parts) {
    Object.assign(this, parts);
  }

  async reopen() {
    const texts = Object.entries(this.texts).map(([name, value]) => [name, { type: 'text', value }]);
    const config = {
      name: this.name,
      compatibilityDate: shipped.compatibility_date,
      compatibilityFlags: this.flags,
      env: { DB: { type: 'd1', id: 'db' }, KV: { type: 'kv', id: 'kv' }, ...Object.fromEntries(texts) },
      manifest: { mainModule: Object.keys(this.modules)[0], modules: this.modules },
    };
    this.runtime = new Miniflare({
      resourcePersistencePath: this.state,
      cf: false, // or it would be fetched from the internet
      workers: [{ config, dev: { unsafeDirectSockets: [{}] } }],
    });
    await this.runtime.ready;
  }

  /** The Worker's address behind Miniflare. */
  async direct() {
    return (await this.runtime.unsafeGetDirectURL(this.name)).origin;
  }

  async close() {
    await this.runtime.dispose();
  }
}

/** The modules built in a folder. */
export async function built(folder) {
  const contents = (name) => readFile(inRoot(folder, 'build', name));
  return {
    'index.js': { type: 'esm', contents: (await contents('index.js')).toString() },
    'index_bg.wasm': { type: 'wasm', contents: await contents('index_bg.wasm') },
  };
}

/** A file beside this one as one module, bundled with wrangler's conditions and constants. */
export async function bundled(file) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2024',
    mainFields: ['browser', 'module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return { 'index.js': { type: 'esm', contents: outputFiles[0].text } };
}
