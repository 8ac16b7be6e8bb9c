//! The RSA keys of the settings, for RS256: every OpenID Connect client must be able to verify it (OpenID Connect Core §15.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_compact::jwk::JsonWebKey;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::domain::crypto::pkcs8;
use crate::domain::crypto::rs256::{EXPONENT, RsaPublicKey};
use crate::domain::policy;

/// RFC 7518 §3.1's name of RSASSA-PKCS1-v1_5 with SHA-256.
pub const RS256: &str = "RS256";

/// A public key as it is published.
pub struct PublishedRsaKey {
    pub key: RsaPublicKey,
    /// RFC 7638 thumbprint.
    pub kid: String,
}

impl PublishedRsaKey {
    fn new(key: RsaPublicKey) -> Self {
        let kid = URL_SAFE_NO_PAD.encode(jwk(&key).thumbprint::<Sha256>());
        Self { key, kid }
    }

    /// RFC 7518 §6.3.1.
    pub fn jwk(&self) -> JsonWebKey<'_> {
        jwk(&self.key)
    }
}

fn jwk(key: &RsaPublicKey) -> JsonWebKey<'_> {
    JsonWebKey::Rsa { modulus: key.modulus().into(), public_exponent: EXPONENT.as_slice().into(), private_parts: None }
}

/// A private key. We never compute with it: the platform does (`ports::Signatures::sign_rs256`).
pub struct RsaKey {
    pkcs8: Zeroizing<Vec<u8>>,
    pub public: PublishedRsaKey,
}

impl RsaKey {
    /// From a PEM; `Err` says what is wrong with it, and nothing of its content.
    pub fn parse(text: &str) -> Result<Self, String> {
        let make = "`openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`";
        let wrong = || format!("must be an unencrypted RSA key in PKCS#8, as a PEM: use {make}");
        let pkcs8 = pkcs8::der_of_pem(text).ok_or_else(wrong)?;
        let [modulus, exponent, ..] = pkcs8::rsa_integers(&pkcs8).ok_or_else(wrong)?;
        let key = RsaPublicKey::new(modulus, exponent).ok_or_else(|| {
            let (least, most) = (policy::RSA_BITS.start(), policy::RSA_BITS.end());
            format!("must have {least} to {most} bits and the exponent 65537: use {make}")
        })?;
        Ok(Self { pkcs8, public: PublishedRsaKey::new(key) })
    }

    /// In DER.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}

/// `AUTH_RSA_KEY` and `AUTH_RSA_KEY_PREVIOUS`.
pub struct RsaKeys {
    /// `None`: RS256 is not offered.
    pub signing: Option<RsaKey>,
    previous: Option<PublishedRsaKey>,
}

impl RsaKeys {
    /// A key that is both counts once, so that a rotation may change one secret at a time.
    pub fn new(signing: Option<RsaKey>, previous: Option<RsaKey>) -> Self {
        let signs = |key: &PublishedRsaKey| signing.as_ref().is_some_and(|signing| signing.public.kid == key.kid);
        let previous = previous.map(|key| key.public).filter(|key| !signs(key));
        Self { signing, previous }
    }

    /// The public keys, that of the signing one first.
    pub fn published(&self) -> impl Iterator<Item = &PublishedRsaKey> {
        self.signing.as_ref().map(|key| &key.public).into_iter().chain(&self.previous)
    }
}
