//! `codes`: the tries of one-time codes, and whether they are used up.

use crate::domain::credentials::email_otp::{EmailOtp, Subject};
use crate::domain::devices::device::Submission;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Row, Statement, values};
use crate::store::sweep::sweep;

/// A code to be stored.
pub struct NewCode<'a> {
    pub id: Id<EmailOtp>,
    pub subject: &'a Subject,
    /// Whether it is requested from a place that the account knows: such codes have a separate budget.
    pub at_known_place: bool,
    /// The requesting network; each network that the account does not know has its own budget.
    pub network: &'a str,
    /// The requesting client, as a JSON array of the ids of its places.
    pub askers: &'a str,
    pub expires_at: Timestamp,
}

/// Whether the code was requested from here. The parameter is the ids of the client's places, in a JSON array.
macro_rules! asked_here {
    ($places:literal) => {
        concat!("EXISTS (SELECT 1 FROM json_each(askers) WHERE value IN (SELECT value FROM json_each(", $places, ")))")
    };
}

/// Stores a code, under a guard, and counts it; it can be tried once it is ready ([`make_ready`]). Refused if the address has a
/// recent code that is still valid: a second request keeps the code of the first email valid. Also refused beyond the budget: a
/// code that is not sent must not void one that was. Returns the row if it was written.
pub fn insert(new: &NewCode<'_>, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO codes (id, subject, known_network, asked_from, askers, created_at, expires_at, ready)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0";
    let known = i64::from(new.at_known_place);
    let guard = guard.and(is_recent(new.subject, now).negate()).and(is_over_budget(new, now).negate());
    let values = values![new.id, new.subject.current(), known, new.network, new.askers, now, new.expires_at];
    Statement::guarded(HEAD, values, guard, "RETURNING id")
}

/// Holds if an address has a recent code that is still valid.
pub fn is_recent(subject: &Subject, now: Timestamp) -> Guard {
    const SQL: &str = "
        EXISTS (SELECT 1 FROM codes WHERE subject IN (SELECT value FROM json_each(?))
                  AND created_at > ? AND used_at IS NULL AND ready = 1 AND expires_at > ?)";
    Guard::new(SQL, values![subject.all(), now - policy::CODE_PAUSE, now])
}

/// Holds if the budget of an address, for requests from this place, has no room for now.
pub fn is_over_budget(new: &NewCode<'_>, now: Timestamp) -> Guard {
    const SQL: &str = "
        (SELECT count(*) >= ? OR total(asked_from = ?) >= ? FROM codes
         WHERE subject IN (SELECT value FROM json_each(?)) AND known_network = ? AND created_at > ?)";
    let budget = policy::MAIL_BUDGET;
    let all = if new.at_known_place { budget } else { policy::MAIL_BUDGET_OF_ALL - budget };
    let (known, since) = (i64::from(new.at_known_place), now - policy::MAIL_BUDGET_WINDOW);
    Guard::new(SQL, values![all, new.network, budget, new.subject.all(), known, since])
}

/// Lets a code be tried, now that KV has it, unless another one has become ready meanwhile.
pub fn make_ready(id: Id<EmailOtp>, subject: &Subject, now: Timestamp) -> Statement {
    let guard = Guard::new("id = ?", values![id]).and(is_recent(subject, now).negate());
    Statement::guarded("UPDATE codes SET ready = 1", Vec::new(), guard, "")
}

/// Removes a code that was not made ready.
pub fn drop_unready(id: Id<EmailOtp>) -> Statement {
    Statement::new("DELETE FROM codes WHERE id = ? AND ready = 0", values![id])
}

/// Holds for the codes of an address.
fn belong_to(subject: &Subject) -> Guard {
    Guard::new("subject IN (SELECT value FROM json_each(?))", values![subject.all()])
}

/// Holds once a code has been stored.
pub fn is_written(id: Id<EmailOtp>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM codes WHERE id = ?)", values![id])
}

/// Holds once a code can be tried.
pub fn is_ready(id: Id<EmailOtp>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM codes WHERE id = ? AND ready = 1)", values![id])
}

/// A new code voids the older ones of its address.
pub fn void_older(id: Id<EmailOtp>, subject: &Subject, now: Timestamp) -> Statement {
    const HEAD: &str = "UPDATE codes SET used_at = ?";
    let older = belong_to(subject).and(Guard::new("id <> ? AND used_at IS NULL", values![id]));
    Statement::guarded(HEAD, values![now], older.and(is_ready(id)), "")
}

