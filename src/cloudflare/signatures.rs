//! Signatures by the runtime's WebCrypto: ECDSA and RSA of passkeys, which take twenty times as long in WASM, and our own RS256.

use std::cell::RefCell;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::Signature;
use web_sys::{CryptoKey, SubtleCrypto, WorkerGlobalScope};
use worker::js_sys::{Array, Object, Reflect, Uint8Array, global};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;

use crate::cloudflare::platform::Cloudflare;
use crate::domain::crypto::rs256::{EXPONENT, RsaPublicKey};
use crate::domain::crypto::rsa_keys::RsaKey;
use crate::domain::error::Fault;
use crate::domain::passkeys::public_key::PublicKey;
use crate::ports::Signatures;

thread_local! {
    /// The key that signs and its `kid`: an isolate has one, and imports it once. Not the promise of it, which would belong to the
    /// request that began it.
    static SIGNING_KEY: RefCell<Option<(String, CryptoKey)>> = const { RefCell::new(None) };
}

impl Signatures for Cloudflare {
    async fn verifies(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        let verified = match key {
            PublicKey::EdDsa(_) => return Ok(key.verify(message, signature)),
            PublicKey::Es256(es256) => {
                let Ok(signature) = Signature::from_der(signature) else {
                    return Ok(false);
                };
                verify_es256(es256.to_encoded_point(false).as_bytes(), message, &signature.to_bytes()).await
            }
            PublicKey::Rs256(rs256) => verify_rs256(rs256, message, signature).await,
        };
        verified.map_err(fault)
    }

    async fn sign_rs256(&self, key: &RsaKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        sign(key, message).await.map_err(fault)
    }
}

fn fault(error: JsValue) -> Fault {
    Fault::new("WebCrypto", format_args!("{error:?}"))
}

/// `point` is uncompressed (SEC 1), `signature` r and s (IEEE P1363).
async fn verify_es256(point: &[u8], message: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
    // The import needs the curve, the verification the hash.
    let algorithm = object(&[("name", "ECDSA"), ("namedCurve", "P-256"), ("hash", "SHA-256")])?;
    let key = import("raw", &Uint8Array::from(point), &algorithm, "verify").await?;
    verify(&algorithm, &key, message, signature).await
}

async fn verify_rs256(key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
    let [modulus, exponent] = [key.modulus(), &EXPONENT].map(|number| URL_SAFE_NO_PAD.encode(number));
    let key = object(&[("kty", "RSA"), ("n", &modulus), ("e", &exponent)])?;
    let algorithm = rs256()?;
    let key = import("jwk", &key, &algorithm, "verify").await?;
    verify(&algorithm, &key, message, signature).await
}

async fn sign(key: &RsaKey, message: &[u8]) -> Result<Vec<u8>, JsValue> {
    let (algorithm, kid) = (rs256()?, &key.public.kid);
    let known = SIGNING_KEY.with_borrow(|known| known.clone().filter(|(known, _)| known == kid));
    let key = match known {
        Some((_, key)) => key,
        None => {
            let imported = import("pkcs8", &Uint8Array::from(key.pkcs8()), &algorithm, "sign").await?;
            SIGNING_KEY.set(Some((kid.clone(), imported.clone())));
            imported
        }
    };
    let signature = JsFuture::from(subtle()?.sign_with_object_and_u8_array(&algorithm, &key, message)?).await?;
    Ok(Uint8Array::new(&signature).to_vec())
}

/// RSASSA-PKCS1-v1_5 with SHA-256.
fn rs256() -> Result<Object, JsValue> {
    object(&[("name", "RSASSA-PKCS1-v1_5"), ("hash", "SHA-256")])
}

async fn import(format: &str, key: &Object, algorithm: &Object, usage: &str) -> Result<CryptoKey, JsValue> {
    let imported = subtle()?.import_key_with_object(format, key, algorithm, false, &Array::of1(&usage.into()))?;
    JsFuture::from(imported).await.map(JsCast::unchecked_into)
}

async fn verify(algorithm: &Object, key: &CryptoKey, message: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
    let done = subtle()?.verify_with_object_and_u8_array_and_u8_array(algorithm, key, signature, message)?;
    JsFuture::from(done).await.map(|verified| verified.is_truthy())
}

fn subtle() -> Result<SubtleCrypto, JsValue> {
    global().unchecked_into::<WorkerGlobalScope>().crypto().map(|crypto| crypto.subtle())
}

fn object(members: &[(&str, &str)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &(*name).into(), &(*value).into())?;
    }
    Ok(object)
}
