-- Failures in a row, by a MAC of what was submitted: nobody can be recognised here. A try is counted before anything is
-- compared, and none is taken before `open_at`. After `expires_at` the row means nothing.
CREATE TABLE attempts (
  id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  failures   INTEGER NOT NULL CHECK (failures >= 0),
  open_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL CHECK (expires_at > open_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_by_expiry ON attempts (expires_at);

-- The networks an account has been signed in to from, until some time after the last session that began there is over:
-- what strangers fail at elsewhere does not count here, and a sign-in from any other is told to the owner.
CREATE TABLE networks (
  id          INTEGER PRIMARY KEY,
  user_id     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  network     TEXT    NOT NULL,
  known_until INTEGER NOT NULL,
  UNIQUE (user_id, network)
) STRICT;

CREATE INDEX networks_by_end ON networks (known_until);

-- Codes are asked for by strangers too. Those asked for from a network the account knows are counted apart, so that
-- nobody can use up what the owner may ask for.
ALTER TABLE codes ADD COLUMN known_network INTEGER NOT NULL DEFAULT 0 CHECK (known_network IN (0, 1));
