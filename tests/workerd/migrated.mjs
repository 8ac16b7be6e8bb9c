// A database with all migrations and nothing else in it: made once for each set of migrations, and copied for whoever needs one.

import { randomUUID } from 'node:crypto';
import { cp, rename, rm, stat } from 'node:fs/promises';
import { hashOf } from '../../scripts/lib/build-stamp.mjs';
import { inRoot } from '../../scripts/lib/paths.mjs';

/** Copies it to `state`. `make(folder)` makes it where it has not been made yet. */
export async function copyMigrated(state, make) {
  const kept = inRoot('build', 'migrated', hashOf(['migrations', 'wrangler.toml', 'package-lock.json']));
  if (!(await stat(kept).catch(() => null))) {
    const made = `${kept}-${randomUUID()}`;
    await make(made);
    // Who comes second finds the first one's, which is the same.
    await rename(made, kept).catch(() => rm(made, { recursive: true }));
  }
  // What SQLite shares in memory is of the process that has made it.
  await cp(kept, state, { recursive: true, filter: (file) => !file.endsWith('-shm') });
}
