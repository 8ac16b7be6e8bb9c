-- Whom other providers vouch for: an identity is an issuer and a subject there, and belongs to one account. The address is what the
-- provider said when it was connected; it decides nothing. `tokens` is encrypted, and there only if the operator wants the
-- provider's tokens kept.
CREATE TABLE identities (
  issuer       TEXT    NOT NULL CHECK (issuer <> ''),
  subject      TEXT    NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  provider     TEXT    NOT NULL CHECK (provider <> ''),
  email        TEXT,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER,
  tokens       TEXT,
  op           TEXT    NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_by_user ON identities (user_id);
