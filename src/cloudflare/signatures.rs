//! Signatures of passkeys: ECDSA, which nearly all have, by the runtime's WebCrypto. In WASM it takes twenty times as long.

use p256::ecdsa::Signature;
use web_sys::{CryptoKey, SubtleCrypto, WorkerGlobalScope};
use worker::js_sys::{Array, Object, Reflect, Uint8Array, global};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;

use crate::cloudflare::platform::Cloudflare;
use crate::domain::error::Fault;
use crate::domain::passkeys::public_key::PublicKey;
use crate::ports::Signatures;

impl Signatures for Cloudflare {
    async fn verifies(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        let PublicKey::Es256(es256) = key else {
            return Ok(key.verify(message, signature));
        };
        let Ok(signature) = Signature::from_der(signature) else {
            return Ok(false);
        };
        let (point, signature) = (es256.to_encoded_point(false), signature.to_bytes());
        verify(point.as_bytes(), message, &signature).await.map_err(|e| Fault::new("WebCrypto", format_args!("{e:?}")))
    }
}

/// `point` is uncompressed (SEC 1), `signature` r and s (IEEE P1363).
async fn verify(point: &[u8], message: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
    let subtle = subtle()?;
    let algorithm = ecdsa()?;
    let (point, usages) = (Uint8Array::from(point), Array::of1(&"verify".into()));
    let key = subtle.import_key_with_object("raw", &point, &algorithm, false, &usages)?;
    let key: CryptoKey = JsFuture::from(key).await?.unchecked_into();
    let done = subtle.verify_with_object_and_u8_array_and_u8_array(&algorithm, &key, signature, message)?;
    JsFuture::from(done).await.map(|verified| verified.is_truthy())
}

fn subtle() -> Result<SubtleCrypto, JsValue> {
    global().unchecked_into::<WorkerGlobalScope>().crypto().map(|crypto| crypto.subtle())
}

/// The parameters of both steps: the first needs the curve, the second the hash.
fn ecdsa() -> Result<Object, JsValue> {
    let parameters = Object::new();
    for (name, value) in [("name", "ECDSA"), ("namedCurve", "P-256"), ("hash", "SHA-256")] {
        Reflect::set(&parameters, &name.into(), &value.into())?;
    }
    Ok(parameters)
}
