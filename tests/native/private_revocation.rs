//! Private tokens after creation: `me`, which asks D1, and `verify`, which asks KV.

use std::time::Duration;

use gatehouse::domain::crypto::keyring::{AppKey, Purpose};
use gatehouse::domain::policy;
use gatehouse::ports::{Clock, KeyValue};
use hmac::{Hmac, Mac};
use http::Method;
use pollster::block_on;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::app::{KEY, NEW_PASSWORD, OTHER_KEY, PASSWORD, TestApp, Tokens, UNCOUNTED};
use crate::jwt_forging::{encode, part, sign};
use crate::machine_clients::{PRIVATE_TOKENS, Private};
use crate::platform::{Failure, FailureTiming};
use crate::signatures;

/// An administrator, Bob, and a private token of his.
fn peopled() -> (TestApp, Tokens, Tokens, Private) {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let bob = app.signed_in("bob");
    let token = app.private(&bob.access, "bob's");
    (app, ada, bob, token)
}

/// The status of `me`, and the role or the status from `verify`.
fn believed(app: &TestApp, token: &Private) -> (u16, String) {
    let verify = app.verify(&token.data);
    let role =
        if verify.status == 200 { verify.header("x-auth-role").to_owned() } else { verify.status.as_str().to_owned() };
    (app.me(&token.data).status.as_u16(), role)
}

#[track_caller]
fn is_believed(app: &TestApp, token: &Private, me: u16, verify: &str) {
    assert_eq!(believed(app, token), (me, verify.to_owned()));
}

#[test]
fn a_gateway_learns_whose_a_private_token_is_and_that_no_session_is_behind_it() {
    let (app, _, _, token) = peopled();
    let reply = app.verify(&token.data).assert_ok();
    assert_eq!(reply.header("x-auth-user"), app.id_of("bob"));
    assert_eq!((reply.header("x-auth-role"), reply.header("x-auth-method")), ("user", "private"));
    assert_eq!(reply.headers.get("x-auth-session").unwrap(), "", "and says so: a gateway would leave the client's own");
    assert_eq!((reply.cost[0], reply.cost[1]), (0, 1), "KV once, and not D1");
}

#[test]
fn a_deleted_private_token_is_over_at_once_in_d1_and_after_its_delay_in_kv() {
    let (mut app, _, bob, token) = peopled();
    let child = app.private(&token.data, "made with it");
    app.platform.kv_lag.set(Duration::from_secs(60));
    assert_eq!(app.elsewhere(|app| app.delete_private(&bob.access, &token.id)).status, 204);
    for one in [&token, &child] {
        is_believed(&app, one, 401, "user");
    }
    app.pass_seconds(61);
    for one in [&token, &child] {
        is_believed(&app, one, 401, "401");
        let (_, until) = app.platform.kv_entry(&format!("revoked:{}", one.id)).unwrap();
        assert_eq!(until.to_string(), "2027-05-28T00:01:00Z", "the mark outlives the token by any clock");
    }
    app.pass_seconds(40 * 86_400);
    app.cron();
    assert_eq!(app.platform.count("tokens"), 2, "while it could pass D1 knows that it must not");
    is_believed(&app, &token, 401, "401");
    app.pass_seconds(365 * 86_400);
    app.cron();
    assert_eq!(app.platform.count("tokens"), 0, "the rows have gone");
}

#[test]
fn a_mark_of_before_there_were_roles_in_it_is_read_and_lets_no_private_token_of_then_pass() {
    let (app, ada, _, token) = peopled();
    let user = app.id_of("bob");
    block_on(app.platform.put(&format!("version:{user}"), "2", Duration::from_secs(600))).unwrap();
    is_believed(&app, &token, 200, "401");
    app.verify(&ada.access).assert_ok();
    app.verify(&app.sign_in("bob").access).assert_error(401, "token_revoked");
}

#[test]
fn a_private_token_is_marked_for_as_long_as_the_longest_of_them_lives() {
    let (app, ada, bob, token) = peopled();
    let short = json!({ "name": "short", "expiration_time": "2026-06-01T00:00:00Z" });
    app.create_private(&bob.access, &short);
    app.administer(&ada, "bob", "disable").assert_ok();
    app.pass_seconds(60 * 86_400);
    app.cron();
    is_believed(&app, &token, 401, "401");
}

