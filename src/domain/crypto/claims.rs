//! The claims every JWT of ours has (RFC 7519 §4.1): by whom, for whom, and for how long.

use chrono::{DateTime, Utc};
use jwt_compact::Claims;
use serde::{Deserialize, Serialize};

use crate::domain::crypto::token_issuer::TokenIssuer;
use crate::domain::error::Error;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// Who has made a token, and for whom. Flattened into the claims of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parties {
    iss: String,
    aud: String,
}

impl Parties {
    pub fn of(issuer: &TokenIssuer) -> Self {
        Self { iss: issuer.issuer.clone(), aud: issuer.audience.clone() }
    }

    pub fn are_of(&self, issuer: &TokenIssuer) -> bool {
        self.iss == issuer.issuer && self.aud == issuer.audience
    }
}

/// What is true of a token that is ours and whole, whether its time is over or not.
#[derive(Clone)]
pub struct VerifiedClaims<T> {
    pub claims: T,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

impl<T: Clone> VerifiedClaims<T> {
    /// Of claims whose signature is good, if they say that the token is by us and for us.
    pub fn read(now: Timestamp, claims: &Claims<T>, is_ours: impl FnOnce(&T) -> bool) -> Option<Self> {
        let (issued_at, expires_at) = (moment(claims.issued_at)?, moment(claims.expiration)?);
        let latest = now + policy::CLOCK_SKEW;
        let early = issued_at > latest || moment(claims.not_before).is_some_and(|start| start > latest);
        (!early && is_ours(&claims.custom)).then(|| Self { claims: claims.custom.clone(), issued_at, expires_at })
    }

    /// The token, if its time is not over.
    pub fn unexpired(self, now: Timestamp) -> Result<Self, Error> {
        if self.expires_at > now { Ok(self) } else { Err(Error::TokenExpired) }
    }
}

fn moment(claim: Option<DateTime<Utc>>) -> Option<Timestamp> {
    claim.map(|time| Timestamp::from_seconds(time.timestamp()))
}
