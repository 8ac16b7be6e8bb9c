//! Both ceremonies of passkeys with an authenticator in software: options, response, judgement.

use gatehouse::domain::accounts::user::User;
use gatehouse::domain::crypto::keyring::{AppKey, Keyring};
use gatehouse::domain::id::Id;
use gatehouse::domain::passkeys::assertion::{Assertion, StoredPasskey, Verified, counter_accepts};
use gatehouse::domain::passkeys::challenge::{self, Challenge, Context};
use gatehouse::domain::passkeys::creation::{Creation, Requirements};
use gatehouse::domain::passkeys::options::{CreationOptions, Descriptor, RequestOptions};
use gatehouse::domain::passkeys::public_key::CoseAlgorithm;
use gatehouse::domain::passkeys::refusal::Refusal;
use gatehouse::domain::passkeys::registration::{self, NewPasskey};
use gatehouse::domain::passkeys::relying_party::RelyingParty;
use gatehouse::domain::passkeys::response::{AssertionResponse, RegistrationResponse};
use gatehouse::domain::passkeys::user_verification::UserVerification::{self, Preferred, Required};
use gatehouse::domain::policy;
use gatehouse::domain::sessions::second_factors::KeyKind;
use gatehouse::domain::timestamp::Timestamp;
use serde_json::{Value, json};

use crate::authenticator::{Authenticator, base64url};
use crate::signatures::of_passkey;

const NOW: Timestamp = Timestamp::from_millis(1_764_000_000_000);
const ORIGIN: &str = "https://auth.example.com";
const NONCE: [u8; 16] = [9; 16];
const PASSKEY: Creation = Creation::Requested(KeyKind::Passkey);
const BROWSER: Context<'static> = Context::SignIn { browser: b"cookie" };

fn rp() -> RelyingParty {
    RelyingParty { id: "example.com".into(), origins: vec![ORIGIN.into()] }
}

fn keys() -> Keyring {
    Keyring::new(AppKey::parse("0123456789abcdef0123456789abcdef").unwrap(), Vec::new())
}

fn user() -> Id<User> {
    Id::from_bytes([0xab; 16])
}

fn enrolment() -> Context<'static> {
    Context::Enrolment { session: Id::from_bytes([1; 16]), user: user(), creation: PASSKEY }
}

fn authenticator() -> Authenticator {
    Authenticator::new(ORIGIN, 1)
}

fn creation_options() -> Value {
    let challenge = challenge::issue(&keys(), &enrolment(), NONCE, NOW);
    let rp = rp();
    serde_json::to_value(CreationOptions::new(&rp, "Gatehouse", user(), "ada", &challenge, PASSKEY, &[])).unwrap()
}

fn request_options(context: &Context<'_>) -> Value {
    let challenge = challenge::issue(&keys(), context, NONCE, NOW);
    serde_json::to_value(RequestOptions::new(&rp(), &challenge, Required, &[])).unwrap()
}

fn judge_registration(
    response: &Value,
    context: &Context<'_>,
    user_verification: UserVerification,
    conditional: bool,
) -> Result<(NewPasskey, Challenge), Refusal> {
    let response = RegistrationResponse::from_value(response)?;
    let requirements = Requirements { user_verification, conditional };
    registration::verify(&response, &rp(), &keys(), context, requirements, NOW)
}

fn register(authenticator: &mut Authenticator) -> Result<NewPasskey, Refusal> {
    judge_registration(&authenticator.create(&creation_options()), &enrolment(), Required, false)
        .map(|(passkey, _)| passkey)
}

fn parse(response: &Value, context: &Context<'_>) -> Result<Assertion, Refusal> {
    Assertion::parse(&AssertionResponse::from_value(response)?, &rp(), &keys(), context, NOW)
}

fn verify(response: &Value, passkey: &NewPasskey, required: UserVerification) -> Result<Verified, Refusal> {
    let stored = StoredPasskey { public_key: &passkey.public_key, backup_eligible: passkey.backup_eligible };
    let assertion = parse(response, &BROWSER)?;
    let signed = assertion.judge(&stored, required)?;
    let is_genuine = of_passkey(&signed.key, signed.message, signed.signature);
    signed.proved(is_genuine)
}

/// Registers a passkey, changes its authenticator, and signs in.
fn sign_in_after(change: impl FnOnce(&mut Authenticator), required: UserVerification) -> Result<Verified, Refusal> {
    let mut authenticator = authenticator();
    let passkey = register(&mut authenticator).unwrap();
    change(&mut authenticator);
    verify(&authenticator.get(&request_options(&BROWSER)), &passkey, required)
}

