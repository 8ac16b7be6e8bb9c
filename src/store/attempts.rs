//! `attempts`: consecutive failures, and the wait before the next try.

use crate::domain::devices::device::Submission;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::rate_limit::{Counter, Guessable};
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Row, Statement, values};
use crate::store::quotas::Quota;
use crate::store::sweep::sweep;

/// A try at a guessable secret, and its counters. The database chooses among them, in the statement that counts: the first of a
/// place that the account knows, or the one for everywhere else.
pub struct Attempt {
    pub what: Guessable,
    /// A counter for each place of the client, and a guard that holds if the account knows that place.
    pub places: Vec<(Id<Counter>, Guard)>,
    pub elsewhere: Id<Counter>,
    /// Holds while the session is alive in which the try is made. `None` for a try outside a session.
    pub within: Option<Guard>,
    /// The quota that a try from an unknown place also counts against; `None` for a signed-in user.
    pub quota: Option<Quota>,
    /// The form it comes in, if any: a form sent twice is one try.
    pub form: Option<Id<Submission>>,
}

impl Attempt {
    /// The counters as rows of a `json_each`, the one for everywhere else last.
    fn counters(&self) -> String {
        let all = self.places.iter().map(|(counter, _)| counter).chain([&self.elsewhere]);
        let quoted: Vec<_> = all.map(|counter| format!(r#""{counter}""#)).collect();
        format!("[{}]", quoted.join(","))
    }

    /// Holds if the account knows none of the client's places.
    fn is_strange(&self) -> Guard {
        self.places.iter().map(|(_, known)| known.clone().negate()).reduce(Guard::and).unwrap_or(Guard::always())
    }

    /// Holds for the counter of a known place, and for the other if the quota has counted the try.
    fn is_admitted(&self) -> Guard {
        let places = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let spent = |quota: &Quota| Guard::new("counters.key < ?", values![places]).or(quota.is_spent());
        self.quota.as_ref().map_or(Guard::always(), spent)
    }

    /// Holds for the row of the chosen counter.
    fn chosen(&self) -> Guard {
        Guard::first_of("counters.key", self.places.iter().map(|(_, known)| known.clone()).collect())
    }

    fn lives(&self) -> Guard {
        self.within.clone().unwrap_or(Guard::always())
    }
}

/// Counts a try from an unknown place on its quota, if no wait applies. Comes before [`spend`] in its batch.
pub fn spend_quota(attempt: &Attempt, quota: &Quota, now: Timestamp) -> Statement {
    const WAITED_FOR: &str = "
        EXISTS (SELECT 1 FROM attempts WHERE id = ? AND expires_at > ? AND open_at > ?
                  AND NOT COALESCE(form = ? AND form_until > ?, FALSE))";
    let open = Guard::new(WAITED_FOR, values![attempt.elsewhere, now, now, attempt.form, now]).negate();
    quota.spend(attempt.is_strange().and(open))
}

/// Counts a try as a failure until it has succeeded, if no wait applies. If the form of the last counted try is sent again, it
/// is not counted again and does not wait for itself. Returns the counter's id if the try was counted: otherwise nothing may be
/// compared.
pub fn spend(attempt: &Attempt, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT OR REPLACE INTO attempts (id, failures, open_at, expires_at, form, form_until)
        SELECT counters.value, iif(counted, failures, MIN(COALESCE(failures, 0), ?1) + 1),
          iif(counted, open_at, ?2 + waits.value), iif(counted, expires_at, ?3 + waits.value), ?4, iif(counted, form_until, ?5)
        FROM json_each(?6) AS counters
        LEFT JOIN (SELECT *, form = ?4 AND form_until > ?2 AS counted FROM attempts) AS attempts
          ON attempts.id = counters.value AND attempts.expires_at > ?2
        JOIN json_each(?7, '$[' || CAST(MIN(COALESCE(attempts.failures, 0), ?1) AS INTEGER) || ']') AS waits";
    let what = attempt.what;
    // The wait after the first failure, the second, …; the last one stays. One of them is read, because D1 charges by rows
    // read.
    let waits: Vec<_> = (1..=what.steady_from()).map(|failures| what.wait_after(failures).as_millis()).collect();
    let forgotten = now + what.forgotten_after();
    let last = what.steady_from() - 1;
    let (form, form_until) = (attempt.form, now + policy::FORM_GRACE);
    let values = values![last, now, forgotten, form, form_until, attempt.counters(), format!("{waits:?}")];
    let open = Guard::new("(COALESCE(attempts.open_at, 0) <= ? OR counted)", values![now]);
    let guard = attempt.chosen().and(open).and(attempt.lives()).and(attempt.is_admitted()).and(guard);
    Statement::guarded(HEAD, values, guard, "RETURNING id")
}

/// The time from which the next try will be accepted, if there have been failures.
pub fn opening(attempt: &Attempt, now: Timestamp) -> Statement {
    const HEAD: &str = "
        SELECT open_at FROM json_each(?) AS counters
        JOIN attempts ON attempts.id = counters.value AND attempts.expires_at > ?";
    Statement::guarded(HEAD, values![attempt.counters(), now], attempt.chosen(), "")
}

/// Holds if a try may be made now.
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

/// Forgets the failures after a success, under a guard.
pub fn forget(counter: Id<Counter>, guard: Guard) -> Statement {
    let guard = Guard::new("id = ?", values![counter]).and(guard);
    Statement::guarded("DELETE FROM attempts", Vec::new(), guard, "")
}

/// Takes back a try that was not a failure: once for a form that was sent twice, as it was counted once.
pub fn give_back(counter: Id<Counter>, form: Option<Id<Submission>>, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str =
        "UPDATE attempts SET failures = failures - 1, open_at = MIN(open_at, ?), form = NULL, form_until = NULL";
    let own = Guard::new("id = ? AND form IS ? AND failures > 0", values![counter, form]);
    Statement::guarded(HEAD, values![now], own.and(guard), "")
}

/// Removes counters that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("attempts", "expires_at"), values![before, limit])
}
