//! Private tokens (dialect P): JWTs that live as long as their owner said, verified by us alone. So they are signed with
//! a key nobody else could verify with, under a label of its own, and are in no key set.

use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Claims, Header};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::domain::claims::{Genuine, Parties};
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::jws::{Jws, Verifies};
use crate::domain::key::{DerivedKey, Purpose};
use crate::domain::settings::Settings;
use crate::domain::timestamp::Timestamp;
use crate::domain::token::Token;
use crate::domain::user::{Role, User};

/// What says so is a private token, and nothing else is.
pub const TYPE: &str = "private+jwt";

/// What a private token says, besides `exp` and `iat`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateClaims {
    #[serde(flatten)]
    parties: Parties,
    pub sub: Id<User>,
    pub jti: Id<Token>,
    /// The user's `auth_version` and role when it was made. D1, or a later mark in KV, knows better.
    pub ver: i64,
    pub role: Role,
}

/// What a private token is made of.
pub struct Private<'a> {
    pub id: Id<Token>,
    pub owner: &'a User,
    pub auth_version: i64,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// The token of a row. Its expiry never changes.
pub fn mint(settings: &Settings, token: &Private<'_>) -> Result<String, Fault> {
    let mut claims = Claims::new(PrivateClaims {
        parties: Parties::ours(settings),
        sub: token.owner.id,
        jti: token.id,
        ver: token.auth_version,
        role: token.owner.role,
    });
    claims.issued_at = Some(token.created_at.whole_seconds().to_chrono());
    claims.expiration = Some(token.expires_at.whole_seconds().to_chrono());
    let key = Hs256Key::new(settings.keys.current().derive(Purpose::PrivateToken).bytes());
    Hs256.token(&Header::empty().with_token_type(TYPE), &claims, &key).map_err(|e| Fault::new("signing", e))
}

/// What a private token of ours says, if it is whole, meant for us, and alive; whether it has been taken back, the caller
/// asks elsewhere.
pub fn verify(settings: &Settings, now: Timestamp, token: &Jws<'_>) -> Result<Genuine<PrivateClaims>, Error> {
    genuine(settings, now, token).ok_or(Error::TokenInvalid)?.alive(now)
}

fn genuine(settings: &Settings, now: Timestamp, token: &Jws<'_>) -> Option<Genuine<PrivateClaims>> {
    if !token.is_of_type(TYPE) || token.kid().is_some() {
        return None;
    }
    let mut keys = settings.keys.accepted().map(|key| Key(key.derive(Purpose::PrivateToken)));
    let claims = keys.find_map(|key| token.claims::<PrivateClaims>(&key))?;
    Genuine::read(settings, now, &claims, |claims| &claims.parties)
}

/// HS256: the key that signs verifies as well.
struct Key<'a>(&'a DerivedKey);

impl Verifies for Key<'_> {
    fn alg(&self) -> &'static str {
        "HS256"
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.mac(&[message]).as_slice().ct_eq(signature).into()
    }
}
