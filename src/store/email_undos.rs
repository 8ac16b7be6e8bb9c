//! `email_undos`: the undo links of changed addresses.

use crate::domain::accounts::email_change::EmailUndo;
use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::{Timestamp, millis};
use crate::ports::{Database, Guard, Statement, values};
use crate::store::email_changes::Move;
use crate::store::single_use::once;
use crate::store::sweep::sweep;

/// An undo link is valid while it is unused and not expired, its user is enabled, and no other user has been given the address.
/// The user's version is not checked, because a thief with access to the account may raise it. The parameter is the current time.
macro_rules! stands {
    ($now:literal) => {
        concat!(
            "email_undos.used_at IS NULL AND email_undos.expires_at > ",
            $now,
            "
         AND EXISTS (SELECT 1 FROM users u WHERE u.id = email_undos.user_id AND u.disabled_at IS NULL)
         AND NOT EXISTS (
           SELECT 1 FROM users o WHERE o.email_folded = email_undos.email_folded AND o.id <> email_undos.user_id)"
        )
    };
}

/// Creates an undo link to the user's current address, under a guard.
pub fn insert(id: Id<EmailUndo>, user: Id<User>, guard: Guard, now: Timestamp, expires_at: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO email_undos (id, user_id, number, email, email_folded, created_at, expires_at)
        SELECT ?, id, (SELECT COALESCE(MAX(number), 0) + 1 FROM email_undos WHERE user_id = users.id),
               email, email_folded, ?, ? FROM users";
    let guard = Guard::new("id = ?", values![user]).and(guard);
    Statement::guarded(HEAD, values![id, now, expires_at], guard, "")
}

/// The effect of an undo link; `None` if it is not valid.
pub async fn target(database: &impl Database, id: Id<EmailUndo>, now: Timestamp) -> Result<Option<Move>, Fault> {
    const SQL: &str = concat!(
        "SELECT user_id, login, language, users.email AS from_email, email_undos.email AS to_email
         FROM email_undos JOIN users ON users.id = user_id WHERE email_undos.id = ? AND ",
        stands!("?")
    );
    database.rows(Statement::new(SQL, values![id, now])).await?.first().map(Move::read).transpose()
}

/// Whether an undo link is unused and not expired, but another user has its address.
pub async fn is_given_away(database: &impl Database, id: Id<EmailUndo>, now: Timestamp) -> Result<bool, Fault> {
    const SQL: &str = "
        SELECT id FROM email_undos WHERE id = ? AND used_at IS NULL AND expires_at > ? AND EXISTS (
          SELECT 1 FROM users o WHERE o.email_folded = email_undos.email_folded AND o.id <> email_undos.user_id)";
    Ok(!database.rows(Statement::new(SQL, values![id, now])).await?.is_empty())
}

once!("email_undos", EmailUndo, stands!("?1"));

/// Holds while a user has an undo link to an address: an ordinary change to it uses the link.
pub fn leads_to(user: Id<User>, folded: &str, now: Timestamp) -> Guard {
    const SQL: &str = "
        EXISTS (SELECT 1 FROM email_undos WHERE user_id = ? AND email_folded = ? AND used_at IS NULL AND expires_at > ?)";
    Guard::new(SQL, values![user, folded, now])
}

/// Holds once an undo link has been created.
pub fn opened(id: Id<EmailUndo>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM email_undos WHERE id = ?)", values![id])
}

/// Uses the undo link to an address, under a guard: it becomes void, and so does each that was created later.
pub fn take(user: Id<User>, folded: &str, guard: Guard, now: Timestamp) -> Statement {
    const SINCE: &str = "
        user_id = ? AND used_at IS NULL AND number >= (
          SELECT MIN(number) FROM email_undos WHERE user_id = ? AND email_folded = ? AND used_at IS NULL AND expires_at > ?)";
    let since = Guard::new(SINCE, values![user, user, folded, now]);
    Statement::guarded("UPDATE email_undos SET used_at = ?", values![now], since.and(guard), "")
}

/// Voids every undo link of a user, under a guard.
pub fn void_all(user: Id<User>, guard: Guard, now: Timestamp) -> Statement {
    let guard = Guard::new("user_id = ? AND used_at IS NULL", values![user]).and(guard);
    Statement::guarded("UPDATE email_undos SET used_at = ?", values![now], guard, "")
}

/// Voids the undo links to addresses a user had later than the one that operation `op` has restored: they are the thief's.
pub fn void_later(id: Id<EmailUndo>, user: Id<User>, op: &str, now: Timestamp) -> Statement {
    const SQL: &str = "
        UPDATE email_undos SET used_at = ? WHERE user_id = ? AND used_at IS NULL
          AND number > (SELECT number FROM email_undos WHERE id = ? AND op = ?)";
    Statement::new(SQL, values![now, user, id, op])
}

/// Holds for rows of any table that were created since the change that operation `op` has undone. The clocks of two requests may
/// differ: in doubt a row is younger.
pub fn created_since(id: Id<EmailUndo>, op: &str) -> Guard {
    const SQL: &str =
        "created_at >= (SELECT undone.created_at - ? FROM email_undos undone WHERE undone.id = ? AND undone.op = ?)";
    Guard::new(SQL, values![millis(policy::CLOCK_SKEW), id, op])
}

/// The data stored about a user's undo links, the newest first.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT email, created_at, expires_at, used_at FROM email_undos
        WHERE user_id = ? ORDER BY number DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}

/// Removes undo links that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("email_undos", "expires_at"), values![before, limit])
}
