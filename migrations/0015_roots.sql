-- The session of a browser that a session comes of by a ticket; NULL for one that somebody signed in to. Tries are counted by it,
-- and what ends it ends them. No foreign key: neither outlives the other's row by more than a sweep, and both go with their user.
ALTER TABLE sessions ADD COLUMN root TEXT CHECK (root IS NULL OR length(root) = 36);

CREATE INDEX sessions_by_root ON sessions (root) WHERE root IS NOT NULL;
