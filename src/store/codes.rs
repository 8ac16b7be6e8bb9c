//! `codes`: how often a one-time code was tried, and whether it is used up.

use crate::domain::code::{Code, Subject};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};
use crate::store::sweep::sweep;

/// Makes a code findable, unless the address was given one that still lives since `pause_from`: a second request keeps
/// the first letter's code good.
pub fn insert(
    id: Id<Code>,
    subject: Subject,
    pause_from: Timestamp,
    now: Timestamp,
    expires_at: Timestamp,
) -> Statement {
    const SQL: &str = "
        INSERT INTO codes (id, subject, created_at, expires_at) SELECT ?, ?, ?, ?
        WHERE NOT EXISTS (SELECT 1 FROM codes WHERE subject = ? AND created_at > ? AND used_at IS NULL AND expires_at > ?)";
    Statement::new(SQL, values![id, subject, now, expires_at, subject, pause_from, now])
}

/// Holds once the code can be found.
pub fn exists(id: Id<Code>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM codes WHERE id = ?)", values![id])
}

/// A new code voids the older ones of its address.
pub fn void_older(id: Id<Code>, subject: Subject, now: Timestamp) -> Statement {
    const HEAD: &str = "UPDATE codes SET used_at = ?";
    let older = Guard::new("subject = ? AND id <> ? AND used_at IS NULL", values![subject, id]);
    Statement::guarded(HEAD, values![now], older.and(exists(id)), "")
}

/// A try that has been spent on the living code of an address.
pub struct Try {
    pub id: Id<Code>,
    /// Counts from 1.
    pub number: i64,
    pub created_at: Timestamp,
}

/// Spends a try before anything is compared, so that parallel guesses cost what they are. `None` if no code lives.
pub async fn spend_try(on: &impl Database, subject: Subject, now: Timestamp) -> Result<Option<Try>, Fault> {
    const SQL: &str = "
        UPDATE codes SET tries = tries + 1
        WHERE id = (SELECT id FROM codes WHERE subject = ? AND used_at IS NULL AND expires_at > ?
                    ORDER BY created_at DESC LIMIT 1)
        RETURNING id, tries, created_at";
    let read =
        |row: &Row| Ok(Try { id: row.id("id")?, number: row.integer("tries")?, created_at: row.time("created_at")? });
    on.rows(Statement::new(SQL, values![subject, now])).await?.first().map(read).transpose()
}

/// Gives a try back that could not be compared.
pub fn give_back(id: Id<Code>) -> Statement {
    Statement::new("UPDATE codes SET tries = tries - 1 WHERE id = ? AND tries > 0", values![id])
}

/// Holds while a code has not been used up.
pub fn open(id: Id<Code>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM codes WHERE id = ? AND used_at IS NULL)", values![id])
}

/// Uses a code up, under a guard.
pub fn close(id: Id<Code>, guard: Guard, now: Timestamp) -> Statement {
    let guard = Guard::new("id = ?", values![id]).and(guard);
    Statement::guarded("UPDATE codes SET used_at = ?", values![now], guard, "")
}

/// Uses up what waits for an address, under a guard: a new password ends pending codes.
pub fn close_all(subject: Subject, guard: Guard, now: Timestamp) -> Statement {
    let guard = Guard::new("subject = ? AND used_at IS NULL", values![subject]).and(guard);
    Statement::guarded("UPDATE codes SET used_at = ?", values![now], guard, "")
}

/// Removes what expired before a moment: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("codes", "expires_at"), values![before, limit])
}
