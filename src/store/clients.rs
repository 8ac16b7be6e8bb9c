//! `clients`: the registered applications.

use crate::domain::error::Fault;
use crate::domain::oauth::client::{Api, AuthMethod, Client, ClientId, ClientMetadata, Grant};
use crate::domain::oauth::client_secret;
use crate::domain::oauth::id_token::IdTokenAlgorithm;
use crate::domain::oauth::jwk_set::ClientKeys;
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::oauth::resource::Resource;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Conditional, Database, Guard, Row, Statement, Value, values};

/// Selects a client.
pub fn find(id: &ClientId) -> Statement {
    find_named(id.as_str())
}

/// The same for an id that may be of another kind: then there is none.
pub fn find_named(id: &str) -> Statement {
    Statement::new("SELECT * FROM clients WHERE id = ?", values![id])
}

/// Selects the client that is an API.
pub fn find_api(resource: &str) -> Statement {
    Statement::new("SELECT * FROM clients WHERE resource = ?", values![resource])
}

/// Clients in order of their ids, after `after`: at most `limit`. Ids never change.
pub async fn page(database: &impl Database, after: &str, limit: u32) -> Result<Vec<Client>, Fault> {
    const SQL: &str = "SELECT * FROM clients WHERE id > ? ORDER BY id LIMIT ?";
    database.rows(Statement::new(SQL, values![after, limit])).await?.iter().map(read).collect()
}

/// Reads a client from its row. Words of a later version are skipped: a client may do less then, and nothing else.
pub fn read(row: &Row) -> Result<Client, Fault> {
    let fault = |column: &str| Fault::new("database", format!("clients.{column} is none of ours"));
    let number = |column| u32::try_from(row.integer(column)?).map_err(|_| fault(column));
    let api = row.optional_text("resource")?.map(|resource| -> Result<Api, Fault> {
        Ok(Api {
            resource: Resource::parse(resource).ok_or_else(|| fault("resource"))?,
            scopes: scopes(row, "resource_scopes")?,
            open: row.integer("resource_open")? == 1,
        })
    });
    Ok(Client {
        id: ClientId::parse(row.text("id")?).ok_or_else(|| fault("id"))?,
        metadata: ClientMetadata {
            name: row.text("name")?.to_owned(),
            auth_method: row.word("auth_method", AuthMethod::parse)?,
            jwks: row.optional_text("jwks")?.and_then(ClientKeys::read),
            redirect_uris: uris(row, "redirect_uris")?,
            post_logout_redirect_uris: uris(row, "post_logout_redirect_uris")?,
            backchannel_logout_uri: row.optional_text("backchannel_logout_uri")?.and_then(RedirectUri::parse),
            grants: row.text("grants")?.split(' ').filter_map(Grant::parse).collect(),
            scopes: scopes(row, "scopes")?,
            api: api.transpose()?,
            first_party: row.integer("first_party")? == 1,
            requires_pkce: row.integer("requires_pkce")? == 1,
            id_token_claims: row.integer("id_token_claims")? == 1,
            id_token_algorithm: row.optional_text("id_token_alg")?.and_then(IdTokenAlgorithm::parse),
        },
        secret_number: number("secret_number")?,
        previous_secret_until: row.optional_time("previous_secret_until")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        disabled_at: row.optional_time("disabled_at")?,
    })
}

fn uris(row: &Row, column: &'static str) -> Result<Vec<RedirectUri>, Fault> {
    let listed: Vec<String> = serde_json::from_str(row.text(column)?).map_err(|e| Fault::new("database", e))?;
    Ok(listed.iter().filter_map(|uri| RedirectUri::parse(uri)).collect())
}

fn scopes(row: &Row, column: &'static str) -> Result<Scopes, Fault> {
    Ok(Scopes::parse(row.text(column)?).unwrap_or_default())
}

/// The columns that an administrator decides, in the order in which the statements below have them: fifteen parameters.
fn decided(metadata: &ClientMetadata) -> Vec<Value> {
    let list = |uris: &[RedirectUri]| serde_json::Value::from_iter(uris.iter().map(RedirectUri::as_str)).to_string();
    let grants: Vec<_> = metadata.grants.iter().map(|grant| grant.as_str()).collect();
    let api = metadata.api.as_ref();
    let flag = i64::from;
    let addresses = [list(&metadata.redirect_uris), list(&metadata.post_logout_redirect_uris)];
    let [redirect_uris, post_logout_redirect_uris] = addresses;
    let own = values![
        metadata.name.as_str(),
        metadata.auth_method.as_str(),
        redirect_uris,
        post_logout_redirect_uris,
        grants.join(" "),
        metadata.scopes.to_string(),
    ];
    let of_api = values![
        api.map(|api| api.resource.as_str()),
        api.map(|api| api.scopes.to_string()).unwrap_or_default(),
        flag(api.is_some_and(|api| api.open)),
    ];
    let flags = values![flag(metadata.first_party), flag(metadata.requires_pkce), flag(metadata.id_token_claims)];
    let signed = values![
        metadata.id_token_algorithm.map(IdTokenAlgorithm::as_str),
        metadata.jwks.as_ref().map(ClientKeys::as_str),
    ];
    let notices = values![metadata.backchannel_logout_uri.as_ref().map(RedirectUri::as_str)];
    [own, of_api, flags, signed, notices].concat()
}

