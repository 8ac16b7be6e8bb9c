//! The FortiPortal API's routes: which headers revoke a portal token, where else it is accepted, and how it is refused.

use gatehouse::domain::error::Error;
use http::Method;
use serde_json::{Value, json};

use crate::app::{OTHER_KEY, PASSWORD, TestApp, Tokens, UNCOUNTED};
use crate::machine_clients::{PORTAL_LOGIN, PORTAL_LOGOUT, PRIVATE_TOKENS, basic};
use crate::platform::{Failure, FailureTiming};
use crate::user_actions::email_to;

/// A test app with a signed-in administrator, Ada.
fn administered() -> (TestApp, Tokens) {
    let app = TestApp::with(&UNCOUNTED);
    let ada = app.administrator("ada");
    (app, ada)
}

#[test]
fn a_portal_token_is_given_back_by_its_own_scheme_and_no_other() {
    let (app, ada) = administered();
    let token = app.portal_token("ada");
    let not_provided = "Authentication credentials were not provided.";
    let none = "Invalid token header. No credentials provided.";
    let spaces = "Invalid token header. Token string should not contain spaces.";
    let stranger = TestApp::with(&[("APP_KEY", OTHER_KEY)]);
    stranger.administrator("ada");
    let foreign = stranger.portal_token("ada");
    let cookie = format!("Cookie: token={}", ada.access);
    let cases: Vec<(Vec<String>, &str)> = vec![
        (vec![], not_provided),
        (vec![cookie.clone(), "Origin: https://auth.example.com".into()], not_provided),
        (vec![format!("Authentication: Token {token}")], not_provided),
        (vec![format!("Authorization: Bearer {}", ada.access)], not_provided),
        (vec![format!("Authorization: Bearer {token}")], not_provided),
        (vec!["Authorization: Basic YXBpa2V5Og==".into()], not_provided),
        (vec![format!("Authorization: {token}")], not_provided),
        (vec![format!("Authorization: Tokens {token}")], not_provided),
        (vec!["Authorization: Token".into()], none),
        (vec!["Authorization: token   ".into()], none),
        (vec![format!("Authorization: Token {token} x")], spaces),
        (vec![format!("Authorization: Token {} {}", &token[..32], &token[32..])], spaces),
        (vec!["Authorization: Token x".into()], "Invalid token."),
        (vec![format!("Authorization: Token {}", token.to_uppercase())], "Invalid token."),
        (vec![format!("Authorization: Token {token}0")], "Invalid token."),
        (vec![format!("Authorization: Token {}", &token[1..])], "Invalid token."),
        (vec![format!("Authorization: Token {}", "0".repeat(64))], "Invalid token."),
        (vec![format!("Authorization: Token {foreign}")], "Invalid token."),
        (vec![format!("Authorization: Token {}", ada.access)], "Invalid token."),
        (vec![format!("Authorization: Token {}", ada.refresh)], "Invalid token."),
    ];
    for (headers, detail) in cases {
        let lines: Vec<_> = headers.iter().map(String::as_str).collect();
        let before = app.platform.database_calls.get();
        let reply = app.ask(Method::POST, PORTAL_LOGOUT, &lines, "");
        reply.says(401, &json!({ "detail": detail }));
        assert_eq!(reply.header("www-authenticate"), "Token", "{headers:?}");
        assert_eq!(app.platform.database_calls.get(), before, "refused before any I/O: {headers:?}");
    }
    let logout = |headers: &[&str]| app.ask(Method::POST, PORTAL_LOGOUT, headers, "").status;
    let line = format!("Authorization: Token {token}");
    assert_eq!(logout(&[&line, &line]), 400, "two of them: which one is meant?");
    // The scheme in any case, beside any other credential.
    assert_eq!(logout(&[&format!("Authorization: tOKEN {token}"), &cookie]), 204);
    app.me(&ada.access).assert_ok();
}

#[test]
fn who_gave_a_portal_token_back_is_on_the_record_and_its_stamp_nowhere() {
    let (app, _) = administered();
    let token = app.portal_token("ada");
    app.portal_logout(&token);
    let told: String = app.platform.ask(
        "SELECT concat(login, ' ', audit.token_id = tokens.id, ' ', by_token_id = tokens.id, ' ', end_reason)
         FROM audit JOIN users ON users.id = audit.user_id JOIN tokens WHERE act = 'end_token' AND outcome = 'ok'",
    );
    assert_eq!(told, "ada 1 1 signed_out");
    let said = [app.platform.dump(), app.platform.log.borrow().join(" "), format!("{:?}", app.emails())];
    assert!(said.iter().all(|text| !text.contains(&token[32..])), "its stamp is nowhere kept");
}

