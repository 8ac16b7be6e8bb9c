//! `authorizations` that are pushed requests (RFC 9126): each gets one answer.

use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::oauth::authorization::Authorization;
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::requesting_client::RequestingClient;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Row, Statement, values};

/// Keeps a request, as a query, under a guard. Returns the row if it was written.
pub fn insert(
    id: Id<Authorization>,
    client: &RequestingClient,
    request: &str,
    guard: Guard,
    now: Timestamp,
) -> Statement {
    const HEAD: &str = "
        INSERT INTO authorizations (id, kind, client, client_name, scope, offline, address, agent, place, request, created_at,
          expires_at)
        SELECT ?1, 'request', ?2, ?3, '', 0, '', '', '', ?4, ?5, ?6";
    let end = now + policy::PUSHED_REQUEST_KEPT;
    let row = values![id, client.id.as_str(), &client.metadata.name, request, now, end];
    Statement::guarded(HEAD, row, guard, "RETURNING id")
}

/// A request that waits for its answer.
pub struct Pushed {
    /// As a query.
    pub request: String,
    pub created_at: Timestamp,
    /// Whether it has had its answer.
    pub answered: bool,
}

/// Selects the request of a client.
pub fn find(id: Id<Authorization>, client: &PresentedId, now: Timestamp) -> Statement {
    const SQL: &str = "
        SELECT request, created_at, op FROM authorizations WHERE id = ? AND kind = 'request' AND client = ? AND expires_at > ?";
    Statement::new(SQL, values![id, client.as_str(), now])
}

/// Reads the row of [`find`].
pub fn read(row: &Row) -> Result<Pushed, Fault> {
    let answered = row.optional_text("op")?.is_some();
    Ok(Pushed { request: row.text("request")?.to_owned(), created_at: row.time("created_at")?, answered })
}

/// Holds while a request waits for its answer.
pub fn waits(id: Id<Authorization>, now: Timestamp) -> Guard {
    const SQL: &str = "
        EXISTS (SELECT 1 FROM authorizations r WHERE r.id = ? AND r.kind = 'request' AND r.expires_at > ? AND r.op IS NULL)";
    Guard::new(SQL, values![id, now])
}

/// Uses a request up with its answer, under a guard. Returns the row if it waited for one.
pub fn spend(id: Id<Authorization>, op: &str, guard: Guard) -> Statement {
    let row = Guard::new("id = ? AND kind = 'request' AND op IS NULL", values![id]).and(guard);
    Statement::guarded("UPDATE authorizations SET op = ?", values![op], row, "RETURNING id")
}
