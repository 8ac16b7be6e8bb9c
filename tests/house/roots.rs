//! A session that comes of another by a ticket: its tries, its end, and what ends it.

use serde_json::json;

use crate::browser::{Browser, ticket, way_for};
use crate::house::{CODES, House, PASSWORD, Tokens, UNCOUNTED};
use crate::purse::APP;

fn house() -> House {
    House::with(&[UNCOUNTED[0], UNCOUNTED[1], CODES, ("AUTH_REDIRECT_URIS", APP)])
}

/// A session that an application has traded a ticket of the browser for.
fn traded(house: &House, browser: &mut Browser<'_>) -> Tokens {
    Tokens::of(&house.exchange(&ticket(&browser.get(&way_for(APP)))).granted())
}

#[test]
fn many_sessions_of_one_sign_in_have_no_more_tries_than_one() {
    let house = house();
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    let sessions: Vec<_> = (0..11).map(|_| traded(&house, &mut browser)).collect();
    for session in &sessions[..9] {
        house.reauthenticate(&session.access, "wrong").refused(401, "invalid_credentials");
    }
    assert_eq!(browser.press("/account/confirm", &[("password", "wrong")]).status, 401);
    house.reauthenticate(&sessions[9].access, PASSWORD).refused(429, "rate_limited");
    house.change_password(&sessions[10].access, "wrong", "another password yet").refused(429, "rate_limited");
    assert_eq!(browser.press("/account/confirm", &[("password", PASSWORD)]).status, 429);
    // A sign-in of its own is another matter.
    house.reauthenticate(&house.sign_in("ada").access, PASSWORD).granted();
}

#[test]
fn many_sessions_of_one_sign_in_have_no_more_tries_at_codes_than_one() {
    let house = house();
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    let sessions: Vec<_> = (0..11).map(|_| traded(&house, &mut browser)).collect();
    let prove = |session: &Tokens, code: &str| {
        house.post_as(&session.access, "/api/auth/reauthenticate", &json!({ "code": code }))
    };
    for session in &sessions[..10] {
        house.world.tell("DELETE FROM codes");
        house.code_for("ada@example.com");
        prove(session, "000000").refused(401, "invalid_code");
    }
    house.world.tell("DELETE FROM codes");
    let code = house.code_for("ada@example.com");
    prove(&sessions[10], &code).refused(429, "rate_limited");
}

#[test]
fn a_session_of_a_ticket_is_over_no_later_than_the_one_it_comes_of() {
    let house = house();
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    let ends = |number: u32| -> i64 {
        house.world.ask(&format!("SELECT expires_at FROM sessions ORDER BY created_at LIMIT 1 OFFSET {number}"))
    };
    for _ in 0..5 {
        house.pass_seconds(5 * 86_400);
        assert_eq!(browser.get("/account").status, 200);
    }
    let tokens = traded(&house, &mut browser);
    assert_eq!(ends(1), ends(0));
    // Its refresh token says so as well.
    house.pass_seconds(4 * 86_400);
    let next = house.refresh(&tokens.refresh).granted().json();
    assert_eq!(next["refresh_token_expires"], "2026-06-27T20:26:40Z");
    house.pass_seconds(86_401);
    house.refresh(next["refresh_token"].as_str().unwrap()).refused(401, "invalid_refresh_token");
}

#[test]
fn an_access_token_of_a_ticket_does_not_outlive_the_session_it_comes_of() {
    let house = house();
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    house.world.tell("UPDATE sessions SET expires_at = 1780000060000, refresh_expires_at = 1780000060000");
    let answer = house.exchange(&ticket(&browser.get(&way_for(APP)))).granted().json();
    assert_eq!(
        (&answer["expires"], &answer["refresh_token_expires"]),
        (&json!("2026-05-28T20:27:40Z"), &answer["expires"])
    );
}

#[test]
fn what_ends_a_session_ends_those_that_come_of_it() {
    type Ending = fn(&House, &mut Browser<'_>);
    let endings: [(&str, Ending); 3] = [
        ("signed_out", |_, browser| assert_eq!(browser.sign_out().status, 303)),
        ("ended", |house, browser| {
            let elsewhere = house.sign_in("ada");
            let id = session_of(house, browser);
            let reply = house.with_bearer(http::Method::DELETE, &format!("/api/auth/sessions/{id}"), &elsewhere.access);
            assert_eq!(reply.status, 204);
        }),
        ("by_admin", |house, browser| {
            let root = house.administrator("root");
            let path = format!("/api/admin/users/{}/sessions/{}", house.id_of("ada"), session_of(house, browser));
            assert_eq!(house.with_bearer(http::Method::DELETE, &path, &root.access).status, 204);
        }),
    ];
    for (reason, end) in endings {
        let house = house();
        house.user("ada");
        let (mut browser, mut other) = (Browser::of(&house, "ada"), Browser::of(&house, "ada"));
        let (one, two) = (traded(&house, &mut browser), traded(&house, &mut browser));
        let bystander = traded(&house, &mut other);
        end(&house, &mut browser);
        for tokens in [&one, &two] {
            house.me(&tokens.access).refused(401, "token_revoked");
            house.verify(&tokens.access).refused(401, "token_revoked");
            house.refresh(&tokens.refresh).refused(401, "invalid_refresh_token");
        }
        house.me(&bystander.access).granted();
        assert_eq!(other.get("/account").status, 200);
        let ended = format!("SELECT count(*) FROM sessions WHERE end_reason = '{reason}' AND mark_pending = 0");
        assert_eq!(house.world.ask::<i64>(&ended), 3, "{reason}");
    }
}

#[test]
fn an_application_that_signs_out_leaves_the_browser_signed_in() {
    let house = house();
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    let (one, two) = (traded(&house, &mut browser), traded(&house, &mut browser));
    house.logout(&one.access).granted();
    house.me(&one.access).refused(401, "token_revoked");
    house.me(&two.access).granted();
    assert_eq!(browser.get("/account").status, 200);
}

fn session_of(house: &House, browser: &Browser<'_>) -> String {
    let cookie = format!("__Host-session={}", browser.cookie("__Host-session").unwrap());
    let glance = house.knock(http::Method::GET, "/api/auth/verify", &[("Cookie", &cookie)], "").granted();
    glance.header("x-auth-session").to_owned()
}