#[test]
fn a_mark_that_may_have_overwritten_a_newer_one_is_told_again() {
    let (app, ada, _, token) = peopled();
    let lost = |when| app.platform.trouble.set(Failure { kv: Some(when), ..Failure::default() });
    lost(FailureTiming::Before);
    app.administer(&ada, "bob", "disable").assert_ok();
    // While KV's response to cron is lost, another request writes the user's mark and clears it as pending.
    lost(FailureTiming::After);
    app.platform.before_batch(0, "UPDATE users SET mark_pending = 0");
    app.cron();
    app.platform.trouble.set(Failure::default());
    let key = format!("version:{}", app.id_of("bob"));
    block_on(app.platform.put(&key, "2 - user", Duration::from_secs(600))).unwrap();
    is_believed(&app, &token, 401, "user");
    app.cron();
    is_believed(&app, &token, 401, "401");
}

#[test]
fn nobody_makes_more_keys_than_emails_tell_of() {
    let app = TestApp::with(&UNCOUNTED);
    let access = app.signed_in("ada").access;
    let before = app.emails().len();
    for _ in 0..20 {
        let one = app.private(&access, "harmless");
        app.delete_private(&access, &one.id);
    }
    assert_eq!(app.emails().len() - before, 20, "each is told");
    let request = json!({ "name": "the one that matters", "expiration_time": "2027-01-01T00:00:00Z" });
    let refused = app.create_private(&access, &request);
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "3600"));
}

#[test]
fn marks_of_private_tokens_that_kv_did_not_take_are_repeated_by_cron() {
    let (app, _, bob, token) = peopled();
    let child = app.private(&token.data, "made with it");
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    assert_eq!(app.delete_private(&bob.access, &token.id).status, 204);
    for one in [&token, &child] {
        app.verify(&one.data).assert_error(503, "unavailable");
    }
    app.cron();
    assert_eq!(app.platform.ask::<i64>("SELECT sum(mark_pending) FROM tokens"), 2, "nothing is given up");
    app.platform.trouble.set(Failure::default());
    is_believed(&app, &token, 401, "user");
    app.cron();
    for one in [&token, &child] {
        is_believed(&app, one, 401, "401");
    }
    assert_eq!(app.platform.ask::<i64>("SELECT sum(mark_pending) FROM tokens"), 0);
}

/// An account thief has created the maximum number.
#[test]
fn however_many_private_tokens_end_at_once_the_gateway_knows_of_all_after_a_minute_of_cron() {
    let (app, _, _, token) = peopled();
    let user = app.id_of("bob");
    let others = policy::PRIVATE_TOKENS_MAX - 1;
    app.platform.tell(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {others})
         INSERT INTO tokens (id, user_id, kind, created_at, expires_at)
         SELECT printf('00000000-0000-0000-0000-%012d', i), '{user}', 'private', 1, 2e12 FROM n",
    ));
    app.recover("bob@example.com").assert_ok();
    let body = json!({ "token": app.last_link_token(), "password": NEW_PASSWORD, "end_keys": true });
    app.post("/api/auth/local/recover/reset", &body).assert_ok();
    app.cron();
    assert_eq!(app.platform.ask::<i64>("SELECT sum(mark_pending) FROM tokens"), 0);
    is_believed(&app, &token, 401, "401");
    for number in 1..=others {
        assert!(app.platform.kv_entry(&format!("revoked:00000000-0000-0000-0000-{number:012}")).is_some(), "{number}");
    }
}

#[test]
fn a_private_token_goes_with_its_user_and_comes_back_with_them() {
    let (app, ada, bob, token) = peopled();
    app.administer(&ada, "bob", "disable").assert_ok();
    is_believed(&app, &token, 401, "401");
    app.private_tokens(&token.data, "").token_not_valid();
    app.administer(&ada, "bob", "enable").assert_ok();
    is_believed(&app, &token, 200, "user");
    app.end_sessions_of(&ada, "bob");
    app.me(&bob.access).assert_error(401, "token_revoked");
    is_believed(&app, &token, 200, "user");
}

