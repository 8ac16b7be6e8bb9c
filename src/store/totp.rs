//! `totp`: authenticator apps.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Conditional, Database, Guard, Row, Statement, values};
use crate::store::users::account_columns;

/// An authenticator app to be added.
pub struct NewTotp<'a> {
    pub user: Id<User>,
    /// The secret, encrypted for this user.
    pub sealed: &'a str,
    /// The name of the `APP_KEY` that encrypted it.
    pub app_key: &'a str,
    /// The time step of the code that confirmed it: that code signs in no more.
    pub step: i64,
    pub op: &'a str,
}

/// Adds the app of a user who has none. Returns the row if it was written.
pub fn insert(new: &NewTotp<'_>, guard: Guard, now: Timestamp) -> Conditional {
    const HEAD: &str = "
        INSERT INTO totp (user_id, sealed, app_key, last_step, created_at, op) SELECT ?1, ?2, ?3, ?4, ?5, ?6";
    let values = values![new.user, new.sealed, new.app_key, new.step, now, new.op];
    Conditional::new(HEAD, values, exists(new.user).negate().and(guard), "RETURNING user_id")
}

/// Confirms [`insert`]: selects the row, if operation `op` wrote it.
pub fn find_added(user: Id<User>, op: &str) -> Statement {
    Statement::new("SELECT user_id AS id FROM totp WHERE user_id = ? AND op = ?", values![user, op])
}

/// Selects the sealed secret of a user, with the account (`store::users::Account`).
pub fn find_with_account(user: Id<User>) -> Statement {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", sealed FROM users JOIN totp ON totp.user_id = users.id WHERE users.id = ?"
    );
    Statement::new(SQL, values![user])
}

/// The sealed secret in a row of [`find_with_account`].
pub fn read_sealed(row: &Row) -> Result<String, Fault> {
    row.text("sealed").map(str::to_owned)
}

/// Holds while no code of this time step or a later one has been accepted (RFC 6238 §5.2).
pub fn is_fresh(user: Id<User>, step: i64) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM totp WHERE user_id = ? AND last_step < ?)", values![user, step])
}

/// Uses up the codes to this time step, under a guard.
pub fn advance(user: Id<User>, step: i64, guard: Guard, now: Timestamp) -> Statement {
    let guard = Guard::new("user_id = ?", values![user]).and(guard);
    Statement::guarded("UPDATE totp SET last_step = MAX(last_step, ?), last_used_at = ?", values![step, now], guard, "")
}

/// Removes the app of a user, under a guard.
pub fn delete(user: Id<User>, guard: Guard) -> Statement {
    let guard = Guard::new("user_id = ?", values![user]).and(guard);
    Statement::guarded("DELETE FROM totp", Vec::new(), guard, "")
}

/// Holds while a user has an app.
pub fn exists(user: Id<User>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM totp WHERE user_id = ?)", values![user])
}

/// An app as its user sees it.
pub struct Overview {
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

impl Overview {
    /// The row of [`kept`].
    pub fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self { created_at: row.time("created_at")?, last_used_at: row.optional_time("last_used_at")? })
    }
}

/// A secret to be encrypted again under the current `APP_KEY`.
pub struct Outdated {
    pub user: Id<User>,
    pub sealed: String,
}

/// Secrets that keys with these names encrypted: at most `limit`.
pub async fn outdated(database: &impl Database, former: &[String], limit: u32) -> Result<Vec<Outdated>, Fault> {
    const SQL: &str = "
        SELECT user_id, sealed FROM totp WHERE app_key IN (SELECT value FROM json_each(?)) LIMIT ?";
    let former = serde_json::json!(former).to_string();
    let read = |row: &Row| Ok(Outdated { user: row.id("user_id")?, sealed: row.text("sealed")?.to_owned() });
    database.rows(Statement::new(SQL, values![former, limit])).await?.iter().map(read).collect()
}

/// Replaces a sealed secret by the same one under another key, unless it has been replaced meanwhile.
pub fn reseal(user: Id<User>, former: &str, sealed: &str, app_key: &str) -> Statement {
    const SQL: &str = "UPDATE totp SET sealed = ?, app_key = ? WHERE user_id = ? AND sealed = ?";
    Statement::new(SQL, values![sealed, app_key, user, former])
}

/// The data stored about a user's authenticator app.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    Statement::new("SELECT created_at, last_used_at FROM totp WHERE user_id = ? LIMIT ?", values![user, limit])
}
