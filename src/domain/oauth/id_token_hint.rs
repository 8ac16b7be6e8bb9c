//! `id_token_hint` (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2): an ID token of ours that a client sends back. It says
//! whom the client means, and proves nothing about who sends it.

use jwt_compact::Claims;
use serde::Deserialize;

use crate::domain::accounts::user::User;
use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::crypto::jws::Jws;
use crate::domain::crypto::token_issuer::TokenIssuer;
use crate::domain::id::Id;
use crate::domain::oauth::id_token::JwtType;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;

/// The claims that are read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct IdTokenHint {
    iss: String,
    /// The client it was issued to.
    pub aud: String,
    pub sub: Id<User>,
    pub sid: Id<Session>,
}

/// The ID token in a hint; `None` for anything else.
pub fn parse(text: &str) -> Option<Jws<'_>> {
    Jws::parse(text).filter(|token| token.is_of_type(JwtType::IdToken.as_str()))
}

/// The claims that one of our keys has signed, if they are ours. They may have expired: users sign out after that, too
/// (RP-Initiated Logout §4).
pub fn judge(issuer: &TokenIssuer, now: Timestamp, claims: &Claims<IdTokenHint>) -> Option<IdTokenHint> {
    VerifiedClaims::read(now, claims, |hint| hint.iss == issuer.issuer).map(|verified| verified.claims)
}
