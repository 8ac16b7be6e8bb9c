//! A session of a client: what its tokens are made of. Same row, same tokens, to the byte.

use crate::domain::oauth::claims::{Person, RequestedClaims};
use crate::domain::oauth::id_token::IdTokenAlgorithm;
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSession {
    pub session: Session,
    /// Current when the row is read: not a part of it.
    pub person: Person,
    /// As our tables name the client.
    pub client: String,
    /// As the client names itself: the `aud` of its ID tokens.
    pub client_id: String,
    /// As it was when the session began.
    pub client_name: String,
    pub created_at: Timestamp,
    pub scopes: Scopes,
    /// The resource that its access tokens are for; `None` is `/oauth/userinfo` alone.
    pub audience: Option<String>,
    pub claims: RequestedClaims,
    /// Repeated in the first ID token only (OpenID Connect Core §12.2).
    pub nonce: Option<String>,
    /// Whether the client gets refresh tokens.
    pub refreshes: bool,
    pub id_token_claims: bool,
    pub id_token_algorithm: Option<IdTokenAlgorithm>,
}

impl ClientSession {
    /// With the client's own name for itself, which the row of one that registered itself has no room for.
    pub fn named_by(self, id: &PresentedId) -> Self {
        Self { client_id: id.client_id().to_owned(), ..self }
    }
}
