//! Private tokens after they were made: what `me` says of them, which asks D1, and `verify`, which asks KV.

use std::time::Duration;

use gatehouse::domain::crypto::keyring::{AppKey, Purpose};
use gatehouse::domain::policy;
use gatehouse::ports::{Clock, KeyValue};
use hmac::{Hmac, Mac};
use http::Method;
use pollster::block_on;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::forger::{encode, part, sign};
use crate::house::{House, KEY, NEW_PASSWORD, OTHER_KEY, PASSWORD, Tokens, UNCOUNTED};
use crate::programs::{PRIVATE_TOKENS, Private};
use crate::world::{Trouble, When};

/// An administrator, Bob, and a private token of his.
fn peopled() -> (House, Tokens, Tokens, Private) {
    let house = House::new();
    let ada = house.administrator("ada");
    let bob = house.signed_in("bob");
    let token = house.private(&bob.access, "bob's");
    (house, ada, bob, token)
}

/// The status of `me`, and what `verify` says: the role, or its status.
fn believed(house: &House, token: &Private) -> (u16, String) {
    let verify = house.verify(&token.data);
    let role =
        if verify.status == 200 { verify.header("x-auth-role").to_owned() } else { verify.status.as_str().to_owned() };
    (house.me(&token.data).status.as_u16(), role)
}

#[track_caller]
fn is_believed(house: &House, token: &Private, me: u16, verify: &str) {
    assert_eq!(believed(house, token), (me, verify.to_owned()));
}

#[test]
fn a_gateway_learns_whose_a_private_token_is_and_that_no_session_is_behind_it() {
    let (house, _, _, token) = peopled();
    let reply = house.verify(&token.data).granted();
    assert_eq!(reply.header("x-auth-user"), house.id_of("bob"));
    assert_eq!((reply.header("x-auth-role"), reply.header("x-auth-method")), ("user", "private"));
    assert_eq!(reply.headers.get("x-auth-session").unwrap(), "", "and says so: a gateway would leave the client's own");
    assert_eq!((reply.cost[0], reply.cost[1]), (0, 1), "KV once, and not D1");
}

#[test]
fn a_deleted_private_token_is_over_at_once_in_d1_and_after_its_delay_in_kv() {
    let (mut house, _, bob, token) = peopled();
    let child = house.private(&token.data, "made with it");
    house.world.kv_lag.set(Duration::from_secs(60));
    assert_eq!(house.elsewhere(|house| house.delete_private(&bob.access, &token.id)).status, 204);
    for one in [&token, &child] {
        is_believed(&house, one, 401, "user");
    }
    house.pass_seconds(61);
    for one in [&token, &child] {
        is_believed(&house, one, 401, "401");
        let (_, until) = house.world.kv_entry(&format!("revoked:{}", one.id)).unwrap();
        assert_eq!(until.to_string(), "2027-05-28T00:01:00Z", "the mark outlives the token by any clock");
    }
    house.pass_seconds(40 * 86_400);
    house.cron();
    assert_eq!(house.world.count("tokens"), 2, "while it could pass D1 knows that it must not");
    is_believed(&house, &token, 401, "401");
    house.pass_seconds(365 * 86_400);
    house.cron();
    assert_eq!(house.world.count("tokens"), 0, "the rows have gone");
}

#[test]
fn a_mark_of_before_there_were_roles_in_it_is_read_and_lets_no_private_token_of_then_pass() {
    let (house, ada, _, token) = peopled();
    let user = house.id_of("bob");
    block_on(house.world.put(&format!("version:{user}"), "2", Duration::from_secs(600))).unwrap();
    is_believed(&house, &token, 200, "401");
    house.verify(&ada.access).granted();
    house.verify(&house.sign_in("bob").access).refused(401, "token_revoked");
}

#[test]
fn a_private_token_is_marked_for_as_long_as_the_longest_of_them_lives() {
    let (house, ada, bob, token) = peopled();
    let short = json!({ "name": "short", "expiration_time": "2026-06-01T00:00:00Z" });
    house.create_private(&bob.access, &short);
    house.administer(&ada, "bob", "disable").granted();
    house.pass_seconds(60 * 86_400);
    house.cron();
    is_believed(&house, &token, 401, "401");
}

#[test]
fn a_mark_that_may_have_overwritten_a_newer_one_is_told_again() {
    let (house, ada, _, token) = peopled();
    let lost = |when| house.world.trouble.set(Trouble { kv: Some(when), ..Trouble::default() });
    lost(When::Before);
    house.administer(&ada, "bob", "disable").granted();
    // While cron's answer from KV gets lost, somebody else tells of the user and settles that.
    lost(When::After);
    house.world.before_batch(0, "UPDATE users SET mark_pending = 0");
    house.cron();
    house.world.trouble.set(Trouble::default());
    let key = format!("version:{}", house.id_of("bob"));
    block_on(house.world.put(&key, "2 - user", Duration::from_secs(600))).unwrap();
    is_believed(&house, &token, 401, "user");
    house.cron();
    is_believed(&house, &token, 401, "401");
}

