//! Private tokens (Haut.AI): JWTs with a lifetime chosen by their owner, verified only by us. So they are signed with a
//! secret key that no other service has, under a label of its own, and are in no JWKS.

use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Claims, Header};
use serde::{Deserialize, Serialize};

use crate::domain::accounts::user::{Role, User};
use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::crypto::jws::{HmacKey, Jws};
use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::token_issuer::TokenIssuer;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::ApiToken;

/// Only JWTs of this type are private tokens.
pub const TYPE: &str = "private+jwt";

/// The claims of a private token besides `exp` and `iat`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateClaims {
    iss: String,
    aud: String,
    pub sub: Id<User>,
    pub jti: Id<ApiToken>,
    /// The user's `auth_version` and role when it was created. D1, or a later mark in KV, has the current ones.
    pub ver: i64,
    pub role: Role,
}

/// The input of a private token.
pub struct Private<'a> {
    pub id: Id<ApiToken>,
    pub owner: &'a User,
    pub auth_version: i64,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// The token of a row. Its expiry never changes.
pub fn mint(issuer: &TokenIssuer, token: &Private<'_>) -> Result<String, Fault> {
    let mut claims = Claims::new(PrivateClaims {
        iss: issuer.issuer.clone(),
        aud: issuer.audience.clone(),
        sub: token.owner.id,
        jti: token.id,
        ver: token.auth_version,
        role: token.owner.role,
    });
    claims.issued_at = Some(token.created_at.whole_seconds().to_chrono());
    claims.expiration = Some(token.expires_at.whole_seconds().to_chrono());
    let key = Hs256Key::new(issuer.keys.current().derive(Purpose::PrivateToken).bytes());
    Hs256.token(&Header::empty().with_token_type(TYPE), &claims, &key).map_err(|e| Fault::new("signing", e))
}

/// The claims of a genuine private token that has not expired. The caller still has to check its revocation.
pub fn verify(issuer: &TokenIssuer, now: Timestamp, token: &Jws<'_>) -> Result<VerifiedClaims<PrivateClaims>, Error> {
    verified(issuer, now, token).ok_or(Error::TokenInvalid)?.unexpired(now)
}

/// The same for a token that may have expired.
pub fn verified(issuer: &TokenIssuer, now: Timestamp, token: &Jws<'_>) -> Option<VerifiedClaims<PrivateClaims>> {
    if !token.is_of_type(TYPE) || token.kid().is_some() {
        return None;
    }
    let mut keys = issuer.keys.accepted().map(|key| HmacKey(key.derive(Purpose::PrivateToken)));
    let claims = keys.find_map(|key| token.claims::<PrivateClaims>(&key))?;
    VerifiedClaims::read(now, &claims, |claims| issuer.is_of(&claims.iss, &claims.aud))
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use serde_json::Value;

    use super::*;
    use crate::domain::crypto::keyring::DerivedKey;

    fn hex(text: &Value) -> Vec<u8> {
        HEXLOWER.decode(text.as_str().unwrap().as_bytes()).unwrap()
    }

    /// The number of tests. Asserts that each has the verdict its authors expect.
    fn judge(tests: &[Value], verdict: impl Fn(&Value) -> bool) -> usize {
        for test in tests {
            assert_eq!(verdict(test), test["result"] == "valid", "{} {}", test["tcId"], test["comment"]);
        }
        tests.len()
    }

    #[test]
    fn published_macs_are_judged_as_expected() {
        let tests: Vec<Value> =
            serde_json::from_str(include_str!("../../../tests/native/wycheproof/hmac_sha256.json")).unwrap();
        let verifies = |test: &Value| {
            let key = DerivedKey::of_bytes(hex(&test["key"]).try_into().unwrap());
            HmacKey(&key).verifies(&hex(&test["msg"]), &hex(&test["tag"]))
        };
        assert_eq!(judge(&tests, verifies), 81);
    }

    #[test]
    fn published_attacks_on_a_shared_secret_are_judged_as_expected() {
        let file = include_str!("../../../tests/native/wycheproof/json_web_signature_hs256.json");
        let groups: Vec<Value> = serde_json::from_str(file).unwrap();
        let key = DerivedKey::of_bytes(hex(&groups[0]["key"]).try_into().unwrap());
        let is_signed = |test: &Value| {
            Jws::parse(test["jws"].as_str().unwrap()).is_some_and(|jws| jws.is_signed_by(&HmacKey(&key)))
        };
        assert_eq!(judge(groups[0]["tests"].as_array().unwrap(), is_signed), 17);
    }

    #[test]
    fn a_mac_cut_short_or_made_longer_is_none() {
        let key = DerivedKey::of_bytes([7; 32]);
        let mac = key.mac(&[b"message"]);
        assert!(HmacKey(&key).verifies(b"message", &mac));
        for wrong in [&mac[..0], &mac[..16], &mac[..31], &[&mac[..], &[0]].concat()] {
            assert!(!HmacKey(&key).verifies(b"message", wrong));
        }
    }
}
