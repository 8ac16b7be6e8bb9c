//! `passkeys`: passkeys and security keys.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::passkeys::registration::NewPasskey;
use crate::domain::policy;
use crate::domain::sessions::second_factors::KeyKind;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Conditional, Database, Guard, Row, Statement, values};
use crate::store::users::account_columns;

/// A key to be added.
pub struct NewKey<'a> {
    pub user: Id<User>,
    pub kind: KeyKind,
    pub rp_id: &'a str,
    pub key: &'a NewPasskey,
    pub name: &'a str,
    pub op: &'a str,
}

/// Adds a key, unless the user has it already or has the maximum number. Returns the row if it was written.
pub fn insert(new: &NewKey<'_>, guard: Guard, now: Timestamp) -> Conditional {
    const HEAD: &str = "
        INSERT INTO passkeys (user_id, id, kind, rp_id, public_key, sign_count, backup_eligible, backed_up, transports, aaguid,
          name, created_at, op)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13";
    const ROOM: &str = "
        (SELECT count(*) FROM passkeys WHERE user_id = ?) < ?
        AND NOT EXISTS (SELECT 1 FROM passkeys WHERE user_id = ? AND id = ?)";
    let NewPasskey { sign_count, transports, aaguid, .. } = *new.key;
    let (id, public_key) = (new.key.id.spelled(), URL_SAFE_NO_PAD.encode(&new.key.public_key));
    let (eligible, backed_up) = (u32::from(new.key.backup_eligible), u32::from(new.key.backed_up));
    let room = Guard::new(ROOM, values![new.user, policy::PASSKEYS_PER_USER, new.user, id.as_str()]);
    let key = values![new.user, id, new.kind.as_str(), new.rp_id, public_key, sign_count, eligible, backed_up];
    let aaguid = Id::<NewPasskey>::from_bytes(aaguid).to_string();
    let about = values![transports.to_string(), aaguid, new.name, now, new.op];
    Conditional::new(HEAD, [key, about].concat(), room.and(guard), "RETURNING id")
}

/// Confirms [`insert`]: selects the row, if operation `op` wrote it.
pub fn find_added(user: Id<User>, id: &str, op: &str) -> Statement {
    Statement::new("SELECT id FROM passkeys WHERE user_id = ? AND id = ? AND op = ?", values![user, id, op])
}

/// A key as an assertion is judged by it.
pub struct StoredKey {
    pub kind: KeyKind,
    /// The COSE key, base64url.
    pub public_key: String,
    pub sign_count: u32,
    pub backup_eligible: bool,
}

/// Selects a key together with the row of its account (`store::users::Account`).
pub fn find_with_account(user: Id<User>, id: &str) -> Statement {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", kind, public_key, sign_count, backup_eligible FROM users JOIN passkeys ON passkeys.user_id = users.id WHERE users.id = ? AND passkeys.id = ?"
    );
    Statement::new(SQL, values![user, id])
}

/// Selects a key of a user.
pub fn find(user: Id<User>, id: &str) -> Statement {
    const SQL: &str = "
        SELECT kind, public_key, sign_count, backup_eligible FROM passkeys WHERE user_id = ? AND id = ?";
    Statement::new(SQL, values![user, id])
}

impl StoredKey {
    /// The row of [`find`] or [`find_with_account`].
    pub fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            kind: row.word("kind", KeyKind::parse)?,
            public_key: row.text("public_key")?.to_owned(),
            sign_count: counted(row)?,
            backup_eligible: row.integer("backup_eligible")? != 0,
        })
    }
}

fn counted(row: &Row) -> Result<u32, Fault> {
    u32::try_from(row.integer("sign_count")?).map_err(|_| Fault::new("database", "sign_count is out of range"))
}

/// Holds while a key exists and its counter has not reached a presented one. The counter of a synced key is not judged: its copies
/// count by themselves (WebAuthn L3 §6.1.1).
pub fn accepts_count(user: Id<User>, id: &str, presented: u32) -> Guard {
    const SQL: &str = "
        EXISTS (SELECT 1 FROM passkeys WHERE user_id = ? AND id = ?
                  AND (backup_eligible = 1 OR sign_count < ? OR (sign_count = 0 AND ? = 0)))";
    Guard::new(SQL, values![user, id, presented, presented])
}

/// Records a use, under a guard.
pub fn note_use(user: Id<User>, id: &str, sign_count: u32, backed_up: bool, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str =
        "UPDATE passkeys SET sign_count = MAX(sign_count, ?), backed_up = MIN(?, backup_eligible), last_used_at = ?";
    let guard = Guard::new("user_id = ? AND id = ?", values![user, id]).and(guard);
    Statement::guarded(HEAD, values![sign_count, u32::from(backed_up), now], guard, "")
}

