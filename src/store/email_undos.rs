//! `email_undos`: the ways back from changes of address.

use crate::domain::accounts::email_change::EmailUndo;
use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Statement, values};
use crate::store::email_changes::Move;
use crate::store::single_use::once;
use crate::store::sweep::sweep;

/// With the moment as its parameter: a way back stands while it is unused and alive, its user is enabled, and nobody
/// else has been given the address meanwhile. The user's version is not asked: whoever took the account may raise it.
macro_rules! stands {
    () => {
        "email_undos.used_at IS NULL AND email_undos.expires_at > ?
         AND EXISTS (SELECT 1 FROM users u WHERE u.id = email_undos.user_id AND u.disabled_at IS NULL)
         AND NOT EXISTS (
           SELECT 1 FROM users o WHERE o.email_folded = email_undos.email_folded AND o.id <> email_undos.user_id)"
    };
}

/// Opens a way back to the address a user has at this moment, under a guard.
pub fn insert(id: Id<EmailUndo>, user: Id<User>, guard: Guard, now: Timestamp, expires_at: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO email_undos (id, user_id, number, email, email_folded, created_at, expires_at)
        SELECT ?, id, (SELECT COALESCE(MAX(number), 0) + 1 FROM email_undos WHERE user_id = users.id),
               email, email_folded, ?, ? FROM users";
    let guard = Guard::new("id = ?", values![user]).and(guard);
    Statement::guarded(HEAD, values![id, now, expires_at], guard, "")
}

/// What a way back would do, while it stands.
pub async fn target(database: &impl Database, id: Id<EmailUndo>, now: Timestamp) -> Result<Option<Move>, Fault> {
    const SQL: &str = concat!(
        "SELECT user_id, login, language, users.email AS from_email, email_undos.email AS to_email
         FROM email_undos JOIN users ON users.id = user_id WHERE email_undos.id = ? AND ",
        stands!()
    );
    database.rows(Statement::new(SQL, values![id, now])).await?.first().map(Move::read).transpose()
}

/// Whether a way back is unused and alive, and somebody else has its address.
pub async fn is_given_away(database: &impl Database, id: Id<EmailUndo>, now: Timestamp) -> Result<bool, Fault> {
    const SQL: &str = "
        SELECT id FROM email_undos WHERE id = ? AND used_at IS NULL AND expires_at > ? AND EXISTS (
          SELECT 1 FROM users o WHERE o.email_folded = email_undos.email_folded AND o.id <> email_undos.user_id)";
    Ok(!database.rows(Statement::new(SQL, values![id, now])).await?.is_empty())
}

once!("email_undos", EmailUndo, stands!());

/// Holds while a user has a way back to an address: going there by the ordinary way takes it.
pub fn lead_to(user: Id<User>, folded: &str, now: Timestamp) -> Guard {
    const SQL: &str = "
        EXISTS (SELECT 1 FROM email_undos WHERE user_id = ? AND email_folded = ? AND used_at IS NULL AND expires_at > ?)";
    Guard::new(SQL, values![user, folded, now])
}

/// Holds once a way back has been opened.
pub fn opened(id: Id<EmailUndo>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM email_undos WHERE id = ?)", values![id])
}

/// Takes the way back to an address, under a guard: it is void, and so is each that was opened later.
pub fn take(user: Id<User>, folded: &str, guard: Guard, now: Timestamp) -> Statement {
    const SINCE: &str = "
        user_id = ? AND used_at IS NULL AND number >= (
          SELECT MIN(number) FROM email_undos WHERE user_id = ? AND email_folded = ? AND used_at IS NULL AND expires_at > ?)";
    let since = Guard::new(SINCE, values![user, user, folded, now]);
    Statement::guarded("UPDATE email_undos SET used_at = ?", values![now], since.and(guard), "")
}

/// Voids every way back of a user, under a guard.
pub fn void_all(user: Id<User>, guard: Guard, now: Timestamp) -> Statement {
    let guard = Guard::new("user_id = ? AND used_at IS NULL", values![user]).and(guard);
    Statement::guarded("UPDATE email_undos SET used_at = ?", values![now], guard, "")
}

/// Voids the ways back to addresses a user had later than the one operation `op` has brought back: they are the thief's.
pub fn void_later(id: Id<EmailUndo>, user: Id<User>, op: &str, now: Timestamp) -> Statement {
    const SQL: &str = "
        UPDATE email_undos SET used_at = ? WHERE user_id = ? AND used_at IS NULL
          AND number > (SELECT number FROM email_undos WHERE id = ? AND op = ?)";
    Statement::new(SQL, values![now, user, id, op])
}

/// What is kept about a user, the newest first.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT email, created_at, expires_at, used_at FROM email_undos
        WHERE user_id = ? ORDER BY number DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}

/// Removes what expired before a moment: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("email_undos", "expires_at"), values![before, limit])
}
