//! The root, and paths without a route.

use http::Method;

use crate::app::{ORIGIN, TestApp};

/// The `Accept` header of a browser's navigation.
const NAVIGATION: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

const PROGRAMS: [&str; 6] = [
    "*/*",
    "application/json",
    "application/json, text/plain, */*",
    "text/html;q=0.5, application/json",
    "text/html;q=0",
    "",
];

#[test]
fn who_opens_the_root_finds_their_account_and_a_program_what_it_found_before() {
    let app = TestApp::new();
    for method in [Method::GET, Method::HEAD] {
        let reply = app.request(method, "/", &[("Accept", NAVIGATION)], "");
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "https://auth.example.com/account"));
        assert_eq!(reply.header("vary"), "Accept");
    }
    for accept in PROGRAMS {
        let reply = app.request(Method::GET, "/", &[("Accept", accept)], "");
        reply.assert_error(404, "not_found");
        assert_eq!(reply.header("vary"), "Accept");
    }
    app.get("/").assert_error(404, "not_found");
}

#[test]
fn a_path_with_nothing_behind_it_is_a_page_to_people_and_an_error_to_programs() {
    let app = TestApp::with(&[("AUTH_CORS_ORIGINS", "https://app.example.com")]);
    for path in ["/nothing", "/favicon.ico", "/api/auth/nothing", "/api/v1/auth/nothing", "/oauth/nothing", "/%00"] {
        let page = app.request(Method::GET, path, &[("Accept", NAVIGATION), ("Accept-Language", "de")], "");
        assert_eq!(page.status, 404, "{path}");
        let text = page.text();
        for shown in [r#"<html lang="de">"#, "/assets/", r#"<a href="/account">"#] {
            assert!(text.contains(shown), "{path}: {text}");
        }
        assert!(page.headers.get_all("vary").iter().any(|name| name == "Accept"), "{path}");
        for accept in PROGRAMS {
            let reply = app.request(Method::GET, path, &[("Accept", accept)], "");
            assert!(reply.status == 404 && reply.header("content-type").ends_with("json"), "{path}: {accept}");
            assert!(reply.headers.get_all("vary").iter().any(|name| name == "Accept"), "{path}");
        }
    }
}

#[test]
fn what_a_route_does_not_find_is_said_in_its_own_words_whoever_asks() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let authorization = format!("Bearer {}", tokens.access);
    let headers = [("Accept", NAVIGATION), ("Authorization", authorization.as_str()), ("Origin", ORIGIN)];
    let path = "/api/auth/sessions/00000000-0000-0000-0000-000000000000";
    app.request(Method::DELETE, path, &headers, "").assert_error(404, "not_found");
    app.request(Method::GET, path, &headers, "").assert_error(405, "method_not_allowed");
    app.request(Method::GET, "/api/auth/me", &[("Accept", NAVIGATION)], "").assert_error(401, "unauthorized");
}

#[test]
fn a_token_that_has_expired_is_told_apart_from_a_session_that_has_ended() {
    let app = TestApp::with(&[("AUTH_RESPONSE_ENVELOPE", "fastschema")]);
    let tokens = app.signed_in("ada");
    let said = |token: &str| app.me(token).json()["error"]["message"].as_str().unwrap().to_owned();
    app.logout(&app.sign_in("ada").access);
    let (junk, before) = (said("junk"), app.me(&tokens.access));
    before.assert_ok();
    app.pass_seconds(900);
    assert_eq!(said(&tokens.access), "The token or key has expired.");
    assert_eq!(junk, "Your session has ended. Sign in again.");
}

#[test]
fn a_path_with_a_name_of_its_own_is_no_id() {
    let app = TestApp::new();
    let reply = app.request(Method::DELETE, "/api/auth/passkeys/options", &[], "");
    reply.assert_error(405, "method_not_allowed");
    assert_eq!(reply.header("allow"), "POST, OPTIONS");
    let reply = app.request(Method::OPTIONS, "/api/auth/passkeys/AAAA", &[], "");
    assert_eq!(reply.header("allow"), "POST, DELETE, OPTIONS");
}
