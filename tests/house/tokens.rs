//! Access tokens: what they say, which keys sign them, and how long they are believed.

use gatehouse::domain::crypto::signing::epoch_of;
use gatehouse::domain::timestamp::Timestamp;
use gatehouse::ports::Clock;
use serde_json::{Value, json};

use crate::forger::{ALGORITHMS, Caught, caught, part, sign};
use crate::house::{House, KEY, ORIGIN, OTHER_KEY, Tokens, UNCOUNTED};

const DAY: u64 = 86_400;

fn published(house: &House) -> Vec<Value> {
    house.get("/.well-known/jwks.json").json()["keys"].as_array().unwrap().clone()
}

#[test]
fn an_access_token_says_what_rfc_9068_asks() {
    for algorithm in ALGORITHMS {
        let header = Caught::with(algorithm).header();
        assert_eq!((&header["alg"], &header["typ"]), (&json!(algorithm), &json!("at+jwt")));
        assert_eq!(header.as_object().unwrap().len(), 3);
    }
    let house = House::new();
    let token = house.signed_in("ada").access;
    assert_eq!(part(&token, 0)["alg"], "EdDSA", "the algorithm nobody has chosen");
    let claims = part(&token, 1);
    assert_eq!(claims["iss"], ORIGIN);
    assert_eq!(claims["aud"], ORIGIN);
    assert_eq!(claims["client_id"], ORIGIN);
    assert_eq!(claims["sub"], house.world.ask::<String>("SELECT id FROM users"));
    assert_eq!(claims["sid"], house.world.ask::<String>("SELECT id FROM sessions"));
    assert_eq!(claims["iat"], 1_780_000_000);
    assert_eq!(claims["exp"], 1_780_000_900);
    assert_eq!(claims["auth_time"], 1_780_000_000);
    assert_eq!(claims["ver"], 1);
    assert_eq!(claims["role"], "user");
    assert_eq!(claims["amr"], json!(["pwd"]));
    assert_eq!(claims["jti"].as_str().unwrap().len(), 36);
}

/// Those of the version before have none, and live on.
#[test]
fn nothing_of_ours_asks_for_a_client_id() {
    for it in caught() {
        let mut claims = it.claims();
        claims.as_object_mut().unwrap().remove("client_id").unwrap();
        it.house.me(&sign(&it.header(), &claims, it.key())).granted();
    }
}

#[test]
fn claims_are_judged_one_by_one() {
    for it in caught() {
        judge_claims(&it);
    }
}

fn judge_claims(it: &Caught) {
    let now = it.house.world.now().seconds();
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
        ("amr", json!(["face"]), "token_invalid"),
    ] {
        let mut claims = it.claims();
        claims[claim] = value.clone();
        let reply = it.house.me(&sign(&it.header(), &claims, it.key()));
        assert_eq!((reply.status.as_u16(), reply.error().as_str()), (401, error), "{claim} {value}");
    }
}

#[test]
fn keys_rotate_without_anybody_being_signed_out() {
    for algorithm in ALGORITHMS {
        let house = House::with(&[
            ("AUTH_SIGNING_ALG", algorithm),
            ("AUTH_ACCESS_TOKEN_LIFETIME", "2592000"),
            ("AUTH_REFRESH_TOKEN_LIFETIME", "2592000"),
        ]);
        house.user("ada");
        // The last second of an epoch.
        let next = epoch_of(house.world.now()) + 1;
        house.world.set_clock(Timestamp::from_seconds(next * 30 * DAY as i64 - 1));
        let old = house.sign_in("ada");
        house.pass_seconds(2);
        house.me(&old.access).granted();
        let new = Tokens::of(&house.refresh(&old.refresh).granted());
        let kids = [&old, &new].map(|tokens| part(&tokens.access, 0)["kid"].clone());
        assert_ne!(kids[0], kids[1]);
        house.pass_seconds(30 * DAY - 10);
        house.me(&old.access).granted();
        house.me(&new.access).granted();
        let published: Vec<_> = published(&house).iter().map(|key| key["kid"].clone()).collect();
        assert!(kids.iter().all(|kid| published.contains(kid)));
    }
}

#[test]
fn the_key_set_is_public_cacheable_and_has_no_private_part() {
    for (algorithm, members, fixed) in [
        ("EdDSA", "alg crv kid kty use x", json!(["EdDSA", "Ed25519", "OKP", "sig"])),
        ("ES256", "alg crv kid kty use x y", json!(["ES256", "P-256", "EC", "sig"])),
    ] {
        let house = House::with(&[("AUTH_SIGNING_ALG", algorithm), ("APP_KEY_PREVIOUS", OTHER_KEY)]);
        let reply = house.get("/.well-known/jwks.json");
        assert_eq!(reply.header("cache-control"), "public, max-age=300");
        let keys = published(&house);
        assert_eq!(keys.len(), 6, "three epochs of two keys");
        for key in keys {
            assert_eq!(key.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" "), members);
            assert_eq!(json!([key["alg"], key["crv"], key["kty"], key["use"]]), fixed);
            let coordinates = ["x", "y"].iter().filter_map(|name| key[name].as_str());
            assert!(coordinates.clone().count() > 0 && coordinates.clone().all(|text| text.len() == 43), "{key}");
        }
    }
}

