//! Signs ID tokens and other JWTs for clients. The same claims are the same bytes, but for the signature of ES256:
//! a repeated request gets the answer that was lost.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::domain::crypto::jws;
use crate::domain::crypto::rsa_keys::RS256;
use crate::domain::crypto::signing::epoch_of;
use crate::domain::error::Fault;
use crate::domain::oauth::id_token::{IdTokenAlgorithm, JwtType};
use crate::domain::settings::settings::Settings;
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::flows::signing;
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

/// `at_hash` (OpenID Connect Core §3.1.3.6): the left half of the access token's hash, with the hash function of the signature.
/// That of Ed25519 is SHA-512 (RFC 8032 §5.1), and clients compute it so.
pub async fn at_hash(
    platform: &impl Platform,
    algorithm: IdTokenAlgorithm,
    access_token: &str,
) -> Result<String, Fault> {
    let hash = match algorithm {
        IdTokenAlgorithm::Rs256 | IdTokenAlgorithm::Es256 => Sha256::digest(access_token).to_vec(),
        IdTokenAlgorithm::EdDsa => platform.sha512(access_token.as_bytes()).await?,
    };
    Ok(URL_SAFE_NO_PAD.encode(hash.get(..hash.len() / 2).unwrap_or_default()))
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
        let keys = signing::keys(platform, issuer.signing.with(algorithm), epoch_of(at)).await?;
        let key = signing::signing_key(&keys)?;
        let input = jws::signing_input(algorithm.as_str(), &key.kid, typ, claims)?;
        return signing::sign(platform, key, &input).await;
    }
    let key = issuer.rsa.signing.as_ref().ok_or_else(|| Fault::new("signing", "AUTH_RSA_KEY is not set"))?;
    let input = jws::signing_input(RS256, &key.public.kid, typ, claims)?;
    let signature = platform.sign_rs256(key, input.as_bytes()).await?;
    Ok(jws::signed(&input, &signature))
}
