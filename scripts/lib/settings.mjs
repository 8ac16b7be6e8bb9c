// What a script knows of the Worker's settings. A secret of a deployed Worker cannot be read back, and a variable may have been
// given to it elsewhere.

import fs from 'node:fs';
import util from 'node:util';
import { inRoot } from './paths.mjs';

/** A value from wrangler.toml. */
export const configured = (name) => fs.readFileSync(inRoot('wrangler.toml'), 'utf8').match(new RegExp(`^${name}\\s*=\\s*["'](.+?)["']`, 'm'))?.[1];

/** A setting by the environment, of the local Worker by .dev.vars, or by wrangler.toml. */
export const setting = ({ remote }, name) => process.env[name] || (remote ? undefined : local(name)) || configured(name);

function local(name) {
  const file = inRoot('.dev.vars');
  return fs.existsSync(file) ? util.parseEnv(fs.readFileSync(file, 'utf8'))[name] : undefined;
}
