// SQLite for oidc-provider, which brings no database: its interface of adapters over one table.

import { DatabaseSync } from 'node:sqlite';

const now = () => Math.floor(Date.now() / 1000);

export function openDatabase(file) {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE users (login TEXT PRIMARY KEY, email TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE models (
      kind TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, grant_id TEXT, uid TEXT, expires_at INTEGER,
      PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX models_by_grant ON models (grant_id) WHERE grant_id IS NOT NULL;
    CREATE INDEX models_by_uid ON models (uid) WHERE uid IS NOT NULL;
  `);
  return database;
}

/** Makes the users; `find` looks one up as the provider wants an account. */
export function accountsOf(database, logins) {
  const insert = database.prepare('INSERT INTO users VALUES (?, ?)');
  for (const login of logins) insert.run(login, `${login}@mail.example`);
  const select = database.prepare('SELECT email FROM users WHERE login = ?');
  const find = (login) => {
    const row = select.get(login);
    return row && { accountId: login, claims: () => ({ sub: login, email: row.email, email_verified: true }) };
  };
  return { find };
}

/** The provider makes one adapter for each kind of model. */
export function adapterOf(database) {
  const statements = {
    upsert: database.prepare('INSERT OR REPLACE INTO models VALUES (?, ?, ?, ?, ?, ?)'),
    find: database.prepare('SELECT payload FROM models WHERE kind = ? AND id = ? AND coalesce(expires_at > ?, 1)'),
    byUid: database.prepare('SELECT payload FROM models WHERE kind = ? AND uid = ? AND coalesce(expires_at > ?, 1)'),
    consume: database.prepare("UPDATE models SET payload = json_set(payload, '$.consumed', ?) WHERE kind = ? AND id = ?"),
    destroy: database.prepare('DELETE FROM models WHERE kind = ? AND id = ?'),
    revoke: database.prepare('DELETE FROM models WHERE grant_id = ?'),
  };
  return class Adapter {
    constructor(kind) {
      this.kind = kind;
    }

    async upsert(id, payload, expiresIn) {
      const { grantId = null, uid = null } = payload;
      statements.upsert.run(this.kind, id, JSON.stringify(payload), grantId, uid, expiresIn ? now() + expiresIn : null);
    }

    async find(id) {
      return parsed(statements.find.get(this.kind, id, now()));
    }

    async findByUid(uid) {
      return parsed(statements.byUid.get(this.kind, uid, now()));
    }

    async consume(id) {
      statements.consume.run(now(), this.kind, id);
    }

    async destroy(id) {
      statements.destroy.run(this.kind, id);
    }

    async revokeByGrantId(grantId) {
      statements.revoke.run(grantId);
    }
  };
}

const parsed = (row) => row && JSON.parse(row.payload);
