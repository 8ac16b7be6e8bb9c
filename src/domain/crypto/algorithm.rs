//! The algorithms whose keys are derived from `APP_KEY`. The configuration chooses that of access tokens; a token never does (RFC
//! 8725 §3.1).

use jwt_compact::jwk::JsonWebKey;
use p256::ecdsa::Signature;
use p256::ecdsa::signature::{Signer, Verifier};

use crate::domain::crypto::ed25519::Ed25519PublicKey;
use crate::domain::crypto::keyring::{AppKey, DerivedKey};

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
    /// The seed (RFC 8032 §5.1.5): the platform signs.
    EdDsa(DerivedKey),
    /// We sign ourselves, because the runtime draws a nonce for each signature.
    Es256(p256::ecdsa::SigningKey),
}

impl SigningKey {
    /// The key of one `APP_KEY` in one epoch.
    pub fn derive(algorithm: Algorithm, app_key: &AppKey, epoch: i64) -> Self {
        let name = algorithm.as_str();
        match algorithm {
            Algorithm::EdDsa => Self::EdDsa(app_key.signing_seed(&format!("{name}/{epoch}"))),
            Algorithm::Es256 => {
                Self::Es256(first(|attempt| scalar(app_key.signing_seed(&format!("{name}/{epoch}/{attempt}")).bytes())))
            }
        }
    }
}

/// ES256 in the form of a JWS (RFC 7518 §3.4).
pub fn sign_es256(key: &p256::ecdsa::SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(message);
    signature.to_bytes().to_vec()
}

/// For every ECDSA signature (r, s), (r, n − s) is valid too, and RFC 7518 allows both. Tokens are never identified by their
/// spelling, so a second valid one is of no use.
pub fn verify_es256(key: &p256::ecdsa::VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
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
    EdDsa(Ed25519PublicKey),
    Es256(p256::ecdsa::VerifyingKey),
}

/// RFC 7518 §6.2.1.
fn jwk_es256(key: &p256::ecdsa::VerifyingKey) -> JsonWebKey<'static> {
    let point = key.to_encoded_point(false);
    let coordinate = |bytes: Option<&p256::FieldBytes>| bytes.map(|bytes| bytes.to_vec()).unwrap_or_default().into();
    JsonWebKey::EllipticCurve {
        curve: "P-256".into(),
        x: coordinate(point.x()),
        y: coordinate(point.y()),
        secret: None,
    }
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
            Self::EdDsa(key) => key.jwk(),
            Self::Es256(key) => jwk_es256(key),
        }
    }
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
