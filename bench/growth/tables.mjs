// The rows in the tables of a worker in use: valid rows only, as the migrations' checks and foreign keys require. A statement
// makes the rows of some users. Its parameters: their ids (JSON), the number of the first, the current time, and how far back the
// rows begin.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Spelled like every id. It begins like its user's, and users come in the order of their ids, so a tree of a gigabyte grows at
 * one place at a time and stays quick to fill.
 */
const id = "substr(user, 1, 8) || printf('-%04x-%04x-%04x-%012x', random() & 0xffff, random() & 0xffff, random() & 0xffff, random() & 0xffffffffffff)";
/** One of two thousand million: with 10.0.0.0/8, in one worker of sixteen some user would draw the same network twice. */
const address = "printf('%d.%d.%d.%d', 1 + (random() & 127), random() & 255, random() & 255, random() & 255)";
const agent = "'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36'";
/** Matches no password: hexadecimal digits are also base64 digits. */
const hash = "'$argon2id$v=19$m=19456,t=2,p=1$' || substr(hex(randomblob(11)), 1, 21) || 'A$' || substr(hex(randomblob(22)), 1, 42) || 'A'";
const email = "name || '@mail.example'";
const oneIn = (number, then, otherwise = 'NULL') => `iif(draw % ${number} = 0, ${then}, ${otherwise})`;

/**
 * By table: for each user `times` rows, or one for `every` so many users, created within the last `span`, which is about as long
 * as cron leaves such rows. `swept` tables are those that cron cleans. In a `chronicle` rows are in the order of their times. In
 * the SQL, `user`, `name`, `at`, `draw` and `place` are the row's user, their name, the creation time, a random number, and which
 * of the user's rows it is, from 0.
 */
