// The example of an MCP server, as a Worker beside the service.

import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { unstable_readConfig as readConfig } from 'wrangler';
import { alias } from './verifiers/workers.mjs';

export const RESOURCE = 'https://mcp.example.com/mcp';

/** The example as wrangler would upload it, with the `settings` of a test. */
export async function mcpServer(settings) {
  const folder = fileURLToPath(new URL('../../examples/mcp-server/', import.meta.url));
  const { name, main, compatibility_date: compatibilityDate, vars } = readConfig({ config: `${folder}wrangler.toml` });
  assert.equal(vars.RESOURCE, RESOURCE);
  const { outputFiles } = await build({ entryPoints: [main], alias, bundle: true, format: 'esm', platform: 'browser', conditions: ['workerd'], write: false });
  const env = Object.fromEntries(Object.entries({ ...vars, ...settings }).map(([key, value]) => [key, { type: 'text', value }]));
  return { name, compatibilityDate, env, manifest: { mainModule: 'worker.js', modules: { 'worker.js': { type: 'esm', contents: outputFiles[0].text } } } };
}
