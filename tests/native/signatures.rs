//! Signatures of the platform in memory, by the crates themselves: what the runtime does in production.

use ed25519_dalek::{Signer, Verifier};
use gatehouse::domain::crypto::algorithm::{Algorithm, SigningKey, VerifyingKey};
use gatehouse::domain::crypto::ed25519::Ed25519PublicKey;
use gatehouse::domain::crypto::es256::{Es256PublicKey, fixed_of_der};
use gatehouse::domain::crypto::rs256::RsaPublicKey;
use gatehouse::domain::crypto::rsa_keys::RsaKey;
use gatehouse::domain::crypto::signing::{AlgorithmKeys, EpochKey};
use gatehouse::domain::error::Fault;
use gatehouse::domain::passkeys::public_key::PublicKey;
use gatehouse::flows::signing;
use gatehouse::ports::Signatures;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use pollster::block_on;
use sha2::{Digest, Sha256, Sha512};

use crate::app::{OTHER_KEY, TestApp};
use crate::browser::Browser;
use crate::oauth_client::{FORM, OAuthClient};
use crate::oauth_client_auth::{TYPE, signing_client};
use crate::platform::TestPlatform;
use crate::rs256;

impl Signatures for TestPlatform {
    async fn verifies(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        Ok(of_passkey(key, message, signature))
    }

    async fn verifies_rs256(&self, key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        Ok(rs256::verify(key, message, signature))
    }

    async fn verifies_ps256(&self, key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        Ok(rs256::verify_pss(key, message, signature))
    }

    async fn sign_rs256(&self, key: &RsaKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(rs256::sign(key, message))
    }

    async fn public_key(&self, key: &SigningKey) -> Result<VerifyingKey, Fault> {
        self.public_keys.set(self.public_keys.get() + 1);
        Ok(public_key(key))
    }

    async fn sign(&self, _: &str, key: &SigningKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(sign(key, message))
    }

    async fn verifies_jws(&self, key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        Ok(verify(key, message, signature))
    }

    async fn verifies_access(&self, key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        self.verifications.set(self.verifications.get() + 1);
        Ok(verify(key, message, signature))
    }

    async fn sha512(&self, message: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(Sha512::digest(message).to_vec())
    }
}

pub fn public_key(key: &SigningKey) -> VerifyingKey {
    match key.algorithm {
        Algorithm::EdDsa => {
            let public = ed25519_dalek::SigningKey::from_bytes(key.secret.bytes()).verifying_key();
            VerifyingKey::EdDsa(Ed25519PublicKey::new(public.to_bytes()).unwrap())
        }
        Algorithm::Es256 => {
            let key = p256::ecdsa::SigningKey::from_slice(key.secret.bytes()).unwrap();
            VerifyingKey::Es256(es256(key.verifying_key()))
        }
    }
}

pub fn es256(key: &p256::ecdsa::VerifyingKey) -> Es256PublicKey {
    let point = key.to_encoded_point(false);
    Es256PublicKey::new(point.x().unwrap(), point.y().unwrap()).unwrap()
}

pub fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    match key.algorithm {
        Algorithm::EdDsa => ed25519_dalek::SigningKey::from_bytes(key.secret.bytes()).sign(message).to_bytes().to_vec(),
        Algorithm::Es256 => {
            let key = p256::ecdsa::SigningKey::from_slice(key.secret.bytes()).unwrap();
            let signature: p256::ecdsa::Signature = key.sign_prehash(&Sha256::digest(message)).unwrap();
            another(&signature).to_bytes().to_vec()
        }
    }
}

thread_local! {
    static ODD: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// The runtime never gives the same signature twice, and this one must not hide it: of (r, s) and (r, n − s), each in turn.
fn another(signature: &p256::ecdsa::Signature) -> p256::ecdsa::Signature {
    let is_odd = ODD.replace(!ODD.get());
    let (r, s) = (signature.r(), signature.s());
    if is_odd { p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap() } else { *signature }
}

pub fn verify(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    match key {
        VerifyingKey::EdDsa(key) => {
            let key = ed25519_dalek::VerifyingKey::from_bytes(key.bytes());
            let signature = ed25519_dalek::Signature::from_slice(signature);
            key.is_ok_and(|key| signature.is_ok_and(|signature| key.verify(message, &signature).is_ok()))
        }
        VerifyingKey::Es256(key) => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&key.point());
            let signature = p256::ecdsa::Signature::from_slice(signature);
            key.is_ok_and(|key| signature.is_ok_and(|signature| key.verify(message, &signature).is_ok()))
        }
    }
}

/// Whether a passkey has signed the message.
pub fn of_passkey(key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    match key {
        PublicKey::EdDsa(key) => verify(&VerifyingKey::EdDsa(*key), message, signature),
        PublicKey::Es256(key) => {
            fixed_of_der(signature).is_some_and(|fixed| verify(&VerifyingKey::Es256(*key), message, &fixed))
        }
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
    assert_eq!(asked(), 10, "of both algorithms, the epoch before, this one and the next");
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

#[test]
fn keys_of_clients_and_of_id_tokens_do_not_displace_those_of_access_tokens() {
    let app = TestApp::new();
    app.user("ada");
    let hint = OAuthClient::new(&app).registered().tokens(&mut Browser::of(&app, "ada"), &[])["id_token"].clone();
    let assertion = signing_client(&app).assertion("1");
    app.platform.verifications.set(0);
    let hint = hint.as_str().unwrap();
    assert_eq!(Browser::of(&app, "ada").get(&format!("/oauth/logout?id_token_hint={hint}")).status, 200);
    app.form("/oauth/introspect", &[FORM], &[TYPE, ("client_assertion", &assertion), ("token", "x")]).assert_ok();
    assert_eq!(app.platform.verifications.get(), 0);
}
