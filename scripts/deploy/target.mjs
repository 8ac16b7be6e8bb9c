// Where to deploy to: the Worker, database and variables that wrangler.toml has, of one of its environments or outside.

import { stop } from '../lib/log.mjs';
import { sectionOf } from '../lib/settings.mjs';
import { readToml } from '../lib/wrangler-toml.mjs';
import { ANSWERS } from './answers.mjs';

/** Sections that an environment does not inherit. */
const OWN = ['vars', 'd1_databases', 'kv_namespaces', 'ratelimits'];

export class Target {
  #changed = false;

  constructor(env) {
    this.env = env;
    this.toml = readToml();
    this.isNewEnvironment = Boolean(env) && !this.#sections().length;
    if (this.isNewEnvironment) this.#copySections();
    if (!this.database) stop(`wrangler.toml has no [[${this.#section('d1_databases')}]] with a database_name: give it one for the binding DB.${env ? ` An environment inherits none; if wrangler.toml says nothing about ${env}, all of it is added.` : ''}`);
  }

  get worker() {
    return (this.env && this.toml.value(this.#section(), 'name')) ?? [this.toml.value('', 'name'), this.env].filter(Boolean).join('-');
  }

  get database() {
    return this.toml.value(this.#section('d1_databases'), 'database_name');
  }

  /** The title that wrangler gives a namespace without an id; nothing if it has one. */
  get newNamespace() {
    return this.toml.mentions(this.#section('kv_namespaces'), 'id') ? undefined : `${this.worker}-kv`;
  }

  get hasRoutes() {
    return this.toml.has(this.#section('routes')) || ['route', 'routes'].some((key) => this.toml.mentions(this.#section(), key));
  }

  get hasAccount() {
    return this.toml.mentions('', 'account_id');
  }

  variable(name) {
    return this.toml.value(this.#section('vars'), name);
  }

  setVariable(name, value) {
    if (this.variable(name) === undefined) this.#add(this.#section('vars'), name, value);
  }

  /** An environment inherits routes. Without any, the Worker is at workers.dev. */
  setRoutes(routes) {
    if (routes.length || this.env) this.#add(this.#section(), 'routes', routes);
    if (!routes.length && this.env) this.#add(this.#section(), 'workers_dev', true);
  }

  setAccount(id) {
    this.#add('', 'account_id', id);
  }

  setNamespace(id) {
    this.#add(this.#section('kv_namespaces'), 'id', id);
  }

  /** Writes wrangler.toml if something was added; says whether. */
  async save() {
    const changed = this.#changed;
    if (changed) await this.toml.save();
    this.#changed = false;
    return changed;
  }

  #section(name) {
    return sectionOf(name, this.env);
  }

  #sections() {
    return this.toml.sections.filter(({ name }) => name === this.#section() || name.startsWith(`${this.#section()}.`));
  }

  #add(section, key, value) {
    this.toml.add(section, key, value);
    this.#changed = true;
  }

  /** The sections of the Worker without an environment, for one: with a database, a namespace and counters of its own. */
  #copySections() {
    const others = new Set(this.toml.sections.map(({ name }) => name.match(/^env\.([\w-]+)/)?.[1]).filter(Boolean)).size;
    const dropped = new RegExp(`^\\s*(#|(database_id|id|${ANSWERS.join('|')})\\b)`);
    const copies = this.toml.sections.filter(({ name }) => OWN.includes(name)).map(({ name, lines }) => ({
      name: this.#section(name),
      lines: [...lines.filter((line) => line.trim() && !dropped.test(line)).map((line) => this.#renamed(line, name, others)), ''],
    }));
    this.toml.sections.push({ name: this.#section(), lines: [`[${this.#section()}]`, ''] }, ...copies);
    this.#changed = true;
  }

  #renamed(line, section, others) {
    return line
      .replace(new RegExp(`^(\\s*\\[+)\\s*${section}\\s*\\]`), `$1${this.#section(section)}]`)
      .replace(/^(\s*database_name\s*=\s*["'])([^"']+)/, `$1$2-${this.env}`)
      .replace(/^(\s*namespace_id\s*=\s*["'])(\d+)/, (_, key, id) => key + (Number(id) + 1000 * (others + 1)));
  }
}
