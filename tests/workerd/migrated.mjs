// A database with all migrations and nothing else: made once for each set of migrations, and copied for every worker that needs
// one.

import { randomUUID } from 'node:crypto';
import { cp, rename, rm, stat } from 'node:fs/promises';
import { hashOf } from '../../scripts/lib/build-stamp.mjs';
import { inRoot } from '../../scripts/lib/paths.mjs';

/** Copies it to `state`. `make(folder)` creates it if it does not exist yet. */
export async function copyMigrated(state, make) {
  const kept = inRoot('build', 'migrated', hashOf(['migrations', 'wrangler.toml', 'package-lock.json']));
  if (!(await stat(kept).catch(() => null))) {
    const made = `${kept}-${randomUUID()}`;
    await make(made);
    // A second process finds the first one's copy, which is the same.
    await rename(made, kept).catch(() => rm(made, { recursive: true }));
  }
  // SQLite's shared-memory file belongs to the process that created it.
  await cp(kept, state, { recursive: true, filter: (file) => !file.endsWith('-shm') });
}
