//! The JWK Set (RFC 7517 §5): every public key that tokens of ours may be verified with.

use std::sync::Arc;

use jwt_compact::jwk::JsonWebKey;
use serde::Serialize;

use crate::domain::crypto::rsa_keys::{PublishedRsaKey, RS256, RsaKeys};
use crate::domain::crypto::signing::EpochKey;

#[derive(Serialize)]
pub struct Jwks<'a> {
    keys: Vec<Jwk<'a>>,
}

impl<'a> Jwks<'a> {
    /// RSA first: OpenID Connect clients that ignore `kid` try the first key, and RS256 is their default.
    pub fn of(rsa: &'a RsaKeys, epochs: &'a [Arc<[EpochKey]>]) -> Self {
        let derived = epochs.iter().flat_map(|keys| keys.iter().map(Jwk::of_epoch));
        Self { keys: rsa.published().map(Jwk::of_rsa).chain(derived).collect() }
    }
}

/// A public key. It is made from the verifying key, which has no private part.
#[derive(Serialize)]
struct Jwk<'a> {
    #[serde(flatten)]
    key: JsonWebKey<'a>,
    kid: &'a str,
    alg: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
}

impl<'a> Jwk<'a> {
    fn of_rsa(key: &'a PublishedRsaKey) -> Self {
        Self { key: key.jwk(), kid: &key.kid, alg: RS256, usage: "sig" }
    }

    fn of_epoch(key: &'a EpochKey) -> Self {
        let alg = key.verifying.algorithm().as_str();
        Self { key: key.verifying.jwk(), kid: &key.kid, alg, usage: "sig" }
    }
}
