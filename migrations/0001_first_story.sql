-- Times are milliseconds since 1970 in UTC. Ids are UUID spellings. No secret and no hash of one is stored, but for
-- passwords (Argon2id) and letters waiting to be sent (sealed).

-- A person with an account. `auth_version` rises with everything that must end what was issued before.
CREATE TABLE users (
  id            TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  login         TEXT    NOT NULL UNIQUE CHECK (length(login) BETWEEN 1 AND 64 AND instr(login, '@') = 0),
  email         TEXT    NOT NULL CHECK (instr(email, '@') > 1),
  email_folded  TEXT    NOT NULL UNIQUE CHECK (instr(email_folded, '@') > 1),
  password_hash TEXT    NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
  role          TEXT    NOT NULL CHECK (role IN ('user', 'admin')),
  auth_version  INTEGER NOT NULL CHECK (auth_version > 0),
  disabled_at   INTEGER,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL CHECK (updated_at >= created_at)
) STRICT, WITHOUT ROWID;

-- A wish to have an account, written alike whether or not the address has one. `op` names the activation that won; a
-- used or voided row keeps no hash.
CREATE TABLE registrations (
  id            TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  login         TEXT    NOT NULL CHECK (length(login) BETWEEN 1 AND 64 AND instr(login, '@') = 0),
  email         TEXT    NOT NULL CHECK (instr(email, '@') > 1),
  email_folded  TEXT    NOT NULL CHECK (instr(email_folded, '@') > 1),
  password_hash TEXT CHECK (password_hash IS NOT NULL OR used_at IS NOT NULL)
                     CHECK (password_hash LIKE '$argon2id$%'),
  address       TEXT    NOT NULL,
  created_at    INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL CHECK (expires_at > created_at),
  used_at       INTEGER,
  op            TEXT CHECK (op IS NULL OR used_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX registrations_by_login ON registrations (login, created_at);
CREATE INDEX registrations_by_email ON registrations (email_folded, created_at);
CREATE INDEX registrations_by_expiry ON registrations (expires_at);

-- One sign-in on one device. Its tokens are a function of the row. `op` names the request that ended it;
-- `mark_pending` says that KV has not yet been told.
CREATE TABLE sessions (
  id                 TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  user_id            TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  generation         INTEGER NOT NULL CHECK (generation BETWEEN 0 AND 4294967295),
  auth_version       INTEGER NOT NULL CHECK (auth_version > 0),
  role               TEXT    NOT NULL CHECK (role IN ('user', 'admin')),
  factor             TEXT    NOT NULL,
  auth_time          INTEGER NOT NULL,
  created_at         INTEGER NOT NULL,
  rotated_at         INTEGER NOT NULL CHECK (rotated_at >= created_at),
  access_expires_at  INTEGER NOT NULL,
  access_until       INTEGER NOT NULL CHECK (access_until >= access_expires_at),
  refresh_expires_at INTEGER NOT NULL CHECK (refresh_expires_at <= expires_at),
  expires_at         INTEGER NOT NULL,
  ended_at           INTEGER,
  end_reason         TEXT CHECK ((end_reason IS NULL) = (ended_at IS NULL)),
  op                 TEXT CHECK (op IS NULL OR ended_at IS NOT NULL),
  mark_pending       INTEGER NOT NULL DEFAULT 0 CHECK (mark_pending IN (0, 1)),
  address            TEXT    NOT NULL,
  agent              TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_to_mark ON sessions (access_until) WHERE mark_pending = 1;

-- Letters: waiting, sent or dead. What they carry is sealed to the row and wiped when they leave. `refused` tells a
-- letter its provider would not take from one that nobody could deliver in time.
CREATE TABLE outbox (
  id          TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  kind        TEXT    NOT NULL,
  recipient   TEXT    NOT NULL CHECK (instr(recipient, '@') > 1),
  sealed      TEXT CHECK ((sealed IS NULL) = (sent_at IS NOT NULL OR dead_at IS NOT NULL)),
  attempts    INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  created_at  INTEGER NOT NULL,
  next_at     INTEGER NOT NULL,
  dead_after  INTEGER NOT NULL CHECK (dead_after > created_at),
  lease_until INTEGER,
  last_error  TEXT,
  sent_at     INTEGER,
  dead_at     INTEGER CHECK (dead_at IS NULL OR sent_at IS NULL),
  refused     INTEGER NOT NULL DEFAULT 0 CHECK (refused = 0 OR (refused = 1 AND dead_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_waiting ON outbox (next_at) WHERE sent_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_parked ON outbox (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX outbox_by_age ON outbox (created_at);

-- What happened, once. `user_id` is no foreign key: entries outlive accounts. Failures of one kind, identifier and
-- address within a minute share the row of their `bucket`.
CREATE TABLE audit (
  id         INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  act        TEXT    NOT NULL,
  outcome    TEXT    NOT NULL,
  user_id    TEXT CHECK (user_id IS NULL OR length(user_id) = 36),
  session_id TEXT CHECK (session_id IS NULL OR length(session_id) = 36),
  factor     TEXT,
  identifier TEXT,
  address    TEXT    NOT NULL,
  agent      TEXT    NOT NULL,
  request_id TEXT    NOT NULL,
  count      INTEGER NOT NULL DEFAULT 1 CHECK (count > 0),
  bucket     TEXT UNIQUE
) STRICT;

CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_user ON audit (user_id, at) WHERE user_id IS NOT NULL;
