//! The tokens of a session.

use crate::domain::crypto::token_issuer::TokenIssuer;
use crate::domain::error::Fault;
use crate::domain::sessions::access_token;
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
    /// The pair of the session's current generation; `refreshes` if it includes a refresh token.
    pub fn of(session: &Session, issuer: &TokenIssuer, refreshes: bool) -> Result<Self, Fault> {
        let refresh = refreshes.then(|| {
            let token = RefreshToken { session: session.id, generation: session.generation };
            (token.spell(&issuer.keys, RefreshKind::Own), session.refresh_expires_at)
        });
        let access = access_token::mint(issuer, session)?;
        Ok(Self { access, access_expires_at: session.access_expires_at, refresh })
    }
}
