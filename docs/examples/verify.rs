// cargo add jwt-compact --no-default-features --features ed25519-dalek,p256
// cargo add chrono serde_json && cargo add serde --features derive

use chrono::{DateTime, TimeDelta, Utc};
use jwt_compact::jwk::{JsonWebKey, JwkError};
use jwt_compact::{Algorithm, AlgorithmExt, TimeOptions, UntrustedToken};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Access {
    iss: String,
    aud: String,
    pub sub: String,
    pub role: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<PublicKey>,
}

#[derive(Deserialize)]
struct PublicKey {
    kid: String,
    #[serde(flatten)]
    key: JsonWebKey<'static>,
}

/// `algorithm` is `&Ed25519` or `&Es256`. `key_set` is the body of `/.well-known/jwks.json`: keep it, and fetch it again
/// every five minutes.
pub fn verify<A: Algorithm>(
    algorithm: &A,
    key_set: &str,
    issuer: &str,
    audience: &str,
    now: DateTime<Utc>,
    token: &str,
) -> Option<Access>
where
    for<'k> A::VerifyingKey: TryFrom<&'k JsonWebKey<'static>, Error = JwkError>,
{
    let token = UntrustedToken::new(token).ok()?;
    let header = token.header();
    let KeySet { keys } = serde_json::from_str(key_set).ok()?;
    let named = keys.iter().find(|key| header.key_id.as_ref() == Some(&key.kid))?;
    let key = A::VerifyingKey::try_from(&named.key).ok()?;
    let (_, claims) = algorithm.validator::<Access>(&key).validate(&token).ok()?.into_parts();

    claims.validate_expiration(&TimeOptions::new(TimeDelta::seconds(5), || now)).ok()?;
    let is_access_token = header.token_type.as_deref() == Some("at+jwt");
    let access = claims.custom;
    (is_access_token && access.iss == issuer && access.aud == audience).then_some(access)
}
