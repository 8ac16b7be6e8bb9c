-- The password of an account that has one: without a row, no password signs in. The code judges the form of the hash.
CREATE TABLE passwords (
  user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  hash    TEXT NOT NULL CHECK (hash LIKE '$_%')
) STRICT, WITHOUT ROWID;

-- The previous version only knows `users.password_hash`, so triggers keep the two in step while both versions may run. The
-- column cannot be NULL, and takes Argon2id only. For an account with no such password it has the hash below, which no password
-- is known to have: its output is zero, and was not derived. The column and the triggers are dropped together, once no version
-- reads them. Each trigger is one line, because D1 has split longer ones in the middle.
CREATE TRIGGER users_given_password AFTER INSERT ON users WHEN NEW.password_hash <> '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' BEGIN INSERT INTO passwords (user_id, hash) VALUES (NEW.id, NEW.password_hash); END;
CREATE TRIGGER users_changing_password AFTER UPDATE OF password_hash ON users WHEN NEW.password_hash <> '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' BEGIN INSERT INTO passwords (user_id, hash) VALUES (NEW.id, NEW.password_hash) ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash WHERE hash <> excluded.hash; END;
CREATE TRIGGER passwords_given AFTER INSERT ON passwords BEGIN UPDATE users SET password_hash = iif(NEW.hash LIKE '$argon2id$%', NEW.hash, '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA') WHERE id = NEW.user_id AND password_hash <> NEW.hash; END;
CREATE TRIGGER passwords_changing AFTER UPDATE OF hash ON passwords BEGIN UPDATE users SET password_hash = iif(NEW.hash LIKE '$argon2id$%', NEW.hash, '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA') WHERE id = NEW.user_id AND password_hash <> NEW.hash; END;
CREATE TRIGGER passwords_removed AFTER DELETE ON passwords BEGIN UPDATE users SET password_hash = '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' WHERE id = OLD.user_id; END;

INSERT INTO passwords (user_id, hash) SELECT id, password_hash FROM users WHERE TRUE ON CONFLICT (user_id) DO NOTHING;

-- Kinds of tokens are for the code to know: with a list of them here, every new kind would rebuild the table.
CREATE TABLE tokens_rebuilt (
  id           TEXT    NOT NULL UNIQUE CHECK (length(id) = 36),
  user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind         TEXT    NOT NULL CHECK (kind <> ''),
  name         TEXT,
  made_by      TEXT    REFERENCES tokens_rebuilt (id) ON DELETE SET NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER CHECK (expires_at > created_at),
  last_used_at INTEGER,
  ended_at     INTEGER,
  end_reason   TEXT    CHECK ((end_reason IS NULL) = (ended_at IS NULL)),
  op           TEXT    CHECK (op IS NULL OR ended_at IS NOT NULL),
  mark_pending INTEGER NOT NULL DEFAULT 0 CHECK (mark_pending = 0 OR (mark_pending = 1 AND ended_at IS NOT NULL))
) STRICT;

-- Lists are in the order of the rowid.
INSERT INTO tokens_rebuilt
  (rowid, id, user_id, kind, name, made_by, created_at, expires_at, last_used_at, ended_at, end_reason, op, mark_pending)
SELECT
  rowid, id, user_id, kind, name, made_by, created_at, expires_at, last_used_at, ended_at, end_reason, op, mark_pending
FROM tokens;

DROP TABLE tokens;
ALTER TABLE tokens_rebuilt RENAME TO tokens;

CREATE INDEX tokens_living ON tokens (user_id, kind) WHERE ended_at IS NULL;
CREATE INDEX tokens_by_user ON tokens (user_id, created_at);
CREATE INDEX tokens_by_maker ON tokens (made_by) WHERE made_by IS NOT NULL;
CREATE INDEX tokens_by_end ON tokens (iif(kind = 'private', max(ended_at, expires_at), ended_at)) WHERE ended_at IS NOT NULL;
CREATE INDEX tokens_by_expiry ON tokens (expires_at) WHERE kind IN ('portal', 'portal_key');
CREATE INDEX tokens_to_mark ON tokens (ended_at) WHERE mark_pending = 1;
