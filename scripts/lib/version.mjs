// The version of this Gatehouse.

import fs from 'node:fs';
import { inRoot, isCheckout } from './paths.mjs';

const read = (name) => fs.readFileSync(inRoot(name), 'utf8');

export const version = isCheckout ? read('Cargo.toml').match(/^version = "(.+)"$/m)[1] : JSON.parse(read('package.json')).version;

/** Whether one MAJOR.MINOR.PATCH is newer than another. A pre-release (`-rc.1`) counts as its release. */
export function isNewer(one, other) {
  const [ours, theirs] = [one, other].map((text) => text.split(/[-+]/)[0].split('.').map(Number));
  const differs = [0, 1, 2].find((at) => ours[at] !== theirs[at]);
  return differs !== undefined && ours[differs] > theirs[differs];
}
