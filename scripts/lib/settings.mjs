// What a script knows of the Worker's settings. A secret of a deployed Worker cannot be read back, and a variable may have been
// given to it elsewhere.

import fs from 'node:fs';
import util from 'node:util';
import { inProject } from './paths.mjs';
import { readToml } from './wrangler-toml.mjs';

/** The name of a section of wrangler.toml, in one of its environments (`--env`) or outside. */
export const sectionOf = (name, env) => [env && 'env', env, name].filter(Boolean).join('.');

/** A variable from wrangler.toml. */
export const configured = (name, env) => readToml().value(sectionOf('vars', env), name);

export const databaseName = (env) => readToml().value(sectionOf('d1_databases', env), 'database_name');

/** A setting by the environment, of the local Worker by .dev.vars, or by wrangler.toml. */
export const setting = ({ remote, env }, name) => process.env[name] || (remote ? undefined : local(name)) || configured(name, env);

function local(name) {
  const file = inProject('.dev.vars');
  return fs.existsSync(file) ? util.parseEnv(fs.readFileSync(file, 'utf8'))[name] : undefined;
}
