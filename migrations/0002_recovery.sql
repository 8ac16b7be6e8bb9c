-- A way back in for who has forgotten the password: the stamped id of a row travels in a letter. It works once, for an
-- hour, and for the password it was asked against: `auth_version` is the user's at that moment.
CREATE TABLE recoveries (
  id           TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  auth_version INTEGER NOT NULL CHECK (auth_version > 0),
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL CHECK (expires_at > created_at),
  used_at      INTEGER,
  op           TEXT CHECK (op IS NULL OR used_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX recoveries_by_user ON recoveries (user_id);
CREATE INDEX recoveries_by_expiry ON recoveries (expires_at);

-- What ends many sessions at once raises `auth_version` and tells KV in one mark: tokens of an older version are
-- refused, but for those of the session `mark_except`. `mark_pending` says that KV has not been told yet,
-- `mark_until` when the last token concerned expires. `op` names the request that raised the version.
ALTER TABLE users ADD COLUMN op TEXT;
ALTER TABLE users ADD COLUMN mark_pending INTEGER NOT NULL DEFAULT 0 CHECK (mark_pending IN (0, 1));
ALTER TABLE users ADD COLUMN mark_except TEXT CHECK (mark_except IS NULL OR length(mark_except) = 36);
ALTER TABLE users ADD COLUMN mark_until INTEGER CHECK (mark_pending = 0 OR mark_until IS NOT NULL);

CREATE INDEX users_to_mark ON users (mark_until) WHERE mark_pending = 1;
