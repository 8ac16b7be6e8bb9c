//! Signatures by the runtime's WebCrypto, which takes a twentieth of the time that WASM needs.

use std::cell::RefCell;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use web_sys::{CryptoKey, SubtleCrypto, WorkerGlobalScope};
use worker::js_sys::{Array, Object, Promise, Reflect, Uint8Array, global};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use zeroize::Zeroizing;

use crate::cloudflare::platform::Cloudflare;
use crate::domain::crypto::algorithm::{Algorithm, SIGNATURE_BYTES, SigningKey, VerifyingKey};
use crate::domain::crypto::ed25519::Ed25519PublicKey;
use crate::domain::crypto::es256::{self, Es256PublicKey};
use crate::domain::crypto::rs256::{EXPONENT, RsaPublicKey};
use crate::domain::crypto::rsa_keys::RsaKey;
use crate::domain::error::Fault;
use crate::domain::passkeys::public_key::PublicKey;
use crate::ports::Signatures;

/// Keys of ours that an isolate keeps imported. Few are in use: of each algorithm one signs, and those of three epochs verify access
/// tokens. Those of clients and passkeys, and of ID tokens of any epoch, are not kept: anybody could name enough of them to displace
/// the others.
const KEYS_MAX: usize = 16;

thread_local! {
    /// Imported keys, each by its use and its name; the oldest first. Not the promises of them, which would belong to the requests
    /// that began them.
    static KEYS: RefCell<Vec<(Use, Vec<u8>, CryptoKey)>> = const { RefCell::new(Vec::new()) };
}

/// What a key is imported for: a private one is named by its `kid`, a public one by its bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Sign,
    Verify,
}

/// The DER in front of a private key that makes it a PKCS#8 document: of Ed25519 (RFC 8410 §7), and of P-256 without the public
/// key (RFC 5915 §3), which the runtime computes.
const PKCS8_OF_ED25519: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
const PKCS8_OF_P256: &[u8] = b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20";

impl Signatures for Cloudflare {
    async fn verifies(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        let verified = match key {
            PublicKey::EdDsa(key) => verify_once(&VerifyingKey::EdDsa(*key), message, signature).await,
            PublicKey::Es256(key) => match es256::fixed_of_der(signature) {
                Some(signature) => verify_once(&VerifyingKey::Es256(*key), message, &signature).await,
                None => Ok(false),
            },
            PublicKey::Rs256(key) => verify_rsa(key, rs256(), message, signature).await,
        };
        verified.map_err(fault)
    }

    async fn verifies_rs256(&self, key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        verify_rsa(key, rs256(), message, signature).await.map_err(fault)
    }

    async fn verifies_ps256(&self, key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        verify_rsa(key, ps256(), message, signature).await.map_err(fault)
    }

    async fn sign_rs256(&self, key: &RsaKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        sign_rs256(key, message).await.map_err(fault)
    }

    async fn public_key(&self, key: &SigningKey) -> Result<VerifyingKey, Fault> {
        public_key_of(key).await.map_err(fault)?.ok_or_else(|| Fault::new("WebCrypto", "no public key"))
    }

    async fn sign(&self, kid: &str, key: &SigningKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        sign(kid, key, message).await.map_err(fault)
    }

    async fn verifies_jws(&self, key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        verify_once(key, message, signature).await.map_err(fault)
    }

    async fn verifies_access(&self, key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        verify_kept(key, message, signature).await.map_err(fault)
    }

    async fn sha512(&self, message: &[u8]) -> Result<Vec<u8>, Fault> {
        digest("SHA-512", message).await.map_err(fault)
    }
}

/// A key of ours, imported at its first use.
async fn kept(
    purpose: Use,
    name: &[u8],
    import: impl AsyncFnOnce() -> Result<CryptoKey, JsValue>,
) -> Result<CryptoKey, JsValue> {
    let is_it = |(known, of, _): &&(Use, Vec<u8>, CryptoKey)| *known == purpose && of == name;
    if let Some(key) = KEYS.with_borrow(|keys| keys.iter().find(is_it).map(|(.., key)| key.clone())) {
        return Ok(key);
    }
    let key = import().await?;
    KEYS.with_borrow_mut(|keys| {
        // Another request may have kept it meanwhile.
        keys.retain(|known| !is_it(&known));
        if keys.len() == KEYS_MAX {
            keys.remove(0);
        }
        keys.push((purpose, name.to_vec(), key.clone()));
    });
    Ok(key)
}

fn fault(error: JsValue) -> Fault {
    Fault::new("WebCrypto", format_args!("{error:?}"))
}

async fn sign(kid: &str, key: &SigningKey, message: &[u8]) -> Result<Vec<u8>, JsValue> {
    let imported = kept(Use::Sign, kid.as_bytes(), async || import_private(key, false).await).await?;
    bytes(subtle()?.sign_with_object_and_u8_array(&derived(key.algorithm)?, &imported, message)?).await
}

/// With a key that is not kept.
async fn verify_once(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
    verify_imported(key, import_public(key).await, message, signature).await
}

async fn verify_kept(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
    let imported = kept(Use::Verify, &raw(key), async || import_public(key).await).await;
    verify_imported(key, imported, message, signature).await
}

