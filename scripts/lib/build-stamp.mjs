// A stamp is a small file beside a result, with the hash of the result's inputs: while the two agree, there is nothing to do.
// Contents are compared, not times: a clone or a branch switch changes every time.

import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/** One hash over files and folders of the checkout (those that exist) and any further words. */
export function hashOf(paths, ...words) {
  const hash = crypto.createHash('sha256').update(JSON.stringify(words));
  for (const file of paths.flatMap(filesIn)) {
    hash.update(JSON.stringify([file, fs.statSync(inRoot(file)).size])).update(fs.readFileSync(inRoot(file)));
  }
  return hash.digest('hex');
}

export function isFresh(stamp, hash) {
  return fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === hash;
}

export function leave(stamp, hash) {
  fs.mkdirSync(path.dirname(stamp), { recursive: true });
  fs.writeFileSync(stamp, hash);
}

function filesIn(name) {
  const info = fs.statSync(inRoot(name), { throwIfNoEntry: false });
  if (!info) return [];
  if (!info.isDirectory()) return [name];
  return fs.readdirSync(inRoot(name)).sort().flatMap((entry) => filesIn(path.join(name, entry)));
}