#[test]
fn a_new_passkey_signs_its_user_in() {
    let mut authenticator = authenticator();
    authenticator.aaguid = [3; 16];
    let response = authenticator.create(&creation_options());
    let (passkey, spent) = judge_registration(&response, &enrolment(), Required, false).unwrap();
    assert_eq!(spent, Challenge { id: Id::from_bytes(NONCE), expires_at: NOW + policy::PASSKEY_CHALLENGE_LIFETIME });
    assert_eq!((passkey.id.bytes(), passkey.algorithm), (authenticator.id.as_slice(), CoseAlgorithm::Es256));
    assert_eq!((passkey.aaguid, passkey.transports.to_string().as_str()), ([3; 16], "hybrid internal"));
    assert_eq!((passkey.backup_eligible, passkey.backed_up, passkey.user_verified), (true, true, true));

    let response = authenticator.get(&request_options(&BROWSER));
    let assertion = parse(&response, &BROWSER).unwrap();
    assert_eq!((assertion.credential_id(), assertion.user_handle()), (&passkey.id, Some(user())));
    assert_eq!(assertion.challenge().id, Id::from_bytes(NONCE));
    let expected = Verified { sign_count: 0, user_verified: true, backed_up: true };
    assert_eq!(verify(&response, &passkey, Required), Ok(expected));
}

#[test]
fn a_passkey_for_another_site_is_refused() {
    for origin in ["https://evil.example", "http://auth.example.com", "https://auth.example.com:8443", "null"] {
        let elsewhere = |authenticator: &mut Authenticator| authenticator.origin = origin.to_owned();
        assert_eq!(register(&mut Authenticator::new(origin, 1)), Err(Refusal::Origin), "{origin}");
        assert_eq!(sign_in_after(elsewhere, Required), Err(Refusal::Origin), "{origin}");
    }
    let of_another = |authenticator: &mut Authenticator| authenticator.rp_id = Some("evil.example".into());
    let mut new = authenticator();
    of_another(&mut new);
    assert_eq!(register(&mut new), Err(Refusal::RelyingParty));
    assert_eq!(sign_in_after(of_another, Required), Err(Refusal::RelyingParty));
}

#[test]
fn somebody_must_be_present_except_where_the_browser_creates_by_itself() {
    let mut absent = authenticator();
    (absent.user_present, absent.user_verified) = (false, false);
    let response = absent.create(&creation_options());
    let judged = |conditional| judge_registration(&response, &enrolment(), Preferred, conditional).map(|_| ());
    assert_eq!(judged(false), Err(Refusal::UserPresence));
    assert_eq!(judged(true), Ok(()));
    let absent = |authenticator: &mut Authenticator| authenticator.user_present = false;
    assert_eq!(sign_in_after(absent, Preferred), Err(Refusal::UserPresence));
}

#[test]
fn an_unverified_user_passes_only_where_verification_is_not_required() {
    let mut unverified = authenticator();
    unverified.user_verified = false;
    let response = unverified.create(&creation_options());
    let judged = |required| judge_registration(&response, &enrolment(), required, false).map(|_| ());
    assert_eq!(judged(Required), Err(Refusal::UserVerification));
    assert_eq!(judged(Preferred), Ok(()));
    let unverified = |authenticator: &mut Authenticator| authenticator.user_verified = false;
    assert_eq!(sign_in_after(unverified, Required), Err(Refusal::UserVerification));
    assert!(sign_in_after(unverified, Preferred).is_ok_and(|verified| !verified.user_verified));
}

#[test]
fn backup_flags_must_be_possible_and_eligibility_must_stay() {
    let impossible = |authenticator: &mut Authenticator| authenticator.backup_eligible = false;
    let bound = |authenticator: &mut Authenticator| {
        (authenticator.backup_eligible, authenticator.backed_up) = (false, false);
    };
    let mut new = authenticator();
    impossible(&mut new);
    assert_eq!(register(&mut new), Err(Refusal::Backup));
    assert_eq!(sign_in_after(impossible, Required), Err(Refusal::Backup));
    assert_eq!(sign_in_after(bound, Required), Err(Refusal::Backup));
    let lost = |authenticator: &mut Authenticator| authenticator.backed_up = false;
    assert!(sign_in_after(lost, Required).is_ok_and(|verified| !verified.backed_up));
}

