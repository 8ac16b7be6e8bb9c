// What runs in the account: its databases, and the Worker that has been deployed.

import { request as ask } from 'node:http';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { unstable_splitSqlQuery as statements } from 'wrangler';

const EMPTY = { mainModule: 'empty.js', modules: { 'empty.js': { type: 'esm', contents: 'export default {};' } } };

/** D1 databases: a name, an id, and SQLite. */
export class Databases {
  /** By name: the id. */
  ids = new Map();
  #runtime;

  constructor(state) {
    this.persist = join(state, 'v3');
  }

  async create(name, id) {
    this.ids.set(name, id);
    await this.close();
  }

  find(idOrName) {
    return [...this.ids].find((pair) => pair.includes(idOrName));
  }

  /** The outcome of each statement. Those of one request are one transaction. */
  async query(id, text, params = []) {
    this.#runtime ??= new Miniflare({ resourcePersistencePath: this.persist, cf: false, workers: [{ config: this.#worker() }] });
    const database = await this.#runtime.getD1Database(id);
    const asked = statements(text);
    return database.batch(asked.map((statement) => database.prepare(statement).bind(...params)));
  }

  #worker() {
    const env = Object.fromEntries([...this.ids.values()].map((id) => [id, { type: 'd1', id }]));
    return { name: 'databases', compatibilityDate: '2026-10-01', env, manifest: EMPTY };
  }

  /** Lets another runtime have the files. */
  async close() {
    await this.#runtime?.dispose();
    this.#runtime = undefined;
  }
}

/** The Worker that has all of the traffic. */
export class Deployed {
  #runtime;

  constructor(databases) {
    this.databases = databases;
  }

  async run(version, secrets) {
    await this.close();
    this.version = version;
    this.secrets = secrets;
  }

  async serve(request, response) {
    if (!this.version) return response.writeHead(404).end();
    const { origin } = await this.#ready();
    const onwards = ask(origin + request.url, { agent: false, method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onwards);
  }

  async #ready() {
    const { metadata, modules } = this.version;
    const config = {
      name: 'deployed',
      compatibilityDate: metadata.compatibility_date,
      compatibilityFlags: metadata.compatibility_flags,
      env: Object.fromEntries([...metadata.bindings.map(bound), ...[...this.secrets].map(([name, value]) => [name, { type: 'text', value }])]),
      manifest: { mainModule: metadata.main_module, modules },
    };
    this.#runtime ??= new Miniflare({ resourcePersistencePath: this.databases.persist, cf: false, workers: [{ config, dev: { unsafeDirectSockets: [{}] } }] });
    await this.#runtime.ready;
    return this.#runtime.unsafeGetDirectURL('deployed');
  }

  async close() {
    await this.#runtime?.dispose();
    this.#runtime = undefined;
  }
}

function bound({ type, name, ...binding }) {
  if (type === 'd1') return [name, { type, id: binding.id ?? binding.database_id }];
  if (type === 'kv_namespace') return [name, { type: 'kv', id: binding.namespace_id }];
  if (type === 'ratelimit') return [name, { type: 'rate-limit', namespace: binding.namespace_id, simple: binding.simple }];
  if (type === 'json') return [name, { type: 'json', value: binding.json }];
  if (type === 'plain_text' || type === 'secret_text') return [name, { type: 'text', value: binding.text }];
  throw new Error(`no binding of type ${type}`);
}
