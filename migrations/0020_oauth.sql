-- Applications that an administrator has registered for OAuth 2.1 and OpenID Connect. Addresses are JSON arrays of exact texts,
-- grants and scopes are words with a blank between them; the code knows the words. A client secret is a stamp over the id and
-- `secret_number`, so none is stored; the number before works until `previous_secret_until`. A client with a `resource` is also
-- the API of that name (RFC 8707): it offers `resource_scopes`, and introspects the tokens that are issued for it.
CREATE TABLE clients (
  id                        TEXT    NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 3 AND 64),
  name                      TEXT    NOT NULL CHECK (name <> ''),
  auth_method               TEXT    NOT NULL CHECK (auth_method <> ''),
  secret_number             INTEGER NOT NULL CHECK (secret_number >= 0),
  previous_secret_until     INTEGER,
  jwks                      TEXT,
  redirect_uris             TEXT    NOT NULL CHECK (json_type(redirect_uris) = 'array'),
  post_logout_redirect_uris TEXT    NOT NULL CHECK (json_type(post_logout_redirect_uris) = 'array'),
  backchannel_logout_uri    TEXT,
  grants                    TEXT    NOT NULL,
  scopes                    TEXT    NOT NULL,
  resource                  TEXT    UNIQUE,
  resource_scopes           TEXT    NOT NULL,
  resource_open             INTEGER NOT NULL CHECK (resource_open IN (0, 1) AND (resource IS NOT NULL OR resource_open = 0)),
  first_party               INTEGER NOT NULL CHECK (first_party IN (0, 1)),
  requires_pkce             INTEGER NOT NULL CHECK (requires_pkce IN (0, 1)),
  id_token_alg              TEXT,
  id_token_claims           INTEGER NOT NULL CHECK (id_token_claims IN (0, 1)),
  created_at                INTEGER NOT NULL,
  updated_at                INTEGER NOT NULL,
  disabled_at               INTEGER,
  op                        TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- What a client may exchange for tokens: an authorization code of a browser's session (RFC 6749 §4.1), a device code (RFC 8628),
-- or without a client a ticket. It is used once it has a session, which the unique index below allows only once. A device has no
-- session until a user has typed its code, of which this has a pseudonym; then only that session may approve it. A row may also
-- be a pushed request (RFC 9126), which `op` uses up with its answer.
CREATE TABLE authorizations (
  id           TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  kind         TEXT    NOT NULL CHECK (kind <> ''),
  client       TEXT,
  client_name  TEXT    CHECK ((client IS NULL) = (client_name IS NULL)),
  session_id   TEXT    REFERENCES sessions (id) ON DELETE CASCADE,
  redirect_uri TEXT,
  challenge    TEXT,
  scope        TEXT    NOT NULL,
  audience     TEXT,
  nonce        TEXT,
  claims       TEXT,
  offline      INTEGER NOT NULL CHECK (offline IN (0, 1)),
  address      TEXT    NOT NULL,
  agent        TEXT    NOT NULL,
  place        TEXT    NOT NULL,
  device       TEXT,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL CHECK (expires_at > created_at),
  user_code    TEXT    CHECK (length(user_code) = 36),
  approved_at  INTEGER CHECK (approved_at IS NULL OR session_id IS NOT NULL),
  denied_at    INTEGER CHECK (denied_at IS NULL OR approved_at IS NULL),
  polled_at    INTEGER,
  interval     INTEGER CHECK (interval > 0),
  request      TEXT    CHECK (length(request) <= 8192),
  op           TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX authorizations_by_user_code ON authorizations (user_code) WHERE user_code IS NOT NULL;
CREATE INDEX authorizations_by_session ON authorizations (session_id);
CREATE INDEX authorizations_by_expiry ON authorizations (expires_at);

-- A session of a client: who it is, what it may do, and the authorization that it was made of.
ALTER TABLE sessions ADD COLUMN client TEXT;
ALTER TABLE sessions ADD COLUMN client_name TEXT;
ALTER TABLE sessions ADD COLUMN scope TEXT;
ALTER TABLE sessions ADD COLUMN audience TEXT;
ALTER TABLE sessions ADD COLUMN claims TEXT;
ALTER TABLE sessions ADD COLUMN nonce TEXT;
ALTER TABLE sessions ADD COLUMN offline INTEGER NOT NULL DEFAULT 0 CHECK (offline IN (0, 1));
ALTER TABLE sessions ADD COLUMN authorization TEXT;
CREATE UNIQUE INDEX sessions_by_authorization ON sessions (authorization) WHERE authorization IS NOT NULL;
CREATE INDEX sessions_by_client ON sessions (client) WHERE client IS NOT NULL;

-- What is to be told to a client about the end of its session (OpenID Connect Back-Channel Logout 1.0), if it has registered an
-- address for that. Whatever ends a session writes it, so no new way of ending one can forget it. Only sessions with ID tokens
-- have a `sid` that the client knows. The id is the session's. It is one line, because D1 has split longer triggers.
CREATE TABLE logout_notices (
  id          TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  user_id     TEXT    NOT NULL,
  client      TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  next_at     INTEGER NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  lease_until INTEGER,
  sent_at     INTEGER,
  dead_at     INTEGER CHECK (sent_at IS NULL OR dead_at IS NULL),
  last_error  TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX logout_notices_waiting ON logout_notices (attempts, next_at) WHERE sent_at IS NULL AND dead_at IS NULL;
CREATE INDEX logout_notices_by_age ON logout_notices (created_at);
CREATE TRIGGER sessions_ending AFTER UPDATE OF ended_at ON sessions WHEN NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL AND instr(' ' || NEW.scope || ' ', ' openid ') > 0 BEGIN INSERT OR IGNORE INTO logout_notices (id, user_id, client, created_at, next_at) SELECT NEW.id, NEW.user_id, clients.id, NEW.ended_at, NEW.ended_at FROM clients WHERE clients.id = NEW.client AND backchannel_logout_uri IS NOT NULL; END;

-- The client that an act is about.
ALTER TABLE audit ADD COLUMN client TEXT;

-- What a user allows a registered client without being asked again.
CREATE TABLE consents (
  user_id     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client      TEXT    NOT NULL CHECK (client <> ''),
  audience    TEXT    NOT NULL,
  client_name TEXT    NOT NULL,
  scope       TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (user_id, client, audience)
) STRICT, WITHOUT ROWID;