export const tables = [
  {
    table: 'users',
    span: 700 * DAY,
    columns: { id: 'user', login: 'name', email, email_folded: email, password_hash: hash, role: "'user'", auth_version: 1, created_at: 'at', updated_at: 'at' },
  },
  {
    table: 'sessions',
    times: 3,
    span: 55 * DAY,
    swept: true,
    columns: {
      id, user_id: 'user', generation: 'draw % 50', auth_version: 1, role: "'user'", factor: "'pwd'", auth_time: 'at', created_at: 'at', rotated_at: 'at',
      access_expires_at: `at + ${15 * MINUTE}`, access_until: `at + ${15 * MINUTE}`, refresh_expires_at: `at + ${7 * DAY}`, expires_at: `at + ${30 * DAY}`,
      ended_at: oneIn(3, `at + ${HOUR}`), end_reason: oneIn(3, "'signed_out'"), address, agent, place: "'Lyon, FR'", device: oneIn(2, id),
    },
  },
  {
    table: 'tokens',
    span: 300 * DAY,
    columns: { id, user_id: 'user', kind: oneIn(3, "'private'", "'api_key'"), name: "'nightly backup'", created_at: 'at', expires_at: `at + ${1800 * DAY}` },
  },
  {
    table: 'tokens',
    every: 20,
    span: 29 * DAY,
    swept: true,
    columns: { id, user_id: 'user', kind: "'api_key'", name: "'given back'", created_at: `at - ${DAY}`, expires_at: `at + ${90 * DAY}`, ended_at: 'at', end_reason: "'ended'" },
  },
  {
    table: 'tokens',
    every: 20,
    span: 29 * DAY,
    swept: true,
    columns: { id, user_id: 'user', kind: "'portal'", created_at: 'at', expires_at: `at + ${30 * DAY}` },
  },
  { table: 'networks', times: 2, span: 55 * DAY, swept: true, columns: { user_id: 'user', network: address, known_until: `at + ${60 * DAY}` } },
  {
    table: 'audit',
    chronicle: true,
    times: 3,
    span: 360 * DAY,
    swept: true,
    columns: {
      at: 'at', act: "'sign_in'", outcome: oneIn(10, "'invalid_credentials'", "'ok'"), user_id: oneIn(10, 'NULL', 'user'), session_id: oneIn(10, 'NULL', id),
      factor: "'pwd'", identifier: oneIn(10, id), address, agent, request_id: id, bucket: oneIn(10, `'sign_in|invalid_credentials|' || ${id}`),
    },
  },
  {
    table: 'outbox',
    span: 29 * DAY,
    swept: true,
    columns: {
      id, kind: "'code'", recipient: email, mailbox: email, attempts: 1, created_at: 'at', next_at: 'at', dead_after: `at + ${5 * MINUTE}`,
      sent_at: oneIn(200, 'NULL', 'at + 1000'), dead_at: oneIn(200, 'at + 1000'), refused: oneIn(200, 1, 0),
    },
  },
  {
    table: 'registrations',
    every: 20,
    span: 23 * HOUR,
    swept: true,
    columns: { id, login: "name || '-wish'", email, email_folded: email, password_hash: oneIn(2, 'NULL', hash), address, created_at: 'at', expires_at: `at + ${DAY}`, used_at: oneIn(2, 'at + 1000') },
  },
  { table: 'attempts', every: 20, span: 23 * HOUR, swept: true, columns: { id, failures: '1 + draw % 5', open_at: 'at', expires_at: `at + ${DAY}` } },
  { table: 'codes', every: 50, span: HOUR, swept: true, columns: { id, subject: id, created_at: 'at', expires_at: `at + ${5 * MINUTE}` } },
  { table: 'recoveries', every: 100, span: 50 * MINUTE, swept: true, columns: { id, user_id: 'user', auth_version: 1, created_at: 'at', expires_at: `at + ${HOUR}` } },
  {
    table: 'email_changes',
    every: 200,
    span: 50 * MINUTE,
    swept: true,
    columns: { id, user_id: 'user', email, email_folded: email, auth_version: 1, created_at: 'at', expires_at: `at + ${HOUR}` },
  },
  {
    table: 'email_undos',
    every: 100,
    span: 6 * DAY,
    swept: true,
    columns: { id, user_id: 'user', number: '1 + abs(random() % 1000000000)', email, email_folded: email, created_at: 'at', expires_at: `at + ${7 * DAY}` },
  },
  {
    table: 'totp',
    every: 5,
    span: 700 * DAY,
    columns: { user_id: 'user', sealed: 'hex(randomblob(38))', app_key: "'key'", last_step: 'CAST(at / 30000 AS INTEGER)', created_at: 'at', op: id },
  },
  {
    table: 'recovery_codes',
    every: 5,
    times: 10,
    span: 700 * DAY,
    columns: { user_id: 'user', number: 'place', hash, created_at: 'at', op: id },
  },
  {
    table: 'passkeys',
    every: 5,
    span: 700 * DAY,
    columns: {
      user_id: 'user', id: 'hex(randomblob(22))', kind: "'passkey'", rp_id: "'auth.example.com'", public_key: 'hex(randomblob(52))', sign_count: 0, backup_eligible: 1,
      backed_up: 1, transports: "'hybrid internal'", aaguid: id, name: "'Phone'", created_at: 'at', op: id,
    },
  },
  { table: 'factor_undos', every: 200, span: 6 * DAY, swept: true, columns: { id, user_id: 'user', created_at: 'at', expires_at: `at + ${7 * DAY}` } },
  {
    table: 'logout_notices',
    every: 20,
    span: DAY,
    swept: true,
    columns: { id, user_id: 'user', client: "'shop'", created_at: 'at', next_at: 'at', attempts: 1, sent_at: 'at' },
  },
  { table: 'spent', every: 200, span: 4 * MINUTE, swept: true, columns: { id, op: id, expires_at: `at + ${5 * MINUTE}` } },
  { table: 'departures', every: 200, span: 10 * MINUTE, swept: true, columns: { id, version: 2, access_until: `at + ${15 * MINUTE}`, op: id, mark_pending: 0 } },
  {
    table: 'tickets',
    every: 200,
    span: 4 * MINUTE,
    swept: true,
    columns: { id, session_id: '(SELECT id FROM sessions WHERE user_id = user ORDER BY created_at DESC LIMIT 1)', created_at: 'at', expires_at: `at + ${5 * MINUTE}` },
  },
  {
    table: 'authorizations',
    every: 200,
    span: 4 * MINUTE,
    swept: true,
    columns: { id, kind: "'ticket'", session_id: '(SELECT id FROM sessions WHERE user_id = user ORDER BY created_at DESC LIMIT 1)', scope: "''", offline: 0, address: "''", agent: "''", place: "''", created_at: 'at', expires_at: `at + ${5 * MINUTE}` },
  },
  { table: 'consents', every: 20, span: 300 * DAY, swept: false, columns: { user_id: 'user', client: "'shop'", audience: "''", client_name: "'The shop'", scope: "'openid'", created_at: 'at' } },
];

/** Names are in another order than ids, as in practice. */
const [FACTOR, PRIME] = [7919, 10_000_019];

/** The name of the user with this number. */
export const nameOf = (number) => `u${String((number * FACTOR) % PRIME).padStart(8, '0')}`;

/** A time before which everything that cron removes has long expired: the log is kept longest. */
export const longAgo = (now) => now - 400 * DAY;

/** The rows of a table for some users. MATERIALIZED, or SQLite would draw anew wherever a column names a random value. */
export function insertion({ table, columns, times = 1, every = 1 }) {
  return `
    WITH made AS MATERIALIZED (
      SELECT person.value AS user, printf('u%08d', (?2 + person.key) * ${FACTOR} % ${PRIME}) AS name, ?3 - abs(random() % ?4) AS at, abs(random() % 1000000) AS draw,
        turn.key AS place
      FROM json_each(?1) AS person JOIN json_each('${JSON.stringify(Array(times).fill(0))}') AS turn WHERE person.key % ${every} = 0)
    INSERT INTO ${table} (${Object.keys(columns)}) SELECT ${Object.values(columns)} FROM made`;
}
