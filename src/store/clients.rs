//! `clients`: the registered applications.

use crate::domain::error::Fault;
use crate::domain::oauth::client::{Api, AuthMethod, Client, ClientId, ClientMetadata, Grant};
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::oauth::resource::Resource;
use crate::domain::oauth::scopes::Scopes;
use crate::ports::{Row, Statement, values};

/// Selects a client.
pub fn find(id: &ClientId) -> Statement {
    Statement::new("SELECT * FROM clients WHERE id = ?", values![id.as_str()])
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
            redirect_uris: uris(row, "redirect_uris")?,
            post_logout_redirect_uris: uris(row, "post_logout_redirect_uris")?,
            grants: row.text("grants")?.split(' ').filter_map(Grant::parse).collect(),
            scopes: scopes(row, "scopes")?,
            api: api.transpose()?,
            first_party: row.integer("first_party")? == 1,
            requires_pkce: row.integer("requires_pkce")? == 1,
            id_token_claims: row.integer("id_token_claims")? == 1,
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
