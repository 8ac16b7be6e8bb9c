//! Published attacks on signatures, each against our verification and with the verdict its authors expect.

use gatehouse::domain::crypto::algorithm::VerifyingKey;
use gatehouse::domain::crypto::ed25519::Ed25519PublicKey;
use gatehouse::domain::crypto::jws::Jws;
use gatehouse::domain::passkeys::public_key::PublicKey;
use gatehouse::flows::signing;
use gatehouse::ports::Signatures;
use pollster::block_on;
use serde_json::Value;

use crate::app::TestApp;
use crate::platform::TestPlatform;
use crate::signatures::{es256, of_passkey};

pub fn hex(text: &Value) -> Vec<u8> {
    let digits = text.as_str().unwrap().as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn ed25519(key: &Value) -> VerifyingKey {
    VerifyingKey::EdDsa(Ed25519PublicKey::new(hex(key).try_into().unwrap()).unwrap())
}

fn p256(key: &Value) -> VerifyingKey {
    VerifyingKey::Es256(es256(&p256::ecdsa::VerifyingKey::from_sec1_bytes(&hex(key)).unwrap()))
}

/// Judges every test of a file and returns their number, so that none is skipped silently.
fn judge(file: &str, key: fn(&Value) -> VerifyingKey, verdict: impl Fn(&VerifyingKey, &Value) -> bool) -> usize {
    let groups: Vec<Value> = serde_json::from_str(file).unwrap();
    let mut count = 0;
    for group in &groups {
        let key = key(&group["key"]);
        for test in group["tests"].as_array().unwrap() {
            let expected = match test["result"].as_str().unwrap() {
                "valid" => true,
                "invalid" => false,
                other => panic!("{other} is no verdict"),
            };
            assert_eq!(verdict(&key, test), expected, "{} {}", test["tcId"], test["comment"]);
            count += 1;
        }
    }
    count
}

fn signature(key: &VerifyingKey, test: &Value) -> bool {
    let (platform, message, signature) = (TestPlatform::new(), hex(&test["msg"]), hex(&test["sig"]));
    block_on(platform.verifies_jws(key, &message, &signature)).unwrap()
}

#[test]
fn published_ed25519_signatures_are_judged_as_expected() {
    assert_eq!(judge(include_str!("wycheproof/ed25519.json"), ed25519, signature), 151);
}

#[test]
fn published_p256_signatures_are_judged_as_expected() {
    assert_eq!(judge(include_str!("wycheproof/ecdsa_p256.json"), p256, signature), 262);
}

/// The COSE key of a point, as an authenticator writes it.
fn cose(head: &[u8], parts: &[&[u8]], between: &[u8]) -> PublicKey {
    PublicKey::parse(&[head, &parts.join(between)].concat()).unwrap()
}

/// Judges every test of a file for passkeys. Returns their number.
fn judge_passkeys(file: &str, key: fn(&[u8]) -> PublicKey) -> usize {
    let groups: Vec<Value> = serde_json::from_str(file).unwrap();
    let mut count = 0;
    for group in &groups {
        let key = key(&hex(&group["key"]));
        for test in group["tests"].as_array().unwrap() {
            let verdict = of_passkey(&key, &hex(&test["msg"]), &hex(&test["sig"]));
            assert_eq!(verdict, test["result"] == "valid", "{} {}", test["tcId"], test["comment"]);
            count += 1;
        }
    }
    count
}

#[test]
fn published_signatures_of_p256_in_der_are_judged_as_expected_for_passkeys() {
    let key = |point: &[u8]| {
        cose(b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", &[&point[1..33], &point[33..]], b"\x22\x58\x20")
    };
    assert_eq!(judge_passkeys(include_str!("wycheproof/ecdsa_p256_der.json"), key), 484);
}

#[test]
fn published_ed25519_signatures_are_judged_as_expected_for_passkeys() {
    let key = |point: &[u8]| cose(b"\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", &[point], &[]);
    assert_eq!(judge_passkeys(include_str!("wycheproof/ed25519.json"), key), 151);
}

#[test]
fn published_attacks_on_json_web_signatures_are_judged_as_expected() {
    let file = include_str!("wycheproof/json_web_signature_es256.json");
    let jws = |test: &Value| test["jws"].as_str().unwrap().to_owned();
    let app = TestApp::with(&[("AUTH_SIGNING_ALG", "ES256")]);
    let signed = |key: &VerifyingKey, test: &Value| {
        let is_signed = |jws| block_on(signing::is_signed_by(&app.platform, key, &jws)).unwrap();
        Jws::parse(&jws(test)).is_some_and(is_signed)
    };
    assert_eq!(judge(file, p256, signed), 38);

    // The API refuses all of them, including those with a valid signature.
    for test in
        serde_json::from_str::<Vec<Value>>(file).unwrap().iter().flat_map(|group| group["tests"].as_array().unwrap())
    {
        app.me(&jws(test)).assert_error(401, "token_invalid");
    }
}
