//! The private-token API's routes: which credentials they accept, and how they refuse.

use http::Method;
use serde_json::{Value, json};

use crate::app::{OTHER_KEY, PASSWORD, Reply, TestApp};
use crate::machine_clients::PRIVATE_TOKENS;
use crate::platform::{Failure, FailureTiming};

const LOGIN: &str = "/api/v1/auth/login/";

#[test]
fn what_is_presented_for_private_tokens_is_judged_and_nothing_is_told_apart() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let private = app.private(&tokens.access, "good");
    let nothing = json!({ "detail": "Authentication credentials were not provided." });
    for (method, path) in [(Method::GET, PRIVATE_TOKENS), (Method::POST, PRIVATE_TOKENS)] {
        let reply = app.ask(method, path, &[], "");
        reply.says(401, &nothing);
        assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="api""#);
    }
    let list = |headers: &[&str]| app.ask(Method::GET, PRIVATE_TOKENS, headers, "");
    let (good, access) = (format!("Bearer {}", private.data), format!("bearer {}", tokens.access));
    for scheme in ["Authorization", "Authentication"] {
        list(&[&format!("{scheme}: {good}")]).assert_ok();
        list(&[&format!("{scheme}: {access}")]).assert_ok();
        let stranger = TestApp::with(&[("APP_KEY", OTHER_KEY)]);
        let foreign = stranger.private(&stranger.signed_in("ada").access, "foreign").data;
        for bad in [&foreign, "", "x", "a.b.c", &tokens.refresh, &private.id, &format!("{}x", private.data)] {
            list(&[&format!("{scheme}: Bearer {bad}")]).token_not_valid();
        }
        list(&[&format!("{scheme}: Digest x")]).token_not_valid();
    }
    // `Authorization` takes precedence, and a cookie comes last.
    list(&["Authorization: Bearer x", &format!("Authentication: {good}")]).token_not_valid();
    list(&[&format!("Authorization: {good}"), "Authentication: Bearer x"]).assert_ok();
    list(&["Authentication: Bearer x", &format!("Cookie: token={}", tokens.access)]).token_not_valid();
    list(&[&format!("Cookie: token={}", tokens.access)]).assert_ok();
    list(&[&format!("Cookie: token={}", private.data)]).token_not_valid();
    assert_eq!(list(&[&format!("Authentication: {good}"), &format!("Authentication: {good}")]).status, 400);
    // The misspelled header has no meaning anywhere else.
    let me = app.ask(Method::GET, "/api/auth/me", &[&format!("Authentication: {good}")], "");
    me.assert_error(401, "unauthorized");
}

#[test]
fn a_browser_makes_and_ends_no_private_token_for_somebody_elses_page() {
    let app = TestApp::new();
    let access = app.signed_in("ada").access;
    let id = app.private(&access, "mine").id;
    let cookie = format!("Cookie: token={access}");
    let refused = json!({ "detail": "CSRF Failed: the request does not come from a page that may send it." });
    let request = r#"{"name": "x", "expiration_time": "2027-01-01T00:00:00Z"}"#;
    let end = format!("{PRIVATE_TOKENS}{id}/");
    let json_body = "Content-Type: application/json";
    for origin in [vec![], vec!["Origin: https://evil.example"]] {
        let headers: Vec<&str> = [cookie.as_str(), json_body].into_iter().chain(origin).collect();
        app.ask(Method::POST, PRIVATE_TOKENS, &headers, request).says(403, &refused);
        app.ask(Method::DELETE, &end, &headers, "").says(403, &refused);
    }
    let headers = [cookie.as_str(), json_body, "Origin: https://auth.example.com"];
    assert_eq!(app.ask(Method::POST, PRIVATE_TOKENS, &headers, request).status, 201);
    assert_eq!(app.ask(Method::DELETE, &end, &headers, "").status, 204);
}

#[test]
fn every_refusal_under_api_v1_is_in_the_words_of_its_clients() {
    let app = TestApp::new();
    let access = app.signed_in("ada").access;
    let detail = |status: u16, reply: Reply| {
        assert_eq!(reply.status, status, "{}", reply.text());
        assert_eq!(reply.header("content-type"), "application/json");
        let Value::Object(body) = reply.json() else { panic!("{}", reply.text()) };
        assert_eq!(body.keys().collect::<Vec<_>>(), ["detail"]);
        body["detail"].as_str().unwrap().to_owned()
    };
    let bearer = format!("Authorization: Bearer {access}");
    let post = |path: &str, kind: &str, body: &str| {
        app.ask(Method::POST, path, &[&bearer, &format!("Content-Type: {kind}")], body)
    };
    for path in [LOGIN, PRIVATE_TOKENS] {
        for body in ["{", "[]", "\"x\"", "{\"name\": 1, \"name\": 2}", "\u{0}"] {
            let said = detail(400, post(path, "application/json", body));
            assert!(said.starts_with("JSON parse error - "), "{said}");
        }
        detail(415, post(path, "text/plain", "{}"));
        detail(413, post(path, "application/json", &" ".repeat(16 * 1024 + 1)));
        let reply = app.ask(Method::PUT, path, &[], "");
        assert!(reply.header("allow").starts_with(if path == LOGIN { "POST" } else { "GET" }));
        assert_eq!(detail(405, reply), "Method \"PUT\" not allowed.");
    }
    assert_eq!(detail(404, app.get("/api/v1/nothing")), "Not found.");
    app.platform.trouble.set(Failure { database: Some((0, FailureTiming::Before)), ..Failure::default() });
    let reply = app.private_tokens(&access, "");
    assert_eq!(reply.header("retry-after"), "5");
    detail(503, reply);
    app.platform.trouble.set(Failure { limiter: true, ..Failure::default() });
    detail(503, app.short_login("ada", PASSWORD));
}
