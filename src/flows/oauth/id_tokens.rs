//! Signs ID tokens and other JWTs for clients. Every algorithm is deterministic: the same claims are the same bytes, so that a
//! repeated request gets the answer that was lost.

use serde::Serialize;

use crate::domain::crypto::jws;
use crate::domain::crypto::rsa_keys::RS256;
use crate::domain::crypto::signing::epoch_of;
use crate::domain::error::Fault;
use crate::domain::oauth::id_token::{IdTokenAlgorithm, JwtType};
use crate::domain::settings::settings::Settings;
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::ports::Platform;

/// An ID token. `at` is its `iat`, which decides the key.
pub async fn sign(
    ctx: &RequestContext<'_, impl Platform>,
    algorithm: IdTokenAlgorithm,
    claims: &impl Serialize,
    at: Timestamp,
) -> Result<String, Fault> {
    sign_as(ctx.platform, ctx.settings, JwtType::IdToken, algorithm, claims, at).await
}

/// A JWT of any type for clients.
pub async fn sign_as(
    platform: &impl Platform,
    settings: &Settings,
    typ: JwtType,
    algorithm: IdTokenAlgorithm,
    claims: &impl Serialize,
    at: Timestamp,
) -> Result<String, Fault> {
    let (issuer, typ) = (&settings.issuer, typ.as_str());
    if let Some(algorithm) = algorithm.derived() {
        let keys = issuer.signing.with(algorithm).of(epoch_of(at));
        let key = keys.first().ok_or_else(|| Fault::new("signing", "no key for this epoch"))?;
        let input = jws::signing_input(algorithm.as_str(), &key.kid, typ, claims)?;
        return Ok(jws::signed(&input, &key.signing.sign(input.as_bytes())));
    }
    let key = issuer.rsa.signing.as_ref().ok_or_else(|| Fault::new("signing", "AUTH_RSA_KEY is not set"))?;
    let input = jws::signing_input(RS256, &key.public.kid, typ, claims)?;
    let signature = platform.sign_rs256(key, input.as_bytes()).await?;
    Ok(jws::signed(&input, &signature))
}
