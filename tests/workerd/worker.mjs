// A worker is the production build as deployed: in real workerd, with the bindings and settings of wrangler.toml, and a D1 and KV
// whose state outlives the process. A test uses only sockets, except for actions its operator could take too: fire the cron, cut
// the power, look into the database.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Miniflare, Response as RuntimeResponse } from 'miniflare';
import { unstable_readConfig as readConfig, unstable_splitSqlQuery as statements } from 'wrangler';
import { closing } from './closing.mjs';
import { copyMigrated } from './migrated.mjs';
import { lastWorkerd } from './workerd-process.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shipped = readConfig({ config: join(root, 'wrangler.toml') });
const dev = { unsafeDirectSockets: [{}] };

// Not the address the worker listens on: links and issuer must come from the setting alone.
export const BASE_URL = 'https://login.example';

/** `vars` of a worker without limits by IP address: races come from one address. */
export const uncounted = { ENVIRONMENT: 'development', AUTH_LIMITS_ADDRESS: 'off' };

/**
 * Opens a worker that closes with the test. `vars` override the shipped ones; one set to undefined is missing. `cf` is
 * Cloudflare's data about every client; without it they are in Miniflare's Texas. `neighbours` are other Workers of the account.
 * `outbound` answers what Workers fetch, or leaves it to the network by returning nothing.
 * `build` is the folder of another build, and `entry` a module that wraps it and imports it as `./index.js`.
 */
export async function open(t, { mail, vars, cf = false, neighbours = [], outbound, build = 'build', entry }) {
  const worker = new TestWorker({
    ...shipped.vars,
    APP_KEY: randomBytes(32).toString('base64url'),
    APP_BASE_URL: BASE_URL,
    ...mail?.settings,
    ...vars,
  });
  worker.cf = cf;
  worker.neighbours = neighbours;
  if (outbound) worker.dev = { ...dev, outboundService: { type: 'fetcher', handler: handlerOf(outbound) } };
  worker.manifest = await manifestOf(build, entry);
  worker.state = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  closing(t, async () => {
    if (!t.passed) t.diagnostic(`the worker's log:\n${worker.log.join('\n')}`);
    await worker.close().finally(() => rm(worker.state, { recursive: true }));
  });
  await copyMigrated(worker.state, migrate);
  await worker.reopen();
  return worker;
}

/** Applies every migration, exactly as its file stands, to a separate state. */
async function migrate(state) {
  const worker = Object.assign(new TestWorker({}), { state, manifest: EMPTY });
  await worker.reopen();
  const database = await worker.runtime.getD1Database('DB');
  const folder = join(root, 'migrations');
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()) {
    for (const statement of statements(await readFile(join(folder, file), 'utf8'))) await database.prepare(statement).run();
  }
  await worker.close();
}

class TestWorker {
  /** The Worker's log. */
  log = [];
  /** Bindings that are missing from the next `reopen` on. */
  missing = [];
  cf = false;
  neighbours = [];
  dev = dev;

  constructor(settings) {
    this.settings = settings;
  }

  /** Starts workerd on the existing state. */
  async reopen() {
    this.runtime = new Miniflare({
      resourcePersistencePath: join(this.state, 'v3'), // in wrangler's layout, for its commands that read the state
      cf: this.cf, // false, or it would be fetched from the internet
      handleStructuredLogs: ({ message }) => this.log.push(message),
      workers: [
        {
          config: {
            name: shipped.name,
            compatibilityDate: shipped.compatibility_date,
            compatibilityFlags: shipped.compatibility_flags,
            env: { ...bindings(this.missing), ...texts(this.settings) },
            manifest: this.manifest,
          },
          dev: this.dev,
        },
        ...this.neighbours.map((config) => ({ config, dev: this.dev })),
      ],
    });
    this.url = (await this.runtime.ready).origin;
    this.workerd = lastWorkerd().process;
  }

  /** The address of a Worker behind Miniflare, which refuses every outside `Host` and `Origin`. */
  async direct(name = shipped.name) {
    return (await this.runtime.unsafeGetDirectURL(name)).origin;
  }

  async close() {
    await this.runtime.dispose();
  }

  /** SIGKILL to workerd: no chance to finish, flush or hand over anything. */
  async cutPower() {
    const gone = once(this.workerd, 'exit');
    this.workerd.kill('SIGKILL');
    await gone;
    await this.close();
  }

  /** The rows of one SQL statement. */
  async sql(query, ...values) {
    const database = await this.runtime.getD1Database('DB');
    const { results } = await database.prepare(query).bind(...values).all();
    return results;
  }

  async cron() {
    const entry = await this.runtime.getWorker();
    const { outcome } = await entry.scheduled({ cron: shipped.triggers.crons[0] });
    if (outcome !== 'ok') throw new Error(`the scheduled handler ended with ${outcome}:\n${this.log.join('\n')}`);
  }

  get(path, headers) {
    return this.#ask(path, { headers });
  }

  post(path, body, headers) {
    return this.#ask(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  delete(path, headers) {
    return this.#ask(path, { method: 'DELETE', headers });
  }

  async #ask(path, request) {
    const response = await fetch(this.url + path, request);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  }
}

/** Miniflare's requests and responses are of classes of its own. */
const handlerOf = (outbound) => async (request) => {
  const body = request.body ? await request.arrayBuffer() : undefined;
  const asked = new Request(request.url, { method: request.method, headers: [...request.headers], body, redirect: 'manual' });
  const answer = (await outbound(asked)) ?? (await fetch(asked));
  return new RuntimeResponse(await answer.arrayBuffer(), { status: answer.status, headers: [...answer.headers] });
};

/** A Worker that does nothing. */
const EMPTY = { mainModule: 'empty.js', modules: { 'empty.js': { type: 'esm', contents: 'export default {};' } } };

/** The files wrangler would upload, perhaps with another module before them. */
async function manifestOf(build, entry) {
  const modules = {
    'index.js': { type: 'esm', contents: await readFile(join(root, build, 'index.js'), 'utf8') },
    'index_bg.wasm': { type: 'wasm', contents: await readFile(join(root, build, 'index_bg.wasm')) },
  };
  if (!entry) return { mainModule: 'index.js', modules };
  return { mainModule: 'entry.js', modules: { ...modules, 'entry.js': { type: 'esm', contents: await readFile(entry, 'utf8') } } };
}

function bindings(missing) {
  const d1 = shipped.d1_databases.map(({ binding }) => [binding, { type: 'd1', id: binding }]);
  const kv = shipped.kv_namespaces.map(({ binding }) => [binding, { type: 'kv', id: binding }]);
  const limits = shipped.ratelimits.map(({ name, namespace_id, simple }) => [
    name,
    { type: 'rate-limit', namespace: namespace_id, simple },
  ]);
  return Object.fromEntries([...d1, ...kv, ...limits].filter(([binding]) => !missing.includes(binding)));
}

function texts(settings) {
  const present = Object.entries(settings).filter(([, value]) => value !== undefined);
  // As wrangler binds them: a value of another type than string in wrangler.toml keeps its type in the Worker.
  const typed = (value) => (typeof value === 'string' ? { type: 'text', value } : { type: 'json', value });
  return Object.fromEntries(present.map(([name, value]) => [name, typed(value)]));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