#[test]
fn nobody_makes_more_keys_than_letters_tell_of() {
    let house = House::with(&UNCOUNTED);
    let access = house.signed_in("ada").access;
    let before = house.letters().len();
    for _ in 0..20 {
        let one = house.private(&access, "harmless");
        house.delete_private(&access, &one.id);
    }
    assert_eq!(house.letters().len() - before, 20, "each is told");
    let wish = json!({ "name": "the one that matters", "expiration_time": "2027-01-01T00:00:00Z" });
    let refused = house.create_private(&access, &wish);
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "3600"));
}

#[test]
fn marks_of_private_tokens_that_kv_did_not_take_are_repeated_by_cron() {
    let (house, _, bob, token) = peopled();
    let child = house.private(&token.data, "made with it");
    house.world.trouble.set(Trouble { kv: Some(When::Before), ..Trouble::default() });
    assert_eq!(house.delete_private(&bob.access, &token.id).status, 204);
    for one in [&token, &child] {
        house.verify(&one.data).refused(503, "unavailable");
    }
    house.cron();
    assert_eq!(house.world.ask::<i64>("SELECT sum(mark_pending) FROM tokens"), 2, "nothing is given up");
    house.world.trouble.set(Trouble::default());
    is_believed(&house, &token, 401, "user");
    house.cron();
    for one in [&token, &child] {
        is_believed(&house, one, 401, "401");
    }
    assert_eq!(house.world.ask::<i64>("SELECT sum(mark_pending) FROM tokens"), 0);
}

/// Whoever stole the account has made as many as one may have.
#[test]
fn however_many_private_tokens_end_at_once_the_gateway_knows_of_all_after_a_minute_of_cron() {
    let (house, _, _, token) = peopled();
    let user = house.id_of("bob");
    let others = policy::PRIVATE_TOKENS_MAX - 1;
    house.world.tell(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {others})
         INSERT INTO tokens (id, user_id, kind, created_at, expires_at)
         SELECT printf('00000000-0000-0000-0000-%012d', i), '{user}', 'private', 1, 2e12 FROM n",
    ));
    house.recover("bob@example.com").granted();
    let body = json!({ "token": house.last_link_token(), "password": NEW_PASSWORD, "end_keys": true });
    house.post("/api/auth/local/recover/reset", &body).granted();
    house.cron();
    assert_eq!(house.world.ask::<i64>("SELECT sum(mark_pending) FROM tokens"), 0);
    is_believed(&house, &token, 401, "401");
    for number in 1..=others {
        assert!(house.world.kv_entry(&format!("revoked:00000000-0000-0000-0000-{number:012}")).is_some(), "{number}");
    }
}

#[test]
fn a_private_token_goes_with_its_user_and_comes_back_with_them() {
    let (house, ada, bob, token) = peopled();
    house.administer(&ada, "bob", "disable").granted();
    is_believed(&house, &token, 401, "401");
    house.private_tokens(&token.data, "").token_not_valid();
    house.administer(&ada, "bob", "enable").granted();
    is_believed(&house, &token, 200, "user");
    house.end_sessions_of(&ada, "bob");
    house.me(&bob.access).refused(401, "token_revoked");
    is_believed(&house, &token, 200, "user");
}

#[test]
fn the_role_of_a_private_token_is_its_users_and_no_other() {
    let (mut house, ada, _, token) = peopled();
    house.give_role(&ada, "bob", "admin").granted();
    is_believed(&house, &token, 200, "admin");
    let as_admin = house.private(&house.sign_in("bob").access, "an administrator's");
    house.world.kv_lag.set(Duration::from_secs(60));
    house.elsewhere(|house| house.give_role(&ada, "bob", "user")).granted();
    is_believed(&house, &as_admin, 200, "admin");
    house.pass_seconds(61);
    for one in [&token, &as_admin] {
        is_believed(&house, one, 200, "user");
    }
    let since = house.private(&as_admin.data, "made since");
    assert_eq!(part(&since.data, 1)["role"], "user", "no token widens what its maker may do");
    is_believed(&house, &since, 200, "user");
}

#[test]
fn a_changed_or_forgotten_password_ends_private_tokens_only_where_that_was_asked_for() {
    let (house, _, bob, token) = peopled();
    house.change_password(&bob.access, PASSWORD, NEW_PASSWORD).granted();
    is_believed(&house, &token, 200, "user");
    for (end_keys, me, verify) in [(false, 200, "user"), (true, 401, "401")] {
        house.recover("bob@example.com").granted();
        let link = house.last_link_token();
        let body = json!({ "token": link, "password": PASSWORD, "end_keys": end_keys });
        house.post("/api/auth/local/recover/reset", &body).granted();
        is_believed(&house, &token, me, verify);
    }
}

