//! The private-token API: the short token, and private tokens created, listed and ended.

use gatehouse::domain::policy;
use serde_json::json;

use crate::app::{CODES, ORIGIN, PASSWORD, TestApp, UNCOUNTED};
use crate::jwt_forging::part;
use crate::machine_clients::bearer;
use crate::platform::{Failure, FailureTiming};
use crate::user_actions::email_to;

#[test]
fn a_short_token_lives_for_an_hour_whatever_the_settings_say() {
    for settings in [
        vec![],
        vec![("AUTH_ACCESS_TOKEN_LIFETIME", "60"), ("AUTH_SESSION_LIFETIME", "60")],
        vec![("AUTH_ACCESS_TOKEN_LIFETIME", "2592000"), ("AUTH_ENABLE_REFRESH_TOKEN", "")],
    ] {
        let app = TestApp::with(&settings);
        app.user("ada");
        let reply = app.short_login("ada@example.com", PASSWORD).assert_ok();
        let body = reply.json();
        let token = body["access_token"].as_str().unwrap();
        let email = "ada@example.com";
        let expected = json!({
            "id": app.id_of("ada"), "username": email, "email": email,
            "token_access": token, "access_token": token, "is_verified": true,
        });
        assert_eq!(body, expected, "{settings:?}");
        let claims = part(token, 1);
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
        app.pass_seconds(3599);
        app.me(token).assert_ok();
        app.private_tokens(token, "").assert_ok();
        app.pass_seconds(1);
        app.me(token).assert_error(401, "token_expired");
        app.private_tokens(token, "").token_not_valid();
    }
}

#[test]
fn a_short_sign_in_is_by_address_or_by_name_and_ends_like_any_session() {
    let app = TestApp::new();
    app.user("ada");
    for who in ["ada@example.com", "ADA@Example.com", "ada", " Ada "] {
        app.short_login(who, PASSWORD).assert_ok();
    }
    let token = app.short_token("ada");
    app.logout(&token).assert_ok();
    app.private_tokens(&token, "").token_not_valid();
    assert_eq!(
        app.platform
            .ask::<i64>("SELECT count(*) FROM audit WHERE act = 'sign_in' AND outcome = 'ok' AND factor = 'pwd'"),
        5
    );
}

