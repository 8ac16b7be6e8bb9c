//! ID tokens (OpenID Connect Core §2): what a client learns of a sign-in.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::accounts::user::User;
use crate::domain::crypto::algorithm::Algorithm;
use crate::domain::crypto::rsa_keys::RS256;
use crate::domain::id::Id;
use crate::domain::sessions::auth_methods::AuthMethods;
use crate::domain::sessions::session::Session;

/// The algorithm that a client expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdTokenAlgorithm {
    /// Needs `AUTH_RSA_KEY`.
    Rs256,
    Es256,
    EdDsa,
}

impl IdTokenAlgorithm {
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// As the header's `alg` and the metadata spell it.
    pub const fn as_str(self) -> &'static str {
        match self.derived() {
            Some(algorithm) => algorithm.as_str(),
            None => RS256,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == text)
    }

    /// `None`: its key is not derived from `APP_KEY`.
    pub const fn derived(self) -> Option<Algorithm> {
        match self {
            Self::Rs256 => None,
            Self::Es256 => Some(Algorithm::Es256),
            Self::EdDsa => Some(Algorithm::EdDsa),
        }
    }
}

/// `typ` of a JWT for clients. It is explicit, so that none passes for another kind or for an access token (RFC 8725 §3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwtType {
    IdToken,
    /// OpenID Connect Back-Channel Logout §2.4.
    LogoutToken,
}

impl JwtType {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IdToken => "JWT",
            Self::LogoutToken => "logout+jwt",
        }
    }
}

/// The claims of an ID token. Times are seconds.
#[derive(Serialize)]
pub struct IdTokenClaims<'a> {
    pub iss: &'a str,
    pub sub: Id<User>,
    /// The `client_id`: the only audience, so there is no `azp`.
    pub aud: &'a str,
    pub exp: i64,
    pub iat: i64,
    pub auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    pub amr: AuthMethods,
    pub acr: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// The session: what a logout names (OpenID Connect Front-Channel Logout §3).
    pub sid: Id<Session>,
    /// Claims about the user that the client asked to have here. None of them has a name from above.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
