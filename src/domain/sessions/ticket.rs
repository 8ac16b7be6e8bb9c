//! Tickets (FastReport Cloud): a browser carries one to another origin after sign-in, where it is exchanged for tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Claims, Header};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::crypto::jws::{HmacKey, Jws};
use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::token_issuer::TokenIssuer;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// Only JWTs of this type are tickets.
const TYPE: &str = "ticket+jwt";

/// A row of `tickets`; here only a type for ids.
pub struct Ticket;

/// The claims of a ticket besides `exp` and `iat`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketClaims {
    iss: String,
    /// The address it was carried to.
    pub aud: String,
    pub jti: Id<Ticket>,
    /// The hash of the verifier that the exchange requires.
    challenge: PkceChallenge,
}

/// `code_challenge` (RFC 7636 §4.2) with its only supported method, `S256`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PkceChallenge(String);

impl PkceChallenge {
    /// 43 characters of base64url: a SHA-256.
    pub fn parse(text: &str) -> Option<Self> {
        let hash = URL_SAFE_NO_PAD.decode(text).ok()?;
        (hash.len() == Sha256::output_size()).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a `code_verifier` matches (RFC 7636 §4.6).
    fn is_of(&self, verifier: &str) -> bool {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        hash.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

/// The ticket of a row.
pub fn mint(
    issuer: &TokenIssuer,
    id: Id<Ticket>,
    address: &str,
    challenge: PkceChallenge,
    now: Timestamp,
) -> Result<String, Fault> {
    let iss = issuer.issuer.clone();
    let mut claims = Claims::new(TicketClaims { iss, aud: address.to_owned(), jti: id, challenge });
    claims.issued_at = Some(now.whole_seconds().to_chrono());
    claims.expiration = Some((now + policy::TICKET_LIFETIME).whole_seconds().to_chrono());
    let key = Hs256Key::new(issuer.keys.current().derive(Purpose::Ticket).bytes());
    Hs256.token(&Header::empty().with_token_type(TYPE), &claims, &key).map_err(|e| Fault::new("signing", e))
}

/// The claims of a genuine ticket that has not expired. Whether it has been used is in its table.
pub fn read(issuer: &TokenIssuer, now: Timestamp, text: &str) -> Option<TicketClaims> {
    let token = Jws::parse(text).filter(|token| token.is_of_type(TYPE) && token.kid().is_none())?;
    let mut keys = issuer.keys.accepted().map(|key| HmacKey(key.derive(Purpose::Ticket)));
    let claims = keys.find_map(|key| token.claims::<TicketClaims>(&key))?;
    let verified = VerifiedClaims::read(now, &claims, |claims| claims.iss == issuer.issuer)?;
    verified.unexpired(now).ok().map(|ticket| ticket.claims)
}

impl TicketClaims {
    /// Whether the holder is the client it was issued for. Only the verifier proves that: any program can send an `Origin`.
    pub fn is_held_by(&self, verifier: &str) -> bool {
        self.challenge.is_of(verifier)
    }
}
