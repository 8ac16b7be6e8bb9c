//! Tickets (FastReport Cloud): a browser carries one to another origin after sign-in, where it is exchanged for tokens.

use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Claims, Header};
use serde::{Deserialize, Serialize};

use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::crypto::jws::{HmacKey, Jws};
use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::token_issuer::TokenIssuer;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::oauth::authorization::Authorization;
use crate::domain::oauth::pkce::PkceChallenge;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// Only JWTs of this type are tickets.
const TYPE: &str = "ticket+jwt";

/// The claims of a ticket besides `exp` and `iat`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketClaims {
    iss: String,
    /// The address it was carried to.
    pub aud: String,
    pub jti: Id<Authorization>,
    /// The hash of the verifier that the exchange requires.
    challenge: PkceChallenge,
}

/// The ticket of a row.
pub fn mint(
    issuer: &TokenIssuer,
    id: Id<Authorization>,
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
