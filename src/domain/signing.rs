//! Signing keys: derived from `APP_KEY` and the epoch, so that they rotate by themselves and every isolate agrees
//! without asking anyone.

use std::sync::{Arc, Mutex, PoisonError};

use ed25519_dalek::{SigningKey, VerifyingKey};
use jwt_compact::jwk::JsonWebKey;
use serde::Serialize;
use sha2::Sha256;

use crate::domain::key::{AppKey, Keyring};
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// `alg` of every token we sign (RFC 8037). Fixed here and never read from a token.
pub const ALGORITHM: &str = "EdDSA";

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
    fn derive(app_key: &AppKey, epoch: Epoch) -> Self {
        let signing = SigningKey::from_bytes(app_key.signing_seed(ALGORITHM, epoch).bytes());
        let verifying = signing.verifying_key();
        let kid = base64url(&JsonWebKey::from(&verifying).thumbprint::<Sha256>());
        Self { epoch, kid, signing, verifying }
    }

    /// Whether a token issued at `moment` may carry this key's signature. A key that leaks is so worth one epoch.
    pub fn signs_at(&self, moment: Timestamp) -> bool {
        let earliest = epoch_of(moment - policy::CLOCK_SKEW);
        let latest = epoch_of(moment + policy::CLOCK_SKEW);
        (earliest..=latest).contains(&self.epoch)
    }
}

/// Makes and remembers the keys of the few epochs in use: a derivation is a scalar multiplication.
pub struct SigningKeys {
    keyring: Arc<Keyring>,
    remembered: Mutex<Vec<(Epoch, Arc<[EpochKey]>)>>,
}

impl SigningKeys {
    /// Previous, current and next: all that a living token can have been signed with.
    const EPOCHS_IN_USE: usize = 3;

    pub const fn new(keyring: Arc<Keyring>) -> Self {
        Self { keyring, remembered: Mutex::new(Vec::new()) }
    }

    /// The keys of one epoch: one for each accepted `APP_KEY`, the one that signs first.
    pub fn of(&self, epoch: Epoch) -> Arc<[EpochKey]> {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, keys)) = remembered.iter().find(|(known, _)| *known == epoch) {
            return keys.clone();
        }
        let keys: Arc<[EpochKey]> = self.keyring.accepted().map(|key| EpochKey::derive(key, epoch)).collect();
        if remembered.len() == Self::EPOCHS_IN_USE {
            remembered.remove(0);
        }
        remembered.push((epoch, keys.clone()));
        keys
    }

    /// The keys of the previous, the current and the next epoch.
    pub fn around(&self, now: Timestamp) -> [Arc<[EpochKey]>; 3] {
        let current = epoch_of(now);
        [current - 1, current, current + 1].map(|epoch| self.of(epoch))
    }

    /// RFC 7517 §5: the public keys of every accepted `APP_KEY` in those three epochs.
    pub fn jwks(&self, now: Timestamp) -> Jwks {
        let keys = self.around(now).iter().flat_map(|keys| keys.iter().map(Jwk::of).collect::<Vec<_>>()).collect();
        Jwks { keys }
    }
}

/// A JWK Set (RFC 7517 §5).
#[derive(Serialize)]
pub struct Jwks {
    keys: Vec<Jwk>,
}

/// A public Ed25519 key (RFC 8037 §2). There is no field for a private one.
#[derive(Serialize)]
struct Jwk {
    kty: &'static str,
    crv: &'static str,
    x: String,
    kid: String,
    alg: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
}

impl Jwk {
    fn of(key: &EpochKey) -> Self {
        let x = base64url(key.verifying.as_bytes());
        Self { kty: "OKP", crv: "Ed25519", x, kid: key.kid.clone(), alg: ALGORITHM, usage: "sig" }
    }
}

fn base64url(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}
