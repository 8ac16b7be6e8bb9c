//! The FortiPortal API: an administrator exchanges a password for a portal token, and revokes it.

use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, JSON, PASSWORD, Reply, TestApp, UNCOUNTED};
use crate::machine_clients::PORTAL_LOGIN;
use crate::platform::{Failure, FailureTiming};
use crate::user_actions::email_to;

/// A test app with an administrator, Ada.
fn administered() -> TestApp {
    let app = TestApp::with(&UNCOUNTED);
    app.administrator("ada");
    app
}

fn request(ttl: Value) -> Value {
    let mut request = json!({ "username": "ada", "password": PASSWORD });
    request.as_object_mut().unwrap().extend(ttl.as_object().unwrap().clone());
    request
}

fn held() -> Value {
    json!({ "error": "Maximum amount of tokens allowed per user exceeded." })
}

fn no_login() -> Value {
    json!({ "non_field_errors": ["Unable to log in with provided credentials."] })
}

#[track_caller]
fn counts(app: &TestApp, token: &str) {
    let reply = app.with_portal_token(Method::GET, "/api/auth/me", token);
    assert_eq!(reply.status, 200, "{}", reply.text());
}

#[track_caller]
fn is_over(app: &TestApp, token: &str) {
    let reply = app.portal_logout(token);
    reply.says(401, &json!({ "detail": "Invalid token." }));
    assert_eq!(reply.header("www-authenticate"), "Token");
}

