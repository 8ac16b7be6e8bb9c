//! The algorithms whose keys are derived from `APP_KEY`. The configuration chooses that of access tokens; a token never does (RFC
//! 8725 §3.1).

use jwt_compact::alg::{Ed25519, Es256};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{AlgorithmExt, AlgorithmSignature, Claims, CreationError, Header};
use serde::Serialize;

use crate::domain::crypto::jws::Verifies;
use crate::domain::crypto::keyring::AppKey;

/// For access tokens: `AUTH_SIGNING_ALG`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    EdDsa,
    Es256,
}

impl Algorithm {
    /// As the header's `alg` spells it (RFC 8037 §3.1, RFC 7518 §3.1).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
        }
    }
}

/// A private key. Both algorithms are deterministic (RFC 8032 §5.1.6, RFC 6979): the same token has the same signature.
pub enum SigningKey {
    EdDsa(ed25519_dalek::SigningKey),
    Es256(p256::ecdsa::SigningKey),
}

impl SigningKey {
    /// The key of one `APP_KEY` in one epoch.
    pub fn derive(algorithm: Algorithm, app_key: &AppKey, epoch: i64) -> Self {
        let name = algorithm.as_str();
        match algorithm {
            Algorithm::EdDsa => {
                let seed = app_key.signing_seed(&format!("{name}/{epoch}"));
                Self::EdDsa(ed25519_dalek::SigningKey::from_bytes(seed.bytes()))
            }
            Algorithm::Es256 => {
                Self::Es256(first(|attempt| scalar(app_key.signing_seed(&format!("{name}/{epoch}/{attempt}")).bytes())))
            }
        }
    }

    pub fn verifying_key(&self) -> VerifyingKey {
        match self {
            Self::EdDsa(key) => VerifyingKey::EdDsa(key.verifying_key()),
            Self::Es256(key) => VerifyingKey::Es256(*key.verifying_key()),
        }
    }

    /// The signature of these bytes, in the form of a JWS (RFC 7518 §3.4, RFC 8037 §3.1).
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::EdDsa(key) => jwt_compact::Algorithm::sign(&Ed25519, key, message).as_bytes().into_owned(),
            Self::Es256(key) => jwt_compact::Algorithm::sign(&Es256, key, message).as_bytes().into_owned(),
        }
    }

    /// A signed token in compact serialization (RFC 7515 §7.1).
    pub fn token(&self, header: &Header, claims: &Claims<impl Serialize>) -> Result<String, CreationError> {
        match self {
            Self::EdDsa(key) => Ed25519.token(header, claims, key),
            Self::Es256(key) => Es256.token(header, claims, key),
        }
    }
}

/// 32 bytes as a private key of P-256. `None` if they are zero or not below the curve's order.
fn scalar(bytes: &[u8; 32]) -> Option<p256::ecdsa::SigningKey> {
    p256::ecdsa::SigningKey::from_slice(bytes).ok()
}

/// The first valid candidate. One random candidate in 2^32 is invalid, and the next is taken, as in RFC 9180 §7.1.3: reducing
/// it instead would make small keys likelier than others.
fn first<K>(candidate: impl Fn(u32) -> Option<K>) -> K {
    let mut attempt = 0;
    loop {
        if let Some(key) = candidate(attempt) {
            return key;
        }
        attempt += 1;
    }
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyingKey {
    EdDsa(ed25519_dalek::VerifyingKey),
    Es256(p256::ecdsa::VerifyingKey),
}

impl VerifyingKey {
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::EdDsa(_) => Algorithm::EdDsa,
            Self::Es256(_) => Algorithm::Es256,
        }
    }

    /// RFC 8037 §2, RFC 7518 §6.2.1.
    pub fn jwk(&self) -> JsonWebKey<'_> {
        match self {
            Self::EdDsa(key) => key.into(),
            Self::Es256(key) => key.into(),
        }
    }
}

impl Verifies for VerifyingKey {
    fn alg(&self) -> &'static str {
        self.algorithm().as_str()
    }

    /// For every ECDSA signature (r, s), (r, n − s) is valid too, and RFC 7518 allows both. Tokens are never identified by
    /// their spelling, so a second valid one is of no use.
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::EdDsa(key) => verifies(&Ed25519, key, message, signature),
            Self::Es256(key) => verifies(&Es256, key, message, signature),
        }
    }
}

fn verifies<A: jwt_compact::Algorithm>(algorithm: &A, key: &A::VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    let signature = A::Signature::try_from_slice(signature);
    signature.is_ok_and(|signature| algorithm.verify_signature(&signature, key, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 186-5, SP 800-186 §3.2.1.3: the order of P-256.
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
        0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];

    #[test]
    fn bytes_that_are_no_private_key_are_passed_over_and_not_bent_into_one() {
        let mut largest = ORDER;
        largest[31] -= 1;
        let candidates = [[0; 32], ORDER, [0xff; 32], largest, [1; 32]];
        let key = first(|attempt| scalar(&candidates[attempt as usize]));
        assert_eq!(key.to_bytes().as_slice(), largest);
    }
}
