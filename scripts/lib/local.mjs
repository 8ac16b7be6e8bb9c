// Things a local Worker needs that a deployed one gets from its operator: settings and a migrated database.

import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { hashOf, isFresh, leave } from './build-stamp.mjs';
import { log } from './log.mjs';
import { inProject, project } from './paths.mjs';
import { quietly } from './run.mjs';
import { OWN_CONFIG } from './wrangler-toml.mjs';

/**
 * Settings go to .dev.vars, which wrangler reads and never deploys. Existing lines stay as they are: the keys keep signed and
 * encrypted values valid between runs, and the others may have been edited.
 */
export function writeSettings() {
  const file = inProject('.dev.vars');
  const present = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  const missing = Object.entries({
    APP_KEY: () => crypto.randomBytes(32).toString('base64url'),
    AUTH_RSA_KEY: newRsaKey,
    ENVIRONMENT: () => 'development',
    MAIL_PROVIDER: () => 'outbox',
  }).filter(([name]) => !new RegExp(`^\\s*${name}\\s*=`, 'm').test(present));
  if (!missing.length) return;

  log(`Writing ${missing.map(([name]) => name).join(', ')} to .dev.vars…`);
  const lines = missing.map(([name, make]) => `${name}=${make()}\n`).join('');
  const gap = present === '' || present.endsWith('\n') ? '' : '\n';
  fs.writeFileSync(file, present + gap + lines, { mode: 0o600 });
  fs.chmodSync(file, 0o600); // also one that its owner has made before
}

/** On one line, because a line of .dev.vars is one variable. */
function newRsaKey() {
  const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).trim().replaceAll('\n', '\\n');
}

/** The folder of a local Worker's state: `--persist-to`, relative to the project. */
export const stateIn = (folder) => path.resolve(project, folder ?? inProject('.wrangler', 'state'));

export async function migrate(state) {
  // Beside the data, so that deleting the data deletes the stamp. wrangler.toml may rename the database.
  const stamp = path.join(state, 'v3', 'd1', '.gatehouse-stamp');
  const migrations = hashOf(['migrations'], fs.readFileSync(inProject('wrangler.toml'), 'utf8'));
  if (isFresh(stamp, migrations)) return;

  log('Migrating the local database…');
  await quietly('wrangler', ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', state, ...OWN_CONFIG]);
  leave(stamp, migrations);
}
