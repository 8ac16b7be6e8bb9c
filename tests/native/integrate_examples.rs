//! `docs/use/INTEGRATE.md`: its examples are the tested files, and the one in Rust verifies the service's tokens.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gatehouse::ports::Clock;
use jwt_compact::alg::{Ed25519, Es256};
use serde_json::{Value, json};

use crate::app::{KEY, ORIGIN, OTHER_KEY, TestApp};
use crate::jwt_forging::{Caught, caught, encode, sign};
use crate::signatures;

const DOCUMENT: &str = include_str!("../../docs/use/INTEGRATE.md");

#[path = "../../docs/examples/verify.rs"]
mod example;

const API: &str = "https://api.example.com";

#[test]
fn the_document_shows_the_examples_that_are_tested() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples");
    let shown: BTreeSet<_> =
        DOCUMENT.split("\n```").skip(1).step_by(2).map(|block| block.split_once('\n').unwrap().1).collect();
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let example = fs::read_to_string(&file).unwrap();
        assert!(shown.contains(example.trim_end()), "{} is another in docs/use/INTEGRATE.md", file.display());
    }
}

/// The user that the example derives from a token.
fn judge(it: &Caught, issuer: &str, audience: &str, token: &str) -> Option<example::Access> {
    let keys = it.app.get("/.well-known/jwks.json").text();
    let now = it.app.platform.now().to_chrono();
    match it.algorithm() {
        "EdDSA" => example::verify(&Ed25519, &keys, issuer, audience, now, token),
        _ => example::verify(&Es256, &keys, issuer, audience, now, token),
    }
}

/// With the issuer and audience of the service's default settings.
fn accepts(it: &Caught, token: &str) -> bool {
    judge(it, ORIGIN, ORIGIN, token).is_some()
}

#[test]
fn the_example_in_rust_knows_a_token_until_it_has_expired() {
    for it in caught() {
        let access = judge(&it, ORIGIN, ORIGIN, &it.token).unwrap();
        assert_eq!(access.sub, it.app.platform.ask::<String>("SELECT id FROM users"));
        assert_eq!(access.role, "user");
        it.app.pass_seconds(904);
        assert!(accepts(&it, &it.token), "clocks may differ by five seconds");
        it.app.pass_seconds(2);
        assert!(!accepts(&it, &it.token));
    }
}

#[test]
fn the_example_in_rust_refuses_what_is_by_or_for_somebody_else() {
    for mut it in caught() {
        assert!(judge(&it, "https://evil.example", ORIGIN, &it.token).is_none());
        assert!(judge(&it, ORIGIN, API, &it.token).is_none());

        let algorithm = ("AUTH_SIGNING_ALG", it.algorithm());
        it.app.redeploy(&[algorithm, ("AUTH_AUDIENCE", API)]);
        let token = it.app.sign_in("ada").access;
        assert!(judge(&it, ORIGIN, API, &token).is_some());
        assert!(!accepts(&it, &token));

        it.app.redeploy(&[algorithm, ("APP_KEY", OTHER_KEY)]);
        assert!(!accepts(&it, &it.token));
        it.app.redeploy(&[algorithm, ("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", KEY)]);
        assert!(accepts(&it, &it.token), "a planned change of the key");
    }
}

#[test]
fn the_example_in_rust_refuses_forgeries_and_other_kinds() {
    for it in caught() {
        let other_algorithm = if it.algorithm() == "EdDSA" { "ES256" } else { "EdDSA" };
        for (member, value) in [
            ("typ", json!("JWT")),
            ("typ", Value::Null),
            ("alg", json!("none")),
            ("alg", json!("HS256")),
            ("alg", json!(other_algorithm)),
            ("kid", json!("x")),
        ] {
            let mut header = it.header();
            header[member] = value;
            assert!(!accepts(&it, &sign(&header, &it.claims(), it.key())), "{header}");
        }

        let mut claims = it.claims();
        claims.as_object_mut().unwrap().remove("exp");
        assert!(!accepts(&it, &sign(&it.header(), &claims, it.key())), "a token that never expires");

        let mut parts: Vec<_> = it.token.split('.').map(str::to_owned).collect();
        let mut claims = it.claims();
        claims["role"] = json!("admin");
        parts[1] = encode(claims.to_string());
        assert!(!accepts(&it, &parts.join(".")), "signed before it was raised");

        let stranger = TestApp::with(&[("APP_KEY", OTHER_KEY), ("AUTH_SIGNING_ALG", it.algorithm())]);
        let key =
            &signatures::keys(&stranger, stranger.settings().issuer.signing.access(), it.keys[0].epoch)[0].signing;
        assert!(!accepts(&it, &sign(&it.header(), &it.claims(), key)), "another key under this one's name");
    }
}
