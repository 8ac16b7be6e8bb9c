//! `submissions`: forms that were processed within the last seconds.

use crate::domain::devices::device::Submission;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};
use crate::store::sweep::sweep;

/// Records that a form was processed, with the `id` that `made` selects; nothing if it selects none. If the same form was
/// processed a moment ago this fails, and with it the whole batch: of two requests with one form one has an effect.
pub fn note(id: Id<Submission>, made: Statement, now: Timestamp) -> Statement {
    const HEAD: &str = "INSERT INTO submissions (id, made, expires_at) SELECT ?, id, ?";
    // Fails through the NOT NULL constraint on `expires_at`.
    const TAIL: &str = "
        ON CONFLICT (id) DO UPDATE SET made = excluded.made, expires_at = iif(expires_at <= ?, excluded.expires_at, NULL)";
    Statement::of_found(HEAD, values![id, now + policy::FORM_GRACE], made, TAIL, values![now])
}

/// The same, under a guard, for an act that creates no row with an id.
pub fn note_done(id: Id<Submission>, guard: Guard, now: Timestamp) -> Statement {
    note(id, Statement::guarded("SELECT NULL AS id", Vec::new(), guard, ""), now)
}

fn select(id: Id<Submission>, now: Timestamp) -> Statement {
    Statement::new("SELECT made FROM submissions WHERE id = ? AND expires_at > ?", values![id, now])
}

/// The row of a form that was processed a moment ago, with the id of what it created.
pub async fn find(database: &impl Database, id: Id<Submission>, now: Timestamp) -> Result<Option<Row>, Fault> {
    Ok(database.rows(select(id, now)).await?.into_iter().next())
}

/// Holds if a form was processed a moment ago.
pub fn stands(id: Id<Submission>, now: Timestamp) -> Guard {
    Guard::exists(select(id, now))
}

/// Removes rows that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("submissions", "expires_at"), values![before, limit])
}
