//! The keys that are derived from `APP_KEY`, and the acts that need them: the platform computes them.

use std::sync::Arc;

use jwt_compact::Claims;
use serde::de::DeserializeOwned;

use crate::domain::crypto::algorithm::{Algorithm, VerifyingKey};
use crate::domain::crypto::jws::{self, Jws};
use crate::domain::crypto::rs256::RsaPublicKey;
use crate::domain::crypto::rsa_keys::RS256;
use crate::domain::crypto::signing::{self, AlgorithmKeys, Epoch, EpochKey, SigningKeys};
use crate::domain::error::Fault;
use crate::domain::oauth::jwk_set::{ClientKey, PS256, PublicKey};
use crate::domain::timestamp::Timestamp;
use crate::ports::Signatures;

/// The keys of one epoch: one for each accepted `APP_KEY`, the signing one first. An isolate derives them once.
pub async fn keys(platform: &impl Signatures, of: &AlgorithmKeys, epoch: Epoch) -> Result<Arc<[EpochKey]>, Fault> {
    match of.remembered(epoch) {
        Some(keys) => Ok(keys),
        None => Ok(of.remember(epoch, derive(platform, of, epoch).await?)),
    }
}

/// The same for any epoch, however long ago. Those that have to be derived are not remembered: anybody can name any moment, and
/// that must not displace the keys in use.
pub async fn keys_of_any(
    platform: &impl Signatures,
    of: &AlgorithmKeys,
    epoch: Epoch,
) -> Result<Arc<[EpochKey]>, Fault> {
    match of.remembered(epoch) {
        Some(keys) => Ok(keys),
        None => derive(platform, of, epoch).await,
    }
}

async fn derive(platform: &impl Signatures, of: &AlgorithmKeys, epoch: Epoch) -> Result<Arc<[EpochKey]>, Fault> {
    let mut keys = Vec::new();
    for signing in of.private_keys(epoch) {
        let verifying = platform.public_key(&signing).await?;
        keys.push(EpochKey::new(epoch, signing, verifying));
    }
    Ok(keys.into())
}

/// Those of the key set: of both algorithms, in the previous, the current and the next epoch. EdDSA is last, because old clients
/// do not know it.
pub async fn published(
    platform: &impl Signatures,
    of: &SigningKeys,
    now: Timestamp,
) -> Result<Vec<Arc<[EpochKey]>>, Fault> {
    let mut published = Vec::new();
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        for epoch in signing::epochs_around(now) {
            published.push(keys(platform, of.with(algorithm), epoch).await?);
        }
    }
    Ok(published)
}

/// The key that signs in this epoch.
pub fn signing_key(keys: &[EpochKey]) -> Result<&EpochKey, Fault> {
    keys.first().ok_or_else(|| Fault::new("signing", "no key for this epoch"))
}

/// The token of header and claims (RFC 7515 §7.1).
pub async fn sign(platform: &impl Signatures, key: &EpochKey, input: &str) -> Result<String, Fault> {
    let signature = platform.sign(&key.kid, &key.signing, input.as_bytes()).await?;
    Ok(jws::signed(input, &signature))
}

/// Whether this key has signed the token. `alg` must be the key's algorithm and has no other effect.
pub async fn is_signed_by(platform: &impl Signatures, key: &VerifyingKey, token: &Jws<'_>) -> Result<bool, Fault> {
    Ok(is_of(token, key) && platform.verifies_jws(key, token.message(), token.signature()).await?)
}

fn is_of(token: &Jws<'_>, key: &VerifyingKey) -> bool {
    token.alg() == key.algorithm().as_str()
}

/// The same for an RSA key.
pub async fn is_signed_by_rsa(platform: &impl Signatures, key: &RsaPublicKey, token: &Jws<'_>) -> Result<bool, Fault> {
    Ok(token.alg() == RS256 && platform.verifies_rs256(key, token.message(), token.signature()).await?)
}

/// The same for a client's key.
pub async fn is_signed_by_client(platform: &impl Signatures, key: &ClientKey, token: &Jws<'_>) -> Result<bool, Fault> {
    match &key.key {
        PublicKey::Ecc(key) => is_signed_by(platform, key, token).await,
        PublicKey::Rsa(..) if !key.is_for(token.alg()) => Ok(false),
        PublicKey::Rsa(key, _) if token.alg() == PS256 => {
            platform.verifies_ps256(key, token.message(), token.signature()).await
        }
        PublicKey::Rsa(key, _) => is_signed_by_rsa(platform, key, token).await,
    }
}

/// The claims of an access token, if this key of ours has signed them.
pub async fn access_claims<C: DeserializeOwned>(
    platform: &impl Signatures,
    key: &VerifyingKey,
    token: &Jws<'_>,
) -> Result<Option<Claims<C>>, Fault> {
    let is_signed = is_of(token, key) && platform.verifies_access(key, token.message(), token.signature()).await?;
    Ok(token.proved(is_signed))
}
