//! ID tokens (OpenID Connect Core §2): what a client learns of a sign-in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha512};

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

    /// `at_hash` (OpenID Connect Core §3.1.3.6): the left half of the access token's hash, with the hash function of the
    /// signature. That of Ed25519 is SHA-512 (RFC 8032 §5.1), and clients compute it so.
    pub fn at_hash(self, access_token: &str) -> String {
        let hash = match self {
            Self::Rs256 | Self::Es256 => Sha256::digest(access_token).to_vec(),
            Self::EdDsa => Sha512::digest(access_token).to_vec(),
        };
        URL_SAFE_NO_PAD.encode(hash.get(..hash.len() / 2).unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The first is the example of OpenID Connect Core §A.3, the last was computed with OpenSSL.
    #[test]
    fn at_hash_is_the_left_half_of_the_signatures_own_hash() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        for (algorithm, hash) in [
            (IdTokenAlgorithm::Rs256, "77QmUPtjPfzWtF2AnpK9RQ"),
            (IdTokenAlgorithm::Es256, "77QmUPtjPfzWtF2AnpK9RQ"),
            (IdTokenAlgorithm::EdDsa, "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM"),
        ] {
            assert_eq!(algorithm.at_hash(token), hash, "{}", algorithm.as_str());
        }
    }
}