#[test]
fn a_portal_token_is_its_user_but_makes_nothing_and_changes_nothing() {
    let (app, _) = administered();
    let token = app.portal_token("ada");
    let line = format!("Authorization: Token {token}");
    let with = |method: Method, path: &str| {
        let body = r#"{"name": "x", "expiration_time": "2027-01-01T00:00:00Z", "description": "x", "expired": "2027-01-01T00:00:00Z"}"#;
        app.ask(method, path, &[&line, "Content-Type: application/json"], body)
    };
    assert_eq!(with(Method::GET, "/api/auth/me").assert_ok().json()["login"], "ada");
    let verify = with(Method::GET, "/api/auth/verify").assert_ok();
    assert_eq!((verify.header("x-auth-role"), verify.header("x-auth-method")), ("admin", "portal"));
    let forbidden = json!({ "detail": "You do not have permission to perform this action." });
    with(Method::GET, PRIVATE_TOKENS).says(403, &forbidden);
    with(Method::POST, PRIVATE_TOKENS).says(403, &forbidden);
    with(Method::DELETE, &format!("{PRIVATE_TOKENS}00000000-0000-0000-0000-000000000000")).says(403, &forbidden);
    assert_eq!(with(Method::POST, "/api/manage/v1/ApiKeys").status, 403);
    with(Method::GET, "/api/admin/users").assert_error(403, "reauthentication_required");
    with(Method::POST, "/api/auth/logout").assert_error(403, "forbidden");
    assert_eq!(app.platform.count("tokens"), 1);
}

#[test]
fn a_portal_token_is_a_sign_in_and_ends_where_sessions_do() {
    type End = fn(&TestApp, &Tokens);
    let ends: [(&str, End); 6] = [
        ("another password", |app, bob| {
            app.change_password(&bob.access, PASSWORD, "a new password entirely").assert_ok();
        }),
        ("a recovery", |app, _| {
            app.recover("bob@example.com").assert_ok();
            app.reset(&app.last_link_token(), "a new password entirely").assert_ok();
        }),
        ("signing out everywhere", |app, bob| {
            app.post_as(&bob.access, "/api/auth/logout/all", &json!({})).assert_ok();
        }),
        ("another role", |app, _| drop(app.give_role(&app.sign_in("ada"), "bob", "user").assert_ok())),
        ("disabling", |app, _| drop(app.administer(&app.sign_in("ada"), "bob", "disable").assert_ok())),
        ("a reset", |app, _| drop(app.administer(&app.sign_in("ada"), "bob", "reset").assert_ok())),
    ];
    for (what, end) in ends {
        let (app, _) = administered();
        let bob = app.administrator("bob");
        let tokens = [app.portal_token("bob"), app.regenerate(&bob.access).unwrap()];
        let key = app.make_key(&format!("Bearer {}", bob.access));
        end(&app, &bob);
        for token in &tokens {
            for path in ["/api/auth/me", "/api/auth/verify"] {
                assert_eq!(app.with_portal_token(Method::GET, path, token).status, 401, "{what}: {path}");
            }
            app.portal_logout(token).says(401, &json!({ "detail": "Invalid token." }));
        }
        let living = app.me_with(&basic(&key)).status == 200;
        assert_eq!(living, what != "disabling", "{what}: a key is no sign-in");
    }
}

#[test]
fn a_lost_portal_token_without_expiry_is_ended_by_an_administrator() {
    let (app, ada) = administered();
    let token = app.portal_token("ada");
    let path = format!("/api/admin/users/{}/tokens", app.id_of("ada"));
    let list = app.with_bearer(Method::GET, &path, &ada.access).assert_ok().json();
    let id = list["tokens"][0]["id"].as_str().unwrap();
    assert_eq!(app.with_bearer(Method::DELETE, &format!("{path}/{id}"), &ada.access).status, 204);
    assert_eq!(app.with_portal_token(Method::GET, "/api/auth/me", &token).status, 401);
    app.portal_token("ada");
}

#[test]
fn who_administers_no_more_ends_nobodys_token() {
    let (app, ada) = administered();
    let bob = app.signed_in("bob");
    app.make_key(&format!("Bearer {}", bob.access));
    let id: String = app.platform.ask("SELECT id FROM tokens");
    app.platform.before_batch(0, "UPDATE users SET role = 'user' WHERE login = 'ada'");
    let path = format!("/api/admin/users/{}/tokens/{id}", app.id_of("bob"));
    app.with_bearer(Method::DELETE, &path, &ada.access).assert_error(404, "not_found");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM tokens WHERE ended_at IS NULL"), 1);
}

