//! The test vectors of WebAuthn Level 3, through both ceremonies, and every byte of them changed.

use gatehouse::domain::passkeys::assertion::{Assertion, StoredPasskey, Verified};
use gatehouse::domain::passkeys::creation::Requirements;
use gatehouse::domain::passkeys::credential_id::CredentialId;
use gatehouse::domain::passkeys::public_key::CoseAlgorithm;
use gatehouse::domain::passkeys::refusal::Refusal;
use gatehouse::domain::passkeys::registration::{self, NewPasskey};
use gatehouse::domain::passkeys::relying_party::RelyingParty;
use gatehouse::domain::passkeys::response::{AssertionResponse, RegistrationResponse};
use gatehouse::domain::passkeys::transports::Transports;
use gatehouse::domain::passkeys::user_verification::UserVerification;
use serde_json::Value;

use crate::signatures::of_passkey;
use crate::vectors::hex;

const SUPPORTED: [(&str, CoseAlgorithm); 10] = [
    ("none-es256", CoseAlgorithm::Es256),
    ("packed-self-es256", CoseAlgorithm::Es256),
    ("none-es256-long-credential-id", CoseAlgorithm::Es256),
    ("packed-es256", CoseAlgorithm::Es256),
    ("packed-rs256", CoseAlgorithm::Rs256),
    ("packed-eddsa", CoseAlgorithm::EdDsa),
    ("tpm-es256", CoseAlgorithm::Es256),
    ("android-key-es256", CoseAlgorithm::Es256),
    ("apple-es256", CoseAlgorithm::Es256),
    ("fido-u2f-es256", CoseAlgorithm::Es256),
];

const REFUSED: [(&str, Refusal); 5] = [
    ("none-es256-crossOrigin", Refusal::CrossOrigin),
    ("none-es256-topOrigin", Refusal::CrossOrigin),
    ("packed-es384", Refusal::Algorithm),
    ("packed-es512", Refusal::Algorithm),
    ("packed-ed448", Refusal::Algorithm),
];

fn rp() -> RelyingParty {
    RelyingParty { id: "example.org".into(), origins: vec!["https://example.org".into()] }
}

/// One vector: both responses with their challenges.
struct Vector {
    registration: RegistrationResponse,
    registration_challenge: Vec<u8>,
    assertion: AssertionResponse,
    assertion_challenge: Vec<u8>,
    aaguid: Vec<u8>,
}

fn vectors() -> Vec<Value> {
    serde_json::from_str(include_str!("webauthn/vectors.json")).unwrap()
}

fn vector(name: &str) -> Vector {
    let name = format!("sctn-test-vectors-{name}");
    let vectors = vectors();
    let vector = vectors.iter().find(|vector| vector["name"] == name).unwrap_or_else(|| panic!("there is no {name}"));
    let (reg, auth) = (&vector["reg"], &vector["auth"]);
    let id = CredentialId::from_bytes(&hex(&reg["credential_id"])).unwrap();
    Vector {
        registration: RegistrationResponse {
            id: id.clone(),
            client_data: hex(&reg["clientDataJSON"]),
            attestation_object: hex(&reg["attestationObject"]),
            transports: Transports::default(),
        },
        registration_challenge: hex(&reg["challenge"]),
        assertion: AssertionResponse {
            id,
            client_data: hex(&auth["clientDataJSON"]),
            authenticator_data: hex(&auth["authenticatorData"]),
            signature: hex(&auth["signature"]),
            user_handle: None,
        },
        assertion_challenge: hex(&auth["challenge"]),
        aaguid: hex(&reg["aaguid"]),
    }
}

/// Takes the vector's own challenge only.
fn expect(challenge: &[u8]) -> impl FnOnce(&[u8]) -> Result<(), Refusal> {
    move |presented| if presented == challenge { Ok(()) } else { Err(Refusal::Challenge) }
}

fn register(response: &RegistrationResponse, challenge: &[u8]) -> Result<NewPasskey, Refusal> {
    let requirements = Requirements { user_verification: UserVerification::Preferred, conditional: false };
    registration::verify_with(response, &rp(), requirements, expect(challenge)).map(|(passkey, ())| passkey)
}

fn sign_in(response: &AssertionResponse, challenge: &[u8], passkey: &NewPasskey) -> Result<Verified, Refusal> {
    let assertion = Assertion::parse_with(response, &rp(), expect(challenge))?;
    let stored = StoredPasskey { public_key: &passkey.public_key, backup_eligible: passkey.backup_eligible };
    let signed = assertion.judge(&stored, UserVerification::Preferred)?;
    let is_genuine = of_passkey(&signed.key, signed.message, signed.signature);
    signed.proved(is_genuine)
}

#[test]
fn every_published_vector_is_judged() {
    let known = SUPPORTED.iter().map(|(name, _)| name).chain(REFUSED.iter().map(|(name, _)| name));
    let mut known: Vec<_> = known.map(|name| format!("sctn-test-vectors-{name}")).collect();
    let mut published: Vec<_> = vectors().iter().map(|vector| vector["name"].as_str().unwrap().to_owned()).collect();
    known.sort_unstable();
    published.sort_unstable();
    assert_eq!(known, published);
}

#[test]
fn passkeys_of_every_attestation_format_register_and_sign_in() {
    for (name, algorithm) in SUPPORTED {
        let vector = vector(name);
        let passkey = register(&vector.registration, &vector.registration_challenge).unwrap();
        assert_eq!((passkey.algorithm, &passkey.id), (algorithm, &vector.registration.id), "{name}");
        assert_eq!(passkey.aaguid.as_slice(), vector.aaguid, "{name}");
        let verified = sign_in(&vector.assertion, &vector.assertion_challenge, &passkey);
        assert!(verified.is_ok(), "{name}: {verified:?}");
    }
}

