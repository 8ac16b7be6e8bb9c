-- One-time codes: how often one was tried and whether it is used up. What it is, KV holds, as a MAC. `subject` is a MAC
-- of the address, so rows of known and unknown addresses look the same.
CREATE TABLE codes (
  id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  subject    TEXT    NOT NULL CHECK (length(subject) = 36),
  tries      INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
  used_at    INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX codes_by_subject ON codes (subject, created_at);
CREATE INDEX codes_by_expiry ON codes (expires_at);
