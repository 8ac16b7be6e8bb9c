//! `email_changes`: addresses that somebody wants for their account.

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

/// With the moment as its parameter: a change stands while it is unused and alive, its user is enabled and has the
/// password it was asked with, and nobody else has the address.
macro_rules! stands {
    () => {
        "email_changes.used_at IS NULL AND email_changes.expires_at > ? AND EXISTS (
           SELECT 1 FROM users u WHERE u.id = email_changes.user_id AND u.auth_version = email_changes.auth_version
             AND u.disabled_at IS NULL)
         AND NOT EXISTS (
           SELECT 1 FROM users o WHERE o.email_folded = email_changes.email_folded AND o.id <> email_changes.user_id)"
    };
}

/// Writes a wish, whoever has the address, unless its user changed since the password was checked. Returns the row if
/// it was written.
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

/// Looks back at [`insert`]: its row, if it was written.
pub fn find(id: Id<EmailChange>) -> Statement {
    Statement::new("SELECT id FROM email_changes WHERE id = ?", values![id])
}

/// Holds once the wish has been written.
pub fn exists(id: Id<EmailChange>) -> Guard {
    Guard::exists(find(id))
}

/// An account on its way from one address to another.
pub struct Move {
    pub user: Id<User>,
    pub login: String,
    /// If they have chosen one.
    pub language: Option<Language>,
    /// The address the account has.
    pub from: String,
    /// The one it is to have.
    pub to: String,
}

impl Move {
    pub fn read(row: &Row) -> Result<Self, Fault> {
        let text = |column| row.text(column).map(str::to_owned);
        let (user, language) = (row.id("user_id")?, users::language(row)?);
        Ok(Self { user, login: text("login")?, language, from: text("from_email")?, to: text("to_email")? })
    }
}

/// What a change would do, while it stands.
pub async fn target(database: &impl Database, id: Id<EmailChange>, now: Timestamp) -> Result<Option<Move>, Fault> {
    const SQL: &str = concat!(
        "SELECT user_id, login, language, users.email AS from_email, email_changes.email AS to_email
         FROM email_changes JOIN users ON users.id = user_id WHERE email_changes.id = ? AND ",
        stands!()
    );
    database.rows(Statement::new(SQL, values![id, now])).await?.first().map(Move::read).transpose()
}

once!("email_changes", EmailChange, stands!());

/// Voids what else waits for a user, under a guard.
pub fn void_all(user: Id<User>, guard: Guard, now: Timestamp) -> Statement {
    let guard = Guard::new("user_id = ? AND used_at IS NULL", values![user]).and(guard);
    Statement::guarded("UPDATE email_changes SET used_at = ?", values![now], guard, "")
}

/// What is kept about a user, the newest first.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT email, created_at, expires_at, used_at FROM email_changes
        WHERE user_id = ? ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}

/// Removes what expired before a moment: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("email_changes", "expires_at"), values![before, limit])
}
