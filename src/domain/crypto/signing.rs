//! Signing keys: derived from `APP_KEY` and the epoch, so that they rotate by themselves and every isolate has the same.

use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_compact::jwk::JsonWebKey;
use serde::Serialize;
use sha2::Sha256;

use crate::domain::crypto::algorithm::{Algorithm, SigningKey, VerifyingKey};
use crate::domain::crypto::keyring::{AppKey, Keyring};
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// The number of a signing epoch: whole epochs since 1970.
pub type Epoch = i64;

pub fn epoch_of(moment: Timestamp) -> Epoch {
    moment.seconds().div_euclid(i64::try_from(policy::SIGNING_EPOCH.as_secs()).unwrap_or(i64::MAX))
}

/// The key pair of one `APP_KEY` in one epoch.
pub struct EpochKey {
    pub epoch: Epoch,
    /// RFC 7638 thumbprint of the public key.
    pub kid: String,
    pub signing: SigningKey,
    pub verifying: VerifyingKey,
}

impl EpochKey {
    fn derive(algorithm: Algorithm, app_key: &AppKey, epoch: Epoch) -> Self {
        let signing = SigningKey::derive(algorithm, app_key, epoch);
        let verifying = signing.verifying_key();
        let kid = URL_SAFE_NO_PAD.encode(verifying.jwk().thumbprint::<Sha256>());
        Self { epoch, kid, signing, verifying }
    }

    /// Whether a token issued at `moment` may have this key's signature, so that a leaked key is useful for one epoch only.
    pub fn signs_at(&self, moment: Timestamp) -> bool {
        let earliest = epoch_of(moment - policy::CLOCK_SKEW);
        let latest = epoch_of(moment + policy::CLOCK_SKEW);
        (earliest..=latest).contains(&self.epoch)
    }
}

/// Derives and caches the keys of the few epochs in use: a derivation is a scalar multiplication.
pub struct SigningKeys {
    algorithm: Algorithm,
    keyring: Arc<Keyring>,
    remembered: Mutex<Vec<(Epoch, Arc<[EpochKey]>)>>,
}

impl SigningKeys {
    /// Previous, current and next: the epochs that an unexpired token can have been signed in.
    const EPOCHS_IN_USE: usize = 3;

    pub const fn new(algorithm: Algorithm, keyring: Arc<Keyring>) -> Self {
        Self { algorithm, keyring, remembered: Mutex::new(Vec::new()) }
    }

    /// The keys of one epoch: one for each accepted `APP_KEY`, the signing one first.
    pub fn of(&self, epoch: Epoch) -> Arc<[EpochKey]> {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, keys)) = remembered.iter().find(|(known, _)| *known == epoch) {
            return keys.clone();
        }
        let keys: Arc<[EpochKey]> =
            self.keyring.accepted().map(|key| EpochKey::derive(self.algorithm, key, epoch)).collect();
        if remembered.len() == Self::EPOCHS_IN_USE {
            remembered.remove(0);
        }
        remembered.push((epoch, keys.clone()));
        keys
    }

    /// The keys of the previous, the current and the next epoch, the likeliest first: most isolates need only one.
    pub fn around(&self, now: Timestamp) -> impl Iterator<Item = Arc<[EpochKey]>> {
        let current = epoch_of(now);
        [current, current - 1, current + 1].into_iter().map(|epoch| self.of(epoch))
    }
}

/// A JWK Set (RFC 7517 §5): the public keys of every accepted `APP_KEY` in the epochs given.
#[derive(Serialize)]
pub struct Jwks<'a> {
    keys: Vec<Jwk<'a>>,
}

impl<'a> Jwks<'a> {
    pub fn of(epochs: &'a [Arc<[EpochKey]>]) -> Self {
        Self { keys: epochs.iter().flat_map(|keys| keys.iter().map(Jwk::of)).collect() }
    }
}

/// A public key. It is made from the verifying key, which has no private part.
#[derive(Serialize)]
struct Jwk<'a> {
    #[serde(flatten)]
    key: JsonWebKey<'a>,
    kid: &'a str,
    alg: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
}

impl<'a> Jwk<'a> {
    fn of(key: &'a EpochKey) -> Self {
        let alg = key.verifying.algorithm().as_str();
        Self { key: key.verifying.jwk(), kid: &key.kid, alg, usage: "sig" }
    }
}