#[test]
fn what_is_not_offered_or_was_framed_by_another_page_is_refused() {
    for (name, refusal) in REFUSED {
        let vector = vector(name);
        assert_eq!(register(&vector.registration, &vector.registration_challenge), Err(refusal), "{name}");
    }
}

#[test]
fn the_passkey_of_another_vector_verifies_nothing() {
    let passkeys = SUPPORTED.map(|(name, _)| {
        let vector = vector(name);
        register(&vector.registration, &vector.registration_challenge).unwrap()
    });
    for (place, (name, _)) in SUPPORTED.iter().enumerate() {
        let vector = vector(name);
        for (other, passkey) in passkeys.iter().enumerate().filter(|(other, _)| *other != place) {
            // As if the row had the same flags: only the key differs.
            let eligible = vector.assertion.authenticator_data[32] & 0x08 != 0;
            let passkey = NewPasskey { backup_eligible: eligible, ..passkey.clone() };
            let judged = sign_in(&vector.assertion, &vector.assertion_challenge, &passkey);
            assert_eq!(judged, Err(Refusal::Signature), "{name} by {}", SUPPORTED[other].0);
        }
    }
}

/// The bytes with one bit changed, for each byte.
fn changed(bytes: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    (0..bytes.len()).map(move |place| {
        let mut changed = bytes.to_vec();
        changed[place] ^= 1 << (place % 8);
        (place, changed)
    })
}

#[test]
fn every_changed_byte_of_a_signed_response_refuses_it() {
    for (name, _) in SUPPORTED {
        let vector = vector(name);
        let passkey = register(&vector.registration, &vector.registration_challenge).unwrap();
        let refuses = |response: &AssertionResponse, place: usize| {
            let judged = sign_in(response, &vector.assertion_challenge, &passkey);
            assert!(judged.is_err(), "{name}: byte {place} of {response:?}");
        };
        for (place, client_data) in changed(&vector.assertion.client_data) {
            refuses(&AssertionResponse { client_data, ..vector.assertion.clone() }, place);
        }
        for (place, authenticator_data) in changed(&vector.assertion.authenticator_data) {
            refuses(&AssertionResponse { authenticator_data, ..vector.assertion.clone() }, place);
        }
        for (place, signature) in changed(&vector.assertion.signature) {
            refuses(&AssertionResponse { signature, ..vector.assertion.clone() }, place);
        }
        for length in 0..vector.assertion.signature.len() {
            let signature = vector.assertion.signature[..length].to_vec();
            refuses(&AssertionResponse { signature, ..vector.assertion.clone() }, length);
        }
    }
}

/// Where `authData` lies in an attestation object.
fn authenticator_data(response: &RegistrationResponse) -> std::ops::Range<usize> {
    let object = &response.attestation_object;
    let rp_id_hash = rp().id_hash();
    let start = object.windows(32).position(|window| window == rp_id_hash).unwrap();
    start..object.len()
}

/// Nobody signs a registration without attestation. What somebody changes on the way is refused, or is one of the authenticator's
/// claims (flags, counter, AAGUID), or makes a passkey that its authenticator cannot use.
#[test]
fn a_changed_registration_is_refused_or_of_no_use() {
    for (name, _) in SUPPORTED {
        let vector = vector(name);
        let passkey = register(&vector.registration, &vector.registration_challenge).unwrap();
        let data = authenticator_data(&vector.registration);
        let claims = data.start + 32..data.start + 53;
        let mut claimed = 0;
        for (place, attestation_object) in changed(&vector.registration.attestation_object) {
            let response = RegistrationResponse { attestation_object, ..vector.registration.clone() };
            let Ok(changed) = register(&response, &vector.registration_challenge) else { continue };
            if claims.contains(&place) {
                claimed += 1;
                assert_eq!((&changed.id, &changed.public_key), (&passkey.id, &passkey.public_key), "{name}: {place}");
            } else if data.contains(&place) {
                let judged = sign_in(&vector.assertion, &vector.assertion_challenge, &changed);
                assert!(judged.is_err(), "{name}: byte {place} changed {passkey:?} to {changed:?}");
            } else {
                assert_eq!(changed, passkey, "{name}: byte {place} of the attestation changed the passkey");
            }
        }
        assert!(claimed >= 20, "{name}: {claimed}");
    }
}

#[test]
fn changed_client_data_registers_nothing_unless_what_counts_in_it_is_the_same() {
    let vector = vector("packed-self-es256");
    let counts = |client_data: &[u8]| {
        let json: Value = serde_json::from_slice(client_data).unwrap();
        ["type", "challenge", "origin", "topOrigin"].map(|name| json[name].clone())
    };
    for (place, client_data) in changed(&vector.registration.client_data) {
        let response = RegistrationResponse { client_data, ..vector.registration.clone() };
        if register(&response, &vector.registration_challenge).is_ok() {
            assert_eq!(counts(&response.client_data), counts(&vector.registration.client_data), "byte {place}");
        }
    }
}

#[test]
fn every_attestation_object_that_ends_early_or_late_is_refused() {
    for (name, _) in SUPPORTED {
        let vector = vector(name);
        let whole = &vector.registration.attestation_object;
        for attestation_object in (0..whole.len()).map(|end| whole[..end].to_vec()).chain([[whole, &[0][..]].concat()])
        {
            let length = attestation_object.len();
            let response = RegistrationResponse { attestation_object, ..vector.registration.clone() };
            let judged = register(&response, &vector.registration_challenge);
            assert_eq!(judged, Err(Refusal::AttestationObject), "{name}: {length} bytes");
        }
    }
}