#[test]
fn an_algorithm_has_one_spelling_and_there_are_two() {
    for wrong in ["none", "eddsa", "es256", "ES256K", "ES384", "HS256", "RS256", "Ed25519", "EdDSA,ES256"] {
        let house = House::with(&[("AUTH_SIGNING_ALG", wrong)]);
        let problems = house.settings.err().unwrap();
        assert_eq!(problems[0].to_string(), "AUTH_SIGNING_ALG must be one of: EdDSA, ES256", "{wrong}");
    }
}

/// Worked out apart from this code, with OpenSSL. A label that changes signs everybody out.
#[test]
fn keys_are_derived_as_they_always_were() {
    for (algorithm, kid) in [
        ("EdDSA", "5i9y9N4PtRuq2F6Do1PWsW1pinw6iXWDJcd573N6sNQ"),
        ("ES256", "hR-dEDaGR23h3krfRVwDNbsf5MN4nEjJ_Gz4fjugIPo"),
    ] {
        assert_eq!(Caught::with(algorithm).header()["kid"], kid);
    }
}

/// What a deployment that switches costs: access tokens end, as if they had expired, and nobody signs in again.
#[test]
fn switching_the_algorithm_ends_access_tokens_and_no_session() {
    for (from, to) in [("EdDSA", "ES256"), ("ES256", "EdDSA")] {
        for keys in [[("APP_KEY", KEY), ("APP_KEY_PREVIOUS", "")], [("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", KEY)]]
        {
            let mut it = Caught::with(from);
            let old = it.house.sign_in("ada");
            it.house.redeploy(&[&keys[..], &[("AUTH_SIGNING_ALG", to)]].concat());
            it.refuses(&old.access);
            assert!(published(&it.house).iter().all(|key| key["alg"] == to));
            let new = Tokens::of(&it.house.refresh(&old.refresh).granted());
            assert_eq!(part(&new.access, 0)["alg"], to);
            it.house.me(&new.access).granted();

            // Switched back, what is left of the old ones counts again, and the new ones are over.
            it.house.redeploy(&[("AUTH_SIGNING_ALG", from), ("APP_KEY_PREVIOUS", OTHER_KEY)]);
            it.house.me(&old.access).granted();
            it.refuses(&new.access);
        }
    }
}

#[test]
fn a_refresh_has_one_answer_to_the_byte_whatever_signs_it() {
    for algorithm in ALGORITHMS {
        let it = Caught::with(algorithm);
        let old = it.house.sign_in("ada");
        it.house.pass_seconds(600);
        let first = it.house.refresh(&old.refresh).granted();
        for _ in 0..49 {
            assert_eq!(it.house.refresh(&old.refresh).granted().text(), first.text());
        }
    }
}

#[test]
fn one_kind_of_token_opens_no_other_door() {
    let house = House::with(&UNCOUNTED);
    house.register("bob", "bob@example.com").granted();
    let activation = house.last_link_token();
    let tokens = house.signed_in("ada");
    let undo = house.moved(&tokens.access, "ada@new.example");
    house.change_email(&tokens.access, "ada@newer.example").granted();
    let change = house.last_link_token();
    house.post("/api/auth/local/recover", &json!({ "email": "ada@new.example" })).granted();
    let recovery = house.last_link_token();
    let valid = |token: &str| house.post("/api/auth/local/recover/check", &json!({ "token": token })).granted().json();

    // Each of them as itself, and under the prefix of every other.
    let all = [&tokens.access, &tokens.refresh, &activation, &recovery, &change, &undo];
    let prefixes = ["", "ghr_", "gha_", "ghv_", "ghe_", "ghu_"];
    for (token, prefix) in all.iter().zip(prefixes) {
        assert!(token.starts_with(prefix), "{token} has a prefix this test does not know");
    }
    for (token, own) in all.iter().zip(prefixes) {
        for stranger in prefixes.map(|prefix| token.replacen(own, prefix, 1)) {
            let is = |own: &String| stranger == *own;
            if !is(&tokens.access) {
                house.me(&stranger).refused(401, "token_invalid");
                house.verify(&stranger).refused(401, "token_invalid");
                house.logout(&stranger).refused(401, "token_invalid");
            }
            if !is(&tokens.refresh) {
                house.refresh(&stranger).refused(401, "invalid_refresh_token");
            }
            if !is(&activation) {
                house.activate(&stranger).refused(400, "invalid_token");
            }
            if !is(&recovery) {
                assert_eq!(valid(&stranger), json!({ "valid": false }));
            }
            if !is(&change) {
                house.confirm_email(&stranger).refused(400, "invalid_token");
            }
            if !is(&undo) {
                house.undo_email(&stranger, "a new password entirely").refused(400, "invalid_token");
            }
        }
    }
    // Nothing of this has used anything up.
    house.activate(&activation).granted();
    assert_eq!(valid(&recovery), json!({ "valid": true }));
    house.refresh(&tokens.refresh).granted();
    house.confirm_email(&change).granted();
}
