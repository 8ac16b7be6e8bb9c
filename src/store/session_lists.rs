//! `sessions`, as lists for their user.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Row, Statement, values};

/// A session as its user sees it.
pub struct Overview {
    pub id: Id<Session>,
    pub agent: String,
    pub address: String,
    /// May be empty.
    pub place: String,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A user's living sessions without those of clients, the most recently used first: at most `limit`.
pub async fn of_user(
    database: &impl Database,
    user: Id<User>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Overview>, Fault> {
    const SQL: &str = "
        SELECT id, agent, address, place, created_at, rotated_at, refresh_expires_at FROM sessions
        WHERE user_id = ? AND client IS NULL AND ended_at IS NULL AND refresh_expires_at > ? ORDER BY rotated_at DESC LIMIT ?";
    let read = |row: &Row| {
        Ok(Overview {
            id: row.id("id")?,
            agent: row.text("agent")?.to_owned(),
            address: row.text("address")?.to_owned(),
            place: row.text("place")?.to_owned(),
            created_at: row.time("created_at")?,
            last_used_at: row.time("rotated_at")?,
            expires_at: row.time("refresh_expires_at")?,
        })
    };
    database.rows(Statement::new(SQL, values![user, now, limit])).await?.iter().map(read).collect()
}

/// The data stored about a user's sessions, including ended ones, the newest first.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT id, client, client_name, scope, audience, agent, address, place, device, factor, auth_time AS proved_at, created_at, rotated_at AS last_used_at,
               refresh_expires_at AS expires_at, ended_at, end_reason
        FROM sessions WHERE user_id = ? ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}
