//! Cookies and foreign origins.

use http::Method;

use crate::app::{JSON, ORIGIN, PASSWORD, TestApp};

const APP: &str = "https://app.example.com";

#[test]
fn a_cookie_named_token_carries_the_access_token() {
    let app = TestApp::new();
    let token = app.signed_in("ada").access;
    let me = |cookie: &str| app.request(Method::GET, "/api/auth/me", &[("Cookie", cookie)], "");
    me(&format!("token={token}")).assert_ok();
    me(&format!("theme=dark; token={token}; x=y")).assert_ok();
    me("theme=dark").assert_error(401, "unauthorized");
    me("token=").assert_error(401, "token_invalid");
    me("token=nonsense").assert_error(401, "token_invalid");
    me(&format!("xtoken={token}")).assert_error(401, "unauthorized");
    me(&format!("token={token}; token=other")).assert_error(400, "invalid_request");
}

#[test]
fn a_cookie_that_is_there_twice_with_one_value_is_one_cookie() {
    let app = TestApp::new();
    let token = app.signed_in("ada").access;
    let me = |cookies: &[&str]| {
        let lines: Vec<_> = cookies.iter().map(|line| ("Cookie", *line)).collect();
        app.request(Method::GET, "/api/auth/me", &lines, "")
    };
    me(&[&format!("token={token}; theme=dark; token=\"{token}\"")]).assert_ok();
    me(&[&format!("token={token}"), &format!("token={token}")]).assert_ok();
    me(&["token=nonsense; token=nonsense"]).assert_error(401, "token_invalid");
    me(&[&format!("token={token}; token={token}; token=")]).assert_error(400, "invalid_request");
}

#[test]
fn the_header_goes_before_the_cookie_and_does_not_fall_through_to_it() {
    let app = TestApp::new();
    let token = app.signed_in("ada").access;
    let cookie = format!("token={token}");
    let me = |authorization: &str| {
        app.request(Method::GET, "/api/auth/me", &[("Cookie", &cookie), ("Authorization", authorization)], "")
    };
    me(&format!("Bearer {token}")).assert_ok();
    me("Bearer nonsense").assert_error(401, "token_invalid");
    me("Basic eDp5").assert_error(401, "token_invalid");
}

