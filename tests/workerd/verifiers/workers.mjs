// Services in workerd, as wrangler would upload them.

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { closing } from '../closing.mjs';

const NAME = 'notes';

/** The configuration of a Worker with the service in `file`. */
export async function workerOf(file, config, { name = NAME, env = {} } = {}) {
  const entryPoints = [fileURLToPath(new URL(file, import.meta.url))];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', write: false, logLevel: 'error' });
  return {
    name,
    compatibilityDate: '2026-10-01',
    env: { CONFIG: { type: 'json', value: config }, ...env },
    manifest: { mainModule: 'service.js', modules: { 'service.js': { type: 'esm', contents: outputFiles[0].text } } },
  };
}

/** Starts a workerd with these Workers; returns their addresses. */
export async function startWorkers(t, ...configs) {
  const runtime = new Miniflare({ cf: false, workers: configs.map((config) => ({ config, dev: { unsafeDirectSockets: [{}] } })) });
  closing(t, () => runtime.dispose());
  await runtime.ready;
  return Promise.all(configs.map(async ({ name }) => (await runtime.unsafeGetDirectURL(name)).origin));
}

/** Starts the service in `file`, as `trial` wants it. */
export const startWorker = (file) => async (t, config) => (await startWorkers(t, await workerOf(file, config)))[0];