#[test]
fn the_role_of_a_private_token_is_its_users_and_no_other() {
    let (mut app, ada, _, token) = peopled();
    app.give_role(&ada, "bob", "admin").assert_ok();
    is_believed(&app, &token, 200, "admin");
    let as_admin = app.private(&app.sign_in("bob").access, "an administrator's");
    app.platform.kv_lag.set(Duration::from_secs(60));
    app.elsewhere(|app| app.give_role(&ada, "bob", "user")).assert_ok();
    is_believed(&app, &as_admin, 200, "admin");
    app.pass_seconds(61);
    for one in [&token, &as_admin] {
        is_believed(&app, one, 200, "user");
    }
    let since = app.private(&as_admin.data, "made since");
    assert_eq!(part(&since.data, 1)["role"], "user", "no token widens what its maker may do");
    is_believed(&app, &since, 200, "user");
}

#[test]
fn a_changed_or_forgotten_password_ends_private_tokens_only_where_that_was_asked_for() {
    let (app, _, bob, token) = peopled();
    app.change_password(&bob.access, PASSWORD, NEW_PASSWORD).assert_ok();
    is_believed(&app, &token, 200, "user");
    for (end_keys, me, verify) in [(false, 200, "user"), (true, 401, "401")] {
        app.recover("bob@example.com").assert_ok();
        let link = app.last_link_token();
        let body = json!({ "token": link, "password": PASSWORD, "end_keys": end_keys });
        app.post("/api/auth/local/recover/reset", &body).assert_ok();
        is_believed(&app, &token, me, verify);
    }
}

#[test]
fn a_private_token_does_not_outlive_the_account() {
    let (app, _, bob, token) = peopled();
    assert_eq!(app.delete_account(&bob.access).status, 204);
    is_believed(&app, &token, 401, "401");
    app.pass_seconds(300 * 86_400);
    app.cron();
    is_believed(&app, &token, 401, "401");
}

#[test]
fn an_administrator_ends_a_private_token_and_all_it_has_made() {
    let (app, ada, _, token) = peopled();
    let child = app.private(&token.data, "made with it");
    let path = format!("/api/admin/users/{}/tokens/{}", app.id_of("bob"), token.id);
    assert_eq!(app.with_bearer(Method::DELETE, &path, &ada.access).status, 204);
    for one in [&token, &child] {
        is_believed(&app, one, 401, "401");
    }
}

/// Signed with the very key for private tokens, which only the service has.
fn forge(header: &Value, claims: &Value, key: &str) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let key = AppKey::parse(key).unwrap();
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key.derive(Purpose::PrivateToken).bytes()).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", encode(mac.finalize().into_bytes()))
}

#[test]
fn header_and_claims_of_a_private_token_are_judged_one_by_one() {
    let (app, _, bob, token) = peopled();
    let (header, claims) = (part(&token.data, 0), part(&token.data, 1));
    let now = app.platform.now().seconds();
    app.me(&forge(&header, &claims, KEY)).assert_ok();
    let refused = |forged: &str, word: &str| {
        app.me(forged).assert_error(401, word);
        app.private_tokens(forged, "").token_not_valid();
    };
    for (claim, value, word) in [
        ("iss", json!("https://evil.example"), "token_invalid"),
        ("aud", json!("https://other.example"), "token_invalid"),
        ("aud", json!([crate::app::ORIGIN]), "token_invalid"),
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
    let (app, _, bob, token) = peopled();
    let keys = signatures::keys(
        &app,
        app.settings().issuer.signing.access(),
        gatehouse::domain::crypto::signing::epoch_of(app.platform.now()),
    );
    let (private, access) = (part(&token.data, 1), [0, 1].map(|place| part(&bob.access, place)));
    for forged in [
        // The public algorithm's signature on a private token, with and without the key's id.
        sign(&json!({ "alg": "EdDSA", "typ": "private+jwt" }), &private, &keys[0].signing),
        sign(&json!({ "alg": "EdDSA", "typ": "private+jwt", "kid": keys[0].kid }), &private, &keys[0].signing),
        sign(&access[0], &private, &keys[0].signing),
        // The private tokens' signature on an access token.
        forge(&access[0], &access[1], KEY),
        forge(&json!({ "alg": "HS256", "typ": "at+jwt", "kid": keys[0].kid }), &access[1], KEY),
    ] {
        app.me(&forged).assert_error(401, "token_invalid");
        app.verify(&forged).assert_error(401, "token_invalid");
    }
    app.with_portal_token(Method::GET, PRIVATE_TOKENS, &token.data).token_not_valid();
}
