// The runtime without the service: a script of the test's own, with the service's compatibility date.

import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { Miniflare } from 'miniflare';
import { unstable_readConfig as readConfig } from 'wrangler';
import { closing } from './closing.mjs';

const WRANGLER = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));

/** Starts it, and returns what asks the script with a JSON value for another. */
export async function runtime(t, script) {
  const { compatibility_date: compatibilityDate, compatibility_flags: compatibilityFlags } = readConfig({ config: WRANGLER });
  const manifest = { mainModule: 'index.js', modules: { 'index.js': { type: 'esm', contents: script } } };
  const config = { name: 'runtime', compatibilityDate, compatibilityFlags, env: {}, manifest };
  const miniflare = new Miniflare({ workers: [{ config, dev: { unsafeDirectSockets: [{}] } }] });
  closing(t, () => miniflare.dispose());
  const { origin } = await miniflare.ready;
  return async (body) => {
    const answer = await fetch(origin, { method: 'POST', body: JSON.stringify(body) });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  };
}
