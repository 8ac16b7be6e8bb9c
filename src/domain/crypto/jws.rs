//! A token in compact serialization (RFC 7515 §7.1), read as strictly as ours are written.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_compact::{Claims, UntrustedToken};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;

use crate::domain::crypto::keyring::DerivedKey;
use crate::domain::policy;

/// A key that verifies signatures, and the one algorithm it does it by.
pub trait Verifies {
    /// RFC 7518 §3.1's name of the algorithm.
    fn alg(&self) -> &'static str;

    /// Whether this key has signed these bytes.
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool;
}

/// HS256, for tokens that we alone verify: the key that signs verifies as well.
pub struct HmacKey<'a>(pub &'a DerivedKey);

impl Verifies for HmacKey<'_> {
    fn alg(&self) -> &'static str {
        "HS256"
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.mac(&[message]).as_slice().ct_eq(signature).into()
    }
}

/// All that is in a header of ours. Whatever else there is (`crit`, `jwk`, `jku`, `x5u`, `b64`) must not be passed over in
/// silence (RFC 7515 §4.1.11, RFC 8725 §3.10), as `jwt-compact` would; nor may a member be there twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
}

/// A token of the right form. Whose it is, its signature says.
pub struct Jws<'t> {
    text: &'t str,
    header: Header,
    signed: &'t [u8],
    token: UntrustedToken<'t>,
}

impl<'t> Jws<'t> {
    /// Every other spelling is `None`: parts, alphabet, padding, spare bits, length.
    pub fn parse(text: &'t str) -> Option<Self> {
        if text.len() > policy::CREDENTIAL_LIMIT {
            return None;
        }
        let (signed, _) = text.rsplit_once('.')?;
        let (header, _) = signed.split_once('.')?;
        let header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let token = UntrustedToken::new(text).ok()?;
        Some(Self { text, header, signed: signed.as_bytes(), token })
    }

    pub const fn text(&self) -> &str {
        self.text
    }

    /// The name of the key it claims to be signed with.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// Whether it says to be of this type (RFC 8725 §3.11).
    pub fn is_of_type(&self, typ: &str) -> bool {
        self.header.typ.as_deref() == Some(typ)
    }

    /// Whether the key has signed it. `alg` must be what the key is for, and has no other say.
    pub fn is_signed_by(&self, key: &impl Verifies) -> bool {
        self.header.alg == key.alg() && key.verifies(self.signed, self.token.signature_bytes())
    }

    /// What it says, if the key has signed it. What nobody has signed is not even parsed.
    pub fn claims<T: DeserializeOwned>(&self, key: &impl Verifies) -> Option<Claims<T>> {
        if self.is_signed_by(key) { self.token.deserialize_claims_unchecked().ok() } else { None }
    }
}