#[test]
fn a_cookie_counts_for_an_unsafe_method_only_where_its_owner_meant_it() {
    let app = TestApp::with(&[("AUTH_CORS_ORIGINS", APP)]);
    let token = app.signed_in("ada").access;
    let cookie = format!("token={token}");
    let logout = |extra: &[(&str, &str)]| {
        let headers = [&[("Cookie", cookie.as_str())], extra].concat();
        app.request(Method::POST, "/api/auth/logout", &headers, "")
    };
    for forged in [
        &[][..],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Origin", "https://auth.example.com.evil.example")],
        &[("Origin", "http://auth.example.com")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Referer", ORIGIN)],
    ] {
        logout(forged).assert_error(403, "csrf_failed");
    }
    app.me(&token).assert_ok();
    logout(&[("Origin", ORIGIN)]).assert_ok();
    app.me(&token).assert_error(401, "token_revoked");

    for meant in [("Origin", APP), ("Sec-Fetch-Site", "same-origin")] {
        let token = app.sign_in("ada").access;
        let cookie = format!("token={token}");
        app.request(Method::POST, "/api/auth/logout", &[("Cookie", &cookie), meant], "").assert_ok();
    }
}

#[test]
fn a_gateways_client_is_judged_by_the_method_it_used() {
    let app = TestApp::new();
    let cookie = format!("token={}", app.signed_in("ada").access);
    let verify = |extra: &[(&str, &str)]| {
        let headers = [&[("Cookie", cookie.as_str())], extra].concat();
        app.request(Method::GET, "/api/auth/verify", &headers, "")
    };
    verify(&[]).assert_ok();
    verify(&[("X-Forwarded-Method", "GET")]).assert_ok();
    for unsafe_method in ["POST", "DELETE", "BREW", "\u{1}"] {
        let header = http::HeaderValue::from_bytes(unsafe_method.as_bytes());
        if header.is_ok() {
            verify(&[("X-Forwarded-Method", unsafe_method)]).assert_error(403, "csrf_failed");
            verify(&[("X-Original-Method", unsafe_method)]).assert_error(403, "csrf_failed");
        }
    }
    verify(&[("X-Forwarded-Method", "POST"), ("Origin", ORIGIN)]).assert_ok();
}

#[test]
fn public_routes_do_not_read_credentials() {
    let app = TestApp::new();
    app.user("ada");
    let body = serde_json::json!({ "login": "ada", "password": PASSWORD }).to_string();
    let headers = [JSON, ("Authorization", "Bearer of bad news"), ("Cookie", "token=expired; token=twice")];
    app.request(Method::POST, "/api/auth/local/login", &headers, &body).assert_ok();
}

#[test]
fn scripts_of_listed_origins_may_call_and_others_may_not() {
    let app = TestApp::with(&[("AUTH_CORS_ORIGINS", "https://app.example.com, http://localhost:5173")]);
    let preflight = |origin: &str| {
        let headers = [("Origin", origin), ("Access-Control-Request-Method", "POST")];
        app.request(Method::OPTIONS, "/api/auth/local/login", &headers, "")
    };
    for origin in [APP, "http://localhost:5173"] {
        let reply = preflight(origin);
        assert_eq!(reply.status, 204);
        assert_eq!(reply.header("access-control-allow-origin"), origin);
        assert_eq!(reply.header("access-control-allow-credentials"), "true");
        assert_eq!(reply.header("access-control-allow-methods"), "POST, OPTIONS");
        assert_eq!(reply.header("access-control-allow-headers"), "Authorization, Content-Type");
        assert_eq!(reply.header("vary"), "Origin");
        let reply = app.request(Method::GET, "/api/auth/me", &[("Origin", origin)], "");
        assert_eq!((reply.status.as_u16(), reply.header("access-control-allow-origin")), (401, origin));
        assert!(reply.header("access-control-expose-headers").contains("Retry-After"));
    }
    for origin in
        ["https://evil.example", "null", "https://app.example.com.evil.example", "HTTPS://APP.EXAMPLE.COM", "*"]
    {
        let reply = preflight(origin);
        assert_eq!((reply.status.as_u16(), reply.header("vary")), (204, "Origin"));
        assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
        assert_eq!(reply.header("access-control-allow-credentials"), "", "{origin}");
    }
}

#[test]
fn options_says_what_is_allowed_and_without_listed_origins_there_is_no_cors() {
    let app = TestApp::new();
    let reply = app.request(Method::OPTIONS, "/api/auth/me", &[("Origin", APP)], "");
    assert_eq!((reply.status.as_u16(), reply.header("allow")), (204, "GET, HEAD, DELETE, OPTIONS"));
    assert_eq!((reply.header("access-control-allow-origin"), reply.header("vary")), ("", ""));
    app.request(Method::OPTIONS, "/nowhere", &[], "").assert_error(404, "not_found");
}

#[test]
fn an_origin_no_browser_sends_is_refused_by_name() {
    for wrong in ["*", "null", "https://a.com/path", "https://*.a.com", "http://a.com", "app.example.com", "file://"] {
        for list in [wrong.to_owned(), format!("{APP}, {wrong}")] {
            let app = TestApp::with(&[("AUTH_CORS_ORIGINS", &list)]);
            let ready = app.get("/health/ready");
            assert_eq!(ready.status, 503);
            assert!(ready.json()["checks"]["AUTH_CORS_ORIGINS"].is_string(), "{list}: {}", ready.text());
        }
    }
    for wrong in ["https://auth.example.com/auth", "https://*.example.com", "auth.example.com"] {
        let app = TestApp::with(&[("APP_BASE_URL", wrong)]);
        assert!(app.get("/health/ready").json()["checks"]["APP_BASE_URL"].is_string(), "{wrong}");
    }
}

#[test]
fn an_origin_with_its_default_port_is_the_one_browsers_send() {
    let app = TestApp::with(&[
        ("AUTH_CORS_ORIGINS", "https://App.Example.com:443/, http://localhost:80"),
        ("APP_BASE_URL", "https://auth.example.com:443"),
    ]);
    for origin in [APP, "http://localhost"] {
        let reply = app.request(Method::GET, "/api/auth/me", &[("Origin", origin)], "");
        assert_eq!(reply.header("access-control-allow-origin"), origin);
    }
    app.register("bob", "bob@example.com").assert_ok();
    assert!(app.emails()[0]["text"].as_str().unwrap().contains("https://auth.example.com/account/activate"));
    let cookie = format!("token={}", app.signed_in("ada").access);
    app.request(Method::POST, "/api/auth/logout", &[("Cookie", &cookie), ("Origin", ORIGIN)], "").assert_ok();
}

#[test]
fn scripts_of_listed_apps_may_call() {
    let apps = ["capacitor://localhost", "ionic://localhost", "tauri://localhost", "http://tauri.localhost"];
    let app = TestApp::with(&[("AUTH_CORS_ORIGINS", &apps.join(","))]);
    let allowed = |origin: &str| {
        let headers = [("Origin", origin), ("Access-Control-Request-Method", "POST")];
        let reply = app.request(Method::OPTIONS, "/api/auth/local/login", &headers, "");
        reply.header("access-control-allow-origin").to_owned()
    };
    for app in apps {
        assert_eq!(allowed(app), app);
    }
    for other in
        ["capacitor://evil", "capacitor://localhost:1", "capacitor://LOCALHOST", "capacitor", "http://localhost"]
    {
        assert_eq!(allowed(other), "", "{other}");
    }
}

#[test]
fn a_gateway_may_ask_with_its_clients_method_and_path() {
    let app = TestApp::with(&[("AUTH_RESPONSE_ENVELOPE", "fastschema")]);
    let token = app.signed_in("ada").access;
    let bearer = ("Authorization", format!("Bearer {token}"));
    let cookie = ("Cookie", format!("token={token}"));
    for path in ["/api/auth/verify", "/api/auth/verify/", "/api/auth/verify/orders/7?x=y", "/api/auth/verify//..//%00"]
    {
        for method in [Method::GET, Method::POST, Method::PUT, Method::OPTIONS, Method::from_bytes(b"BREW").unwrap()] {
            let ask = |header: &(&str, String)| app.request(method.clone(), path, &[(header.0, &header.1)], "");
            assert_eq!(ask(&bearer).assert_ok().header("x-auth-role"), "user", "{method} {path}");
            assert_eq!(app.request(method.clone(), path, &[], "").status, 401, "{method} {path}");
            let safe = matches!(method, Method::GET | Method::OPTIONS);
            assert_eq!(ask(&cookie).status.as_u16(), if safe { 200 } else { 403 }, "{method} {path}");
        }
    }
    let body = r#"{"login":1,"username":[]}"#;
    app.request(Method::POST, "/api/auth/verify/x", &[(bearer.0, &bearer.1), JSON], body).assert_ok();
    assert_eq!(app.get("/api/auth/verifyx").status, 404);
}

#[test]
fn of_all_methods_a_gateway_names_the_least_safe_counts() {
    let app = TestApp::new();
    let cookie = format!("token={}", app.signed_in("ada").access);
    let ask = |method: Method, said: &[(&str, &str)]| {
        app.request(method, "/api/auth/verify", &[&[("Cookie", cookie.as_str())], said].concat(), "")
    };
    ask(Method::GET, &[("X-Forwarded-Method", "GET"), ("X-Original-Method", "POST")]).assert_error(403, "csrf_failed");
    ask(Method::GET, &[("X-Forwarded-Method", "DELETE"), ("X-Original-Method", "GET")])
        .assert_error(403, "csrf_failed");
    ask(Method::POST, &[("X-Forwarded-Method", "GET")]).assert_error(403, "csrf_failed");
    ask(Method::GET, &[("X-Forwarded-Method", "HEAD"), ("X-Original-Method", "GET")]).assert_ok();
}