/// Creates a client with its first secret, under a guard. Returns the row.
pub fn insert(id: &ClientId, metadata: &ClientMetadata, guard: Guard, op: &str, now: Timestamp) -> Conditional {
    const HEAD: &str = "
        INSERT INTO clients (name, auth_method, redirect_uris, post_logout_redirect_uris, grants, scopes, resource,
          resource_scopes, resource_open, first_party, requires_pkce, id_token_claims, id_token_alg, jwks,
          backchannel_logout_uri, id, secret_number, op, created_at, updated_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?19";
    let first_secret = client_secret::first_number(now);
    let values = [decided(metadata), values![id.as_str(), first_secret, op, now]].concat();
    Conditional::new(HEAD, values, guard, "RETURNING *")
}

/// Replaces what an administrator decides about a client, under a guard. A client that is to authenticate itself another way
/// loses its secrets: the next number is given to nobody. Returns the row.
pub fn replace(id: &ClientId, metadata: &ClientMetadata, guard: Guard, op: &str, now: Timestamp) -> Conditional {
    const HEAD: &str = "
        UPDATE clients SET
          secret_number = secret_number + iif(auth_method = ?2, 0, 1),
          previous_secret_until = iif(auth_method = ?2, previous_secret_until, NULL),
          name = ?1, auth_method = ?2, redirect_uris = ?3, post_logout_redirect_uris = ?4, grants = ?5, scopes = ?6,
          resource = ?7, resource_scopes = ?8, resource_open = ?9, first_party = ?10, requires_pkce = ?11,
          id_token_claims = ?12, id_token_alg = ?13, jwks = ?14, backchannel_logout_uri = ?15, op = ?16, updated_at = ?17";
    changed(HEAD, [decided(metadata), values![op, now]].concat(), id, guard)
}

/// Gives a client the next secret, if its current one has still this number. The one before works until a time. Returns the row.
pub fn rotate_secret(id: &ClientId, number: u32, until: Option<Timestamp>, op: &str, now: Timestamp) -> Conditional {
    const HEAD: &str = "
        UPDATE clients SET secret_number = secret_number + 1, previous_secret_until = ?, op = ?, updated_at = ?";
    let as_read = Guard::new("secret_number = ? AND auth_method = 'client_secret_basic'", values![number]);
    changed(HEAD, values![until, op, now], id, as_read)
}

/// Ends the secret before the current one, if it still works. Returns the row.
pub fn end_previous_secret(id: &ClientId, op: &str, now: Timestamp) -> Conditional {
    const HEAD: &str = "UPDATE clients SET previous_secret_until = NULL, op = ?, updated_at = ?";
    changed(HEAD, values![op, now], id, Guard::new("previous_secret_until > ?", values![now]))
}

/// Disables a client that is enabled, or enables one that is disabled. Returns the row.
pub fn set_disabled(id: &ClientId, disabled: bool, op: &str, now: Timestamp) -> Conditional {
    const HEAD: &str = "UPDATE clients SET disabled_at = ?, op = ?, updated_at = ?";
    let guard = Guard::new("disabled_at IS NULL", Vec::new());
    let guard = if disabled { guard } else { guard.negate() };
    changed(HEAD, values![disabled.then_some(now), op, now], id, guard)
}

/// Selects the clients that were disabled after a moment and are still: their ids and `disabled_at`.
pub fn disabled_since(moment: Timestamp) -> Statement {
    const SQL: &str = "SELECT id, disabled_at FROM clients WHERE disabled_at > ?";
    Statement::new(SQL, values![moment])
}

fn changed(head: &'static str, values: Vec<Value>, id: &ClientId, guard: Guard) -> Conditional {
    Conditional::new(head, values, Guard::new("id = ?", values![id.as_str()]).and(guard), "RETURNING *")
}

/// Confirms a change: selects the client, if operation `op` was the last to change it.
pub fn find_changed_by(id: &ClientId, op: &str) -> Statement {
    Statement::new("SELECT * FROM clients WHERE id = ? AND op = ?", values![id.as_str(), op])
}

/// Deletes a client under a guard.
pub fn delete(id: &ClientId, guard: Guard) -> Statement {
    Statement::guarded("DELETE FROM clients", Vec::new(), Guard::new("id = ?", values![id.as_str()]).and(guard), "")
}

/// Holds if there is a client with this id.
pub fn exists(id: &ClientId) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM clients WHERE id = ?)", values![id.as_str()])
}

/// Holds while there is room for one more.
pub fn are_fewer(limit: u32) -> Guard {
    Guard::new("(SELECT count(*) FROM clients) < ?", values![limit])
}

/// Holds while no other client is the API that this one is to be.
pub fn leaves_resource_to(id: &ClientId, metadata: &ClientMetadata) -> Guard {
    const SQL: &str = "NOT EXISTS (SELECT 1 FROM clients other WHERE other.resource = ? AND other.id <> ?)";
    let resource = metadata.api.as_ref().map(|api| api.resource.as_str());
    Guard::new(SQL, values![resource, id.as_str()])
}

/// Holds while a session of this client is stored.
pub fn has_sessions(id: &ClientId) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM sessions WHERE client = ?)", values![id.as_str()])
}