#[test]
fn keys_of_the_page_live_for_an_hour_beside_each_other_and_hold_nothing() {
    let (app, ada) = administered();
    let [first, second] = [(), ()].map(|()| app.regenerate(&ada.access).unwrap());
    let portal = app.portal_token("ada");
    let me = |token: &str| app.with_portal_token(Method::GET, "/api/auth/me", token).status.as_u16();
    assert_eq!([&first, &second, &portal].map(|token| (token.len(), me(token))), [(64, 200); 3]);
    let (subject, text) = email_to(&app, "ada@example.com");
    assert_eq!(subject, "A new key for your Gatehouse account");
    assert!(text.contains("portal token created at 2026-05-28T20:26:40Z, valid until 2026-05-28T21:26:40Z"), "{text}");
    assert_eq!(app.portal_logout(&first).status, 204);
    assert_eq!([&first, &second, &portal].map(|token| me(token)), [401, 200, 200]);
    app.pass_seconds(3599);
    assert_eq!(me(&second), 200);
    app.pass_seconds(1);
    assert_eq!([&second, &portal].map(|token| me(token)), [401, 200]);
    app.with_portal_token(Method::GET, "/api/auth/me", &second).assert_error(401, "token_expired");
}

#[test]
fn a_key_of_the_page_is_made_by_no_portal_token_and_not_without_end() {
    let (app, ada) = administered();
    app.platform.tell(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
         INSERT INTO tokens (id, user_id, kind, created_at, expires_at)
         SELECT printf('00000000-0000-0000-0000-%012d', i), users.id, 'portal_key', 1, 2e12 FROM n, users",
    );
    app.regenerate(&ada.access).unwrap();
    assert_eq!(app.regenerate(&ada.access).unwrap_err(), Error::TooManyKeys);
    let token = app.portal_token("ada");
    assert_eq!(app.regenerate(&token).unwrap_err(), Error::TokenInvalid);
}

#[test]
fn every_refusal_under_fpc_is_in_the_words_of_its_clients() {
    let (app, _) = administered();
    let detail = |status: u16, reply: &crate::app::Reply| {
        assert_eq!(reply.status, status, "{}", reply.text());
        let Value::Object(body) = reply.json() else { panic!("{}", reply.text()) };
        assert_eq!(body.keys().collect::<Vec<_>>(), ["detail"]);
        body["detail"].as_str().unwrap().to_owned()
    };
    for path in [PORTAL_LOGIN, PORTAL_LOGOUT] {
        let reply = app.get(path);
        assert_eq!(detail(405, &reply), "Method \"GET\" not allowed.");
        assert_eq!(reply.header("allow"), "POST, OPTIONS");
    }
    let login = |kind: &str, body: &str| app.ask(Method::POST, PORTAL_LOGIN, &[&format!("Content-Type: {kind}")], body);
    for body in ["{", "[]", "\u{0}", r#"{"username": "ada", "username": "bob", "password": "x"}"#] {
        assert!(detail(400, &login("application/json", body)).starts_with("JSON parse error - "), "{body}");
    }
    detail(415, &login("application/x-www-form-urlencoded", "username=ada&password=x"));
    detail(415, &app.ask(Method::POST, PORTAL_LOGIN, &[], "{}"));
    detail(413, &login("application/json", &" ".repeat(16 * 1024 + 1)));
    assert_eq!(detail(404, &app.get("/fpc/api/auth/nothing")), "Not found.");

    let body = json!({ "username": "ada", "password": PASSWORD });
    app.platform.trouble.set(Failure { database: Some((0, FailureTiming::Before)), ..Failure::default() });
    let reply = app.portal_login(&body);
    assert_eq!(reply.header("retry-after"), "5");
    detail(503, &reply);
    let app = TestApp::new();
    for _ in 0..60 {
        app.portal_login(&json!({}));
    }
    let reply = app.portal_login(&body);
    assert_eq!(detail(429, &reply), "Request was throttled. Expected available in 60 seconds.");
    assert_eq!(reply.header("retry-after"), "60");
}

#[test]
fn a_key_of_a_page_is_for_an_administrator_who_sits_before_it() {
    let (app, ada) = administered();
    let bob = app.signed_in("bob");
    let program = app.private(&ada.access, "a program of an administrator's");
    for token in [&bob.access, &program.data] {
        assert_eq!(app.regenerate(token).unwrap_err(), Error::Forbidden);
    }
    let refused = "SELECT count(*) FROM audit WHERE act = 'create_token' AND outcome = 'forbidden'";
    assert_eq!(app.platform.ask::<i64>(refused), 2);
}
