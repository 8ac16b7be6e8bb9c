//! `submissions`: forms that have been acted on within the last seconds.

use crate::domain::devices::device::Submission;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};
use crate::store::sweep::sweep;

/// Notes that a form has been acted on, with the `id` that `made` finds; nothing if it finds none. Where the same form was acted
/// on a moment ago this fails, and with it the whole batch: of two requests with one form one has an effect.
pub fn note(id: Id<Submission>, made: Statement, now: Timestamp) -> Statement {
    const HEAD: &str = "INSERT INTO submissions (id, made, expires_at) SELECT ?, id, ?";
    // No row may be without its end.
    const TAIL: &str = "
        ON CONFLICT (id) DO UPDATE SET made = excluded.made, expires_at = iif(expires_at <= ?, excluded.expires_at, NULL)";
    Statement::of_found(HEAD, values![id, now + policy::FORM_GRACE], made, TAIL, values![now])
}

/// The same, under a guard, for an act that makes nothing to be found by.
pub fn note_done(id: Id<Submission>, guard: Guard, now: Timestamp) -> Statement {
    note(id, Statement::guarded("SELECT NULL AS id", Vec::new(), guard, ""), now)
}

fn select(id: Id<Submission>, now: Timestamp) -> Statement {
    Statement::new("SELECT made FROM submissions WHERE id = ? AND expires_at > ?", values![id, now])
}

/// What a form that was acted on a moment ago has made: its row.
pub async fn find(database: &impl Database, id: Id<Submission>, now: Timestamp) -> Result<Option<Row>, Fault> {
    Ok(database.rows(select(id, now)).await?.into_iter().next())
}

/// Holds if a form was acted on a moment ago.
pub fn stands(id: Id<Submission>, now: Timestamp) -> Guard {
    Guard::exists(select(id, now))
}

/// Removes what is over since a moment: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("submissions", "expires_at"), values![before, limit])
}