/// A try that has been spent on the current code of an address.
pub struct Try {
    pub id: Id<EmailOtp>,
    pub created_at: Timestamp,
}

impl Try {
    /// The row of [`spend_try`].
    pub fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self { id: row.id("id")?, created_at: row.time("created_at")? })
    }
}

/// Spends a try on the current code of an address before the comparison, under a guard, so that parallel guesses are all
/// counted. A client at a place from which the code was requested has separate tries, which strangers cannot spend. If the form
/// of the last try is sent again, no further try is spent. Returns the row if there is a code, however often it has been tried.
pub fn spend_try(
    subject: &Subject,
    from: &str,
    form: Option<Id<Submission>>,
    guard: Guard,
    now: Timestamp,
) -> Statement {
    const HEAD: &str = concat!(
        "UPDATE codes SET tried_by = ?1, tries = tries + iif(tried_by = ?1, 0, ",
        asked_here!("?2"),
        "), tries_elsewhere = tries_elsewhere + iif(tried_by = ?1, 0, NOT ",
        asked_here!("?2"),
        ")"
    );
    const LIVING: &str = "
        id = (SELECT id FROM codes WHERE subject IN (SELECT value FROM json_each(?)) AND used_at IS NULL AND ready = 1
              AND expires_at > ? ORDER BY created_at DESC LIMIT 1)";
    let guard = Guard::new(LIVING, values![subject.all(), now]).and(guard);
    Statement::guarded(HEAD, values![form, from], guard, "RETURNING id, created_at")
}

/// Holds if the current code of an address has been tried from here, within its limit: after [`spend_try`] in its batch.
pub fn has_been_tried(subject: &Subject, from: &str, max: i64, now: Timestamp) -> Guard {
    const SQL: &str = concat!(
        "EXISTS (SELECT 1 FROM codes WHERE subject IN (SELECT value FROM json_each(?)) AND used_at IS NULL
                   AND ready = 1 AND expires_at > ? AND iif(",
        asked_here!("?"),
        ", tries, tries_elsewhere) BETWEEN 1 AND ?)"
    );
    Guard::new(SQL, values![subject.all(), now, from, max])
}

/// Gives back a try that could not be compared: once for a form that was sent twice, as it was spent once.
pub fn give_back(id: Id<EmailOtp>, from: &str, form: Option<Id<Submission>>) -> Statement {
    const SQL: &str = concat!(
        "UPDATE codes SET tried_by = NULL, tries = MAX(tries - ",
        asked_here!("?1"),
        ", 0), tries_elsewhere = MAX(tries_elsewhere - NOT ",
        asked_here!("?1"),
        ", 0) WHERE id = ?2 AND tried_by IS ?3"
    );
    Statement::new(SQL, values![from, id, form])
}

/// Holds while a code has not been used up.
pub fn open(id: Id<EmailOtp>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM codes WHERE id = ? AND used_at IS NULL)", values![id])
}

/// Uses a code up.
pub fn close(id: Id<EmailOtp>, now: Timestamp) -> Statement {
    Statement::new("UPDATE codes SET used_at = COALESCE(used_at, ?) WHERE id = ?", values![now, id])
}

/// Uses up the pending codes of an address, under a guard: a new password ends them.
pub fn close_all(subject: &Subject, guard: Guard, now: Timestamp) -> Statement {
    let waiting = belong_to(subject).and(Guard::new("used_at IS NULL", Vec::new()));
    Statement::guarded("UPDATE codes SET used_at = ?", values![now], waiting.and(guard), "")
}

/// Removes all codes of an address, under a guard.
pub fn delete_all(subject: &Subject, guard: Guard) -> Statement {
    Statement::guarded("DELETE FROM codes", Vec::new(), belong_to(subject).and(guard), "")
}

/// The data stored about the codes of an address, the newest first.
pub fn kept(subject: &Subject, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT created_at, expires_at, tries + tries_elsewhere AS tries, used_at FROM codes
        WHERE subject IN (SELECT value FROM json_each(?)) ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![subject.all(), limit])
}

/// Removes codes that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("codes", "expires_at"), values![before, limit])
}
