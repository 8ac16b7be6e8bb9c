//! The clients that have access to an account: those with a living session or a remembered consent.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::sessions::session::EndReason;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};

/// A client with access.
pub struct Application {
    pub client: String,
    /// As it was called last.
    pub name: String,
    pub scopes: Scopes,
    /// The API that it uses; `None` is this service alone.
    pub resource: Option<String>,
    pub since: Timestamp,
    /// `None`: it is allowed to, and has no session now.
    pub last_used_at: Option<Timestamp>,
}

/// Authorizations that a user has allowed a client, and that it has not exchanged yet: a code, or a device that has not asked again.
/// The arguments are the user and the present time.
macro_rules! allowed {
    ($user:literal, $now:literal) => {
        concat!(
            "authorizations a JOIN sessions s ON s.id = a.session_id WHERE s.user_id = ",
            $user,
            " AND a.expires_at > ",
            $now,
            " AND (a.kind = 'code' OR a.approved_at IS NOT NULL)
              AND NOT EXISTS (SELECT 1 FROM sessions begun WHERE begun.authorization = a.id)"
        )
    };
}

/// The clients of a user, the most recently used first: at most `limit`. Each is called as it was last, and may do all that any of its
/// grants lets it: a time in milliseconds has thirteen digits.
pub async fn of_user(
    database: &impl Database,
    user: Id<User>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Application>, Fault> {
    const SQL: &str = concat!(
        "SELECT client, substr(MAX(since || client_name), 14) AS client_name, replace(group_concat(DISTINCT scope), ',', ' ') AS scope,
           audience, MIN(since) AS since, MAX(used) AS used FROM (
          SELECT client, client_name, scope, COALESCE(audience, '') AS audience, created_at AS since, rotated_at AS used
          FROM sessions
          WHERE user_id = ?1 AND client IS NOT NULL AND ended_at IS NULL AND refresh_expires_at > ?2
          UNION ALL
          SELECT client, client_name, scope, audience, created_at, NULL FROM consents WHERE user_id = ?1
          UNION ALL
          SELECT a.client, a.client_name, a.scope, COALESCE(a.audience, ''), a.created_at, NULL FROM ",
        allowed!("?1", "?2"),
        ") GROUP BY client, audience ORDER BY used DESC, since DESC LIMIT ?3"
    );
    let read = |row: &Row| {
        Ok(Application {
            client: row.text("client")?.to_owned(),
            name: row.text("client_name")?.to_owned(),
            scopes: Scopes::union(row.text("scope")?),
            resource: Some(row.text("audience")?.to_owned()).filter(|audience| !audience.is_empty()),
            since: row.time("since")?,
            last_used_at: row.optional_time("used")?,
        })
    };
    database.rows(Statement::new(SQL, values![user, now, limit])).await?.iter().map(read).collect()
}

/// Holds while a client has access to an account.
pub fn has_access(user: Id<User>, client: &str, now: Timestamp) -> Guard {
    const SQL: &str = concat!(
        "(EXISTS (SELECT 1 FROM sessions WHERE user_id = ? AND client = ? AND ended_at IS NULL)
         OR EXISTS (SELECT 1 FROM consents WHERE user_id = ? AND client = ?)
         OR EXISTS (SELECT 1 FROM ",
        allowed!("?", "?"),
        " AND a.client = ?))"
    );
    Guard::new(SQL, values![user, client, user, client, user, now, client])
}

/// Ends a client's sessions of a user, under a guard.
pub fn end(user: Id<User>, client: &str, reason: EndReason, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "UPDATE sessions SET ended_at = ?, end_reason = ?, mark_pending = 1";
    let rows = Guard::new("user_id = ? AND client = ? AND ended_at IS NULL", values![user, client]);
    Statement::guarded(HEAD, values![now, reason.as_str()], rows.and(guard), "")
}
