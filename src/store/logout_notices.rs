//! `logout_notices`: what clients are to be told about ended sessions. A trigger on `sessions` writes them.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::oauth::id_token::IdTokenAlgorithm;
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Row, Statement, values};
use crate::store::sweep::sweep;

/// A notice whose lease this isolate holds.
pub struct Claimed {
    pub session: Id<Session>,
    pub user: Id<User>,
    pub client: String,
    /// Counts from 1; the report of an attempt is only accepted while it is the last one.
    pub attempt: i64,
    /// Where the client wants to be told at this moment. `None` if it does not any more.
    pub uri: Option<RedirectUri>,
    pub algorithm: Option<IdTokenAlgorithm>,
}

impl Claimed {
    fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            session: row.id("id")?,
            user: row.id("user_id")?,
            client: row.text("client")?.to_owned(),
            attempt: row.integer("attempts")?,
            uri: row.optional_text("uri")?.and_then(RedirectUri::parse),
            algorithm: row.optional_text("id_token_alg")?.and_then(IdTokenAlgorithm::parse),
        })
    }
}

/// Claims a due notice for one attempt, so that two isolates never deliver it at once. `None` if it is not due or does not exist.
pub async fn claim(
    database: &impl Database,
    session: Id<Session>,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<Claimed>, Fault> {
    const SQL: &str = "
        UPDATE logout_notices SET attempts = attempts + 1, lease_until = ?1
        WHERE id = ?2 AND sent_at IS NULL AND dead_at IS NULL AND next_at <= ?3
          AND (lease_until IS NULL OR lease_until <= ?3)
        RETURNING id, user_id, client, attempts,
          (SELECT backchannel_logout_uri FROM clients WHERE clients.id = client) AS uri,
          (SELECT id_token_alg FROM clients WHERE clients.id = client) AS id_token_alg";
    let rows = database.rows(Statement::new(SQL, values![lease_until, session, now])).await?;
    rows.first().map(Claimed::read).transpose()
}

/// Delivered.
pub fn sent(notice: &Claimed, now: Timestamp) -> Statement {
    const SQL: &str = "
        UPDATE logout_notices SET sent_at = ?, lease_until = NULL, last_error = NULL
        WHERE id = ? AND attempts = ? AND sent_at IS NULL AND dead_at IS NULL";
    Statement::new(SQL, values![now, notice.session, notice.attempt])
}

/// Not delivered: due again at `next_at`.
pub fn postponed(notice: &Claimed, next_at: Timestamp, error: &str) -> Statement {
    const SQL: &str = "
        UPDATE logout_notices SET next_at = ?, lease_until = NULL, last_error = ?
        WHERE id = ? AND attempts = ? AND sent_at IS NULL AND dead_at IS NULL";
    Statement::new(SQL, values![next_at, error, notice.session, notice.attempt])
}

/// Given up.
pub fn given_up(notice: &Claimed, now: Timestamp, error: &str) -> Statement {
    const SQL: &str = "
        UPDATE logout_notices SET dead_at = ?, lease_until = NULL, last_error = ?
        WHERE id = ? AND attempts = ? AND sent_at IS NULL AND dead_at IS NULL";
    Statement::new(SQL, values![now, error, notice.session, notice.attempt])
}

/// Notices that are due: at most `limit`, each with its own fault if its row cannot be read. Those that nobody has tried come first,
/// so that a client that does not answer holds up no other.
pub async fn due(
    database: &impl Database,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Result<Id<Session>, Fault>>, Fault> {
    const SQL: &str = "
        SELECT id FROM logout_notices WHERE sent_at IS NULL AND dead_at IS NULL AND next_at <= ?1
          AND (lease_until IS NULL OR lease_until <= ?1)
        ORDER BY attempts, next_at LIMIT ?2";
    Ok(database.rows(Statement::new(SQL, values![now, limit])).await?.iter().map(|row| row.id("id")).collect())
}

/// Removes notices that were delivered or given up and are older than a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    const SQL: &str = sweep!("logout_notices", "created_at", "(sent_at IS NOT NULL OR dead_at IS NOT NULL)");
    Statement::new(SQL, values![before, limit])
}
