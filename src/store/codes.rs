//! `codes`: how often a one-time code was tried, and whether it is used up.

use crate::domain::code::{Code, Subject};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Row, Statement, values};
use crate::store::sweep::sweep;

/// A code about to be made findable.
pub struct NewCode<'a> {
    pub id: Id<Code>,
    pub subject: &'a Subject,
    pub expires_at: Timestamp,
}

/// Makes a code findable, under a guard, for who asks from a place the account knows or from elsewhere: each has a budget
/// of its own. Not if the address was given one a moment ago that still lives: a second request keeps the first
/// letter's code good. And not beyond the budget: what gets no letter must not void what got one.
pub fn insert(new: &NewCode<'_>, at_known_place: bool, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "INSERT INTO codes (id, subject, known_network, created_at, expires_at) SELECT ?, ?, ?, ?, ?";
    const RECENT: &str = "
        EXISTS (SELECT 1 FROM codes WHERE subject IN (SELECT value FROM json_each(?))
                  AND created_at > ? AND used_at IS NULL AND expires_at > ?)";
    const WITHIN_BUDGET: &str = "
        (SELECT count(*) FROM codes WHERE subject IN (SELECT value FROM json_each(?))
           AND known_network = ? AND created_at > ?) < ?";
    let (subject, known) = (new.subject, i64::from(at_known_place));
    let recent = Guard::new(RECENT, values![subject.all(), now - policy::CODE_PAUSE, now]);
    let since = now - policy::MAIL_BUDGET_WINDOW;
    let within_budget = Guard::new(WITHIN_BUDGET, values![subject.all(), known, since, policy::MAIL_BUDGET]);
    let values = values![new.id, subject.current(), known, now, new.expires_at];
    Statement::guarded(HEAD, values, guard.and(recent.negate()).and(within_budget), "")
}

/// Holds for the codes of an address.
fn belong_to(subject: &Subject) -> Guard {
    Guard::new("subject IN (SELECT value FROM json_each(?))", values![subject.all()])
}

/// Holds once the code can be found.
pub fn exists(id: Id<Code>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM codes WHERE id = ?)", values![id])
}

/// A new code voids the older ones of its address.
pub fn void_older(id: Id<Code>, subject: &Subject, now: Timestamp) -> Statement {
    const HEAD: &str = "UPDATE codes SET used_at = ?";
    let older = belong_to(subject).and(Guard::new("id <> ? AND used_at IS NULL", values![id]));
    Statement::guarded(HEAD, values![now], older.and(exists(id)), "")
}

/// A try that has been spent on the living code of an address.
pub struct Try {
    pub id: Id<Code>,
    pub created_at: Timestamp,
}

impl Try {
    /// The row of [`spend_try`].
    pub fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self { id: row.id("id")?, created_at: row.time("created_at")? })
    }
}

/// Spends a try on the living code of an address before anything is compared, under a guard, so that parallel guesses
/// cost what they are. Returns the row if a code lives, however often it has been tried.
pub fn spend_try(subject: &Subject, guard: Guard, now: Timestamp) -> Statement {
    const LIVING: &str = "
        id = (SELECT id FROM codes WHERE subject IN (SELECT value FROM json_each(?)) AND used_at IS NULL AND expires_at > ?
              ORDER BY created_at DESC LIMIT 1)";
    let guard = Guard::new(LIVING, values![subject.all(), now]).and(guard);
    Statement::guarded("UPDATE codes SET tries = tries + 1", Vec::new(), guard, "RETURNING id, created_at")
}

/// Holds if the living code of an address has been tried, and not too often: after [`spend_try`] in its batch.
pub fn has_been_tried(subject: &Subject, max: i64, now: Timestamp) -> Guard {
    const SQL: &str = "
        EXISTS (SELECT 1 FROM codes WHERE subject IN (SELECT value FROM json_each(?)) AND used_at IS NULL
                  AND expires_at > ? AND tries BETWEEN 1 AND ?)";
    Guard::new(SQL, values![subject.all(), now, max])
}

/// Gives a try back that could not be compared.
pub fn give_back(id: Id<Code>) -> Statement {
    Statement::new("UPDATE codes SET tries = tries - 1 WHERE id = ? AND tries > 0", values![id])
}

/// Holds while a code has not been used up.
pub fn open(id: Id<Code>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM codes WHERE id = ? AND used_at IS NULL)", values![id])
}

/// Uses a code up.
pub fn close(id: Id<Code>, now: Timestamp) -> Statement {
    Statement::new("UPDATE codes SET used_at = COALESCE(used_at, ?) WHERE id = ?", values![now, id])
}

/// Uses up what waits for an address, under a guard: a new password ends pending codes.
pub fn close_all(subject: &Subject, guard: Guard, now: Timestamp) -> Statement {
    let waiting = belong_to(subject).and(Guard::new("used_at IS NULL", Vec::new()));
    Statement::guarded("UPDATE codes SET used_at = ?", values![now], waiting.and(guard), "")
}

/// Removes what there is for an address, under a guard.
pub fn delete_all(subject: &Subject, guard: Guard) -> Statement {
    Statement::guarded("DELETE FROM codes", Vec::new(), belong_to(subject).and(guard), "")
}

/// What is kept about the codes of an address, the newest first.
pub fn kept(subject: &Subject, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT created_at, expires_at, tries, used_at FROM codes
        WHERE subject IN (SELECT value FROM json_each(?)) ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![subject.all(), limit])
}

/// Removes what expired before a moment: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("codes", "expires_at"), values![before, limit])
}
