//! `factor_undos`: the undo links of first factors.

use crate::domain::accounts::user::User;
use crate::domain::credentials::factor_undo::FactorUndo;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};
use crate::store::single_use::once;
use crate::store::sweep::sweep;
use crate::store::users;
use crate::words::language::Language;

/// An undo link is valid while it is unused and not expired, and its user is enabled. The user's version is not checked, because
/// a thief with access to the account may raise it. The parameter is the current time.
macro_rules! stands {
    ($now:literal) => {
        concat!(
            "factor_undos.used_at IS NULL AND factor_undos.expires_at > ",
            $now,
            " AND EXISTS (SELECT 1 FROM users u WHERE u.id = factor_undos.user_id AND u.disabled_at IS NULL)"
        )
    };
}

/// Creates an undo link, under a guard.
pub fn insert(id: Id<FactorUndo>, user: Id<User>, guard: Guard, now: Timestamp, expires_at: Timestamp) -> Statement {
    const HEAD: &str = "INSERT INTO factor_undos (id, user_id, created_at, expires_at) SELECT ?, ?, ?, ?";
    Statement::guarded(HEAD, values![id, user, now, expires_at], guard, "")
}

/// The account that an undo link would take back.
pub struct Target {
    pub user: Id<User>,
    pub login: String,
    pub email: String,
    pub language: Option<Language>,
    /// When its first factor was added.
    pub added_at: Timestamp,
}

/// The account of an undo link; `None` if it is not valid.
pub async fn target(database: &impl Database, id: Id<FactorUndo>, now: Timestamp) -> Result<Option<Target>, Fault> {
    const SQL: &str = concat!(
        "SELECT user_id, login, email, language, factor_undos.created_at
         FROM factor_undos JOIN users ON users.id = user_id WHERE factor_undos.id = ? AND ",
        stands!("?")
    );
    let read = |row: &Row| {
        Ok(Target {
            user: row.id("user_id")?,
            login: row.text("login")?.to_owned(),
            email: row.text("email")?.to_owned(),
            language: users::language(row)?,
            added_at: row.time("created_at")?,
        })
    };
    database.rows(Statement::new(SQL, values![id, now])).await?.first().map(read).transpose()
}

once!("factor_undos", FactorUndo, stands!("?1"));

/// Voids every undo link of a user, under a guard.
pub fn void_all(user: Id<User>, guard: Guard, now: Timestamp) -> Statement {
    let guard = Guard::new("user_id = ? AND used_at IS NULL", values![user]).and(guard);
    Statement::guarded("UPDATE factor_undos SET used_at = ?", values![now], guard, "")
}

/// The data stored about a user's undo links, the newest first.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT created_at, expires_at, used_at FROM factor_undos WHERE user_id = ? ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}

/// Removes undo links that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("factor_undos", "expires_at"), values![before, limit])
}
