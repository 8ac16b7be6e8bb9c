//! `email_changes`: requested changes of an account's address.

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::email_change::EmailChange;
use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Conditional, Database, Guard, Row, Statement, values};
use crate::store::single_use::once;
use crate::store::sweep::sweep;
use crate::store::users;
use crate::words::language::Language;

/// A change is valid while it is unused and not expired, its user is enabled and has the password it was requested with, and no
/// other user has the address. The parameter is the current time.
macro_rules! stands {
    ($now:literal) => {
        concat!(
            "email_changes.used_at IS NULL AND email_changes.expires_at > ",
            $now,
            " AND EXISTS (
           SELECT 1 FROM users u WHERE u.id = email_changes.user_id AND u.auth_version = email_changes.auth_version
             AND u.disabled_at IS NULL)
         AND NOT EXISTS (
           SELECT 1 FROM users o WHERE o.email_folded = email_changes.email_folded AND o.id <> email_changes.user_id)"
        )
    };
}

/// Writes a change request, even for a taken address, unless its user changed since the password was checked. Returns the row
/// if it was written.
pub fn insert(
    id: Id<EmailChange>,
    user: Id<User>,
    auth_version: i64,
    email: &EmailAddress,
    now: Timestamp,
    expires_at: Timestamp,
) -> Conditional {
    const HEAD: &str = "
        INSERT INTO email_changes (id, user_id, email, email_folded, auth_version, created_at, expires_at)
        SELECT ?, id, ?, ?, auth_version, ?, ? FROM users";
    let guard = Guard::new("id = ?", values![user]).and(users::has_version(auth_version));
    let values = values![id, email.spelled(), email.folded(), now, expires_at];
    Conditional::new(HEAD, values, guard, "RETURNING id")
}

/// Confirms [`insert`]: selects its row, if it was written.
pub fn find(id: Id<EmailChange>) -> Statement {
    Statement::new("SELECT id FROM email_changes WHERE id = ?", values![id])
}

/// Holds once the request has been written.
pub fn exists(id: Id<EmailChange>) -> Guard {
    Guard::exists(find(id))
}

/// An account's change from one address to another.
pub struct Move {
    pub user: Id<User>,
    pub login: String,
    /// The user's language, if they have chosen one.
    pub language: Option<Language>,
    /// The account's current address.
    pub from: String,
    /// Its future address.
    pub to: String,
}

impl Move {
    pub fn read(row: &Row) -> Result<Self, Fault> {
        let text = |column| row.text(column).map(str::to_owned);
        let (user, language) = (row.id("user_id")?, users::language(row)?);
        Ok(Self { user, login: text("login")?, language, from: text("from_email")?, to: text("to_email")? })
    }
}

/// The effect of a change; `None` if it is not valid.
pub async fn target(database: &impl Database, id: Id<EmailChange>, now: Timestamp) -> Result<Option<Move>, Fault> {
    const SQL: &str = concat!(
        "SELECT user_id, login, language, users.email AS from_email, email_changes.email AS to_email
         FROM email_changes JOIN users ON users.id = user_id WHERE email_changes.id = ? AND ",
        stands!("?")
    );
    database.rows(Statement::new(SQL, values![id, now])).await?.first().map(Move::read).transpose()
}

once!("email_changes", EmailChange, stands!("?1"));

/// Voids a user's pending changes, under a guard.
pub fn void_all(user: Id<User>, guard: Guard, now: Timestamp) -> Statement {
    let guard = Guard::new("user_id = ? AND used_at IS NULL", values![user]).and(guard);
    Statement::guarded("UPDATE email_changes SET used_at = ?", values![now], guard, "")
}

/// The data stored about a user's changes, the newest first.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT email, created_at, expires_at, used_at FROM email_changes
        WHERE user_id = ? ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}

/// Removes changes that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("email_changes", "expires_at"), values![before, limit])
}
