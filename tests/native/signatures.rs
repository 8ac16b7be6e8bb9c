//! Signatures of the platform in memory, by the crates themselves: what the runtime does in production.

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use gatehouse::domain::crypto::algorithm;
use gatehouse::domain::crypto::ed25519::Ed25519PublicKey;
use gatehouse::domain::crypto::keyring::DerivedKey;
use gatehouse::domain::crypto::rs256::RsaPublicKey;
use gatehouse::domain::crypto::rsa_keys::RsaKey;
use gatehouse::domain::crypto::signing::{AlgorithmKeys, EpochKey};
use gatehouse::domain::error::Fault;
use gatehouse::domain::passkeys::public_key::PublicKey;
use gatehouse::flows::signing;
use gatehouse::ports::Signatures;
use pollster::block_on;
use sha2::{Digest, Sha512};

use crate::app::{OTHER_KEY, TestApp};
use crate::platform::TestPlatform;
use crate::rs256;

impl Signatures for TestPlatform {
    async fn verifies(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        Ok(of_passkey(key, message, signature))
    }

    async fn verifies_rs256(&self, key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        Ok(rs256::verify(key, message, signature))
    }

    async fn sign_rs256(&self, key: &RsaKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(rs256::sign(key, message))
    }

    async fn eddsa_public_key(&self, seed: &DerivedKey) -> Result<Ed25519PublicKey, Fault> {
        self.public_keys.set(self.public_keys.get() + 1);
        Ok(Ed25519PublicKey::new(SigningKey::from_bytes(seed.bytes()).verifying_key().to_bytes()).unwrap())
    }

    async fn sign_eddsa(&self, _: &str, seed: &DerivedKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(sign_eddsa(seed, message))
    }

    async fn verifies_eddsa(&self, key: &Ed25519PublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        self.verifications.set(self.verifications.get() + 1);
        Ok(of_eddsa(key, message, signature))
    }

    async fn sha512(&self, message: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(Sha512::digest(message).to_vec())
    }
}

pub fn sign_eddsa(seed: &DerivedKey, message: &[u8]) -> Vec<u8> {
    SigningKey::from_bytes(seed.bytes()).sign(message).to_bytes().to_vec()
}

fn of_eddsa(key: &Ed25519PublicKey, message: &[u8], signature: &[u8]) -> bool {
    let (key, signature) = (VerifyingKey::from_bytes(key.bytes()), Signature::from_slice(signature));
    key.is_ok_and(|key| signature.is_ok_and(|signature| key.verify(message, &signature).is_ok()))
}

/// Whether a passkey has signed the message.
pub fn of_passkey(key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    match key {
        PublicKey::EdDsa(key) => of_eddsa(key, message, signature),
        PublicKey::Es256(key) => p256::ecdsa::Signature::from_der(signature)
            .is_ok_and(|signature| algorithm::verify_es256(key, message, &signature.to_bytes())),
        PublicKey::Rs256(key) => rs256::verify(key, message, signature),
    }
}

/// The keys of an epoch, as the service has them.
pub fn keys(app: &TestApp, of: &AlgorithmKeys, epoch: i64) -> std::sync::Arc<[EpochKey]> {
    block_on(signing::keys_of_any(&app.platform, of, epoch)).unwrap()
}

#[test]
fn an_isolate_asks_for_the_public_keys_of_an_epoch_once() {
    let app = TestApp::with(&[("APP_KEY_PREVIOUS", OTHER_KEY)]);
    let asked = || app.platform.public_keys.take();
    let tokens = app.signed_in("ada");
    assert_eq!(asked(), 2, "one for each APP_KEY");
    app.me(&tokens.access).assert_ok();
    app.refresh(&tokens.refresh).assert_ok();
    app.sign_in("ada");
    assert_eq!(asked(), 0);
    app.get("/.well-known/jwks.json").assert_ok();
    assert_eq!(asked(), 4, "of the epoch before and the next");
    app.get("/.well-known/jwks.json").assert_ok();
    assert_eq!(asked(), 0);
}

#[test]
fn a_token_is_verified_once_and_then_remembered() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.verifications.set(0);
    for _ in 0..3 {
        app.me(&tokens.access).assert_ok();
        app.verify(&tokens.access).assert_ok();
    }
    assert_eq!(app.platform.verifications.get(), 1);
}
