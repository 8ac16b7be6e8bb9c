// Services in workerd, as wrangler would upload them.

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Miniflare, Response as RuntimeResponse } from 'miniflare';
import { closing } from '../closing.mjs';

const NAME = 'notes';
const root = fileURLToPath(new URL('../../..', import.meta.url));
/** The package by its name, which nothing here has installed. */
export const alias = {
  '@gatehouse/verify': `${root}/packages/verify/src/index.js`,
  '@gatehouse/verify/hono': `${root}/packages/verify/src/hono.js`,
  '@gatehouse/verify/worker': `${root}/packages/verify/src/worker.js`,
};

/** The configuration of a Worker with the service in `file`. */
export async function workerOf(file, config, { name = NAME, env = {} } = {}) {
  const entryPoints = [fileURLToPath(new URL(file, import.meta.url))];
  const { outputFiles } = await build({ entryPoints, alias, bundle: true, format: 'esm', write: false, logLevel: 'error' });
  return {
    name,
    compatibilityDate: '2026-10-01',
    env: { ...(config && { CONFIG: { type: 'json', value: config } }), ...env },
    manifest: { mainModule: 'service.js', modules: { 'service.js': { type: 'esm', contents: outputFiles[0].text } } },
  };
}

/** Starts a workerd with these Workers; returns their addresses. `json` answers what they fetch, instead of the network. */
export async function startWorkers(t, configs, json) {
  const dev = { unsafeDirectSockets: [{}], ...(json && { outboundService: { type: 'fetcher', handler: ({ url }) => RuntimeResponse.json(json(url)) } }) };
  const runtime = new Miniflare({ cf: false, workers: configs.map((config) => ({ config, dev })) });
  closing(t, () => runtime.dispose());
  await runtime.ready;
  return Promise.all(configs.map(async ({ name }) => (await runtime.unsafeGetDirectURL(name)).origin));
}

/** Starts the service in `file`, as `trial` wants it. */
export const startWorker = (file) => async (t, config) => (await startWorkers(t, [await workerOf(file, config)]))[0];
