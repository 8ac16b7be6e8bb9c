//! `attempts`: failures in a row, and how long nobody may try again.

use crate::domain::devices::device::Submission;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::rate_limit::{Counter, Guessable};
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Row, Statement, values};
use crate::store::quotas::Quota;
use crate::store::sweep::sweep;

/// A try at something guessable, and what it is counted on. The database chooses among the counters, in the statement that
/// counts: the first of a place the account knows, or the one for everywhere else.
pub struct Attempt {
    pub what: Guessable,
    /// A counter for each place it comes from, and what holds if the account knows that place.
    pub places: Vec<(Id<Counter>, Guard)>,
    pub elsewhere: Id<Counter>,
    /// Holds while the session lives that it is made in, if it is made in one: without that it is none.
    pub within: Option<Guard>,
    /// What it is counted on besides, if it comes from elsewhere; `None` for who is signed in.
    pub quota: Option<Quota>,
    /// The form it comes in, if it comes in one: sent twice it is one try.
    pub form: Option<Id<Submission>>,
}

impl Attempt {
    /// The counters as rows of a `json_each`, the one for everywhere else at the end.
    fn counters(&self) -> String {
        let all = self.places.iter().map(|(counter, _)| counter).chain([&self.elsewhere]);
        let quoted: Vec<_> = all.map(|counter| format!(r#""{counter}""#)).collect();
        format!("[{}]", quoted.join(","))
    }

    /// Holds if no account is at home where it comes from.
    fn is_strange(&self) -> Guard {
        self.places.iter().map(|(_, known)| known.clone().negate()).reduce(Guard::and).unwrap_or(Guard::always())
    }

    /// Holds for the counter of a place that is known, and for the other if the quota has counted the try.
    fn is_admitted(&self) -> Guard {
        let places = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let spent = |quota: &Quota| Guard::new("counters.key < ?", values![places]).or(quota.is_spent());
        self.quota.as_ref().map_or(Guard::always(), spent)
    }

    /// Holds for the row of the counter that counts.
    fn chosen(&self) -> Guard {
        Guard::first_of("counters.key", self.places.iter().map(|(_, known)| known.clone()).collect())
    }

    fn lives(&self) -> Guard {
        self.within.clone().unwrap_or(Guard::always())
    }
}

/// Counts a stranger's try on its quota, if none has to be waited for: before [`spend`] in its batch.
pub fn spend_quota(attempt: &Attempt, quota: &Quota, now: Timestamp) -> Statement {
    const WAITED_FOR: &str = "
        EXISTS (SELECT 1 FROM attempts WHERE id = ? AND expires_at > ? AND open_at > ?
                  AND NOT COALESCE(form = ? AND form_until > ?, FALSE))";
    let open = Guard::new(WAITED_FOR, values![attempt.elsewhere, now, now, attempt.form, now]).negate();
    quota.spend(attempt.is_strange().and(open))
}

/// Counts a try as a failure until it has succeeded, if none has to be waited for. The one that was counted last is not counted
/// again where its form is sent twice, and does not wait for itself. Returns the counter's id if it was counted: without it
/// nothing may be compared.
pub fn spend(attempt: &Attempt, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT OR REPLACE INTO attempts (id, failures, open_at, expires_at, form, form_until)
        SELECT counters.value, iif(counted, failures, MIN(COALESCE(failures, 0), ?) + 1),
          iif(counted, open_at, ? + waits.value), iif(counted, expires_at, ? + waits.value), ?, iif(counted, form_until, ?)
        FROM json_each(?) AS counters
        LEFT JOIN (SELECT *, form = ? AND form_until > ? AS counted FROM attempts) AS attempts
          ON attempts.id = counters.value AND attempts.expires_at > ?
        JOIN json_each(?, '$[' || CAST(MIN(COALESCE(attempts.failures, 0), ?) AS INTEGER) || ']') AS waits";
    let what = attempt.what;
    // The wait after the first failure, the second, …; the last one stays. One of them is read: D1 is paid by the row.
    let waits: Vec<_> = (1..=what.steady_from()).map(|failures| what.wait_after(failures).as_millis()).collect();
    let forgotten = now + what.forgotten_after();
    let last = what.steady_from() - 1;
    let (form, form_until) = (attempt.form, now + policy::FORM_GRACE);
    let counted = values![last, now, forgotten, form, form_until];
    let values = [counted, values![attempt.counters(), form, now, now, format!("{waits:?}"), last]].concat();
    let open = Guard::new("(COALESCE(attempts.open_at, 0) <= ? OR counted)", values![now]);
    let guard = attempt.chosen().and(open).and(attempt.lives()).and(attempt.is_admitted()).and(guard);
    Statement::guarded(HEAD, values, guard, "RETURNING id")
}

/// The moment from which the next try will be taken, if there have been failures.
pub fn opening(attempt: &Attempt, now: Timestamp) -> Statement {
    const HEAD: &str = "
        SELECT open_at FROM json_each(?) AS counters
        JOIN attempts ON attempts.id = counters.value AND attempts.expires_at > ?";
    Statement::guarded(HEAD, values![attempt.counters(), now], attempt.chosen(), "")
}

/// Holds if a try may be made, and need not be waited for.
pub fn open(attempt: &Attempt, now: Timestamp) -> Guard {
    const HEAD: &str = "
        SELECT 1 FROM json_each(?) AS counters
        JOIN attempts ON attempts.id = counters.value AND attempts.open_at > ? AND NOT COALESCE(form = ? AND form_until > ?, FALSE)";
    let values = values![attempt.counters(), now, attempt.form, now];
    Guard::exists(Statement::guarded(HEAD, values, attempt.chosen(), "")).negate().and(attempt.lives())
}

/// The row of [`spend`].
pub fn read_spent(row: &Row) -> Result<Id<Counter>, Fault> {
    row.id("id")
}

/// The row of [`opening`].
pub fn read_opening(row: &Row) -> Result<Timestamp, Fault> {
    row.time("open_at")
}

/// Forgets the failures, under a guard: it was the right one after all.
pub fn forget(counter: Id<Counter>, guard: Guard) -> Statement {
    let guard = Guard::new("id = ?", values![counter]).and(guard);
    Statement::guarded("DELETE FROM attempts", Vec::new(), guard, "")
}

/// Takes one failure back that was none: of a form that was sent twice once, as it was counted.
pub fn give_back(counter: Id<Counter>, form: Option<Id<Submission>>, now: Timestamp) -> Statement {
    const SQL: &str = "
        UPDATE attempts SET failures = failures - 1, open_at = MIN(open_at, ?), form = NULL, form_until = NULL
        WHERE id = ? AND form IS ? AND failures > 0";
    Statement::new(SQL, values![now, counter, form])
}

/// Removes what is forgotten since a moment: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("attempts", "expires_at"), values![before, limit])
}
