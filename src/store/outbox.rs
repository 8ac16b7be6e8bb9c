//! `outbox`: letters waiting, sent or dead.

use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::letter::Letter;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};

/// A letter ready to be written to the outbox; its parameters are sealed already.
pub struct Posting {
    pub id: Id<Letter>,
    pub kind: &'static str,
    pub sealed: String,
    pub dead_after: Timestamp,
}

/// Posts a letter to an address, under a guard.
pub fn post(posting: &Posting, recipient: &str, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO outbox (id, kind, recipient, sealed, created_at, next_at, dead_after) SELECT ?, ?, ?, ?, ?, ?, ?";
    let Posting { id, kind, sealed, dead_after } = posting;
    Statement::guarded(HEAD, values![*id, *kind, recipient, sealed, now, now, *dead_after], guard, "")
}

/// Posts a letter to the owner of the account with this address, as the account spells it; to nobody if there is none.
pub fn post_to_owner(posting: &Posting, folded: &str, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO outbox (id, kind, recipient, sealed, created_at, next_at, dead_after)
        SELECT ?, ?, email, ?, ?, ?, ? FROM users";
    let Posting { id, kind, sealed, dead_after } = posting;
    let guard = Guard::new("email_folded = ?", values![folded]).and(guard);
    Statement::guarded(HEAD, values![*id, *kind, sealed, now, now, *dead_after], guard, "")
}

/// A letter of which this isolate holds the lease.
pub struct Claimed {
    pub id: Id<Letter>,
    pub kind: String,
    pub recipient: String,
    pub sealed: String,
    /// Counts from 1; the report of an attempt counts only while it is the last one.
    pub attempt: i64,
    pub created_at: Timestamp,
    pub dead_after: Timestamp,
}

impl Claimed {
    fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.id("id")?,
            kind: row.text("kind")?.to_owned(),
            recipient: row.text("recipient")?.to_owned(),
            sealed: row.text("sealed")?.to_owned(),
            attempt: row.integer("attempts")?,
            created_at: row.time("created_at")?,
            dead_after: row.time("dead_after")?,
        })
    }
}

/// Takes a due letter for one attempt, so that no two isolates send it at once. `None` if it is not due or not there.
pub async fn claim(
    on: &impl Database,
    id: Id<Letter>,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<Claimed>, Fault> {
    const SQL: &str = "
        UPDATE outbox SET attempts = attempts + 1, lease_until = ?
        WHERE id = ? AND sent_at IS NULL AND dead_at IS NULL AND next_at <= ?
          AND (lease_until IS NULL OR lease_until <= ?)
        RETURNING *";
    let rows = on.rows(Statement::new(SQL, values![lease_until, id, now, now])).await?;
    rows.first().map(Claimed::read).transpose()
}

/// Sent: what it carried is wiped.
pub fn sent(letter: &Claimed, now: Timestamp) -> Statement {
    const SQL: &str = "
        UPDATE outbox SET sent_at = ?, sealed = NULL, lease_until = NULL, last_error = NULL
        WHERE id = ? AND attempts = ? AND sent_at IS NULL AND dead_at IS NULL";
    Statement::new(SQL, values![now, letter.id, letter.attempt])
}

/// Not sent: due again at `next_at`.
pub fn postponed(letter: &Claimed, next_at: Timestamp, error: &str) -> Statement {
    const SQL: &str = "
        UPDATE outbox SET next_at = ?, last_error = ?, lease_until = NULL
        WHERE id = ? AND attempts = ? AND sent_at IS NULL AND dead_at IS NULL";
    Statement::new(SQL, values![next_at, error, letter.id, letter.attempt])
}

/// Given up: what it carried is wiped too, it would not work any more or nobody would take it.
pub fn parked(letter: &Claimed, now: Timestamp, error: &str) -> Statement {
    const SQL: &str = "
        UPDATE outbox SET dead_at = ?, sealed = NULL, last_error = ?, lease_until = NULL
        WHERE id = ? AND attempts = ? AND sent_at IS NULL AND dead_at IS NULL";
    Statement::new(SQL, values![now, error, letter.id, letter.attempt])
}

/// Letters that are due, the longest waiting first: at most `limit`.
pub async fn due(on: &impl Database, now: Timestamp, limit: u32) -> Result<Vec<Id<Letter>>, Fault> {
    const SQL: &str = "
        SELECT id FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL AND next_at <= ?
          AND (lease_until IS NULL OR lease_until <= ?)
        ORDER BY next_at LIMIT ?";
    on.rows(Statement::new(SQL, values![now, now, limit])).await?.iter().map(|row| row.id("id")).collect()
}

/// Letters given up since `since`. Asking also proves that the database answers and has its tables.
pub async fn count_parked(on: &impl Database, since: Timestamp) -> Result<i64, Fault> {
    const SQL: &str = "SELECT count(*) AS parked FROM outbox WHERE dead_at >= ?";
    let rows = on.rows(Statement::new(SQL, values![since])).await?;
    rows.first().map_or(Ok(0), |row| row.integer("parked"))
}

/// The newest letters that wait, for `/dev/mail`.
pub async fn newest(on: &impl Database, limit: u32) -> Result<Vec<Claimed>, Fault> {
    const SQL: &str = "SELECT * FROM outbox WHERE sealed IS NOT NULL ORDER BY created_at DESC LIMIT ?";
    on.rows(Statement::new(SQL, values![limit])).await?.iter().map(Claimed::read).collect()
}
