//! The forger: writes tokens of any form, and signs them with real keys that an attacker might have.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatehouse::domain::crypto::algorithm::SigningKey;
use gatehouse::domain::crypto::signing::{EpochKey, epoch_of};
use gatehouse::ports::Clock;
use serde_json::Value;

use crate::app::TestApp;
use crate::signatures;

/// Every value of `AUTH_SIGNING_ALG`.
pub const ALGORITHMS: [&str; 2] = ["EdDSA", "ES256"];

/// A part of a token, decoded without verification.
pub fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// What is signed of a token. ES256 has another signature for the same each time.
pub fn message(token: &str) -> &str {
    token.rsplit_once('.').unwrap().0
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn signature(key: &SigningKey, message: &str) -> Vec<u8> {
    signatures::sign(key, message.as_bytes())
}

/// Header and claims as text, whether or not it is JSON.
pub fn sign_text(header: &str, claims: &str, key: &SigningKey) -> String {
    sign_parts(&encode(header), &encode(claims), key)
}

/// Header and claims as spelled, whether or not that is base64url.
pub fn sign_parts(header: &str, claims: &str, key: &SigningKey) -> String {
    let message = format!("{header}.{claims}");
    format!("{message}.{}", encode(signature(key, &message)))
}

pub fn sign(header: &Value, claims: &Value, key: &SigningKey) -> String {
    sign_text(&header.to_string(), &claims.to_string(), key)
}

/// A test app, a genuine token of it, and the keys of the present epoch, all available to the forger.
pub struct Caught {
    pub app: TestApp,
    pub token: String,
    pub keys: Arc<[EpochKey]>,
}

impl Caught {
    pub fn with(algorithm: &str) -> Self {
        let app = TestApp::with(&[("AUTH_SIGNING_ALG", algorithm)]);
        let token = app.signed_in("ada").access;
        let keys = signatures::keys(&app, app.settings().issuer.signing.access(), epoch_of(app.platform.now()));
        Self { app, token, keys }
    }

    pub fn key(&self) -> &SigningKey {
        &self.keys[0].signing
    }

    pub fn algorithm(&self) -> &'static str {
        self.keys[0].verifying.algorithm().as_str()
    }

    pub fn header(&self) -> Value {
        part(&self.token, 0)
    }

    pub fn claims(&self) -> Value {
        part(&self.token, 1)
    }

    #[track_caller]
    pub fn refuses(&self, token: &str) {
        self.app.me(token).assert_error(401, "token_invalid");
        self.app.verify(token).assert_error(401, "token_invalid");
    }
}

/// A test app for each algorithm.
pub fn caught() -> impl Iterator<Item = Caught> {
    ALGORITHMS.into_iter().map(Caught::with)
}
