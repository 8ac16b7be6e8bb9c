//! The tokens of a session.

use crate::domain::crypto::keyring::Keyring;
use crate::domain::sessions::refresh_token::{RefreshKind, RefreshToken};
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;

/// The tokens that a sign-in or a refresh returns.
#[derive(Debug)]
pub struct TokenPair {
    pub access: String,
    pub access_expires_at: Timestamp,
    /// `None` where refresh is off.
    pub refresh: Option<(String, Timestamp)>,
}

impl TokenPair {
    /// The pair of the session's current generation, with its access token; `refreshes` if it includes a refresh token.
    pub fn of(session: &Session, keys: &Keyring, access: String, refreshes: bool) -> Self {
        let refresh = refreshes.then(|| {
            let token = RefreshToken { session: session.id, generation: session.generation };
            (token.spell(keys, RefreshKind::Own), session.refresh_expires_at)
        });
        Self { access, access_expires_at: session.access_expires_at, refresh }
    }
}