/// The runtime takes some wrong signatures for faults: those of another length, and all of a key that is no point of the curve.
async fn verify_imported(
    key: &VerifyingKey,
    imported: Result<CryptoKey, JsValue>,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, JsValue> {
    match imported {
        Ok(_) if signature.len() != SIGNATURE_BYTES => Ok(false),
        Ok(imported) => verify(&derived(key.algorithm())?, &imported, message, signature).await,
        Err(error) if Reflect::get(&error, &"name".into())? == "DataError" => Ok(false),
        Err(error) => Err(error),
    }
}

/// Only a private key that may be exported shows its public one.
async fn public_key_of(key: &SigningKey) -> Result<Option<VerifyingKey>, JsValue> {
    let jwk = JsFuture::from(subtle()?.export_key("jwk", &import_private(key, true).await?)?).await?;
    let coordinate = |name: &str| -> Result<Option<Vec<u8>>, JsValue> {
        let text = Reflect::get(&jwk, &name.into())?.as_string();
        Ok(text.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()))
    };
    Ok(match (key.algorithm, coordinate("x")?, coordinate("y")?) {
        (Algorithm::EdDsa, Some(x), _) => x.try_into().ok().and_then(Ed25519PublicKey::new).map(VerifyingKey::EdDsa),
        (Algorithm::Es256, Some(x), Some(y)) => Es256PublicKey::new(&x, &y).map(VerifyingKey::Es256),
        _ => None,
    })
}

async fn import_private(key: &SigningKey, exportable: bool) -> Result<CryptoKey, JsValue> {
    let head = match key.algorithm {
        Algorithm::EdDsa => PKCS8_OF_ED25519,
        Algorithm::Es256 => PKCS8_OF_P256,
    };
    let pkcs8 = Zeroizing::new([head, key.secret.bytes()].concat());
    import("pkcs8", &Uint8Array::from(pkcs8.as_slice()), &derived(key.algorithm)?, exportable, "sign").await
}

async fn import_public(key: &VerifyingKey) -> Result<CryptoKey, JsValue> {
    import("raw", &Uint8Array::from(raw(key).as_slice()), &derived(key.algorithm())?, false, "verify").await
}

/// A public key as WebCrypto's format "raw" has it.
fn raw(key: &VerifyingKey) -> Vec<u8> {
    match key {
        VerifyingKey::EdDsa(key) => key.bytes().to_vec(),
        VerifyingKey::Es256(key) => key.point(),
    }
}

async fn sign_rs256(key: &RsaKey, message: &[u8]) -> Result<Vec<u8>, JsValue> {
    let algorithm = rs256()?;
    let import = async || import("pkcs8", &Uint8Array::from(key.pkcs8()), &algorithm, false, "sign").await;
    let imported = kept(Use::Sign, key.public.kid.as_bytes(), import).await?;
    bytes(subtle()?.sign_with_object_and_u8_array(&algorithm, &imported, message)?).await
}

async fn verify_rsa(
    key: &RsaPublicKey,
    algorithm: Result<Object, JsValue>,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, JsValue> {
    let algorithm = algorithm?;
    let [modulus, exponent] = [key.modulus(), &EXPONENT].map(|number| URL_SAFE_NO_PAD.encode(number));
    let key = object(&[("kty", "RSA"), ("n", &modulus), ("e", &exponent)])?;
    let key = import("jwk", &key, &algorithm, false, "verify").await?;
    verify(&algorithm, &key, message, signature).await
}

/// What import, signature and verification need to know of an algorithm, in one.
fn derived(algorithm: Algorithm) -> Result<Object, JsValue> {
    match algorithm {
        Algorithm::EdDsa => object(&[("name", "Ed25519")]),
        Algorithm::Es256 => object(&[("name", "ECDSA"), ("namedCurve", "P-256"), ("hash", "SHA-256")]),
    }
}

/// RSASSA-PKCS1-v1_5 with SHA-256.
fn rs256() -> Result<Object, JsValue> {
    object(&[("name", "RSASSA-PKCS1-v1_5"), ("hash", "SHA-256")])
}

/// RFC 7518 §3.5: as long as the hash.
const SALT_BYTES_OF_PS256: u8 = 32;

/// RSASSA-PSS with SHA-256.
fn ps256() -> Result<Object, JsValue> {
    let algorithm = object(&[("name", "RSA-PSS"), ("hash", "SHA-256")])?;
    Reflect::set(&algorithm, &"saltLength".into(), &SALT_BYTES_OF_PS256.into())?;
    Ok(algorithm)
}

async fn import(
    format: &str,
    key: &Object,
    algorithm: &Object,
    exportable: bool,
    usage: &str,
) -> Result<CryptoKey, JsValue> {
    let imported = subtle()?.import_key_with_object(format, key, algorithm, exportable, &Array::of1(&usage.into()))?;
    JsFuture::from(imported).await.map(JsCast::unchecked_into)
}

async fn verify(algorithm: &Object, key: &CryptoKey, message: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
    let done = subtle()?.verify_with_object_and_u8_array_and_u8_array(algorithm, key, signature, message)?;
    JsFuture::from(done).await.map(|verified| verified.is_truthy())
}

async fn digest(algorithm: &str, message: &[u8]) -> Result<Vec<u8>, JsValue> {
    bytes(subtle()?.digest_with_str_and_u8_array(algorithm, message)?).await
}

/// The `ArrayBuffer` that a promise brings.
async fn bytes(promise: Promise) -> Result<Vec<u8>, JsValue> {
    JsFuture::from(promise).await.map(|buffer| Uint8Array::new(&buffer).to_vec())
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
