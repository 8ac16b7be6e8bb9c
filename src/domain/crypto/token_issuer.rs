//! The issuer of JWTs: the settings that minting and verifying need.

use std::sync::Arc;

use crate::domain::crypto::keyring::Keyring;
use crate::domain::crypto::rsa_keys::RsaKeys;
use crate::domain::crypto::signing::SigningKeys;

pub struct TokenIssuer {
    /// `iss` of every token: `APP_BASE_URL`.
    pub issuer: String,
    /// `aud` of access and private tokens.
    pub audience: String,
    /// Sign access tokens and ID tokens.
    pub signing: SigningKeys,
    /// Sign ID tokens for clients that verify only RS256.
    pub rsa: RsaKeys,
    /// Keys of all other tokens are derived from these.
    pub keys: Arc<Keyring>,
}

impl TokenIssuer {
    /// Whether a token with these claims was issued by us and for us.
    pub fn is_of(&self, iss: &str, aud: &str) -> bool {
        iss == self.issuer && aud == self.audience
    }
}
