//! Access tokens from the attacker's side: forged here with real keys wherever an attacker might have one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use gatehouse::domain::signing::{EpochKey, epoch_of};
use gatehouse::domain::timestamp::Timestamp;
use gatehouse::ports::Clock;
use serde_json::{Value, json};

use crate::house::{House, KEY, ORIGIN, OTHER_KEY, Tokens};

const DAY: u64 = 86_400;

fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn sign(header: &Value, claims: &Value, key: &SigningKey) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()).to_bytes());
    format!("{message}.{signature}")
}

fn with_key<T>(house: &House, epoch: i64, use_it: impl FnOnce(&EpochKey) -> T) -> T {
    use_it(&house.settings().signing.of(epoch)[0])
}

/// The house, a genuine token of it, and the key it was signed with.
fn caught() -> (House, String, SigningKey) {
    let house = House::new();
    let token = house.signed_in("ada").access;
    let key = with_key(&house, epoch_of(house.world.now()), |key| key.signing.clone());
    (house, token, key)
}

#[test]
fn an_access_token_says_what_rfc_9068_asks() {
    let (house, token, _) = caught();
    let header = part(&token, 0);
    assert_eq!((&header["alg"], &header["typ"]), (&json!("EdDSA"), &json!("at+jwt")));
    assert_eq!(header.as_object().unwrap().len(), 3);
    let claims = part(&token, 1);
    assert_eq!(claims["iss"], ORIGIN);
    assert_eq!(claims["aud"], ORIGIN);
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

#[test]
fn the_forgers_own_work_would_pass_if_nothing_were_changed() {
    let (house, token, key) = caught();
    let again = sign(&part(&token, 0), &part(&token, 1), &key);
    house.me(&again).granted();
}

#[test]
fn a_header_with_anything_of_its_own_is_refused() {
    let (house, token, key) = caught();
    for (member, value) in [
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        ("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" })),
        ("cty", json!("JWT")),
        ("zip", json!("DEF")),
        ("typ", json!("JWT")),
        ("typ", json!("ticket+jwt")),
        ("typ", json!("AT+JWT")),
        ("typ", Value::Null),
        ("kid", json!("unknown")),
        ("kid", Value::Null),
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("ES256")),
        ("alg", json!("eddsa")),
        ("alg", json!("Ed25519")),
    ] {
        let mut header = part(&token, 0);
        header[member] = value.clone();
        house.me(&sign(&header, &part(&token, 1), &key)).refused(401, "token_invalid");
    }
    for missing in ["kid", "typ", "alg"] {
        let mut header = part(&token, 0);
        header.as_object_mut().unwrap().remove(missing);
        house.me(&sign(&header, &part(&token, 1), &key)).refused(401, "token_invalid");
    }
}

#[test]
fn unsigned_truncated_and_bent_tokens_are_refused() {
    let (house, token, _) = caught();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let bent = [
        format!("{message}."),
        message.to_owned(),
        format!("{token}."),
        format!("{token}.x"),
        format!("{message}.{}", &signature[1..]),
        format!("{message}.{signature}="),
        format!(" {message}.{signature}A"),
        format!("{}.{}.{signature}", encode(&json!({ "alg": "none" })), message.split('.').nth(1).unwrap()),
        "..".to_owned(),
        String::new(),
        "a".repeat(5000),
    ];
    for token in bent {
        house.me(&token).refused(401, "token_invalid");
    }
}

#[test]
fn claims_are_judged_one_by_one() {
    let (house, token, key) = caught();
    let now = house.world.now().seconds();
    for (claim, value, error) in [
        ("iss", json!("https://evil.example"), "token_invalid"),
        ("iss", Value::Null, "token_invalid"),
        ("aud", json!("https://other.example"), "token_invalid"),
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
        ("iat", json!(now + 61), "token_invalid"),
        ("iat", Value::Null, "token_invalid"),
        ("nbf", json!(now + 61), "token_invalid"),
        ("role", json!("root"), "token_invalid"),
        ("ver", json!("1"), "token_invalid"),
    ] {
        let mut claims = part(&token, 1);
        claims[claim] = value.clone();
        let reply = house.me(&sign(&part(&token, 0), &claims, &key));
        assert_eq!((reply.status.as_u16(), reply.error().as_str()), (401, error), "{claim} {value}");
    }
}

