-- A ticket: a browser that has signed in carries it to another origin, whose application trades it for a session of its own.
-- The stamped id travels in a JWT; it works once, for five minutes, while the browser's session lives.
CREATE TABLE tickets (
  id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  session_id TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
  used_at    INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX tickets_by_session ON tickets (session_id);
CREATE INDEX tickets_by_expiry ON tickets (expires_at);
