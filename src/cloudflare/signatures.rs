//! Signatures by the runtime's WebCrypto: ECDSA and RSA of passkeys, which take twenty times as long in WASM, and our own RS256 and
//! EdDSA.

use std::cell::RefCell;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::Signature;
use web_sys::{CryptoKey, SubtleCrypto, WorkerGlobalScope};
use worker::js_sys::{Array, Object, Promise, Reflect, Uint8Array, global};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use zeroize::Zeroizing;

use crate::cloudflare::platform::Cloudflare;
use crate::domain::crypto::ed25519::{Ed25519PublicKey, SIGNATURE_BYTES};
use crate::domain::crypto::keyring::DerivedKey;
use crate::domain::crypto::rs256::{EXPONENT, RsaPublicKey};
use crate::domain::crypto::rsa_keys::RsaKey;
use crate::domain::error::Fault;
use crate::domain::passkeys::public_key::PublicKey;
use crate::ports::Signatures;

/// Our own keys that an isolate keeps imported. Few are in use: of each algorithm one signs, and of EdDSA those of three epochs
/// verify.
const KEYS_MAX: usize = 16;

thread_local! {
    /// Imported keys, each by its use and its name; the oldest first. Not the promises of them, which would belong to the requests
    /// that began them.
    static KEYS: RefCell<Vec<(Use, Vec<u8>, CryptoKey)>> = const { RefCell::new(Vec::new()) };
}

/// What a key is imported for: a private one is named by its `kid`, a public one by its bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    SignRs256,
    SignEdDsa,
    VerifyEdDsa,
}

const ED25519: &str = "Ed25519";

/// The DER in front of an Ed25519 seed that makes it a PKCS#8 document (RFC 8410 §7).
const PKCS8_OF_SEED: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

impl Signatures for Cloudflare {
    async fn verifies(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        let verified = match key {
            PublicKey::EdDsa(_) if signature.len() != SIGNATURE_BYTES => return Ok(false),
            PublicKey::EdDsa(key) => verify_eddsa(&import_public(key).await.map_err(fault)?, message, signature).await,
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

    async fn verifies_rs256(&self, key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        verify_rs256(key, message, signature).await.map_err(fault)
    }

    async fn sign_rs256(&self, key: &RsaKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        sign_rs256(key, message).await.map_err(fault)
    }

    async fn eddsa_public_key(&self, seed: &DerivedKey) -> Result<Ed25519PublicKey, Fault> {
        let key = public_key_of(seed).await.map_err(fault)?;
        key.and_then(Ed25519PublicKey::new).ok_or_else(|| Fault::new("WebCrypto", "no public key"))
    }

    async fn sign_eddsa(&self, kid: &str, seed: &DerivedKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        sign_eddsa(kid, seed, message).await.map_err(fault)
    }

    async fn verifies_eddsa(&self, key: &Ed25519PublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        // The runtime takes it for a fault.
        if signature.len() != SIGNATURE_BYTES {
            return Ok(false);
        }
        let imported = kept(Use::VerifyEdDsa, key.bytes(), async || import_public(key).await).await.map_err(fault)?;
        verify_eddsa(&imported, message, signature).await.map_err(fault)
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

async fn sign_rs256(key: &RsaKey, message: &[u8]) -> Result<Vec<u8>, JsValue> {
    let algorithm = rs256()?;
    let import = async || import("pkcs8", &Uint8Array::from(key.pkcs8()), &algorithm, "sign").await;
    let imported = kept(Use::SignRs256, key.public.kid.as_bytes(), import).await?;
    bytes(subtle()?.sign_with_object_and_u8_array(&algorithm, &imported, message)?).await
}

async fn digest(algorithm: &str, message: &[u8]) -> Result<Vec<u8>, JsValue> {
    bytes(subtle()?.digest_with_str_and_u8_array(algorithm, message)?).await
}

/// The `ArrayBuffer` that a promise brings.
async fn bytes(promise: Promise) -> Result<Vec<u8>, JsValue> {
    JsFuture::from(promise).await.map(|buffer| Uint8Array::new(&buffer).to_vec())
}

async fn sign_eddsa(kid: &str, seed: &DerivedKey, message: &[u8]) -> Result<Vec<u8>, JsValue> {
    let imported = kept(Use::SignEdDsa, kid.as_bytes(), async || import_seed(seed, false).await).await?;
    bytes(subtle()?.sign_with_str_and_u8_array(ED25519, &imported, message)?).await
}

/// Only a private key that may be exported shows its public one.
async fn public_key_of(seed: &DerivedKey) -> Result<Option<[u8; 32]>, JsValue> {
    let jwk = JsFuture::from(subtle()?.export_key("jwk", &import_seed(seed, true).await?)?).await?;
    let x = Reflect::get(&jwk, &"x".into())?.as_string().unwrap_or_default();
    Ok(URL_SAFE_NO_PAD.decode(x).ok().and_then(|x| x.try_into().ok()))
}

async fn import_seed(seed: &DerivedKey, exportable: bool) -> Result<CryptoKey, JsValue> {
    let mut pkcs8 = Zeroizing::new([0; 48]);
    let (head, tail) = pkcs8.split_at_mut(PKCS8_OF_SEED.len());
    head.copy_from_slice(&PKCS8_OF_SEED);
    tail.copy_from_slice(seed.bytes());
    import_ed25519("pkcs8", pkcs8.as_slice(), exportable, "sign").await
}

async fn import_public(key: &Ed25519PublicKey) -> Result<CryptoKey, JsValue> {
    import_ed25519("raw", key.bytes(), false, "verify").await
}

async fn import_ed25519(format: &str, key: &[u8], exportable: bool, usage: &str) -> Result<CryptoKey, JsValue> {
    let (key, usages) = (Uint8Array::from(key), Array::of1(&usage.into()));
    let imported = subtle()?.import_key_with_str(format, &key, ED25519, exportable, &usages)?;
    JsFuture::from(imported).await.map(JsCast::unchecked_into)
}

async fn verify_eddsa(key: &CryptoKey, message: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
    let done = subtle()?.verify_with_str_and_u8_array_and_u8_array(ED25519, key, signature, message)?;
    JsFuture::from(done).await.map(|verified| verified.is_truthy())
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
