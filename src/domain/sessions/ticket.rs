//! Tickets (dialect R): what a browser carries to another origin after a sign-in, to be traded for tokens there.

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

/// What says so is a ticket, and nothing else is.
const TYPE: &str = "ticket+jwt";

/// What `tickets` holds; here it gives its name to the ids.
pub struct Ticket;

/// What a ticket says, besides `exp` and `iat`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketClaims {
    iss: String,
    /// The address it was carried to.
    pub aud: String,
    pub jti: Id<Ticket>,
    /// Who trades it must know what this is the hash of.
    challenge: PkceChallenge,
}

/// `code_challenge` (RFC 7636 §4.2), with the one method there is: `S256`.
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

    /// Whether a `code_verifier` is the one (RFC 7636 §4.6).
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

/// What a genuine ticket says that has not expired; whether it has been used, the table knows.
pub fn read(issuer: &TokenIssuer, now: Timestamp, text: &str) -> Option<TicketClaims> {
    let token = Jws::parse(text).filter(|token| token.is_of_type(TYPE) && token.kid().is_none())?;
    let mut keys = issuer.keys.accepted().map(|key| HmacKey(key.derive(Purpose::Ticket)));
    let claims = keys.find_map(|key| token.claims::<TicketClaims>(&key))?;
    let genuine = VerifiedClaims::read(now, &claims, |claims| claims.iss == issuer.issuer)?;
    genuine.unexpired(now).ok().map(|ticket| ticket.claims)
}

impl TicketClaims {
    /// Whether it is in the hands of those it was made for. Only the verifier says so: any program can send an `Origin`.
    pub fn is_held_by(&self, verifier: &str) -> bool {
        self.challenge.is_of(verifier)
    }
}
