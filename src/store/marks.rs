//! Marks not yet written to KV: rows of `users`, and of `departures` for deleted users.

use crate::domain::accounts::user::{Role, User};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Row, Statement, values};

/// The mark of a user for KV: access tokens below `version` are refused until `until`, except those of one session; private
/// tokens below it have the user's current role.
pub struct Mark {
    pub user: Id<User>,
    pub version: i64,
    pub except: Option<Id<Session>>,
    pub until: Timestamp,
    /// `None` for a disabled or deleted user: private tokens are refused as well.
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

/// Marks not yet written to KV, of existing and of deleted users. Arguments: the condition on each table.
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

/// A user's mark that is not yet written to KV, if there is one.
pub async fn pending(database: &impl Database, user: Id<User>) -> Result<Option<Mark>, Fault> {
    const SQL: &str = pending_marks!("id = ?1", "id = ?1");
    database.rows(Statement::new(SQL, values![user])).await?.first().map(Mark::read).transpose()
}

/// The marks that may be missing in KV while a token they revoke could still be accepted: at most `limit`. No more rows of
/// either table are read, because after an outage of KV there may be many.
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