#[test]
fn a_short_sign_in_tells_nobody_why_it_failed() {
    let failed = |who: &str, password: &str| {
        let app = TestApp::with(&[CODES, UNCOUNTED[0], UNCOUNTED[1]]);
        app.user("ada");
        app.user("disabled");
        app.platform.tell("UPDATE users SET disabled_at = 1 WHERE login = 'disabled'");
        app.register("waiting", "waiting@example.com").assert_ok();
        let reply = app.short_login(who, password);
        assert_eq!(app.platform.ask::<i64>("SELECT failures FROM attempts"), 1, "{who}");
        assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'sign_in'"), 1, "{who}");
        reply
    };
    let expected = failed("nobody@example.com", "wrong");
    expected.says(401, &json!({ "detail": "No active account found with the given credentials" }));
    assert_eq!(expected.header("www-authenticate"), r#"Bearer realm="api""#);
    for (who, password) in [
        ("nobody", "wrong"),
        ("ada", "wrong"),
        ("ada@example.com", "wrong"),
        ("disabled", "wrong"),
        ("waiting@example.com", "wrong"),
        ("disabled@example.com", PASSWORD),
        ("waiting", PASSWORD),
    ] {
        let reply = failed(who, password);
        assert_eq!((reply.observable(), reply.cost), (expected.observable(), expected.cost), "{who} {password}");
    }
}

#[test]
fn the_eleventh_wrong_password_waits_as_on_every_route() {
    let app = TestApp::with(&UNCOUNTED);
    for _ in 0..9 {
        assert_eq!(app.short_login("ada", "wrong").status, 401);
    }
    app.login("ada", "wrong").assert_error(401, "invalid_credentials");
    let reply = app.short_login("ada", PASSWORD);
    reply.says(429, &json!({ "detail": "Request was throttled. Expected available in 15 seconds." }));
    assert_eq!(reply.header("retry-after"), "15");
}

#[test]
fn a_new_private_token_is_shown_once_and_says_what_it_is() {
    let app = TestApp::new();
    let access = app.signed_in("ada").access;
    let request = json!({ "name": "  nightly export ", "expiration_time": "2027-01-02T03:04:05.678901+01:00" });
    let reply = app.create_private(&access, &request);
    assert_eq!(reply.status, 201, "{}", reply.text());
    let body = reply.json();
    let (id, data) = (body["id"].as_str().unwrap(), body["data"].as_str().unwrap());
    let item = json!({ "id": id, "name": "nightly export", "expiration_time": "2027-01-02T02:04:05.678Z" });
    let mut expected = item.clone();
    expected["data"] = json!(data);
    assert_eq!(body, expected);

    assert_eq!(part(data, 0), json!({ "alg": "HS256", "typ": "private+jwt" }), "no key it could be looked up by");
    let user = app.id_of("ada");
    let claims = json!({
        "iss": ORIGIN, "aud": ORIGIN, "sub": user, "jti": id, "ver": 1, "role": "user",
        "iat": 1_780_000_000, "exp": 1_798_855_445,
    });
    assert_eq!(part(data, 1), claims);
    let keys = app.get("/.well-known/jwks.json").text();
    assert!(!keys.contains("HS256") && !keys.contains("oct"), "{keys}");

    let list = app.private_tokens(&access, "").assert_ok();
    assert_eq!(list.json(), json!({ "count": 1, "next": null, "previous": null, "results": [item] }));
    let stamp = data.rsplit_once('.').unwrap().1;
    let said = [app.platform.dump(), app.platform.log.borrow().join(" "), format!("{:?}", app.emails())];
    assert!(said.iter().all(|text| !text.contains(stamp)), "the token itself is nowhere kept");

    let (subject, text) = email_to(&app, "ada@example.com");
    assert_eq!(subject, "A new key for your Gatehouse account");
    assert!(text.contains("private token created at 2026-05-28T20:26:40Z"), "{text}");
    assert!(text.contains("until 2027-01-02T02:04:05Z") && !text.contains("nightly"), "{text}");
    app.pass_seconds(18_855_444);
    app.me(data).assert_ok();
    app.pass_seconds(1);
    app.me(data).assert_error(401, "token_expired");
    app.private_tokens(data, "").token_not_valid();
}

#[test]
fn private_tokens_make_list_and_end_each_other_and_a_chain_ends_with_its_first() {
    let app = TestApp::new();
    app.user("ada");
    let short = app.short_token("ada");
    let first = app.private(&short, "first");
    let second = app.private(&first.data, "second");
    let third = app.private(&second.data, "third");
    let other = app.private(&short, "other");
    assert_eq!(app.private_names(&third.data, ""), ["first", "second", "third", "other"]);
    assert_eq!(app.delete_private(&third.data, &first.id).status, 204);
    for ended in [&first, &second, &third] {
        app.private_tokens(&ended.data, "").token_not_valid();
        app.me(&ended.data).assert_error(401, "token_revoked");
        app.verify(&ended.data).assert_error(401, "token_revoked");
    }
    assert_eq!(app.private_names(&other.data, ""), ["other"]);
    let told: String = app.platform.ask(
        "SELECT group_concat(concat(act, ' ', outcome, ' ', by_token_id IS NOT NULL, ' ', session_id IS NOT NULL), ', ')
         FROM (SELECT * FROM audit WHERE token_id IS NOT NULL ORDER BY id)",
    );
    let made = "create_token ok 0 1, create_token ok 1 0, create_token ok 1 0, create_token ok 0 1";
    assert_eq!(told, format!("{made}, end_token ok 1 0"));
    assert_eq!(app.delete_private(&other.data, &other.id).status, 204, "it may end itself");
    app.private_tokens(&other.data, "").token_not_valid();
}

#[test]
fn what_a_private_token_made_lives_on_when_its_maker_expires() {
    let app = TestApp::new();
    let access = app.signed_in("ada").access;
    let soon = json!({ "name": "soon over", "expiration_time": "2026-05-28T21:00:00Z" });
    let maker = app.create_private(&access, &soon).json()["data"].as_str().unwrap().to_owned();
    let made = app.private(&maker, "made");
    app.pass_seconds(3600);
    app.private_tokens(&maker, "").token_not_valid();
    assert_eq!(
        app.private_names(&made.data, ""),
        ["soon over", "made"],
        "what has expired is listed until it is deleted"
    );
}

#[test]
fn deleting_is_for_ones_own_private_tokens_and_once() {
    let app = TestApp::new();
    let (ada, eve) = (app.signed_in("ada"), app.signed_in("eve").access);
    app.make_key(&bearer(&ada));
    let ada = ada.access;
    let token = app.private(&ada, "mine");
    let key: String = app.platform.ask("SELECT id FROM tokens WHERE kind = 'api_key'");
    let not_found = json!({ "detail": "Not found." });
    for id in [key.as_str(), "00000000-0000-0000-0000-000000000000", "x", "%00", &token.id.to_uppercase()] {
        app.delete_private(&ada, id).says(404, &not_found);
    }
    app.delete_private(&eve, &token.id).says(404, &not_found);
    app.me(&token.data).assert_ok();
    let reply = app.delete_private(&ada, &token.id);
    assert_eq!((reply.status.as_u16(), reply.body.len()), (204, 0));
    app.delete_private(&ada, &token.id).says(404, &not_found);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM tokens WHERE ended_at IS NULL"), 1, "the key lives");
    let refused = "SELECT sum(count) FROM audit WHERE act = 'end_token' AND outcome = 'not_found'";
    assert_eq!(app.platform.ask::<i64>(refused), 7, "each of them is on the record");
}

#[test]
fn no_private_token_is_made_for_who_changed_or_whose_maker_ended_meanwhile() {
    for change in [
        "UPDATE users SET disabled_at = 1",
        "UPDATE users SET auth_version = auth_version + 1",
        "UPDATE tokens SET ended_at = 1, end_reason = 'ended'",
    ] {
        let app = TestApp::new();
        let maker = app.private(&app.signed_in("ada").access, "maker");
        let request = json!({ "name": "x", "expiration_time": "2027-01-01T00:00:00Z" });
        app.platform.before_batch(0, change);
        app.create_private(&maker.data, &request).token_not_valid();
        assert_eq!(app.platform.count("tokens"), 1, "{change}");
        let refused = "SELECT count(*) FROM audit WHERE act = 'create_token' AND outcome = 'token_revoked'";
        assert_eq!(app.platform.ask::<i64>(refused), 1, "{change}");
    }
}

#[test]
fn private_tokens_are_many_and_not_without_end() {
    let app = TestApp::new();
    let access = app.signed_in("ada").access;
    let token = app.private(&access, "one of many");
    let others = policy::PRIVATE_TOKENS_MAX - 1;
    app.platform.tell(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {others})
         INSERT INTO tokens (id, user_id, kind, name, created_at, expires_at)
         SELECT printf('00000000-0000-0000-0000-%012d', i), users.id, 'private', 'many', 1, 2 FROM n, users",
    ));
    let request = json!({ "name": "x", "expiration_time": "2027-01-01T00:00:00Z" });
    let full = json!({ "detail": "You've reached the maximum number of keys. Delete one first." });
    app.create_private(&access, &request).says(400, &full);
    assert_eq!(app.delete_private(&access, &token.id).status, 204);
    assert_eq!(app.create_private(&access, &request).status, 201);
}

#[test]
fn a_private_token_whose_answer_was_lost_is_a_token() {
    let app = TestApp::new();
    let access = app.signed_in("ada").access;
    app.platform.trouble.set(Failure { database: Some((1, FailureTiming::After)), ..Failure::default() });
    let token = app.private(&access, "made");
    app.me(&token.data).assert_ok();
    app.platform.trouble.set(Failure { database: Some((1, FailureTiming::After)), ..Failure::default() });
    assert_eq!(app.delete_private(&access, &token.id).status, 204);
    app.verify(&token.data).assert_error(401, "token_revoked");
}
