// What `npm run admin` does to accounts: the statements of the doors under /api/admin (src/flows/admin/actions.rs), each
// list one transaction. The name of the operation in the user's row says whether the first of them found its row, and
// the others follow it. KV is told by cron, as of everything that is pending.

import crypto from 'node:crypto';
import { sql } from './sql.mjs';

/** Where the log says such an act came from: no request can, because an address is none it cannot parse. */
const WHENCE = 'command line';

/** What can be done to an account: what it sets, for whom it makes a difference, and how the log calls it. */
export const changes = {
  promote: { set: sql`role = 'admin'`, where: sql`role <> 'admin'`, act: 'promote' },
  demote: { set: sql`role = 'user'`, where: sql`role = 'admin'`, act: 'demote' },
  disable: { set: sql`disabled_at = ${Date.now()}`, where: sql`disabled_at IS NULL`, act: 'disable_user' },
  enable: { set: sql`disabled_at = NULL`, where: sql`disabled_at IS NOT NULL`, act: 'enable_user' },
  reset: { set: sql`password_hash = ${unusableHash()}`, where: sql`disabled_at IS NULL`, act: 'start_reset', voidsWaysBack: true },
};

/** Until when a JWT of a user's may be believed by somebody who asks KV only (src/store/users.rs). */
const believedUntil = sql`MAX(users.updated_at,
            COALESCE((SELECT MAX(s.access_until) FROM sessions s WHERE s.user_id = users.id), 0),
            COALESCE((SELECT MAX(t.expires_at) FROM tokens t WHERE t.user_id = users.id AND t.kind = 'private'), 0))`;

/** Raises the version, which ends all that was issued before. The first statement returns the row if it made a change. */
export function change({ column, value }, { set, where, act, voidsWaysBack }) {
  const [op, now] = [crypto.randomUUID(), Date.now()];
  const who = column === 'login' ? sql`login = ${value}` : sql`email_folded = ${value}`;
  return [
    sql`UPDATE users SET ${set}, auth_version = auth_version + 1, op = ${op}, updated_at = MAX(${now}, updated_at),
          mark_pending = 1, mark_except = NULL,
          mark_until = ${believedUntil}
        WHERE ${who} AND ${where} RETURNING login, email`,
    sql`UPDATE sessions SET ended_at = ${now}, end_reason = 'by_admin'
        WHERE ended_at IS NULL AND user_id = (SELECT id FROM users WHERE ${who} AND op = ${op})`,
    sql`INSERT INTO audit (at, act, outcome, target_id, address, agent, request_id)
        SELECT ${now}, ${act}, 'ok', id, ${WHENCE}, '', '' FROM users WHERE ${who} AND op = ${op}`,
    sql`SELECT login, email, role, disabled_at FROM users WHERE ${who}`,
    sql`SELECT count(*) AS waiting FROM registrations WHERE ${who} AND used_at IS NULL AND expires_at > ${now}`,
    sql`UPDATE tokens SET ended_at = ${now}, end_reason = 'by_admin'
        WHERE kind IN ('portal', 'portal_key') AND ended_at IS NULL
          AND user_id = (SELECT id FROM users WHERE ${who} AND op = ${op})`,
    ...(voidsWaysBack
      ? [
          sql`UPDATE email_undos SET used_at = ${now}
              WHERE used_at IS NULL AND user_id = (SELECT id FROM users WHERE ${who} AND op = ${op})`,
        ]
      : []),
  ];
}

/** An account nobody has a password for. As an activation does, it voids what else waits for the address. */
export function create(login, { spelled, folded }, role) {
  const [id, op, now] = [crypto.randomUUID(), crypto.randomUUID(), Date.now()];
  const made = sql`EXISTS (SELECT 1 FROM users WHERE id = ${id} AND op = ${op})`;
  return [
    sql`INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at, op)
        SELECT ${id}, ${login}, ${spelled}, ${folded}, ${unusableHash()}, ${role}, 1, ${now}, ${now}, ${op}
        WHERE NOT EXISTS (SELECT 1 FROM users WHERE login = ${login} OR email_folded = ${folded}) RETURNING login, email`,
    sql`UPDATE registrations SET used_at = ${now}, password_hash = NULL
        WHERE email_folded = ${folded} AND used_at IS NULL AND ${made}`,
    sql`INSERT INTO audit (at, act, outcome, target_id, address, agent, request_id)
        SELECT ${now}, 'create_user', 'ok', ${id}, ${WHENCE}, '', '' WHERE ${made}`,
    sql`SELECT login, email FROM users WHERE login = ${login} OR email_folded = ${folded}`,
  ];
}

/** Administrators, then users in order of their names; with a text those whose name or address begins with it. */
export function list(start = '') {
  const end = `${start}\u{10ffff}`;
  const columns = sql`SELECT id, login, email, role, disabled_at, created_at FROM users`;
  const found = sql`id IN (SELECT id FROM users WHERE login BETWEEN ${start} AND ${end}
                           UNION SELECT id FROM users WHERE email_folded BETWEEN ${start} AND ${end})`;
  const where = start === '' ? sql`TRUE` : found;
  return [
    sql`${columns} WHERE role = 'admin' AND ${where} ORDER BY login LIMIT ${SHOWN}`,
    sql`${columns} WHERE role <> 'admin' AND ${where} ORDER BY login LIMIT ${SHOWN}`,
  ];
}

/** Of each kind, as many as a terminal is scrolled back for. */
export const SHOWN = 100;

/** As src/domain/credentials/password.rs makes them, with the Worker's parameters: it costs what any other does to check, and is no password's. */
function unusableHash() {
  const drawn = (bytes) => crypto.randomBytes(bytes).toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=19456,t=2,p=1$${drawn(16)}$${drawn(32)}`;
}
