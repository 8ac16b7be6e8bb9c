// The SQL of `npm run admin -- client …`: the statements of the routes under /api/admin/clients (src/store/clients.rs), each list
// one transaction. Its last statement tells what there is.

import crypto from 'node:crypto';
import { ADDRESS } from './admin-sql.mjs';
import { sql } from './sql.mjs';

/** CLIENTS_MAX in src/domain/policy.rs. */
const MAX = 1000;

/** CLIENT_SECRET_OVERLAP in src/domain/policy.rs. */
const OVERLAP = 86_400_000;

/** An entry in the log, if `where` finds the client. */
const entry = (act, id, where, now) => sql`
  INSERT INTO audit (at, act, outcome, client, address, agent, request_id)
  SELECT ${now}, ${act}, 'ok', id, ${ADDRESS}, '', '' FROM clients WHERE id = ${id} AND ${where}`;

const found = (id) => sql`SELECT id, name, auth_method, disabled_at FROM clients WHERE id = ${id}`;

const list = (texts) => JSON.stringify(texts);

/**
 * An application for users; a public one has no secret. The first number is the second of the registration, as in
 * src/domain/oauth/client_secret.rs. The first statement returns the row if it made one.
 */
export function create({ id, name, redirects, isPublic, firstParty, scopes }) {
  const [op, now] = [crypto.randomUUID(), Date.now()];
  return [
    sql`INSERT INTO clients (id, name, auth_method, secret_number, redirect_uris, post_logout_redirect_uris, grants, scopes,
          resource_scopes, resource_open, first_party, requires_pkce, id_token_claims, created_at, updated_at, op)
        SELECT ${id}, ${name}, ${isPublic ? 'none' : 'client_secret_basic'}, ${Math.floor(now / 1000)}, ${list(redirects)}, '[]',
          'authorization_code refresh_token', ${scopes}, '', 0, ${firstParty ? 1 : 0}, 1, 0, ${now}, ${now}, ${op}
        WHERE NOT EXISTS (SELECT 1 FROM clients WHERE id = ${id}) AND (SELECT count(*) FROM clients) < ${MAX}
        RETURNING secret_number`,
    entry('create_client', id, sql`op = ${op}`, now),
    found(id),
  ];
}

/** The first statement returns the row if it changed one. */
function change(id, act, set, where) {
  const [op, now] = [crypto.randomUUID(), Date.now()];
  return [
    sql`UPDATE clients SET ${set(now)}, op = ${op}, updated_at = ${now} WHERE id = ${id} AND ${where} RETURNING secret_number`,
    entry(act, id, sql`op = ${op}`, now),
    found(id),
  ];
}

export const disable = (id) => change(id, 'disable_client', (now) => sql`disabled_at = ${now}`, sql`disabled_at IS NULL`);

export const enable = (id) => change(id, 'enable_client', () => sql`disabled_at = NULL`, sql`disabled_at IS NOT NULL`);

/** The next secret; the current one works for a day more. */
export const rotate = (id) =>
  change(
    id,
    'rotate_client_secret',
    (now) => sql`previous_secret_until = ${now + OVERLAP}, secret_number = secret_number + 1`,
    sql`auth_method = 'client_secret_basic'`,
  );

/** The first statement returns the row if it deleted one. */
export function remove(id) {
  const unused = sql`NOT EXISTS (SELECT 1 FROM sessions WHERE client = ${id})`;
  const [deleted, told] = [sql`DELETE FROM clients WHERE id = ${id} AND ${unused} RETURNING id`, entry('delete_client', id, unused, Date.now())];
  return [told, deleted, found(id)];
}

export const all = () => [sql`SELECT id, name, auth_method, disabled_at, created_at FROM clients ORDER BY id`];
