// The SQL of `npm run admin`: the statements of the routes under /api/admin (src/flows/admin/actions.rs), each list one
// transaction. The operation id in the user's row shows whether the first statement found its row, and the others depend on it.
// Cron writes the marks to KV, as for everything pending.

import crypto from 'node:crypto';
import { sql } from './sql.mjs';

/** The log's address for such actions: no request can have it, because it is not a valid IP address. */
export const ADDRESS = 'command line';

/**
 * The possible changes to an account: the values set, the accounts affected, the name of the action in the log, and what else
 * happens to the user that SQL finds.
 */
export const changes = {
  promote: { set: sql`role = 'admin',`, where: sql`role <> 'admin'`, act: 'promote' },
  demote: { set: sql`role = 'user',`, where: sql`role = 'admin'`, act: 'demote' },
  disable: { set: sql`disabled_at = ${Date.now()},`, where: sql`disabled_at IS NULL`, act: 'disable_user' },
  enable: { set: sql`disabled_at = NULL,`, where: sql`disabled_at IS NOT NULL`, act: 'enable_user' },
  reset: {
    set: sql``,
    where: sql`disabled_at IS NULL`,
    act: 'start_reset',
    follow: (user, now) => [
      sql`DELETE FROM passwords WHERE user_id = ${user}`,
      ...undosVoided(user, now),
    ],
  },
  factors: {
    set: sql``,
    where: sql`(EXISTS (SELECT 1 FROM totp WHERE user_id = users.id) OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = users.id)
           OR EXISTS (SELECT 1 FROM identities WHERE user_id = users.id) OR EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = users.id))`,
    act: 'reset_factors',
    follow: (user, now) => [
      sql`DELETE FROM totp WHERE user_id = ${user}`,
      sql`DELETE FROM passkeys WHERE user_id = ${user}`,
      sql`DELETE FROM identities WHERE user_id = ${user}`,
      sql`DELETE FROM recovery_codes WHERE user_id = ${user}`,
      ...undosVoided(user, now),
    ],
  },
};

/** The links with which a mailbox could take the account back: one of them may be a thief's. */
function undosVoided(user, now) {
  return [
    sql`UPDATE email_undos SET used_at = ${now} WHERE used_at IS NULL AND user_id = ${user}`,
    sql`UPDATE factor_undos SET used_at = ${now} WHERE used_at IS NULL AND user_id = ${user}`,
  ];
}

/** When the last JWT issued to this user expires: revocation marks in KV must live until then (src/store/users.rs). */
const believedUntil = sql`MAX(users.updated_at,
            COALESCE((SELECT MAX(s.access_until) FROM sessions s WHERE s.user_id = users.id), 0),
            COALESCE((SELECT MAX(t.expires_at) FROM tokens t WHERE t.user_id = users.id AND t.kind = 'private'), 0))`;

/** Raises the version, which ends everything issued before. The first statement returns the row if it changed one. */
export function change({ column, value }, { set, where, act, follow = () => [] }) {
  const [op, now] = [crypto.randomUUID(), Date.now()];
  const who = column === 'login' ? sql`login = ${value}` : sql`email_folded = ${value}`;
  const changed = sql`(SELECT id FROM users WHERE ${who} AND op = ${op})`;
  return [
    sql`UPDATE users SET ${set} auth_version = auth_version + 1, op = ${op}, updated_at = MAX(${now}, updated_at),
          mark_pending = 1, mark_except = NULL,
          mark_until = ${believedUntil}
        WHERE ${who} AND ${where} RETURNING login, email`,
    sql`UPDATE sessions SET ended_at = ${now}, end_reason = 'by_admin'
        WHERE ended_at IS NULL AND user_id = ${changed}`,
    sql`INSERT INTO audit (at, act, outcome, target_id, address, agent, request_id)
        SELECT ${now}, ${act}, 'ok', id, ${ADDRESS}, '', '' FROM users WHERE ${who} AND op = ${op}`,
    sql`SELECT login, email, role, disabled_at FROM users WHERE ${who}`,
    sql`SELECT count(*) AS waiting FROM registrations WHERE ${who} AND used_at IS NULL AND expires_at > ${now}`,
    sql`UPDATE tokens SET ended_at = ${now}, end_reason = 'by_admin'
        WHERE kind IN ('portal', 'portal_key') AND ended_at IS NULL AND user_id = ${changed}`,
    ...follow(changed, now),
  ];
}

/** An account without a password. Like an activation, it voids other pending registrations for the address. */
export function create(login, { spelled, folded }, role) {
  const [id, op, now] = [crypto.randomUUID(), crypto.randomUUID(), Date.now()];
  const made = sql`EXISTS (SELECT 1 FROM users WHERE id = ${id} AND op = ${op})`;
  return [
    sql`INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at, op)
        SELECT ${id}, ${login}, ${spelled}, ${folded}, ${NO_PASSWORD}, ${role}, 1, ${now}, ${now}, ${op}
        WHERE NOT EXISTS (SELECT 1 FROM users WHERE login = ${login} OR email_folded = ${folded}) RETURNING login, email`,
    sql`UPDATE registrations SET used_at = ${now}, password_hash = NULL
        WHERE email_folded = ${folded} AND used_at IS NULL AND ${made}`,
    sql`INSERT INTO audit (at, act, outcome, target_id, address, agent, request_id)
        SELECT ${now}, 'create_user', 'ok', ${id}, ${ADDRESS}, '', '' WHERE ${made}`,
    sql`SELECT login, email FROM users WHERE login = ${login} OR email_folded = ${folded}`,
  ];
}

/** Administrators, then users in order of their names; with a text, those whose name or address begins with it. */
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

/** The number shown of each kind: as many as one scrolls back for in a terminal. */
export const SHOWN = 100;

/** What the column that an earlier version reads has for such an account (migrations/0018_credentials.sql). */
const NO_PASSWORD =
  '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
