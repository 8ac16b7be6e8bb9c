//! Signing keys: derived from `APP_KEY` and the epoch, so that they rotate by themselves and every isolate has the same.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::Sha256;

use crate::domain::crypto::algorithm::{Algorithm, SigningKey, VerifyingKey};
use crate::domain::crypto::keyring::Keyring;
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
    pub fn new(epoch: Epoch, signing: SigningKey, verifying: VerifyingKey) -> Self {
        let kid = URL_SAFE_NO_PAD.encode(verifying.jwk().thumbprint::<Sha256>());
        Self { epoch, kid, signing, verifying }
    }

    /// Whether a token issued at `moment` may have this key's signature, so that a leaked key is useful for one epoch only.
    pub fn signs_at(&self, moment: Timestamp) -> bool {
        epochs_at(moment).contains(&self.epoch)
    }
}

/// The keys of one algorithm, and those of the few epochs in use (`flows::signing`): a public key is a scalar multiplication.
pub struct AlgorithmKeys {
    algorithm: Algorithm,
    keyring: Arc<Keyring>,
    remembered: Mutex<Vec<(Epoch, Arc<[EpochKey]>)>>,
}

impl AlgorithmKeys {
    /// Previous, current and next: the epochs that an unexpired token can have been signed in.
    const EPOCHS_IN_USE: usize = 3;

    const fn new(algorithm: Algorithm, keyring: Arc<Keyring>) -> Self {
        Self { algorithm, keyring, remembered: Mutex::new(Vec::new()) }
    }

    /// The remembered keys of an epoch.
    pub fn remembered(&self, epoch: Epoch) -> Option<Arc<[EpochKey]>> {
        find(&self.remembered.lock().unwrap_or_else(PoisonError::into_inner), epoch)
    }

    /// Remembers the keys of an epoch, unless a request at the same time has done so. Returns those that are remembered.
    pub fn remember(&self, epoch: Epoch, keys: Arc<[EpochKey]>) -> Arc<[EpochKey]> {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = find(&remembered, epoch) {
            return known;
        }
        if remembered.len() == Self::EPOCHS_IN_USE {
            remembered.remove(0);
        }
        remembered.push((epoch, keys.clone()));
        keys
    }

    /// The private keys of an epoch: one for each accepted `APP_KEY`, the signing one first.
    pub fn private_keys(&self, epoch: Epoch) -> impl Iterator<Item = SigningKey> {
        self.keyring.accepted().map(move |key| SigningKey::derive(self.algorithm, key, epoch))
    }
}

/// The previous, the current and the next epoch, the likeliest first: most isolates need only one.
pub fn epochs_around(now: Timestamp) -> [Epoch; 3] {
    let current = epoch_of(now);
    [current, current - 1, current + 1]
}

/// The epochs whose keys may have signed at `moment`.
pub fn epochs_at(moment: Timestamp) -> RangeInclusive<Epoch> {
    epoch_of(moment - policy::CLOCK_SKEW)..=epoch_of(moment + policy::CLOCK_SKEW)
}

fn find(remembered: &[(Epoch, Arc<[EpochKey]>)], epoch: Epoch) -> Option<Arc<[EpochKey]>> {
    remembered.iter().find(|(known, _)| *known == epoch).map(|(_, keys)| keys.clone())
}

/// The derived keys of both algorithms. Access tokens have one of them, which the settings choose; an ID token has the one that
/// its client asks for.
pub struct SigningKeys {
    access: Algorithm,
    eddsa: AlgorithmKeys,
    es256: AlgorithmKeys,
}

impl SigningKeys {
    /// `access` is the algorithm of access tokens.
    pub fn new(access: Algorithm, keyring: &Arc<Keyring>) -> Self {
        let keys = |algorithm| AlgorithmKeys::new(algorithm, keyring.clone());
        Self { access, eddsa: keys(Algorithm::EdDsa), es256: keys(Algorithm::Es256) }
    }

    pub const fn with(&self, algorithm: Algorithm) -> &AlgorithmKeys {
        match algorithm {
            Algorithm::EdDsa => &self.eddsa,
            Algorithm::Es256 => &self.es256,
        }
    }

    /// Those of access tokens, which no other algorithm signs.
    pub const fn access(&self) -> &AlgorithmKeys {
        self.with(self.access)
    }
}