#[test]
fn a_private_token_does_not_outlive_the_account() {
    let (house, _, bob, token) = peopled();
    assert_eq!(house.delete_account(&bob.access).status, 204);
    is_believed(&house, &token, 401, "401");
    house.pass_seconds(300 * 86_400);
    house.cron();
    is_believed(&house, &token, 401, "401");
}

#[test]
fn an_administrator_ends_a_private_token_and_all_it_has_made() {
    let (house, ada, _, token) = peopled();
    let child = house.private(&token.data, "made with it");
    let path = format!("/api/admin/users/{}/tokens/{}", house.id_of("bob"), token.id);
    assert_eq!(house.with_bearer(Method::DELETE, &path, &ada.access).status, 204);
    for one in [&token, &child] {
        is_believed(&house, one, 401, "401");
    }
}

/// Signed with the very key private tokens are signed with, as nobody else could.
fn forge(header: &Value, claims: &Value, key: &str) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let key = AppKey::parse(key).unwrap();
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key.derive(Purpose::PrivateToken).bytes()).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", encode(mac.finalize().into_bytes()))
}

#[test]
fn header_and_claims_of_a_private_token_are_judged_one_by_one() {
    let (house, _, bob, token) = peopled();
    let (header, claims) = (part(&token.data, 0), part(&token.data, 1));
    let now = house.world.now().seconds();
    house.me(&forge(&header, &claims, KEY)).granted();
    let refused = |forged: &str, word: &str| {
        house.me(forged).refused(401, word);
        house.private_tokens(forged, "").token_not_valid();
    };
    for (claim, value, word) in [
        ("iss", json!("https://evil.example"), "token_invalid"),
        ("aud", json!("https://other.example"), "token_invalid"),
        ("aud", json!([crate::house::ORIGIN]), "token_invalid"),
        ("exp", json!(now), "token_expired"),
        ("exp", Value::Null, "token_invalid"),
        ("iat", json!(now + 61), "token_invalid"),
        ("iat", Value::Null, "token_invalid"),
        ("nbf", json!(now + 61), "token_invalid"),
        ("jti", json!("00000000-0000-0000-0000-000000000000"), "token_revoked"),
        ("jti", json!("x"), "token_invalid"),
        ("sub", json!("x"), "token_invalid"),
        ("ver", json!("1"), "token_invalid"),
        ("role", json!("root"), "token_invalid"),
    ] {
        let mut forged = claims.clone();
        forged[claim] = value.clone();
        refused(&forge(&header, &forged, KEY), word);
    }
    for (member, value) in [
        ("alg", json!("none")),
        ("alg", json!("HS512")),
        ("alg", json!("EdDSA")),
        ("typ", json!("at+jwt")),
        ("typ", json!("JWT")),
        ("typ", Value::Null),
        ("kid", part(&bob.access, 0)["kid"].clone()),
        ("kid", json!("")),
        ("crit", json!([])),
        ("jku", json!("https://evil.example")),
    ] {
        let mut forged = header.clone();
        forged[member] = value;
        refused(&forge(&forged, &claims, KEY), "token_invalid");
    }
    refused(&forge(&header, &claims, OTHER_KEY), "token_invalid");
    let (message, _) = token.data.rsplit_once('.').unwrap();
    refused(&format!("{message}."), "token_invalid");
}

#[test]
fn neither_kind_of_jwt_passes_for_the_other() {
    let (house, _, bob, token) = peopled();
    let keys = house.settings().signing.of(gatehouse::domain::crypto::signing::epoch_of(house.world.now()));
    let (private, access) = (part(&token.data, 1), [0, 1].map(|place| part(&bob.access, place)));
    for forged in [
        // The public key's signature on a private token, with and without the name of the key.
        sign(&json!({ "alg": "EdDSA", "typ": "private+jwt" }), &private, &keys[0].signing),
        sign(&json!({ "alg": "EdDSA", "typ": "private+jwt", "kid": keys[0].kid }), &private, &keys[0].signing),
        sign(&access[0], &private, &keys[0].signing),
        // The private one's on an access token.
        forge(&access[0], &access[1], KEY),
        forge(&json!({ "alg": "HS256", "typ": "at+jwt", "kid": keys[0].kid }), &access[1], KEY),
    ] {
        house.me(&forged).refused(401, "token_invalid");
        house.verify(&forged).refused(401, "token_invalid");
    }
    house.with_portal_token(Method::GET, PRIVATE_TOKENS, &token.data).token_not_valid();
}
