//! A browser and its authenticator, by the crate `passkey`: reads `{"create" or "get": options, "origin": …, "verified": …}`, one a
//! line, and answers each with the credential as `toJSON()` spells it, or with `null` and the reason on standard error.

use std::io::{BufRead, stdin};
use std::sync::atomic::{AtomicBool, Ordering};

use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::Passkey;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use passkey::types::webauthn::{CredentialCreationOptions, CredentialRequestOptions};
use serde_json::Value;
use url::Url;

/// Whether the person at the device is its owner.
static VERIFIED: AtomicBool = AtomicBool::new(true);

/// Somebody who touches the device whenever it asks.
struct Person;

#[async_trait::async_trait]
impl UserValidationMethod for Person {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        hint: UiHint<'a, Passkey>,
        presence: bool,
        wanted: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        if let UiHint::InformExcludedCredentialFound(_) = hint {
            return Err(Ctap2Error::CredentialExcluded);
        }
        Ok(UserCheck { presence, verification: wanted && VERIFIED.load(Ordering::Relaxed) })
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }
}

/// What went wrong, in the words of whoever noticed.
fn told(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

fn main() {
    let authenticator = Authenticator::new(Aaguid::new_empty(), None, Person, RustCryptoBackend);
    let mut browser = Client::new(authenticator);
    let mut answer = async |asked: Value| -> Result<Value, String> {
        let origin = Url::parse(asked["origin"].as_str().unwrap_or_default()).map_err(told)?;
        VERIFIED.store(asked["verified"] != false, Ordering::Relaxed);
        if asked["create"].is_object() {
            let options: CredentialCreationOptions = serde_json::from_value(asked["create"].clone()).map_err(told)?;
            let created = browser.register(&origin, options, DefaultClientData).await.map_err(told)?;
            return serde_json::to_value(created).map_err(told);
        }
        let options: CredentialRequestOptions = serde_json::from_value(asked["get"].clone()).map_err(told)?;
        let signed = browser.authenticate(&origin, options, DefaultClientData).await.map_err(told)?;
        serde_json::to_value(signed).map_err(told)
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for line in stdin().lock().lines() {
        let asked = serde_json::from_str(&line.expect("a line")).expect("JSON");
        let answer = runtime.block_on(answer(asked)).unwrap_or_else(|reason| {
            eprintln!("{reason}");
            Value::Null
        });
        println!("{answer}");
    }
}
