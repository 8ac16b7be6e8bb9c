use serde_json::json;

use crate::app::{PASSWORD, Reply, TestApp, UNCOUNTED};
use crate::platform::{Failure, FailureTiming};

#[test]
fn a_user_signs_in_by_login_name_or_by_address_in_any_case() {
    let app = TestApp::new();
    app.user("ada");
    for who in ["ada", "ADA", " ada ", "ada@example.com", "Ada@EXAMPLE.com"] {
        app.login(who, PASSWORD).assert_ok();
    }
}

#[test]
fn the_answer_is_fastschemas_key_for_key() {
    let app = TestApp::new();
    app.user("ada");
    let body = app.login("ada", PASSWORD).assert_ok().json();
    let keys: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["expires", "refresh_token", "refresh_token_expires", "token"]);
    assert_eq!(body["expires"], "2026-05-28T20:41:40Z");
    assert_eq!(body["refresh_token_expires"], "2026-06-04T20:26:40Z");
}

#[test]
fn without_refresh_a_sign_in_lasts_a_week_and_there_is_no_refreshing() {
    let app = TestApp::with(&[("AUTH_ENABLE_REFRESH_TOKEN", "")]);
    app.user("ada");
    let body = app.login("ada", PASSWORD).assert_ok().json();
    let keys: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["expires", "token"]);
    assert_eq!(body["expires"], "2026-06-04T20:26:40Z");
    app.refresh("ghr_whatever").assert_error(404, "not_found");

    let token = body["token"].as_str().unwrap();
    app.pass_seconds(604_799);
    app.me(token).assert_ok();
    app.pass_seconds(1);
    app.me(token).assert_error(401, "token_expired");
    assert_eq!(app.platform.ask::<i64>("SELECT expires_at / 1000 - auth_time / 1000 FROM sessions"), 604_800);
}

/// The observable parts of a refusal: the response, and the round trips behind it.
fn felt(app: &TestApp, who: &str, password: &str) -> (Reply, usize) {
    let before = app.platform.database_calls.get();
    let reply = app.login(who, password);
    (reply, app.platform.database_calls.get() - before)
}

#[test]
fn unknown_wrong_disabled_and_not_activated_look_the_same() {
    let app = TestApp::new();
    app.user("ada");
    app.user("disabled");
    app.platform.tell("UPDATE users SET disabled_at = 1 WHERE login = 'disabled'");
    app.register("waiting", "waiting@example.com").assert_ok();
    let (expected, calls) = felt(&app, "nobody", "some password");
    expected.assert_error(401, "invalid_credentials");
    assert_eq!(expected.header("www-authenticate"), "Bearer realm=\"api\"");
    for who in ["ada", "ada@example.com", "disabled", "waiting", "waiting@example.com", "@", "", "\u{1}", "ghr_x"] {
        let (reply, felt) = felt(&app, who, "some password");
        assert_eq!((reply.observable(), felt), (expected.observable(), calls), "{who}");
    }
}

#[test]
fn a_failure_costs_two_hashes_whoever_was_meant() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    app.user("disabled");
    app.platform.tell("UPDATE users SET disabled_at = 1 WHERE login = 'disabled'");
    app.register("waiting", "waiting@example.com").assert_ok();
    let hashes = |who: &str, password: &str| {
        app.platform.tell("DELETE FROM attempts");
        app.login(who, password).work[0]
    };
    assert_eq!(hashes("ada", PASSWORD), 1, "a success says itself that it is one");
    for (who, password) in [
        ("ada", "wrong"),
        ("ada@example.com", "wrong"),
        ("disabled", "wrong"),
        ("disabled", PASSWORD),
        ("nobody", "wrong"),
        ("no@where.com", "wrong"),
        ("waiting", "wrong"),
        ("waiting", PASSWORD),
        ("waiting@example.com", PASSWORD),
    ] {
        assert_eq!(hashes(who, password), 2, "{who} {password}");
    }
}

#[test]
fn the_newest_registration_of_a_name_is_the_one_that_counts() {
    let app = TestApp::new();
    let register = |email: &str, password: &str| {
        app.pass_seconds(1);
        app.post("/api/auth/local/register", &json!({ "login": "eve", "email": email, "password": password }))
            .assert_ok();
    };
    register("one@example.com", "the older password");
    register("two@example.com", "the newer password");
    app.login("eve", "the newer password").assert_error(403, "account_not_activated");
    app.login("eve", "the older password").assert_error(401, "invalid_credentials");
    app.login("one@example.com", "the older password").assert_error(403, "account_not_activated");
}

#[test]
fn a_sign_in_whose_answer_was_lost_is_a_sign_in() {
    let app = TestApp::new();
    app.user("ada");
    app.platform.trouble.set(Failure { database: Some((1, FailureTiming::After)), ..Failure::default() });
    let tokens = app.sign_in("ada");
    app.me(&tokens.access).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions"), 1);
}

