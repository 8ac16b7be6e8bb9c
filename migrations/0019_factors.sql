-- Passkeys and security keys (WebAuthn). They are looked up by user and credential id, which a sign-in presents together, so no
-- index over all users is needed. The kind says whether one signs in alone; the code knows the kinds.
CREATE TABLE passkeys (
  user_id         TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id              TEXT    NOT NULL CHECK (length(id) BETWEEN 1 AND 1364),
  kind            TEXT    NOT NULL CHECK (kind <> ''),
  rp_id           TEXT    NOT NULL CHECK (rp_id <> ''),
  public_key      TEXT    NOT NULL CHECK (public_key <> ''),
  sign_count      INTEGER NOT NULL CHECK (sign_count >= 0),
  backup_eligible INTEGER NOT NULL CHECK (backup_eligible IN (0, 1)),
  backed_up       INTEGER NOT NULL CHECK (backed_up IN (0, 1) AND backed_up <= backup_eligible),
  transports      TEXT    NOT NULL,
  aaguid          TEXT    NOT NULL CHECK (length(aaguid) = 36),
  name            TEXT    NOT NULL CHECK (name <> ''),
  created_at      INTEGER NOT NULL,
  last_used_at    INTEGER,
  op              TEXT    NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

-- The authenticator app of an account. `app_key` names the APP_KEY that encrypted the secret, so that cron can encrypt it again
-- under a new one. `last_step` is the last time step whose code was accepted (RFC 6238 §5.2: never the same code twice).
CREATE TABLE totp (
  user_id      TEXT    NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  sealed       TEXT    NOT NULL CHECK (sealed <> ''),
  app_key      TEXT    NOT NULL CHECK (app_key <> ''),
  last_step    INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER,
  op           TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX totp_by_app_key ON totp (app_key);

-- Saved recovery codes. Their hashes do not depend on APP_KEY.
CREATE TABLE recovery_codes (
  user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  number     INTEGER NOT NULL CHECK (number BETWEEN 0 AND 9),
  hash       TEXT    NOT NULL CHECK (hash LIKE '$_%'),
  created_at INTEGER NOT NULL,
  used_at    INTEGER,
  op         TEXT    NOT NULL,
  PRIMARY KEY (user_id, number)
) STRICT, WITHOUT ROWID;

-- Stamped values that are not stored when they are issued, but work once: written by the batch that uses one.
CREATE TABLE spent (
  id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  op         TEXT    NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_by_expiry ON spent (expires_at);

-- The links in the emails about the first factor of an account, by which its mailbox can remove it for some days.
CREATE TABLE factor_undos (
  id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
  used_at    INTEGER,
  op         TEXT    CHECK ((op IS NULL) OR used_at IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX factor_undos_by_user ON factor_undos (user_id);
CREATE INDEX factor_undos_by_expiry ON factor_undos (expires_at);