#[test]
fn the_counter_of_a_clone_is_noticed() {
    let mut original = authenticator();
    (original.backup_eligible, original.backed_up, original.counter) = (false, false, 7);
    let passkey = register(&mut original).unwrap();
    assert_eq!(passkey.sign_count, 7);
    let mut clone = original.clone();
    let presented = |authenticator: &mut Authenticator| {
        verify(&authenticator.get(&request_options(&BROWSER)), &passkey, Required).unwrap().sign_count
    };
    let [first, second] = [&mut original, &mut clone].map(presented);
    assert!(counter_accepts(passkey.sign_count, first, passkey.backup_eligible));
    assert!(!counter_accepts(first, second, passkey.backup_eligible));
}

#[test]
fn a_signature_by_another_key_or_of_another_message_is_refused() {
    let wrong = |authenticator: &mut Authenticator| authenticator.signs_wrongly = true;
    assert_eq!(sign_in_after(wrong, Required), Err(Refusal::Signature));
    let passkey = register(&mut authenticator()).unwrap();
    let response = Authenticator::new(ORIGIN, 2).get(&request_options(&BROWSER));
    assert_eq!(verify(&response, &passkey, Required), Err(Refusal::Signature));
}

#[test]
fn a_response_in_another_context_is_refused() {
    let mut authenticator = authenticator();
    let registration = authenticator.create(&creation_options());
    let elsewhere = Context::Enrolment { session: Id::from_bytes([2; 16]), user: user(), creation: PASSKEY };
    assert_eq!(judge_registration(&registration, &elsewhere, Required, false).map(|_| ()), Err(Refusal::Challenge));
    let assertion = authenticator.get(&request_options(&BROWSER));
    for context in [
        Context::SignIn { browser: b"another" },
        Context::SignIn { browser: b"" },
        Context::SecondFactor { binding: b"cookie" },
        enrolment(),
    ] {
        assert_eq!(parse(&assertion, &context), Err(Refusal::Challenge), "{context:?}");
    }
}

#[test]
fn a_response_of_the_other_ceremony_is_refused() {
    let mut authenticator = authenticator();
    let (registration, assertion) =
        (authenticator.create(&creation_options()), authenticator.get(&request_options(&BROWSER)));
    let mut mixed = registration.clone();
    mixed["response"]["clientDataJSON"] = assertion["response"]["clientDataJSON"].clone();
    assert_eq!(judge_registration(&mixed, &BROWSER, Required, false).map(|_| ()), Err(Refusal::Ceremony));
    let mut mixed = assertion.clone();
    mixed["response"]["clientDataJSON"] = registration["response"]["clientDataJSON"].clone();
    assert_eq!(parse(&mixed, &enrolment()), Err(Refusal::Ceremony));
    assert_eq!(judge_registration(&assertion, &BROWSER, Required, false).map(|_| ()), Err(Refusal::Malformed));
    // An assertion's data has no new passkey in it.
    let mut old = authenticator.create(&creation_options());
    let data =
        data_encoding::BASE64URL_NOPAD.decode(assertion["response"]["authenticatorData"].as_str().unwrap().as_bytes());
    let object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58\x25".as_slice(), &data.unwrap()].concat();
    old["response"]["attestationObject"] = json!(base64url(&object));
    assert_eq!(judge_registration(&old, &enrolment(), Required, false).map(|_| ()), Err(Refusal::AuthenticatorData));
}

#[test]
fn a_user_handle_is_a_user_or_absent() {
    let mut authenticator = authenticator();
    register(&mut authenticator).unwrap();
    let mut handle = |handle: Option<&str>| {
        authenticator.user_handle = handle.map(str::to_owned);
        parse(&authenticator.get(&request_options(&BROWSER)), &BROWSER).map(|assertion| assertion.user_handle())
    };
    assert_eq!(handle(None), Ok(None));
    assert_eq!(handle(Some(&base64url(&[0xab; 16]))), Ok(Some(user())));
    for wrong in [&[][..], &[1; 15], &[1; 17], b"ada"] {
        assert_eq!(handle(Some(&base64url(wrong))), Err(Refusal::UserHandle));
    }
}

#[test]
fn the_id_beside_a_new_passkey_is_the_attested_one() {
    let mut authenticator = authenticator();
    let mut response = authenticator.create(&creation_options());
    let other = json!(base64url(&[7; 32]));
    (response["id"], response["rawId"]) = (other.clone(), other);
    assert_eq!(judge_registration(&response, &enrolment(), Required, false).map(|_| ()), Err(Refusal::CredentialId));
    authenticator.id = vec![7; 1023];
    let passkey = register(&mut authenticator).unwrap();
    let descriptor = Descriptor::new(passkey.id.clone(), passkey.transports);
    assert_eq!(serde_json::to_value(descriptor).unwrap()["id"], passkey.id.spelled());
    authenticator.id.push(7);
    assert_eq!(register(&mut authenticator), Err(Refusal::CredentialId));
}
