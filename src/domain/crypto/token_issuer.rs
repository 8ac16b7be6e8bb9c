//! Who issues JWTs: what minting and verifying one takes of the settings.

use std::sync::Arc;

use crate::domain::crypto::keyring::Keyring;
use crate::domain::crypto::signing::SigningKeys;

pub struct TokenIssuer {
    /// `iss` of every token: `APP_BASE_URL`.
    pub issuer: String,
    /// `aud` of access and private tokens.
    pub audience: String,
    /// Signs access tokens.
    pub signing: SigningKeys,
    /// The keys of all other tokens are derived from these.
    pub keys: Arc<Keyring>,
}
