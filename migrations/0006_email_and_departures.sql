-- A change of address somebody asked for: the stamped id of a row travels in a letter to the new one. It works once, for
-- an hour, and for the password it was asked with: `auth_version` is the user's at that moment. `op` names the
-- confirmation that won; a row without one was voided by another change.
CREATE TABLE email_changes (
  id           TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  email        TEXT    NOT NULL CHECK (instr(email, '@') > 1),
  email_folded TEXT    NOT NULL CHECK (instr(email_folded, '@') > 1),
  auth_version INTEGER NOT NULL CHECK (auth_version > 0),
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL CHECK (expires_at > created_at),
  used_at      INTEGER,
  op           TEXT CHECK (op IS NULL OR used_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX email_changes_by_user ON email_changes (user_id);
CREATE INDEX email_changes_by_expiry ON email_changes (expires_at);

-- The way back from a change that was confirmed, in the hands of whoever reads the address it left, which stands here.
-- No `auth_version`: a thief who changes the password must not void it. `number` counts a user's changes, because the
-- way back from one voids those from the later ones, and clocks may disagree about which is later.
CREATE TABLE email_undos (
  id           TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  number       INTEGER NOT NULL CHECK (number > 0),
  email        TEXT    NOT NULL CHECK (instr(email, '@') > 1),
  email_folded TEXT    NOT NULL CHECK (instr(email_folded, '@') > 1),
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL CHECK (expires_at > created_at),
  used_at      INTEGER,
  op           TEXT CHECK (op IS NULL OR used_at IS NOT NULL),
  UNIQUE (user_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX email_undos_by_expiry ON email_undos (expires_at);

-- What KV is to be told of a user whose row is gone: tokens below `version` are to be refused until `access_until`, and so
-- long the row stays. `op` names the request that deleted the account; `mark_pending` says that KV is to be told.
CREATE TABLE departures (
  id           TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  version      INTEGER NOT NULL CHECK (version > 1),
  access_until INTEGER NOT NULL,
  op           TEXT    NOT NULL,
  mark_pending INTEGER NOT NULL DEFAULT 1 CHECK (mark_pending IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX departures_by_end ON departures (access_until);