#[test]
fn a_token_too_long_to_be_ours_is_not_even_parsed() {
    let (house, token, key) = caught();
    let mut claims = part(&token, 1);
    claims["padding"] = json!("x".repeat(2000));
    house.me(&sign(&part(&token, 0), &claims, &key)).granted();
    claims["padding"] = json!("x".repeat(3000));
    house.me(&sign(&part(&token, 0), &claims, &key)).refused(401, "token_invalid");
}

#[test]
fn a_key_signs_for_its_own_epoch_only() {
    let (house, token, _) = caught();
    let now = house.world.now();
    let epoch = epoch_of(now);
    // Yesterday's key, leaked: it can date tokens into its own epoch, where they have expired, and nowhere else.
    for foreign in [epoch - 1, epoch + 1, epoch - 2] {
        let forged = with_key(&house, foreign, |key| {
            let mut header = part(&token, 0);
            header["kid"] = json!(key.kid);
            sign(&header, &part(&token, 1), &key.signing)
        });
        house.me(&forged).refused(401, "token_invalid");
    }
}

#[test]
fn keys_rotate_without_anybody_being_signed_out() {
    let house = House::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "2592000"), ("AUTH_REFRESH_TOKEN_LIFETIME", "2592000")]);
    house.user("ada");
    // The last second of an epoch.
    let next = epoch_of(house.world.now()) + 1;
    house.world.set_clock(Timestamp::from_seconds(next * 30 * DAY as i64 - 1));
    let old = house.sign_in("ada");
    house.pass_seconds(2);
    house.me(&old.access).granted();
    let new = Tokens::of(&house.refresh(&old.refresh).granted());
    assert_ne!(part(&old.access, 0)["kid"], part(&new.access, 0)["kid"]);
    house.pass_seconds(30 * DAY - 10);
    house.me(&old.access).granted();
    house.me(&new.access).granted();

    let keys = house.get("/.well-known/jwks.json").json();
    let kids: Vec<_> = keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect();
    assert!(kids.contains(&part(&old.access, 0)["kid"]) && kids.contains(&part(&new.access, 0)["kid"]));
}

#[test]
fn the_key_set_is_public_cacheable_and_has_no_private_part() {
    let house = House::with(&[("APP_KEY_PREVIOUS", OTHER_KEY)]);
    let reply = house.get("/.well-known/jwks.json");
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    let keys = reply.json()["keys"].as_array().unwrap().clone();
    assert_eq!(keys.len(), 6, "three epochs of two keys");
    for key in keys {
        let members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
    }
}

#[test]
fn changing_the_key_ends_everything_and_announcing_it_ends_nothing() {
    let mut house = House::new();
    let old = house.signed_in("ada");
    house.redeploy(&[("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", KEY)]);
    house.me(&old.access).granted();
    let new = Tokens::of(&house.refresh(&old.refresh).granted());

    house.redeploy(&[("APP_KEY", OTHER_KEY)]);
    house.me(&old.access).refused(401, "token_invalid");
    house.refresh(&old.refresh).refused(401, "invalid_refresh_token");
    house.me(&new.access).granted();
    house.refresh(&new.refresh).granted();
}

#[test]
fn one_kind_of_token_opens_no_other_door() {
    let house = House::new();
    house.register("bob", "bob@example.com").granted();
    let link = house.last_link_token();
    let tokens = house.signed_in("ada");
    for stranger in [&tokens.refresh, &link] {
        house.me(stranger).refused(401, "token_invalid");
        house.verify(stranger).refused(401, "token_invalid");
        house.logout(stranger).refused(401, "token_invalid");
    }
    for stranger in [&tokens.access, &tokens.refresh, &tokens.refresh.replace("ghr_", "gha_")] {
        house.activate(stranger).refused(400, "invalid_token");
    }
}
