//! Client assertions (RFC 7523 §3, OpenID Connect Core §9): a client signs that it is itself, for one request.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::domain::crypto::claims;
use crate::domain::crypto::jws::Jws;
use crate::domain::id::Id;
use crate::domain::oauth::client::ClientId;
use crate::domain::oauth::jwk_set::ClientKeys;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// `client_assertion_type`.
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// `typ`, if there is one. Other JWTs that a client signs have another, and are no assertions (RFC 8725 §3.11).
const TYPES: [&str; 2] = ["JWT", "client-authentication+jwt"];

/// `aud` is one text: in an array the audience of another server could stand beside ours, to whom the client has sent it
/// (CVE-2025-27370).
#[derive(Clone, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    jti: String,
}

/// The client's name for itself, before its signature is verified.
#[derive(Clone, Deserialize)]
struct Subject {
    sub: String,
}

/// A well-formed assertion. Its signature has not been verified yet.
pub struct ClientAssertion<'t> {
    jws: Jws<'t>,
    /// Whose keys must verify it.
    pub client: ClientId,
}

/// A genuine assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedAssertion {
    /// The same for the same `jti` of the same client: it works once.
    pub id: Id<Self>,
    pub expires_at: Timestamp,
}

impl<'t> ClientAssertion<'t> {
    pub fn parse(text: &'t str) -> Option<Self> {
        let jws = Jws::parse(text)?;
        let is_typed = jws.typ().is_none_or(|typ| TYPES.contains(&typ));
        let client = ClientId::parse(&jws.claimed::<Subject>()?.sub)?;
        is_typed.then_some(Self { jws, client })
    }

    /// The assertion, if one of the client's keys has signed it for this issuer and for now. The audience is the issuer and not
    /// the endpoint, whose URL another server could give for its own (CVE-2025-27371).
    pub fn verify(&self, keys: &ClientKeys, issuer: &str, now: Timestamp) -> Option<VerifiedAssertion> {
        let claims = self.jws.claims::<Claims>(keys.find(self.jws.kid())?)?;
        let latest = now + policy::CLOCK_SKEW;
        let starts = [claims.issued_at, claims.not_before].into_iter().filter_map(claims::moment);
        let expires_at = claims::moment(claims.expiration)?;
        let is_present = expires_at > now
            && expires_at <= latest + policy::CLIENT_ASSERTION_LIFETIME_MAX
            && starts.max().is_none_or(|start| start <= latest);
        let Claims { iss, sub, aud, jti } = &claims.custom;
        let is_of_client = iss == self.client.as_str() && sub == self.client.as_str() && aud == issuer;
        let has_id = (1..=policy::CLIENT_ASSERTION_ID_MAX_CHARS).contains(&jti.chars().count());
        (is_present && is_of_client && has_id).then(|| VerifiedAssertion { id: self.id(jti), expires_at })
    }

    /// A client's id contains no NUL, so no two pairs have one hash.
    fn id(&self, jti: &str) -> Id<VerifiedAssertion> {
        let hash: [u8; 32] = Sha256::digest([self.client.as_str().as_bytes(), &[0], jti.as_bytes()].concat()).into();
        let [id @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = hash;
        Id::from_bytes(id)
    }
}