/// A key as its user sees it.
pub struct Overview {
    pub id: String,
    pub kind: KeyKind,
    pub name: String,
    pub transports: String,
    pub backup_eligible: bool,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// Selects a user's keys, the oldest first.
pub fn all(user: Id<User>) -> Statement {
    const SQL: &str = "
        SELECT id, kind, name, transports, backup_eligible, created_at, last_used_at FROM passkeys
        WHERE user_id = ? ORDER BY created_at, id";
    Statement::new(SQL, values![user])
}

/// A user's keys, the oldest first: from the primary, because browsers delete what such a list leaves out.
pub async fn list(database: &impl Database, user: Id<User>) -> Result<Vec<Overview>, Fault> {
    database.rows(all(user)).await?.iter().map(Overview::read).collect()
}

impl Overview {
    /// The row of [`all`].
    pub fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.text("id")?.to_owned(),
            kind: row.word("kind", KeyKind::parse)?,
            name: row.text("name")?.to_owned(),
            transports: row.text("transports")?.to_owned(),
            backup_eligible: row.integer("backup_eligible")? != 0,
            created_at: row.time("created_at")?,
            last_used_at: row.optional_time("last_used_at")?,
        })
    }
}

/// Renames a key. Returns the row if the user has it.
pub fn rename(user: Id<User>, id: &str, name: &str) -> Conditional {
    let row = Guard::new("user_id = ? AND id = ?", values![user, id]);
    Conditional::new("UPDATE passkeys SET name = ?", values![name], row, "RETURNING id")
}

/// Confirms [`rename`]: selects the row, if it has that name.
pub fn find_named(user: Id<User>, id: &str, name: &str) -> Statement {
    Statement::new("SELECT id FROM passkeys WHERE user_id = ? AND id = ? AND name = ?", values![user, id, name])
}

/// Holds while a user has a key.
pub fn exists(user: Id<User>, id: &str) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM passkeys WHERE user_id = ? AND id = ?)", values![user, id])
}

/// Holds while a user has a key that signs in alone.
pub fn can_sign_in(user: Id<User>) -> Guard {
    const SQL: &str = "EXISTS (SELECT 1 FROM passkeys WHERE user_id = ? AND kind = ?)";
    Guard::new(SQL, values![user, KeyKind::Passkey.as_str()])
}

/// Holds while a user has another key that signs in alone, or this one doesn't.
pub fn is_not_the_last(user: Id<User>, id: &str) -> Guard {
    const SQL: &str = "EXISTS (SELECT 1 FROM passkeys WHERE user_id = ? AND iif(id = ?, kind <> ?, kind = ?))";
    let passkey = KeyKind::Passkey.as_str();
    Guard::new(SQL, values![user, id, passkey, passkey])
}

/// Holds while a user has a key of any kind.
pub fn any(user: Id<User>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM passkeys WHERE user_id = ?)", values![user])
}

/// Holds while a user has a key of any kind besides this one.
pub fn others(user: Id<User>, id: &str) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM passkeys WHERE user_id = ? AND id <> ?)", values![user, id])
}

/// Holds while a user has the maximum number of keys.
pub fn are_full(user: Id<User>) -> Guard {
    const SQL: &str = "(SELECT count(*) FROM passkeys WHERE user_id = ?) >= ?";
    Guard::new(SQL, values![user, policy::PASSKEYS_PER_USER])
}

/// Removes a key, under a guard.
pub fn delete(user: Id<User>, id: &str, guard: Guard) -> Statement {
    let guard = Guard::new("user_id = ? AND id = ?", values![user, id]).and(guard);
    Statement::guarded("DELETE FROM passkeys", Vec::new(), guard, "")
}

/// Holds for keys that sign in alone.
pub fn sign_in_alone() -> Guard {
    Guard::new("kind = ?", values![KeyKind::Passkey.as_str()])
}

/// Removes all keys of a user, under a guard.
pub fn delete_all(user: Id<User>, guard: Guard) -> Statement {
    let guard = Guard::new("user_id = ?", values![user]).and(guard);
    Statement::guarded("DELETE FROM passkeys", Vec::new(), guard, "")
}

/// Selects a row if any of the first keys, at most `limit`, belongs to another RP ID; none if there is no RP ID. There
/// is no index, so it doesn't look at more.
pub fn of_another_rp(rp_id: Option<&str>, limit: u32) -> Statement {
    const SQL: &str = "SELECT 1 AS other FROM (SELECT rp_id FROM passkeys WHERE user_id > '' LIMIT ?) WHERE rp_id <> ?";
    Statement::new(SQL, values![limit, rp_id])
}

/// The data stored about a user's keys.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT name, kind, rp_id, transports, aaguid, backup_eligible, backed_up, created_at, last_used_at FROM passkeys
        WHERE user_id = ? ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}
