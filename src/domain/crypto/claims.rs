//! The claims of every JWT we issue (RFC 7519 §4.1): issuer, audience and lifetime.

use chrono::{DateTime, Utc};
use jwt_compact::Claims;

use crate::domain::error::Error;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// The claims of a genuine token, expired or not.
#[derive(Clone)]
pub struct VerifiedClaims<T> {
    pub claims: T,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

impl<T: Clone> VerifiedClaims<T> {
    /// From claims with a valid signature; `None` if the token was not issued by us and for us.
    pub fn read(now: Timestamp, claims: &Claims<T>, is_ours: impl FnOnce(&T) -> bool) -> Option<Self> {
        let (issued_at, expires_at) = (moment(claims.issued_at)?, moment(claims.expiration)?);
        let latest = now + policy::CLOCK_SKEW;
        let early = issued_at > latest || moment(claims.not_before).is_some_and(|start| start > latest);
        (!early && is_ours(&claims.custom)).then(|| Self { claims: claims.custom.clone(), issued_at, expires_at })
    }

    /// The token, unless it has expired (`Error::TokenExpired`).
    pub fn unexpired(self, now: Timestamp) -> Result<Self, Error> {
        if self.expires_at > now { Ok(self) } else { Err(Error::TokenExpired) }
    }
}

/// A moment of a claim, in whole seconds.
pub fn moment(claim: Option<DateTime<Utc>>) -> Option<Timestamp> {
    claim.map(|time| Timestamp::from_seconds(time.timestamp()))
}
