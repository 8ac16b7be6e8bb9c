//! What KV has not been told of yet: rows of `users`, and of `departures` where the user has left.

use crate::domain::accounts::user::{Role, User};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Row, Statement, values};

/// What KV is to be told of a user: access tokens below `version` are to be refused until `until`, but for one session's;
/// private tokens below it have the user's present role.
pub struct Mark {
    pub user: Id<User>,
    pub version: i64,
    pub except: Option<Id<Session>>,
    pub until: Timestamp,
    /// `None` for who is disabled or gone: private tokens are to be refused as well.
    pub role: Option<Role>,
}

impl Mark {
    fn read(row: &Row) -> Result<Self, Fault> {
        let except = row.optional_text("mark_except")?.is_some().then(|| row.id("mark_except")).transpose()?;
        let role = row.optional_text("role")?.is_some().then(|| row.word("role", Role::parse)).transpose()?;
        let (user, version, until) = (row.id("id")?, row.integer("auth_version")?, row.time("mark_until")?);
        Ok(Self { user, version, except, until, role })
    }
}

/// Marks KV has not been told of yet: of users who are here, and of those who have left; which of either.
macro_rules! pending_marks {
    ($users:literal, $departures:literal) => {
        concat!(
            "SELECT * FROM (
               SELECT id, auth_version, mark_except, mark_until, IIF(disabled_at IS NULL, role, NULL) AS role
               FROM users WHERE mark_pending = 1 AND ",
            $users,
            ") UNION ALL SELECT * FROM (
               SELECT id, version, NULL, access_until, NULL FROM departures WHERE mark_pending = 1 AND ",
            $departures,
            ")"
        )
    };
}

/// The mark KV has not been told of yet, if there is one.
pub async fn pending(database: &impl Database, user: Id<User>) -> Result<Option<Mark>, Fault> {
    const SQL: &str = pending_marks!("id = ?1", "id = ?1");
    database.rows(Statement::new(SQL, values![user])).await?.first().map(Mark::read).transpose()
}

/// The marks of which KV may not know while a token concerned could still pass: at most `limit`, and no more of either are
/// looked at, for after an outage of KV there may be many.
pub async fn unmarked(database: &impl Database, now: Timestamp, limit: u32) -> Result<Vec<Result<Mark, Fault>>, Fault> {
    const SQL: &str = concat!(
        pending_marks!(
            "mark_until > ?1 ORDER BY mark_until LIMIT ?2",
            "access_until > ?1 ORDER BY access_until LIMIT ?2"
        ),
        " ORDER BY mark_until LIMIT ?2"
    );
    Ok(database.rows(Statement::new(SQL, values![now, limit])).await?.iter().map(Mark::read).collect())
}
