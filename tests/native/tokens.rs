//! Access tokens: their claims, their signing keys, and how long they are accepted.

use gatehouse::domain::crypto::signing::epoch_of;
use gatehouse::domain::timestamp::Timestamp;
use gatehouse::ports::Clock;
use serde_json::{Value, json};

use crate::app::{KEY, ORIGIN, OTHER_KEY, TestApp, Tokens, UNCOUNTED};
use crate::jwt_forging::{ALGORITHMS, Caught, caught, part, sign};

const DAY: u64 = 86_400;

fn published(app: &TestApp) -> Vec<Value> {
    app.get("/.well-known/jwks.json").json()["keys"].as_array().unwrap().clone()
}

#[test]
fn an_access_token_says_what_rfc_9068_asks() {
    for algorithm in ALGORITHMS {
        let header = Caught::with(algorithm).header();
        assert_eq!((&header["alg"], &header["typ"]), (&json!(algorithm), &json!("at+jwt")));
        assert_eq!(header.as_object().unwrap().len(), 3);
    }
    let app = TestApp::new();
    let token = app.signed_in("ada").access;
    assert_eq!(part(&token, 0)["alg"], "EdDSA", "the algorithm nobody has chosen");
    let claims = part(&token, 1);
    assert_eq!(claims["iss"], ORIGIN);
    assert_eq!(claims["aud"], ORIGIN);
    assert_eq!(claims["client_id"], ORIGIN);
    assert_eq!(claims["sub"], app.platform.ask::<String>("SELECT id FROM users"));
    assert_eq!(claims["sid"], app.platform.ask::<String>("SELECT id FROM sessions"));
    assert_eq!(claims["iat"], 1_780_000_000);
    assert_eq!(claims["exp"], 1_780_000_900);
    assert_eq!(claims["auth_time"], 1_780_000_000);
    assert_eq!(claims["ver"], 1);
    assert_eq!(claims["role"], "user");
    assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["pwd"]), &json!("aal1")));
    assert_eq!(claims["jti"].as_str().unwrap().len(), 36);
}

/// Access tokens issued by previous versions have no `client_id` or no `acr`, and stay valid.
#[test]
fn nothing_of_ours_asks_for_a_client_id_or_a_level() {
    for it in caught() {
        for claim in ["client_id", "acr"] {
            let mut claims = it.claims();
            claims.as_object_mut().unwrap().remove(claim).unwrap();
            let token = sign(&it.header(), &claims, it.key());
            it.app.me(&token).assert_ok();
            assert_eq!(it.app.verify(&token).assert_ok().header("x-auth-level"), "aal1", "{claim}");
        }
    }
}

#[test]
fn a_token_says_which_level_its_sign_in_reached_and_so_does_verify() {
    let app = TestApp::new();
    let mut tokens = app.signed_in("ada");
    for (methods, level) in [("pwd", "aal1"), ("pwd otp", "aal1"), ("pwd otp mfa", "aal2"), ("pop user mfa", "aal2")] {
        app.platform.tell(&format!("UPDATE sessions SET factor = '{methods}'"));
        app.pass_seconds(11);
        tokens = Tokens::of(&app.refresh(&tokens.refresh).assert_ok());
        assert_eq!(part(&tokens.access, 1)["acr"], level, "{methods}");
        let verified = app.verify(&tokens.access).assert_ok();
        assert_eq!((verified.header("x-auth-level"), verified.header("x-auth-method")), (level, methods));
    }
}

#[test]
fn claims_are_judged_one_by_one() {
    for it in caught() {
        judge_claims(&it);
    }
}