#[test]
fn a_device_is_remembered_in_few_words() {
    let app = TestApp::new();
    app.user("ada");
    let request =
        TestApp::builder(http::Method::POST, "/api/auth/local/login").header("Content-Type", "application/json");
    let body = json!({ "login": "ada", "password": PASSWORD }).to_string();
    let mut request = request.body(body.into_bytes()).unwrap();
    request.headers_mut().insert("user-agent", http::HeaderValue::from_str(&"x".repeat(5000)).unwrap());
    app.send(request).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT max(length(agent)) FROM sessions"), 256);
}

#[test]
fn disabled_and_not_activated_are_told_after_the_right_password() {
    let app = TestApp::new();
    app.user("ada");
    app.platform.tell("UPDATE users SET disabled_at = 1");
    app.login("ada", PASSWORD).assert_error(403, "account_disabled");
    app.register("waiting", "waiting@example.com").assert_ok();
    app.login("waiting", PASSWORD).assert_error(403, "account_not_activated");
    app.login("waiting@example.com", PASSWORD).assert_error(403, "account_not_activated");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions"), 0);
}

#[test]
fn nothing_is_issued_if_the_account_changes_while_the_password_is_checked() {
    for change in ["disabled_at = 1", "auth_version = auth_version + 1"] {
        let app = TestApp::new();
        app.user("ada");
        app.platform.before_batch(1, &format!("UPDATE users SET {change}"));
        app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
        assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions"), 0, "{change}");
    }
}

#[test]
fn a_sign_in_renews_a_hash_with_weaker_parameters() {
    let app = TestApp::new();
    app.user("ada");
    // "password" under m=256, from the reference implementation's test vectors.
    let weak = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    app.platform.tell(&format!("UPDATE passwords SET hash = '{weak}'"));
    app.login("ada", "wrong").assert_error(401, "invalid_credentials");
    assert_eq!(app.platform.ask::<String>("SELECT hash FROM passwords"), weak);
    app.login("ada", "password").assert_ok();
    let renewed: String = app.platform.ask("SELECT hash FROM passwords");
    assert!(renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{renewed}");
    app.login("ada", "password").assert_ok();
}

#[test]
fn a_hash_that_cannot_be_read_is_our_fault_and_never_a_wrong_password() {
    let app = TestApp::new();
    app.user("ada");
    app.platform.tell("UPDATE passwords SET hash = '$argon2id$broken'");
    app.login("ada", PASSWORD).assert_error(503, "unavailable");
    assert!(app.platform.log.borrow().iter().any(|line| line.contains("password hash")));
}

#[test]
fn a_password_too_long_to_hash_is_a_bad_request() {
    let app = TestApp::new();
    app.login("ada", &"x".repeat(1025)).assert_error(400, "invalid_request");
    assert_eq!(app.platform.database_calls.get(), 0);
}

#[test]
fn every_sign_in_is_a_session_of_its_own() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    let second = app.sign_in("ada");
    assert_ne!(first.access, second.access);
    app.logout(&first.access).assert_ok();
    app.me(&first.access).assert_error(401, "token_revoked");
    app.me(&second.access).assert_ok();
}

#[test]
fn a_body_is_read_as_json_and_bounded() {
    let app = TestApp::new();
    let login = |content_type: &str, body: Vec<u8>| {
        let request = TestApp::builder(http::Method::POST, "/api/auth/local/login");
        app.send(request.header("Content-Type", content_type).body(body).unwrap())
    };
    let good = || json!({ "login": "a", "password": "b" }).to_string().into_bytes();
    login("application/json", good()).assert_error(401, "invalid_credentials");
    login("Application/JSON; charset=utf-8", good()).assert_error(401, "invalid_credentials");
    login("application/json", ["\u{feff}".as_bytes(), &good()].concat()).assert_error(401, "invalid_credentials");
    login("application/json", "\u{feff}\u{feff}{}".into()).assert_error(400, "invalid_request");
    login("text/plain", good()).assert_error(415, "unsupported_media_type");
    login("application/x-www-form-urlencoded", good()).assert_error(415, "unsupported_media_type");
    login("application/json", vec![b' '; 16 * 1024 + 1]).assert_error(413, "payload_too_large");
    login("application/json", br#"{"login":"a","login":"b","password":"c"}"#.to_vec())
        .assert_error(400, "invalid_request");
    for body in ["", "null", "[]", "1", "{", "{\"login\"", "[[[[", "\"x\"", "{\"login\":{}}"] {
        login("application/json", body.into()).assert_error(400, "invalid_request");
    }
}
