//! Tokens in compact serialization (RFC 7515 §7.1). Only the exact form that we issue is accepted.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_compact::{Claims, Empty, UntrustedToken};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use subtle::ConstantTimeEq;

use crate::domain::crypto::claims;
use crate::domain::crypto::keyring::DerivedKey;
use crate::domain::error::Fault;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// HS256 (RFC 7518 §3.2), for tokens that only we verify: the same key signs and verifies.
pub struct HmacKey<'a>(pub &'a DerivedKey);

impl HmacKey<'_> {
    const ALG: &'static str = "HS256";

    /// Whether this key has made the MAC of these bytes.
    pub fn verifies(&self, message: &[u8], mac: &[u8]) -> bool {
        self.0.mac(&[message]).as_slice().ct_eq(mac).into()
    }
}

/// All members of a header of ours. Any other (`crit`, `jwk`, `jku`, `x5u`, `b64`) is an error and must not be ignored (RFC
/// 7515 §4.1.11, RFC 8725 §3.10), as `jwt-compact` would do. Duplicate members are an error too.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
}

/// A well-formed token. Its signature has not been verified yet.
pub struct Jws<'t> {
    text: &'t str,
    header: Header,
    signed: &'t [u8],
    token: UntrustedToken<'t>,
}

impl<'t> Jws<'t> {
    /// `None` for every deviation: parts, alphabet, padding, spare bits, length.
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

    /// A token of somebody else, who may say more in its header. All of that is ignored but `crit`, which must not be (RFC 7515
    /// §4.1.11).
    pub fn parse_foreign(text: &'t str) -> Option<Self> {
        if text.len() > policy::UPSTREAM_TOKEN_LIMIT {
            return None;
        }
        let (signed, _) = text.rsplit_once('.')?;
        let (header, _) = signed.split_once('.')?;
        let members: serde_json::Map<String, Value> =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let member = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        let header = Header { alg: member("alg")?, kid: member("kid"), typ: member("typ") };
        let token = UntrustedToken::new(text).ok()?;
        (!members.contains_key("crit")).then_some(Self { text, header, signed: signed.as_bytes(), token })
    }

    pub const fn text(&self) -> &str {
        self.text
    }

    /// The algorithm it claims to be signed with: it may choose among keys, each of which has one algorithm.
    pub fn alg(&self) -> &str {
        &self.header.alg
    }

    /// When it claims to have been issued, unverified. Only to find the key that must have signed it then.
    pub fn claimed_issue(&self) -> Option<Timestamp> {
        let claims = self.token.deserialize_claims_unchecked::<Empty>().ok()?;
        claims::moment(claims.issued_at)
    }

    /// Claims that are not verified yet: only to find the key that must have signed them.
    pub fn claimed<T: DeserializeOwned>(&self) -> Option<T> {
        self.token.deserialize_claims_unchecked().ok().map(|claims| claims.custom)
    }

    /// The id of the key it claims to be signed with.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    pub fn typ(&self) -> Option<&str> {
        self.header.typ.as_deref()
    }

    /// Whether its header has this type (RFC 8725 §3.11).
    pub fn is_of_type(&self, typ: &str) -> bool {
        self.typ() == Some(typ)
    }

    /// What was signed: header and claims as they are spelled.
    pub const fn message(&self) -> &[u8] {
        self.signed
    }

    pub fn signature(&self) -> &[u8] {
        self.token.signature_bytes()
    }

    /// Whether the key has signed it. `alg` must be the key's algorithm and has no other effect.
    pub fn is_signed_by(&self, key: &HmacKey<'_>) -> bool {
        self.header.alg == HmacKey::ALG && key.verifies(self.signed, self.signature())
    }

    /// The claims, if the key has signed them. Unsigned claims are not even parsed, except by [`Self::claimed_issue`]
    /// and [`Self::claimed`].
    pub fn claims<T: DeserializeOwned>(&self, key: &HmacKey<'_>) -> Option<Claims<T>> {
        self.proved(self.is_signed_by(key))
    }

    /// The same, where somebody else has verified the signature.
    pub fn proved<T: DeserializeOwned>(&self, is_genuine: bool) -> Option<Claims<T>> {
        if is_genuine { self.token.deserialize_claims_unchecked().ok() } else { None }
    }
}

/// The header of a token that we sign. The order of members is part of its bytes.
#[derive(Serialize)]
struct NewHeader<'a> {
    alg: &'a str,
    kid: &'a str,
    typ: &'a str,
}

/// Header and claims, which are to be signed (RFC 7515 §5.1).
pub fn signing_input(alg: &str, kid: &str, typ: &str, claims: &impl Serialize) -> Result<String, Fault> {
    let header = serde_json::to_vec(&NewHeader { alg, kid, typ }).map_err(|e| Fault::new("signing", e))?;
    let claims = serde_json::to_vec(claims).map_err(|e| Fault::new("signing", e))?;
    Ok(format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims)))
}

/// The token of these and their signature.
pub fn signed(input: &str, signature: &[u8]) -> String {
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}