fn judge_claims(it: &Caught) {
    let now = it.app.platform.now().seconds();
    for (claim, value, error) in [
        ("iss", json!("https://evil.example"), "token_invalid"),
        ("iss", Value::Null, "token_invalid"),
        ("aud", json!("https://other.example"), "token_invalid"),
        ("aud", json!([ORIGIN]), "token_invalid"),
        ("aud", json!([ORIGIN, "https://other.example"]), "token_invalid"),
        ("sub", json!("00000000-0000-0000-0000-000000000000"), "token_revoked"),
        ("sub", json!("x"), "token_invalid"),
        ("sid", json!("00000000-0000-0000-0000-000000000000"), "token_revoked"),
        ("sid", Value::Null, "token_invalid"),
        ("exp", json!(now), "token_expired"),
        ("exp", json!(now - 1), "token_expired"),
        ("exp", Value::Null, "token_invalid"),
        ("exp", json!("soon"), "token_invalid"),
        ("exp", json!(i64::MAX), "token_invalid"),
        ("exp", json!(-1), "token_expired"),
        ("exp", json!(1e300), "token_invalid"),
        ("iat", json!(now + 61), "token_invalid"),
        ("iat", json!(0), "token_invalid"),
        ("iat", json!(i64::MIN), "token_invalid"),
        ("iat", Value::Null, "token_invalid"),
        ("nbf", json!(now + 61), "token_invalid"),
        ("role", json!("root"), "token_invalid"),
        ("ver", json!("1"), "token_invalid"),
        ("ver", Value::Null, "token_invalid"),
        ("amr", json!("pwd"), "token_invalid"),
    ] {
        let mut claims = it.claims();
        claims[claim] = value.clone();
        let reply = it.app.me(&sign(&it.header(), &claims, it.key()));
        assert_eq!((reply.status.as_u16(), reply.error().as_str()), (401, error), "{claim} {value}");
    }
}

#[test]
fn keys_rotate_without_anybody_being_signed_out() {
    for algorithm in ALGORITHMS {
        let app = TestApp::with(&[
            ("AUTH_SIGNING_ALG", algorithm),
            ("AUTH_ACCESS_TOKEN_LIFETIME", "2592000"),
            ("AUTH_REFRESH_TOKEN_LIFETIME", "2592000"),
        ]);
        app.user("ada");
        // The last second of an epoch.
        let next = epoch_of(app.platform.now()) + 1;
        app.platform.set_clock(Timestamp::from_seconds(next * 30 * DAY as i64 - 1));
        let old = app.sign_in("ada");
        app.pass_seconds(2);
        app.me(&old.access).assert_ok();
        let new = Tokens::of(&app.refresh(&old.refresh).assert_ok());
        let kids = [&old, &new].map(|tokens| part(&tokens.access, 0)["kid"].clone());
        assert_ne!(kids[0], kids[1]);
        app.pass_seconds(30 * DAY - 10);
        app.me(&old.access).assert_ok();
        app.me(&new.access).assert_ok();
        let published: Vec<_> = published(&app).iter().map(|key| key["kid"].clone()).collect();
        assert!(kids.iter().all(|kid| published.contains(kid)));
    }
}

#[test]
fn the_key_set_is_public_cacheable_and_has_no_private_part() {
    let shapes = [
        ("alg crv kid kty use x y", json!(["ES256", "P-256", "EC", "sig"])),
        ("alg crv kid kty use x", json!(["EdDSA", "Ed25519", "OKP", "sig"])),
    ];
    for algorithm in ALGORITHMS {
        let app = TestApp::with(&[("AUTH_SIGNING_ALG", algorithm), ("APP_KEY_PREVIOUS", OTHER_KEY)]);
        let reply = app.get("/.well-known/jwks.json");
        assert_eq!(reply.header("cache-control"), "public, max-age=300");
        let keys = published(&app);
        assert_eq!(keys.len(), 12, "three epochs of two keys, for each algorithm");
        for (place, key) in keys.iter().enumerate() {
            let (members, fixed) = &shapes[place / 6];
            assert_eq!(&key.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" "), members);
            assert_eq!(&json!([key["alg"], key["crv"], key["kty"], key["use"]]), fixed);
            let coordinates = ["x", "y"].iter().filter_map(|name| key[name].as_str());
            assert!(coordinates.clone().count() > 0 && coordinates.clone().all(|text| text.len() == 43), "{key}");
        }
    }
}

#[test]
fn an_algorithm_has_one_spelling_and_there_are_two() {
    for wrong in ["none", "eddsa", "es256", "ES256K", "ES384", "HS256", "RS256", "Ed25519", "EdDSA,ES256"] {
        let app = TestApp::with(&[("AUTH_SIGNING_ALG", wrong)]);
        let problems = app.settings.err().unwrap();
        assert_eq!(problems[0].to_string(), "AUTH_SIGNING_ALG must be one of: EdDSA, ES256", "{wrong}");
    }
}

/// Computed independently of this code, with OpenSSL. Changing a label would sign everybody out.
#[test]
fn keys_are_derived_as_they_always_were() {
    for (algorithm, kid) in [
        ("EdDSA", "5i9y9N4PtRuq2F6Do1PWsW1pinw6iXWDJcd573N6sNQ"),
        ("ES256", "hR-dEDaGR23h3krfRVwDNbsf5MN4nEjJ_Gz4fjugIPo"),
    ] {
        assert_eq!(Caught::with(algorithm).header()["kid"], kid);
    }
}

