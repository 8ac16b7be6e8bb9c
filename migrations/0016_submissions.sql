-- Forms that have been acted on within the last seconds: who sends one twice gets the first outcome. `id` is a MAC of the form, its
-- fields and the browser; `made` names what the act has made, if it has made anything.
CREATE TABLE submissions (
  id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  made       TEXT,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX submissions_by_expiry ON submissions (expires_at);

-- Who asked for a code: the names of their browser and of their network, as `attempts` names them, in a JSON array. Tries that come
-- from anywhere else are counted apart from theirs.
ALTER TABLE codes ADD COLUMN askers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE codes ADD COLUMN tries_elsewhere INTEGER NOT NULL DEFAULT 0 CHECK (tries_elsewhere >= 0);

-- Whose try was counted last: the same form, sent twice, is one try. On a counter until a moment, because one guess may be right another day.
ALTER TABLE codes ADD COLUMN tried_by TEXT;
ALTER TABLE attempts ADD COLUMN form TEXT;
ALTER TABLE attempts ADD COLUMN form_until INTEGER;
