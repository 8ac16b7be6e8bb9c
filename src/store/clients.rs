//! `clients`: the registered applications.

use crate::domain::error::Fault;
use crate::domain::oauth::client::{Api, AuthMethod, Client, ClientId, ClientMetadata, Grant};
use crate::domain::oauth::id_token::IdTokenAlgorithm;
use crate::domain::oauth::jwk_set::ClientKeys;
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::oauth::resource::Resource;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Row, Statement, Value, values};
use crate::store::spent::{self, SingleUse};

/// A client that is enabled and may use a grant (a blank: any), and a condition on it.
macro_rules! enabled {
    ($condition:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM clients c WHERE c.id = ? AND c.disabled_at IS NULL
               AND instr(' ' || c.grants || ' ', ?) > 0 AND (",
            $condition,
            "))"
        )
    };
}

/// Selects a client.
pub fn find(id: &ClientId) -> Statement {
    Statement::new("SELECT * FROM clients WHERE id = ?", values![id.as_str()])
}

/// Selects the client that is an API.
pub fn find_api(resource: &str) -> Statement {
    Statement::new("SELECT * FROM clients WHERE resource = ?", values![resource])
}

/// Holds while a client is enabled.
pub fn is_enabled(id: &ClientId) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM clients c WHERE c.id = ? AND c.disabled_at IS NULL)", values![id.as_str()])
}

/// What a client has presented to authenticate itself, as far as it can be checked without its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientProof {
    /// Nothing: enough for a public client.
    Nothing,
    /// A genuine secret with this number.
    Secret(u32),
    Assertion(PresentedAssertion),
}

/// An assertion whose signature one of the client's keys has verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedAssertion {
    /// Those keys, as they are stored.
    pub jwks: String,
    pub once: SingleUse,
    /// The operation id of the request that presents it.
    pub op: String,
}

impl PresentedAssertion {
    /// Holds unless another request has used it up.
    pub fn is_free(&self) -> Guard {
        spent::is_free_for(self.once, &self.op)
    }
}

impl ClientProof {
    /// What a batch contains in which a client proves itself: a statement that uses an assertion up, whatever becomes of the rest.
    pub fn spend(&self) -> Option<Statement> {
        match self {
            Self::Nothing | Self::Secret(_) => None,
            Self::Assertion(PresentedAssertion { once, op, .. }) => Some(spent::spend(*once, op, Guard::always())),
        }
    }
}

/// Holds while a client is enabled, may use a grant, and accepts the proof: the current secret, or the one before until its end,
/// or an assertion by one of its current keys.
pub fn proves(id: &ClientId, proof: &ClientProof, grant: Grant, now: Timestamp) -> Guard {
    accepts(values![id.as_str(), format!(" {} ", grant.as_str())], proof, now)
}

/// The same, whatever grants it may use.
pub fn is_proved(id: &ClientId, proof: &ClientProof, now: Timestamp) -> Guard {
    accepts(values![id.as_str(), " "], proof, now)
}

fn accepts(may: Vec<Value>, proof: &ClientProof, now: Timestamp) -> Guard {
    match proof {
        ClientProof::Nothing => {
            let sql = enabled!("c.auth_method = 'none'");
            Guard::new(sql, may)
        }
        ClientProof::Secret(number) => {
            let sql = enabled!(
                "c.auth_method = 'client_secret_basic' AND (c.secret_number = ?
                OR c.secret_number = ? AND c.previous_secret_until > ?)"
            );
            Guard::new(sql, [may, values![*number, number.saturating_add(1), now]].concat())
        }
        ClientProof::Assertion(assertion) => {
            let sql = enabled!("c.auth_method = 'private_key_jwt' AND c.jwks = ?");
            Guard::new(sql, [may, values![&assertion.jwks]].concat()).and(assertion.is_free())
        }
    }
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