/// The cost of switching the algorithm: access tokens end, as if they had expired, and no user has to sign in again.
#[test]
fn switching_the_algorithm_ends_access_tokens_and_no_session() {
    for (from, to) in [("EdDSA", "ES256"), ("ES256", "EdDSA")] {
        for keys in [[("APP_KEY", KEY), ("APP_KEY_PREVIOUS", "")], [("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", KEY)]]
        {
            let mut it = Caught::with(from);
            let old = it.app.sign_in("ada");
            it.app.redeploy(&[&keys[..], &[("AUTH_SIGNING_ALG", to)]].concat());
            it.refuses(&old.access);
            let new = Tokens::of(&it.app.refresh(&old.refresh).assert_ok());
            assert_eq!(part(&new.access, 0)["alg"], to);
            it.app.me(&new.access).assert_ok();

            // After switching back, the remaining old ones are valid again, and the new ones are not.
            it.app.redeploy(&[("AUTH_SIGNING_ALG", from), ("APP_KEY_PREVIOUS", OTHER_KEY)]);
            it.app.me(&old.access).assert_ok();
            it.refuses(&new.access);
        }
    }
}

/// To the byte, but for a signature of ES256.
#[test]
fn a_refresh_has_one_answer_whatever_signs_it() {
    for algorithm in ALGORITHMS {
        let it = Caught::with(algorithm);
        let old = it.app.sign_in("ada");
        it.app.pass_seconds(600);
        let answer = || {
            let text = it.app.refresh(&old.refresh).assert_ok().text().to_owned();
            let token: Value = serde_json::from_str(&text).unwrap();
            let (_, signature) = token["token"].as_str().unwrap().rsplit_once('.').unwrap();
            if algorithm == "ES256" { text.replace(signature, "") } else { text.clone() }
        };
        let first = answer();
        for _ in 0..49 {
            assert_eq!(answer(), first);
        }
    }
}

#[test]
fn one_kind_of_token_passes_for_no_other() {
    let app = TestApp::with(&UNCOUNTED);
    app.register("bob", "bob@example.com").assert_ok();
    let activation = app.last_link_token();
    let tokens = app.signed_in("ada");
    let undo = app.moved(&tokens.access, "ada@new.example");
    app.change_email(&tokens.access, "ada@newer.example").assert_ok();
    let change = app.last_link_token();
    app.post("/api/auth/local/recover", &json!({ "email": "ada@new.example" })).assert_ok();
    let recovery = app.last_link_token();
    let valid = |token: &str| app.post("/api/auth/local/recover/check", &json!({ "token": token })).assert_ok().json();

    // Each of them as itself, and with the prefix of every other.
    let all = [&tokens.access, &tokens.refresh, &activation, &recovery, &change, &undo];
    let prefixes = ["", "ghr_", "gha_", "ghv_", "ghe_", "ghu_"];
    for (token, prefix) in all.iter().zip(prefixes) {
        assert!(token.starts_with(prefix), "{token} has a prefix this test does not know");
    }
    for (token, own) in all.iter().zip(prefixes) {
        for stranger in prefixes.map(|prefix| token.replacen(own, prefix, 1)) {
            let is = |own: &String| stranger == *own;
            if !is(&tokens.access) {
                app.me(&stranger).assert_error(401, "token_invalid");
                app.verify(&stranger).assert_error(401, "token_invalid");
                app.logout(&stranger).assert_error(401, "token_invalid");
            }
            if !is(&tokens.refresh) {
                app.refresh(&stranger).assert_error(401, "invalid_refresh_token");
            }
            if !is(&activation) {
                app.activate(&stranger).assert_error(400, "invalid_token");
            }
            if !is(&recovery) {
                assert_eq!(valid(&stranger), json!({ "valid": false }));
            }
            if !is(&change) {
                app.confirm_email(&stranger).assert_error(400, "invalid_token");
            }
            if !is(&undo) {
                app.undo_email(&stranger, "a new password entirely").assert_error(400, "invalid_token");
            }
        }
    }
    // None of these attempts has used anything up.
    app.activate(&activation).assert_ok();
    assert_eq!(valid(&recovery), json!({ "valid": true }));
    app.refresh(&tokens.refresh).assert_ok();
    app.confirm_email(&change).assert_ok();
}
