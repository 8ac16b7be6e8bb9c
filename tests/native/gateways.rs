//! Requests that a gateway sends for its client. The client chooses the path and most headers; no choice may turn a refusal by
//! `verify` into a success.

use http::Method;

use crate::app::{JSON, ORIGIN, Reply, TestApp};
use crate::routes::ROUTES;

const APP: &str = "https://app.example.com";
const MARK: (&str, &str) = ("X-Gatehouse-Verify", "1");
const IDENTITY: [&str; 5] = ["x-auth-user", "x-auth-role", "x-auth-method", "x-auth-level", "x-auth-session"];

fn methods() -> Vec<Method> {
    let common = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS];
    common.into_iter().chain([Method::from_bytes(b"BREW").unwrap()]).collect()
}

/// The five headers as a gateway reads them. If one is missing, the gateway would keep the client's own.
fn identity(reply: &Reply) -> [&str; 5] {
    IDENTITY.map(|name| {
        let values: Vec<_> = reply.headers.get_all(name).iter().collect();
        assert_eq!(values.len(), 1, "{name}: {values:?}");
        values[0].to_str().unwrap()
    })
}

#[test]
fn a_marked_request_is_answered_by_verify_whatever_its_path_and_method() {
    let app = TestApp::with(&[("AUTH_CORS_ORIGINS", APP)]);
    let authorization = format!("Bearer {}", app.signed_in("ada").access);
    let known = identity(&app.request(Method::GET, "/api/auth/verify", &[("Authorization", &authorization)], ""))
        .map(str::to_owned);
    let nowhere = ["/", "/nowhere", "/account/nowhere", "/api/auth/verifyx", "//", "/%2e%2e/health"];
    for path in ROUTES.iter().map(|(_, path)| *path).chain(nowhere) {
        for method in methods() {
            let preflight = [("Origin", APP), ("Access-Control-Request-Method", "POST")];
            for more in [&[][..], &preflight, &[JSON], &[("Accept", "text/html")]] {
                let stranger = app.request(method.clone(), path, &[&[MARK], more].concat(), "{}");
                assert_eq!(stranger.status, 401, "{method} {path}");
                assert_eq!(stranger.header("www-authenticate"), r#"Bearer realm="api""#, "{method} {path}");
            }
            let headers = [MARK, ("Authorization", &authorization)];
            assert_eq!(
                identity(&app.request(method.clone(), path, &headers, "{}").assert_ok()),
                known,
                "{method} {path}"
            );
        }
    }
    assert_eq!(app.emails().len(), 1, "only the email of the registration");
}

#[test]
fn a_mark_counts_by_being_there() {
    let app = TestApp::new();
    for value in ["", "0", "false", "é"] {
        app.request(Method::GET, "/health", &[("x-gatehouse-VERIFY", value)], "").assert_error(401, "unauthorized");
    }
    app.request(Method::GET, "/health", &[MARK, ("X-Gatehouse-Verify", "")], "").assert_error(401, "unauthorized");
}

#[test]
fn without_settings_a_marked_request_gets_no_yes_either() {
    let app = TestApp::with(&[("APP_KEY", "")]);
    for path in ["/health", "/health/ready", "/api/auth/verify"] {
        app.request(Method::GET, path, &[MARK], "").assert_error(503, "unavailable");
    }
}

#[test]
fn a_path_in_the_query_of_verify_leads_nowhere_else() {
    let app = TestApp::new();
    let authorization = format!("Bearer {}", app.signed_in("ada").access);
    for path in
        ["/../../../health", "/%2e%2e/%2e%2e/%2e%2e/health", "/x?y=z&path=/health", "/..;/health?%00#/health", "*", ""]
    {
        let asked = format!("/api/auth/verify?path={path}");
        app.request(Method::GET, &asked, &[], "").assert_error(401, "unauthorized");
        identity(&app.request(Method::GET, &asked, &[("Authorization", &authorization)], "").assert_ok());
    }
}

#[test]
fn every_yes_has_all_five_headers() {
    let app = TestApp::new();
    let token = app.signed_in("ada").access;
    let bearer = ("Authorization", format!("Bearer {token}"));
    let [user, role, method, level, session] = identity(&app.verify(&token).assert_ok()).map(str::to_owned);
    assert_eq!((role.as_str(), method.as_str(), level.as_str()), ("user", "pwd", "aal1"));
    assert!(!user.is_empty() && !session.is_empty());

    let key = serde_json::json!({ "description": "a script", "expired": "2030-01-01T00:00:00Z" }).to_string();
    let made = app.request(Method::POST, "/api/manage/v1/ApiKeys", &[(bearer.0, &bearer.1), JSON], &key).assert_ok();
    let basic = crate::machine_clients::basic(made.json()["value"].as_str().unwrap());
    let reply = app.request(Method::GET, "/api/auth/verify", &[("Authorization", &basic)], "").assert_ok();
    assert_eq!(identity(&reply), [&user, "user", "api_key", "", ""], "a key has no level and no session, and says so");
}

#[test]
fn a_web_socket_is_not_opened_by_a_cookie_alone() {
    let app = TestApp::with(&[("AUTH_CORS_ORIGINS", APP)]);
    let token = app.signed_in("ada").access;
    let cookie = ("Cookie", format!("token={token}"));
    let ask = |method: Method, said: &[(&str, &str)]| {
        app.request(method, "/api/auth/verify", &[&[(cookie.0, cookie.1.as_str())], said].concat(), "")
    };
    // Which parts of a handshake (RFC 6455 §4.1) arrive depends on the gateway.
    for handshake in [
        ("Upgrade", "websocket"),
        ("Connection", "keep-alive, Upgrade"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Protocol", "chat"),
        ("Sec-Fetch-Mode", "websocket"),
        ("Sec-Fetch-Dest", "websocket"),
    ] {
        ask(Method::GET, &[handshake]).assert_error(403, "csrf_failed");
        ask(Method::GET, &[handshake, ("X-Forwarded-Method", "GET")]).assert_error(403, "csrf_failed");
        ask(Method::GET, &[handshake, ("Origin", "https://evil.example")]).assert_error(403, "csrf_failed");
        ask(Method::GET, &[handshake, ("Sec-Fetch-Site", "same-site")]).assert_error(403, "csrf_failed");
        for meant in [("Origin", ORIGIN), ("Origin", APP), ("Sec-Fetch-Site", "same-origin")] {
            ask(Method::GET, &[handshake, meant]).assert_ok();
        }
        let bearer = format!("Bearer {token}");
        app.request(Method::GET, "/api/auth/verify", &[("Authorization", &bearer), handshake], "").assert_ok();
    }
}

/// Some gateways forward only `Origin` of a handshake; browsers always send it.
#[test]
fn at_a_gateway_a_foreign_origin_counts_for_safe_methods_too() {
    let app = TestApp::with(&[("AUTH_CORS_ORIGINS", APP)]);
    let cookie = format!("token={}", app.signed_in("ada").access);
    for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
        let ask = |said: &[(&str, &str)]| {
            app.request(method.clone(), "/api/auth/verify", &[&[("Cookie", cookie.as_str())], said].concat(), "")
        };
        for foreign in ["https://evil.example", "null", ""] {
            assert_eq!(ask(&[("Origin", foreign)]).status, 403, "{method} {foreign}");
            assert_eq!(ask(&[("Origin", foreign), ("Sec-Fetch-Site", "cross-site")]).status, 403);
        }
        for meant in [&[("Origin", ORIGIN)][..], &[("Origin", APP)], &[("Sec-Fetch-Site", "cross-site")], &[]] {
            assert_eq!(ask(meant).status, 200, "{method} {meant:?}");
        }
    }
}
