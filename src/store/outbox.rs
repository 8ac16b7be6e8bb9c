//! `outbox`: letters waiting, sent or dead.

use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::letter::Letter;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};
use crate::store::sweep::sweep;
use crate::store::users;
use crate::words::language::Language;

/// A letter ready to be written to the outbox; its parameters are sealed already.
pub struct Posting {
    pub id: Id<Letter>,
    pub kind: &'static str,
    /// Letters of this kind the mailbox may get within `policy::MAIL_BUDGET_WINDOW`.
    pub budget: u32,
    /// The case-folded address it is for, and will open for.
    pub mailbox: String,
    pub sealed: String,
    pub dead_after: Timestamp,
}

/// Posts a letter to an address, under a guard, while the mailbox has something left of its budget for this kind. What
/// is over it is dropped without a word: the answer must not tell whose mailbox is being flooded.
pub fn post(posting: &Posting, recipient: &str, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO outbox (id, kind, recipient, mailbox, sealed, created_at, next_at, dead_after)
        SELECT ?, ?, ?, ?, ?, ?, ?, ?";
    let Posting { id, kind, mailbox, sealed, dead_after, budget: _ } = posting;
    let values = values![*id, *kind, recipient, mailbox, sealed, now, now, *dead_after];
    Statement::guarded(HEAD, values, guard.and(within_budget(posting, now)), "")
}

/// Posts a letter to the owner of the account with its mailbox's address, as the account spells it; to nobody if there
/// is none.
pub fn post_to_owner(posting: &Posting, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO outbox (id, kind, recipient, mailbox, sealed, created_at, next_at, dead_after)
        SELECT ?, ?, email, ?, ?, ?, ?, ? FROM users";
    let Posting { id, kind, mailbox, sealed, dead_after, budget: _ } = posting;
    let owner = Guard::new("email_folded = ?", values![mailbox]);
    let values = values![*id, *kind, mailbox, sealed, now, now, *dead_after];
    Statement::guarded(HEAD, values, owner.and(guard).and(within_budget(posting, now)), "")
}

/// The rows themselves are the count: nothing to keep in step, and nothing to forget.
fn within_budget(posting: &Posting, now: Timestamp) -> Guard {
    const SQL: &str = "(SELECT count(*) FROM outbox WHERE mailbox = ? AND kind = ? AND created_at > ?) < ?";
    let since = now - policy::MAIL_BUDGET_WINDOW;
    Guard::new(SQL, values![&posting.mailbox, posting.kind, since, posting.budget])
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
    /// What its reader has chosen, if they have an account at this moment.
    pub language: Option<Language>,
}

/// Besides the columns of a letter, what [`Claimed`] says of its reader.
macro_rules! readers_language {
    () => {
        "(SELECT language FROM users WHERE email_folded = outbox.mailbox) AS language"
    };
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
            language: users::language(row)?,
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
    const SQL: &str = concat!(
        "UPDATE outbox SET attempts = attempts + 1, lease_until = ?
         WHERE id = ? AND sent_at IS NULL AND dead_at IS NULL AND next_at <= ?
           AND (lease_until IS NULL OR lease_until <= ?)
         RETURNING *, ",
        readers_language!()
    );
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

/// Given up: what it carried is wiped too. `refused` if the provider would not take this very letter.
pub fn parked(letter: &Claimed, now: Timestamp, refused: bool, error: &str) -> Statement {
    const SQL: &str = "
        UPDATE outbox SET dead_at = ?, refused = ?, sealed = NULL, last_error = ?, lease_until = NULL
        WHERE id = ? AND attempts = ? AND sent_at IS NULL AND dead_at IS NULL";
    Statement::new(SQL, values![now, i64::from(refused), error, letter.id, letter.attempt])
}

/// Letters that are due, the longest waiting first: at most `limit`, each with its own fault if its row cannot be read.
pub async fn due(on: &impl Database, now: Timestamp, limit: u32) -> Result<Vec<Result<Id<Letter>, Fault>>, Fault> {
    const SQL: &str = "
        SELECT id FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL AND next_at <= ?
          AND (lease_until IS NULL OR lease_until <= ?)
        ORDER BY next_at LIMIT ?";
    Ok(on.rows(Statement::new(SQL, values![now, now, limit])).await?.iter().map(|row| row.id("id")).collect())
}

/// Letters given up for one of two reasons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parked {
    /// Nobody could deliver them in time: our setting or the provider's outage.
    pub undelivered: i64,
    /// The provider would not take them: an address that does not exist, and any stranger can register one.
    pub refused: i64,
}

/// Letters given up since `since`, of each kind at most `limit`.
pub fn count_parked(since: Timestamp, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE refused = 0 AND dead_at >= ?1 LIMIT ?2)) AS undelivered,
               (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE refused = 1 AND dead_at >= ?1 LIMIT ?2)) AS refused";
    Statement::new(SQL, values![since, limit])
}

impl Parked {
    /// From the rows of [`count_parked`].
    pub fn read(rows: &[Row]) -> Result<Self, Fault> {
        let Some(row) = rows.first() else {
            return Ok(Self::default());
        };
        Ok(Self { undelivered: row.integer("undelivered")?, refused: row.integer("refused")? })
    }
}

/// Finds a row if the provider refused us the last time that it judged at all: of the newest `limit` letters, the newest
/// that it took or whose error begins with `refusal`.
pub fn refuses_us(refusal: &str, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT 1 AS refuses FROM (
          SELECT sent_at FROM (SELECT sent_at, last_error, created_at FROM outbox ORDER BY created_at DESC LIMIT ?)
          WHERE sent_at IS NOT NULL OR instr(last_error, ?) = 1
          ORDER BY created_at DESC LIMIT 1)
        WHERE sent_at IS NULL";
    Statement::new(SQL, values![limit, refusal])
}

/// The newest letters that wait, for `/dev/mail`.
pub async fn newest(on: &impl Database, limit: u32) -> Result<Vec<Claimed>, Fault> {
    const SQL: &str = concat!(
        "SELECT *, ",
        readers_language!(),
        " FROM outbox WHERE sealed IS NOT NULL ORDER BY created_at DESC LIMIT ?"
    );
    on.rows(Statement::new(SQL, values![limit])).await?.iter().map(Claimed::read).collect()
}

/// Removes every letter to a mailbox, under a guard.
pub fn delete_all(mailbox: &str, guard: Guard) -> Statement {
    let guard = Guard::new("mailbox = ?", values![mailbox]).and(guard);
    Statement::guarded("DELETE FROM outbox", Vec::new(), guard, "")
}

/// What is kept about the letters to a mailbox, the newest first; never what they say.
pub fn kept(mailbox: &str, since: Timestamp, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT kind, created_at, sent_at, dead_at AS given_up_at FROM outbox
        WHERE mailbox = ? AND created_at >= ? ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![mailbox, since, limit])
}

/// Removes letters that are done with and older than a moment: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("outbox", "created_at", "sealed IS NULL"), values![before, limit])
}