#[test]
fn a_portal_token_without_ttl_lives_until_it_is_given_back() {
    let app = administered();
    let reply = app.portal_login(&request(json!({}))).assert_ok();
    let body = reply.json();
    let token = body["token"].as_str().unwrap();
    assert_eq!(body, json!({ "expiry": null, "token": token }));
    assert!(token.len() == 64 && token.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{token}");
    app.pass_seconds(3 * 365 * 86_400);
    app.cron();
    counts(&app, token);
    app.portal_login(&request(json!({}))).says(403, &held());

    let reply = app.portal_logout(token);
    assert_eq!((reply.status.as_u16(), reply.body.len()), (204, 0));
    is_over(&app, token);
    app.with_portal_token(Method::GET, "/api/auth/me", token).assert_error(401, "token_revoked");
    let next = app.portal_token("ada");
    assert_ne!(next, token);
    counts(&app, &next);
}

#[test]
fn the_life_of_a_portal_token_is_the_sum_of_what_was_given() {
    for (ttl, expiry) in [
        (json!({ "ttl_minutes": 1 }), "2026-05-28T20:27:40.123Z"),
        (json!({ "ttl_hours": 1, "ttl_minutes": 0 }), "2026-05-28T21:26:40.123Z"),
        (json!({ "ttl_days": 1, "ttl_hours": 2, "ttl_minutes": 3 }), "2026-05-29T22:29:40.123Z"),
        (json!({ "ttl_days": 30, "ttl_hours": 23, "ttl_minutes": 59 }), "2026-06-28T20:25:40.123Z"),
        (json!({ "ttl_days": "1" }), "2026-05-29T20:26:40.123Z"),
        (json!({ "ttl_days": " 1 " }), "2026-05-29T20:26:40.123Z"),
        (json!({ "ttl_days": 1.0 }), "2026-05-29T20:26:40.123Z"),
        (json!({ "ttl_days": "1.0" }), "2026-05-29T20:26:40.123Z"),
    ] {
        let app = administered();
        let body = app.portal_login(&request(ttl.clone())).assert_ok().json();
        assert_eq!(body["expiry"], expiry, "{ttl}");
    }
}

#[test]
fn a_portal_token_that_has_expired_is_over_and_holds_no_place() {
    let app = administered();
    let body = app.portal_login(&request(json!({ "ttl_minutes": 1 }))).assert_ok().json();
    let first = body["token"].as_str().unwrap();
    app.pass_seconds(59);
    counts(&app, first);
    app.portal_login(&request(json!({ "ttl_days": 1 }))).says(403, &held());
    app.pass_seconds(1);
    is_over(&app, first);
    app.with_portal_token(Method::GET, "/api/auth/me", first).assert_error(401, "token_expired");
    counts(&app, &app.portal_token("ada"));
    app.cron();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM tokens"), 2, "cron sweeps what is over, a moment later");
    app.pass_seconds(1);
    app.cron();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM tokens"), 1);
}

#[test]
fn whatever_is_wrong_with_a_portal_login_is_said_of_every_field_at_once() {
    let app = administered();
    let (required, blank) = (json!(["This field is required."]), json!(["This field may not be blank."]));
    let (no_null, no_string) = (json!(["This field may not be null."]), json!(["Not a valid string."]));
    let no_integer = json!(["A valid integer is required."]);
    let too_long = json!(["Ensure this field has no more than 1024 characters."]);
    let at_most = |most: u32| json!([format!("Ensure this value is less than or equal to {most}.")]);
    let negative = json!(["Ensure this value is greater than or equal to 0."]);
    let no_life = json!({ "non_field_errors": ["Ensure the token lives for a minute at least."] });
    let with = |field: &str, value: Value| {
        let mut body = request(json!({}));
        body[field] = value;
        body
    };
    let mut cases = vec![
        (json!({}), json!({ "username": required, "password": required })),
        (json!({ "username": null, "password": "" }), json!({ "username": no_null, "password": blank })),
        (json!({ "username": " ", "password": ["x"] }), json!({ "username": blank, "password": no_string })),
        (with("username", json!(true)), json!({ "username": no_string })),
        (with("password", json!({})), json!({ "password": no_string })),
        (with("password", Value::Null), json!({ "password": no_null })),
        (with("password", json!("é".repeat(513))), json!({ "password": too_long })),
        (with("username", json!("a\0")), json!({ "username": ["Null characters are not allowed."] })),
        (request(json!({ "ttl_days": 0 })), no_life.clone()),
        (request(json!({ "ttl_days": 0, "ttl_hours": "0", "ttl_minutes": 0.0 })), no_life),
        // The fields are checked together only when each is valid by itself.
        (json!({ "ttl_days": 0 }), json!({ "username": required, "password": required })),
        (request(json!({ "ttl_days": "x", "ttl_hours": 0 })), json!({ "ttl_days": no_integer })),
        (
            json!({ "username": 7, "ttl_days": 31, "ttl_hours": -1, "ttl_minutes": [] }),
            json!({ "password": required, "ttl_days": at_most(30), "ttl_hours": negative, "ttl_minutes": no_integer }),
        ),
    ];
    for (field, most) in [("ttl_days", 30), ("ttl_hours", 23), ("ttl_minutes", 59)] {
        for (value, complaint) in [
            (json!(most + 1), at_most(most)),
            (json!((most + 1).to_string()), at_most(most)),
            (json!(i64::MAX), at_most(most)),
            (json!(u64::MAX), at_most(most)),
            (json!("9".repeat(400)), at_most(most)),
            (json!(-1), negative.clone()),
            (json!("-1"), negative.clone()),
            (json!(i64::MIN), negative.clone()),
            (json!(format!("-{}", "9".repeat(400))), negative.clone()),
            (Value::Null, no_null.clone()),
            (json!(1.5), no_integer.clone()),
            (json!(1e30), at_most(most)),
            (json!(-1e30), negative.clone()),
            (json!(true), no_integer.clone()),
            (json!([1]), no_integer.clone()),
            (json!({}), no_integer.clone()),
            (json!(""), no_integer.clone()),
            (json!("1.5"), no_integer.clone()),
            (json!("1 0"), no_integer.clone()),
            (json!("0x1"), no_integer.clone()),
            (json!("１"), no_integer.clone()),
            (json!("1_0"), no_integer.clone()),
            (json!("."), no_integer.clone()),
        ] {
            cases.push((with(field, value), json!({ field: complaint })));
        }
    }
    for (body, complaints) in cases {
        let reply = app.portal_login(&body);
        assert_eq!((reply.status.as_u16(), reply.json()), (400, complaints), "{body}");
    }
    assert_eq!((app.platform.count("tokens"), app.platform.count("attempts")), (0, 0), "nothing was tried");
}

#[test]
fn a_number_of_any_length_is_one_that_is_too_large() {
    let app = administered();
    for (number, complaint) in [
        ("1".repeat(400), "Ensure this value is less than or equal to 30."),
        (format!("-{}", "1".repeat(400)), "Ensure this value is greater than or equal to 0."),
        ("1e400".to_owned(), "Ensure this value is less than or equal to 30."),
    ] {
        let body = format!(r#"{{"username":"ada","password":"x","ttl_days":{number}}}"#);
        app.request(Method::POST, PORTAL_LOGIN, &[JSON], &body).says(400, &json!({ "ttl_days": [complaint] }));
    }
    let body = format!(r#"{{"login":{},"password":"x"}}"#, "1".repeat(400));
    app.request(Method::POST, "/api/auth/local/login", &[JSON], &body).assert_error(400, "invalid_request");
}

/// The response to an attempt, in a separate test app.
fn tried(who: &str, password: &str) -> Reply {
    let app = TestApp::with(&[CODES, UNCOUNTED[0], UNCOUNTED[1]]);
    for login in ["ada", "disabled", "clerk"] {
        app.user(login);
    }
    app.platform.tell("UPDATE users SET role = 'admin' WHERE login <> 'clerk'");
    app.platform.tell("UPDATE users SET disabled_at = 1 WHERE login = 'disabled'");
    app.register("waiting", "waiting@example.com").assert_ok();
    let reply = app.portal_login(&json!({ "username": who, "password": password }));
    let failed: i64 = app.platform.ask("SELECT count(*) FROM audit WHERE act = 'sign_in' AND outcome <> 'ok'");
    let failures: i64 = app.platform.ask("SELECT count(*) FROM attempts WHERE failures = 1");
    assert_eq!(failed, failures, "{who}");
    assert_eq!(failed == 1, reply.status == 400, "{who}");
    reply
}

#[test]
fn a_portal_login_tells_nobody_why_it_failed() {
    let expected = tried("nobody", "wrong");
    expected.says(400, &no_login());
    for (who, password) in [
        ("no@where.example", "wrong"),
        ("ada", "wrong"),
        ("ada@example.com", "wrong"),
        ("clerk", "wrong"),
        ("disabled", "wrong"),
        ("disabled", PASSWORD),
        ("waiting", "wrong"),
        ("waiting", PASSWORD),
    ] {
        let reply = tried(who, password);
        assert_eq!((reply.observable(), reply.cost), (expected.observable(), expected.cost), "{who} {password}");
    }
    let forbidden = json!({ "detail": "You do not have permission to perform this action." });
    tried("clerk", PASSWORD).says(403, &forbidden);
    tried("Ada@example.com", PASSWORD).assert_ok();
}

#[test]
fn wrong_passwords_are_limited_and_a_right_one_that_is_refused_is_no_failure() {
    let app = administered();
    app.user("clerk");
    for _ in 0..12 {
        let clerk = app.portal_login(&json!({ "username": "clerk", "password": PASSWORD }));
        assert_eq!(clerk.status, 403, "{}", clerk.text());
    }
    app.portal_token("ada");
    for _ in 0..12 {
        app.portal_login(&request(json!({}))).says(403, &held());
    }
    assert_eq!(app.platform.count("attempts"), 0);
    let acts: String = app.platform.ask(
        "SELECT group_concat(concat(act, ' ', outcome, ' ', login, ' ', factor, ' ', count), ', ' ORDER BY audit.id)
         FROM audit JOIN users ON users.id = user_id WHERE act = 'create_token'",
    );
    assert_eq!(
        acts,
        "create_token forbidden clerk pwd 12, create_token ok ada pwd 1, create_token token_held ada pwd 12"
    );

    for _ in 0..10 {
        app.portal_login(&json!({ "username": "ada", "password": "wrong" })).says(400, &no_login());
    }
    let reply = app.portal_login(&request(json!({})));
    reply.says(429, &json!({ "detail": "Request was throttled. Expected available in 15 seconds." }));
    assert_eq!(reply.header("retry-after"), "15");
    app.login("ada", PASSWORD).assert_error(429, "rate_limited");
    let failed: i64 = app.platform.ask("SELECT sum(count) FROM audit WHERE act = 'sign_in' AND outcome <> 'ok'");
    assert_eq!(failed, 10);
}

#[test]
fn a_portal_login_from_a_new_place_is_told_to_its_owner() {
    let app = administered();
    let emails = app.emails().len();
    app.portal_login(&request(json!({ "ttl_minutes": 1 }))).assert_ok();
    assert_eq!(app.emails().len(), emails, "the account knows this place");
    app.pass_seconds(60);
    app.post_from("198.51.100.1", PORTAL_LOGIN, &request(json!({ "ttl_minutes": 1 }))).assert_ok();
    let (subject, text) = email_to(&app, "ada@example.com");
    assert!(subject.contains("sign-in") && text.contains("198.51.100.1"), "{subject}: {text}");
    app.pass_seconds(60);
    app.post_from("198.51.100.1", PORTAL_LOGIN, &request(json!({}))).assert_ok();
    assert_eq!(app.emails().len(), emails + 1, "once");
}

#[test]
fn of_two_portal_logins_at_once_one_gets_the_token() {
    let app = administered();
    let user = app.id_of("ada");
    app.platform.before_batch(
        1,
        &format!(
            "INSERT INTO tokens (id, user_id, kind, created_at)
             VALUES ('00000000-0000-0000-0000-000000000001', '{user}', 'portal', 1)"
        ),
    );
    app.portal_login(&request(json!({}))).says(403, &held());
    assert_eq!((app.platform.count("tokens"), app.platform.count("attempts")), (1, 0));
}

#[test]
fn no_portal_token_is_issued_if_the_account_changes_while_the_password_is_checked() {
    for change in ["disabled_at = 1", "role = 'user', auth_version = auth_version + 1"] {
        let app = administered();
        app.platform.before_batch(1, &format!("UPDATE users SET {change}"));
        app.portal_login(&request(json!({}))).says(400, &no_login());
        assert_eq!(app.platform.count("tokens"), 0, "{change}");
    }
}

#[test]
fn a_portal_token_whose_answer_was_lost_is_held_and_was_handed_out() {
    let app = administered();
    app.platform.trouble.set(Failure { database: Some((1, FailureTiming::After)), ..Failure::default() });
    let token = app.portal_token("ada");
    counts(&app, &token);
    app.platform.trouble.set(Failure { database: Some((1, FailureTiming::After)), ..Failure::default() });
    assert_eq!(app.portal_logout(&token).status, 204);
    is_over(&app, &token);
}
