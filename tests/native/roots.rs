//! A session created from another one by a ticket: its tries, its end, and what ends it.

use serde_json::json;

use crate::app::{CODES, PASSWORD, TestApp, Tokens, UNCOUNTED};
use crate::browser::{Browser, ticket, way_for};
use crate::credentials::APP;

fn app() -> TestApp {
    TestApp::with(&[UNCOUNTED[0], UNCOUNTED[1], CODES, ("AUTH_REDIRECT_URIS", APP)])
}

/// A session that an application obtained for a ticket of the browser.
fn traded(app: &TestApp, browser: &mut Browser<'_>) -> Tokens {
    Tokens::of(&app.exchange(&ticket(&browser.get(&way_for(APP)))).assert_ok())
}

#[test]
fn many_sessions_of_one_sign_in_have_no_more_tries_than_one() {
    let app = app();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let sessions: Vec<_> = (0..11).map(|_| traded(&app, &mut browser)).collect();
    for session in &sessions[..9] {
        app.reauthenticate(&session.access, "wrong").assert_error(401, "invalid_credentials");
    }
    assert_eq!(browser.press("/account/confirm", &[("password", "wrong")]).status, 401);
    app.reauthenticate(&sessions[9].access, PASSWORD).assert_error(429, "rate_limited");
    app.change_password(&sessions[10].access, "wrong", "another password yet").assert_error(429, "rate_limited");
    assert_eq!(browser.press("/account/confirm", &[("password", PASSWORD)]).status, 429);
    // An independent sign-in is not affected.
    app.reauthenticate(&app.sign_in("ada").access, PASSWORD).assert_ok();
}

#[test]
fn many_sessions_of_one_sign_in_have_no_more_tries_at_codes_than_one() {
    let app = app();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let sessions: Vec<_> = (0..11).map(|_| traded(&app, &mut browser)).collect();
    let prove = |session: &Tokens, code: &str| {
        app.post_as(&session.access, "/api/auth/reauthenticate", &json!({ "code": code }))
    };
    for session in &sessions[..10] {
        app.platform.tell("DELETE FROM codes");
        app.code_for("ada@example.com");
        prove(session, "000000").assert_error(401, "invalid_code");
    }
    app.platform.tell("DELETE FROM codes");
    let code = app.code_for("ada@example.com");
    prove(&sessions[10], &code).assert_error(429, "rate_limited");
}

#[test]
fn a_session_of_a_ticket_is_over_no_later_than_the_one_it_comes_of() {
    let app = app();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let ends = |number: u32| -> i64 {
        app.platform.ask(&format!("SELECT expires_at FROM sessions ORDER BY created_at LIMIT 1 OFFSET {number}"))
    };
    for _ in 0..5 {
        app.pass_seconds(5 * 86_400);
        assert_eq!(browser.get("/account").status, 200);
    }
    let tokens = traded(&app, &mut browser);
    assert_eq!(ends(1), ends(0));
    // Its refresh token gives the same error.
    app.pass_seconds(4 * 86_400);
    let next = app.refresh(&tokens.refresh).assert_ok().json();
    assert_eq!(next["refresh_token_expires"], "2026-06-27T20:26:40Z");
    app.pass_seconds(86_401);
    app.refresh(next["refresh_token"].as_str().unwrap()).assert_error(401, "invalid_refresh_token");
}

#[test]
fn an_access_token_of_a_ticket_does_not_outlive_the_session_it_comes_of() {
    let app = app();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    app.platform.tell("UPDATE sessions SET expires_at = 1780000060000, refresh_expires_at = 1780000060000");
    let answer = app.exchange(&ticket(&browser.get(&way_for(APP)))).assert_ok().json();
    assert_eq!(
        (&answer["expires"], &answer["refresh_token_expires"]),
        (&json!("2026-05-28T20:27:40Z"), &answer["expires"])
    );
}

#[test]
fn what_ends_a_session_ends_those_that_come_of_it() {
    type Ending = fn(&TestApp, &mut Browser<'_>);
    let endings: [(&str, Ending); 3] = [
        ("signed_out", |_, browser| assert_eq!(browser.sign_out().status, 303)),
        ("ended", |app, browser| {
            let elsewhere = app.sign_in("ada");
            let id = session_of(app, browser);
            let reply = app.with_bearer(http::Method::DELETE, &format!("/api/auth/sessions/{id}"), &elsewhere.access);
            assert_eq!(reply.status, 204);
        }),
        ("by_admin", |app, browser| {
            let root = app.administrator("root");
            let path = format!("/api/admin/users/{}/sessions/{}", app.id_of("ada"), session_of(app, browser));
            assert_eq!(app.with_bearer(http::Method::DELETE, &path, &root.access).status, 204);
        }),
    ];
    for (reason, end) in endings {
        let app = app();
        app.user("ada");
        let (mut browser, mut other) = (Browser::of(&app, "ada"), Browser::of(&app, "ada"));
        let (one, two) = (traded(&app, &mut browser), traded(&app, &mut browser));
        let bystander = traded(&app, &mut other);
        end(&app, &mut browser);
        for tokens in [&one, &two] {
            app.me(&tokens.access).assert_error(401, "token_revoked");
            app.verify(&tokens.access).assert_error(401, "token_revoked");
            app.refresh(&tokens.refresh).assert_error(401, "invalid_refresh_token");
        }
        app.me(&bystander.access).assert_ok();
        assert_eq!(other.get("/account").status, 200);
        let ended = format!("SELECT count(*) FROM sessions WHERE end_reason = '{reason}' AND mark_pending = 0");
        assert_eq!(app.platform.ask::<i64>(&ended), 3, "{reason}");
    }
}

#[test]
fn an_application_that_signs_out_leaves_the_browser_signed_in() {
    let app = app();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let (one, two) = (traded(&app, &mut browser), traded(&app, &mut browser));
    app.logout(&one.access).assert_ok();
    app.me(&one.access).assert_error(401, "token_revoked");
    app.me(&two.access).assert_ok();
    assert_eq!(browser.get("/account").status, 200);
}

fn session_of(app: &TestApp, browser: &Browser<'_>) -> String {
    let cookie = format!("__Host-session={}", browser.cookie("__Host-session").unwrap());
    let verified = app.request(http::Method::GET, "/api/auth/verify", &[("Cookie", &cookie)], "").assert_ok();
    verified.header("x-auth-session").to_owned()
}
