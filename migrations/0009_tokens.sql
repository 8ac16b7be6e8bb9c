-- What speaks for a user without a session: API keys, private tokens, portal tokens. Each is a named promise that can be
-- taken back; no row holds a secret or a hash of one. `made_by` is the token that made it: when one is ended, so is what it
-- made. A row that has ended stays for a while, for KV to be told and for whoever looks into a theft. Lists are in order of
-- creation, which is that of rowid.
CREATE TABLE tokens (
  id           TEXT    NOT NULL UNIQUE CHECK (length(id) = 36),
  user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind         TEXT    NOT NULL CHECK (kind IN ('api_key', 'private', 'portal', 'portal_key')),
  name         TEXT,
  made_by      TEXT    REFERENCES tokens (id) ON DELETE SET NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER CHECK (expires_at > created_at),
  last_used_at INTEGER,
  ended_at     INTEGER,
  end_reason   TEXT    CHECK ((end_reason IS NULL) = (ended_at IS NULL)),
  op           TEXT    CHECK (op IS NULL OR ended_at IS NOT NULL),
  mark_pending INTEGER NOT NULL DEFAULT 0 CHECK (mark_pending = 0 OR (mark_pending = 1 AND ended_at IS NOT NULL))
) STRICT;

CREATE INDEX tokens_living ON tokens (user_id, kind) WHERE ended_at IS NULL;
CREATE INDEX tokens_by_user ON tokens (user_id, created_at);
CREATE INDEX tokens_by_maker ON tokens (made_by) WHERE made_by IS NOT NULL;
CREATE INDEX tokens_by_end ON tokens (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX tokens_by_expiry ON tokens (expires_at) WHERE kind IN ('portal', 'portal_key');
CREATE INDEX tokens_to_mark ON tokens (ended_at) WHERE mark_pending = 1;

-- The token an act is about, and the one it was done with.
ALTER TABLE audit ADD COLUMN token_id TEXT CHECK (token_id IS NULL OR length(token_id) = 36);
ALTER TABLE audit ADD COLUMN by_token_id TEXT CHECK (by_token_id IS NULL OR length(by_token_id) = 36);
