//! `consents`: what users allow registered clients without being asked again.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::oauth::requesting_client::RequestingClient;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Row, Statement, values};

/// Selects what the user of a session allows a client at a resource; without one at this service alone. A consent to an earlier
/// client of the same id does not count.
pub fn find(session: Id<Session>, client: &str, resource: Option<&str>) -> Statement {
    const SQL: &str = "
        SELECT scope FROM consents
        WHERE user_id = (SELECT user_id FROM sessions WHERE id = ?) AND client = ? AND audience = ?
          AND created_at >= (SELECT clients.created_at FROM clients WHERE clients.id = consents.client)";
    Statement::new(SQL, values![session, client, resource.unwrap_or_default()])
}

pub fn read(row: &Row) -> Result<Scopes, Fault> {
    Ok(Scopes::parse(row.text("scope")?).unwrap_or_default())
}

/// Remembers under a guard what a user allows a client, in place of what they allowed it before.
pub fn remember(
    user: Id<User>,
    client: &RequestingClient,
    resource: Option<&str>,
    scopes: &Scopes,
    guard: Guard,
    now: Timestamp,
) -> Statement {
    const HEAD: &str = "INSERT OR REPLACE INTO consents (user_id, client, audience, client_name, scope, created_at) SELECT ?, ?, ?, ?, ?, ?";
    let name = &client.metadata.name;
    let row = values![user, client.id.as_str(), resource.unwrap_or_default(), name, scopes.to_string(), now];
    Statement::guarded(HEAD, row, guard, "")
}

/// Forgets under a guard what a user allows a client.
pub fn forget(user: Id<User>, client: &str, guard: Guard) -> Statement {
    let rows = Guard::new("user_id = ? AND client = ?", values![user, client]);
    Statement::guarded("DELETE FROM consents", Vec::new(), rows.and(guard), "")
}

/// What a user allows, the latest first.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT client, client_name, audience, scope, created_at FROM consents
        WHERE user_id = ? ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}
