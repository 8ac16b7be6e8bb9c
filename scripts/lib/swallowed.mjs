// `npm run NAME --flag` without `--` before the flag: npm takes the flag as its own, and the script only sees the variable npm
// sets for it. Continuing would use another database or address than the user asked for.

import { stop } from './log.mjs';

/** Stops if npm has kept one of these flags. `command` is how the script is called; `valued` flags take a value. */
export function refuseSwallowed(command, { plain = [], valued = [] }) {
  const kept = [...plain, ...valued].filter((name) => variable(name) !== undefined);
  if (!kept.length) return;
  // Older versions of npm keep a value as well; since npm 11 it remains among the arguments, and its flag is unknown.
  const bare = kept.filter((name) => valued.includes(name) && variable(name) === 'true').length;
  const given = process.argv.slice(2);
  const words = given.slice(0, given.length - bare);
  const valueOf = (name) => (variable(name) !== 'true' ? variable(name) : bare === 1 ? given.at(-1) ?? 'VALUE' : 'VALUE');
  const flags = kept.map((name) => (valued.includes(name) ? `--${name} ${valueOf(name)}` : `--${name}`));
  const right = [command, '--', ...words, ...flags].join(' ');
  stop(`npm took ${kept.map((name) => `--${name}`).join(' and ')} as its own, because there is no \`--\` before. Nothing was done. Write \`${right}\`.`);
}

const variable = (name) => process.env[`npm_config_${name.replaceAll('-', '_')}`];
