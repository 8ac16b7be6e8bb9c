//! The algorithms whose keys are derived from `APP_KEY`. The configuration chooses that of access tokens; a token never does (RFC
//! 8725 §3.1).

use jwt_compact::jwk::JsonWebKey;

use crate::domain::crypto::ed25519::Ed25519PublicKey;
use crate::domain::crypto::es256::{self, Es256PublicKey};
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

/// A private key: the seed of EdDSA (RFC 8032 §5.1.5), the number of ES256 (RFC 7518 §6.2.2). The platform signs with it.
pub struct SigningKey {
    pub algorithm: Algorithm,
    pub secret: DerivedKey,
}

impl SigningKey {
    /// The key of one `APP_KEY` in one epoch.
    pub fn derive(algorithm: Algorithm, app_key: &AppKey, epoch: i64) -> Self {
        let name = algorithm.as_str();
        let secret = match algorithm {
            Algorithm::EdDsa => app_key.signing_seed(&format!("{name}/{epoch}")),
            Algorithm::Es256 => first(|attempt| app_key.signing_seed(&format!("{name}/{epoch}/{attempt}"))),
        };
        Self { algorithm, secret }
    }
}

/// The first candidate that is a private key of P-256. One random candidate in 2^32 is none, and the next is taken, as in RFC
/// 9180 §7.1.3: reducing it instead would make small keys likelier than others.
fn first(candidate: impl Fn(u32) -> DerivedKey) -> DerivedKey {
    let mut attempt = 0;
    loop {
        let key = candidate(attempt);
        if es256::is_private_key(key.bytes()) {
            return key;
        }
        attempt += 1;
    }
}

/// The length of a signature of either algorithm (RFC 8032 §5.1.6, RFC 7518 §3.4).
pub const SIGNATURE_BYTES: usize = 64;

/// A public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyingKey {
    EdDsa(Ed25519PublicKey),
    Es256(Es256PublicKey),
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
            Self::Es256(key) => key.jwk(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_private_key_are_passed_over_and_not_bent_into_one() {
        let candidates = [[0; 32], [0xff; 32], [1; 32]];
        let key = first(|attempt| DerivedKey::of_bytes(candidates[attempt as usize]));
        assert_eq!(key.bytes(), &candidates[2]);
    }
}
