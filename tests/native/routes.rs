use gatehouse::web::http::request;
use gatehouse::web::router;
use http::Method;

use crate::app::{CODES, TestApp};

/// Every route of the service. A test below compares the router's own list with it.
pub const ROUTES: &[(Method, &str)] = &[
    (Method::GET, "/health"),
    (Method::GET, "/health/ready"),
    (Method::GET, "/.well-known/jwks.json"),
    (Method::GET, "/.well-known/webauthn"),
    (Method::GET, "/openapi.json"),
    (Method::POST, "/api/auth/local/register"),
    (Method::POST, "/api/auth/local/activate"),
    (Method::POST, "/api/auth/local/activate/send"),
    (Method::POST, "/api/auth/local/login"),
    (Method::GET, "/api/auth/me"),
    (Method::DELETE, "/api/auth/me"),
    (Method::GET, "/api/auth/me/export"),
    (Method::POST, "/api/auth/token/refresh"),
    (Method::POST, "/api/auth/logout"),
    (Method::POST, "/api/auth/logout/all"),
    (Method::POST, "/api/auth/local/recover"),
    (Method::POST, "/api/auth/local/recover/check"),
    (Method::POST, "/api/auth/local/recover/reset"),
    (Method::POST, "/api/auth/otp/request"),
    (Method::POST, "/api/auth/otp/verify"),
    (Method::POST, "/api/auth/mfa/verify"),
    (Method::POST, "/api/auth/mfa/enrol"),
    (Method::POST, "/api/auth/mfa/enrol/confirm"),
    (Method::POST, "/api/auth/mfa/options"),
    (Method::POST, "/api/auth/passkey"),
    (Method::POST, "/api/auth/passkey/options"),
    (Method::GET, "/api/auth/passkeys"),
    (Method::POST, "/api/auth/passkeys"),
    (Method::POST, "/api/auth/passkeys/options"),
    (Method::POST, "/api/auth/passkeys/00000000-0000-0000-0000-000000000000"),
    (Method::DELETE, "/api/auth/passkeys/00000000-0000-0000-0000-000000000000"),
    (Method::POST, "/api/auth/reauthenticate/options"),
    (Method::DELETE, "/api/auth/password"),
    (Method::GET, "/api/auth/sessions"),
    (Method::DELETE, "/api/auth/sessions/00000000-0000-0000-0000-000000000000"),
    (Method::POST, "/api/auth/reauthenticate"),
    (Method::POST, "/api/auth/password"),
    (Method::POST, "/api/auth/email"),
    (Method::POST, "/api/auth/email/confirm"),
    (Method::POST, "/api/auth/email/undo"),
    (Method::GET, "/api/auth/factors"),
    (Method::POST, "/api/auth/factors/undo"),
    (Method::POST, "/api/auth/totp"),
    (Method::POST, "/api/auth/totp/confirm"),
    (Method::DELETE, "/api/auth/totp"),
    (Method::POST, "/api/auth/recovery-codes"),
    (Method::POST, "/api/auth/recovery-codes/confirm"),
    (Method::GET, "/api/auth/verify"),
    (Method::GET, "/api/admin/users"),
    (Method::GET, "/api/admin/users/00000000-0000-0000-0000-000000000000"),
    (Method::POST, "/api/admin/users/00000000-0000-0000-0000-000000000000/disable"),
    (Method::POST, "/api/admin/users/00000000-0000-0000-0000-000000000000/enable"),
    (Method::POST, "/api/admin/users/00000000-0000-0000-0000-000000000000/role"),
    (Method::POST, "/api/admin/users/00000000-0000-0000-0000-000000000000/reset"),
    (Method::POST, "/api/admin/users/00000000-0000-0000-0000-000000000000/factors/reset"),
    (Method::GET, "/api/admin/users/00000000-0000-0000-0000-000000000000/sessions"),
    (Method::DELETE, "/api/admin/users/00000000-0000-0000-0000-000000000000/sessions"),
    (
        Method::DELETE,
        "/api/admin/users/00000000-0000-0000-0000-000000000000/sessions/00000000-0000-0000-0000-000000000000",
    ),
    (Method::GET, "/api/admin/users/00000000-0000-0000-0000-000000000000/tokens"),
    (
        Method::DELETE,
        "/api/admin/users/00000000-0000-0000-0000-000000000000/tokens/00000000-0000-0000-0000-000000000000",
    ),
    (Method::GET, "/api/admin/clients"),
    (Method::POST, "/api/admin/clients"),
    (Method::GET, "/api/admin/clients/00000000-0000-0000-0000-000000000000"),
    (Method::POST, "/api/admin/clients/00000000-0000-0000-0000-000000000000"),
    (Method::DELETE, "/api/admin/clients/00000000-0000-0000-0000-000000000000"),
    (Method::POST, "/api/admin/clients/00000000-0000-0000-0000-000000000000/secret"),
    (Method::DELETE, "/api/admin/clients/00000000-0000-0000-0000-000000000000/secret"),
    (Method::POST, "/api/admin/clients/00000000-0000-0000-0000-000000000000/disable"),
    (Method::POST, "/api/admin/clients/00000000-0000-0000-0000-000000000000/enable"),
    (Method::GET, "/api/admin/audit"),
    (Method::POST, "/api/manage/v1/ApiKeys"),
    (Method::GET, "/api/manage/v1/ApiKeys"),
    (Method::DELETE, "/api/manage/v1/ApiKeys"),
    (Method::GET, "/api/manage/v1/UserProfile"),
    (Method::POST, "/api/v1/auth/login"),
    (Method::POST, "/api/v1/auth/private_tokens"),
    (Method::GET, "/api/v1/auth/private_tokens"),
    (Method::DELETE, "/api/v1/auth/private_tokens/00000000-0000-0000-0000-000000000000"),
    (Method::POST, "/fpc/api/auth/tokenlogin"),
    (Method::POST, "/fpc/api/auth/tokenlogout"),
    (Method::POST, "/oauth/introspect"),
    (Method::POST, "/oauth/revoke"),
    (Method::POST, "/oauth/register"),
    (Method::POST, "/oauth/token"),
    (Method::GET, "/oauth/userinfo"),
    (Method::POST, "/oauth/userinfo"),
    (Method::GET, "/.well-known/openid-configuration"),
    (Method::POST, "/oauth/par"),
    (Method::POST, "/oauth/device_authorization"),
    (Method::GET, "/oauth/logout"),
    (Method::POST, "/oauth/logout"),
    (Method::GET, "/.well-known/oauth-authorization-server"),
    (Method::POST, "/api/auth/exchange"),
    (Method::GET, "/account"),
    (Method::POST, "/account/signout"),
    (Method::GET, "/account/keys"),
    (Method::POST, "/account/keys/api"),
    (Method::POST, "/account/keys/private"),
    (Method::POST, "/account/keys/portal"),
    (Method::POST, "/account/keys/delete"),
    (Method::POST, "/account/language"),
    (Method::GET, "/account/password"),
    (Method::POST, "/account/password"),
    (Method::GET, "/account/address"),
    (Method::POST, "/account/address"),
    (Method::GET, "/account/security"),
    (Method::GET, "/account/security/app"),
    (Method::POST, "/account/security/app"),
    (Method::POST, "/account/security/app/remove"),
    (Method::POST, "/account/security/browsers/forget"),
    (Method::GET, "/account/security/codes"),
    (Method::POST, "/account/security/codes"),
    (Method::GET, "/account/security/undo"),
    (Method::POST, "/account/security/undo"),
    (Method::GET, "/oauth/authorize"),
    (Method::POST, "/oauth/authorize"),
    (Method::POST, "/oauth/consent"),
    (Method::GET, "/api/auth/providers"),
    (Method::GET, "/api/auth/providers/00000000-0000-0000-0000-000000000000/tokens"),
    (Method::GET, "/api/auth/applications"),
    (Method::POST, "/api/auth/applications/remove"),
    (Method::GET, "/account/apps"),
    (Method::POST, "/account/apps/remove"),
    (Method::GET, "/account/sessions"),
    (Method::POST, "/account/sessions/end"),
    (Method::POST, "/account/sessions/others"),
    (Method::GET, "/account/device"),
    (Method::POST, "/account/device"),
    (Method::GET, "/account/device/consent"),
    (Method::POST, "/account/device/consent"),
    (Method::GET, "/account/confirm"),
    (Method::POST, "/account/confirm"),
    (Method::POST, "/account/confirm/code"),
    (Method::POST, "/account/confirm/verify"),
    (Method::GET, "/account/export"),
    (Method::GET, "/account/export/file"),
    (Method::GET, "/account/delete"),
    (Method::POST, "/account/delete"),
    (Method::GET, "/account/signin"),
    (Method::POST, "/account/signin"),
    (Method::POST, "/account/signin/code"),
    (Method::POST, "/account/signin/verify"),
    (Method::POST, "/account/signin/second"),
    (Method::POST, "/account/confirm/second"),
    (Method::POST, "/account/signin/enrol"),
    (Method::POST, "/account/confirm/enrol"),
    (Method::POST, "/account/signin/passkey"),
    (Method::POST, "/account/confirm/passkey"),
    (Method::GET, "/account/security/passkeys"),
    (Method::POST, "/account/security/passkeys"),
    (Method::POST, "/account/security/passkeys/rename"),
    (Method::POST, "/account/security/passkeys/remove"),
    (Method::POST, "/account/security/password/remove"),
    (Method::GET, "/account/with/github"),
    (Method::GET, "/account/with/github/callback"),
    (Method::POST, "/account/with/github/callback"),
    (Method::GET, "/account/connect"),
    (Method::POST, "/account/connect"),
    (Method::POST, "/account/connect/register"),
    (Method::POST, "/account/activate/identity"),
    (Method::POST, "/account/security/identities/remove"),
    (Method::GET, "/account/register"),
    (Method::POST, "/account/register"),
    (Method::POST, "/account/register/passkey"),
    (Method::GET, "/account/activate"),
    (Method::POST, "/account/activate"),
    (Method::POST, "/account/activate/passkey"),
    (Method::POST, "/account/activate/decline"),
    (Method::POST, "/account/activate/send"),
    (Method::GET, "/account/recover"),
    (Method::POST, "/account/recover"),
    (Method::POST, "/account/recover/send"),
    (Method::GET, "/account/email"),
    (Method::POST, "/account/email"),
    (Method::GET, "/account/email/undo"),
    (Method::POST, "/account/email/undo"),
    (Method::GET, "/admin"),
    (Method::GET, "/admin/users/00000000-0000-0000-0000-000000000000"),
    (Method::POST, "/admin/users/00000000-0000-0000-0000-000000000000/disable"),
    (Method::POST, "/admin/users/00000000-0000-0000-0000-000000000000/enable"),
    (Method::POST, "/admin/users/00000000-0000-0000-0000-000000000000/promote"),
    (Method::POST, "/admin/users/00000000-0000-0000-0000-000000000000/demote"),
    (Method::POST, "/admin/users/00000000-0000-0000-0000-000000000000/reset"),
    (Method::POST, "/admin/users/00000000-0000-0000-0000-000000000000/factors/reset"),
    (Method::POST, "/admin/users/00000000-0000-0000-0000-000000000000/sessions/end"),
    (
        Method::POST,
        "/admin/users/00000000-0000-0000-0000-000000000000/sessions/00000000-0000-0000-0000-000000000000/end",
    ),
    (Method::POST, "/admin/users/00000000-0000-0000-0000-000000000000/tokens/00000000-0000-0000-0000-000000000000/end"),
    (Method::GET, "/admin/clients"),
    (Method::GET, "/admin/clients/new"),
    (Method::POST, "/admin/clients/new"),
    (Method::GET, "/admin/clients/00000000-0000-0000-0000-000000000000"),
    (Method::POST, "/admin/clients/00000000-0000-0000-0000-000000000000"),
    (Method::POST, "/admin/clients/00000000-0000-0000-0000-000000000000/secret"),
    (Method::POST, "/admin/clients/00000000-0000-0000-0000-000000000000/secret/end"),
    (Method::POST, "/admin/clients/00000000-0000-0000-0000-000000000000/disable"),
    (Method::POST, "/admin/clients/00000000-0000-0000-0000-000000000000/enable"),
    (Method::POST, "/admin/clients/00000000-0000-0000-0000-000000000000/delete"),
    (Method::GET, "/admin/audit"),
    (Method::GET, "/dev/mail"),
    (Method::GET, "/assets/page.css"),
];

/// Routes that require a credential; all others are open to strangers.
pub const GUARDED: &[&str] = &[
    "/api/auth/me",
    "/api/auth/me/export",
    "/api/auth/logout",
    "/api/auth/logout/all",
    "/api/auth/sessions",
    "/api/auth/sessions/00000000-0000-0000-0000-000000000000",
    "/api/auth/reauthenticate",
    "/api/auth/reauthenticate/options",
    "/api/auth/password",
    "/api/auth/passkeys",
    "/api/auth/passkeys/options",
    "/api/auth/passkeys/00000000-0000-0000-0000-000000000000",
    "/api/auth/applications",
    "/api/auth/applications/remove",
    "/api/auth/email",
    "/api/auth/factors",
    "/api/auth/providers/00000000-0000-0000-0000-000000000000/tokens",
    "/api/auth/totp",
    "/api/auth/totp/confirm",
    "/api/auth/recovery-codes",
    "/api/auth/recovery-codes/confirm",
    "/api/auth/verify",
    "/api/admin/users",
    "/api/admin/users/00000000-0000-0000-0000-000000000000",
    "/api/admin/users/00000000-0000-0000-0000-000000000000/disable",
    "/api/admin/users/00000000-0000-0000-0000-000000000000/enable",
    "/api/admin/users/00000000-0000-0000-0000-000000000000/role",
    "/api/admin/users/00000000-0000-0000-0000-000000000000/reset",
    "/api/admin/users/00000000-0000-0000-0000-000000000000/factors/reset",
    "/api/admin/users/00000000-0000-0000-0000-000000000000/sessions",
    "/api/admin/users/00000000-0000-0000-0000-000000000000/sessions/00000000-0000-0000-0000-000000000000",
    "/api/admin/users/00000000-0000-0000-0000-000000000000/tokens",
    "/api/admin/users/00000000-0000-0000-0000-000000000000/tokens/00000000-0000-0000-0000-000000000000",
    "/api/admin/clients",
    "/api/admin/clients/00000000-0000-0000-0000-000000000000",
    "/api/admin/clients/00000000-0000-0000-0000-000000000000/secret",
    "/api/admin/clients/00000000-0000-0000-0000-000000000000/disable",
    "/api/admin/clients/00000000-0000-0000-0000-000000000000/enable",
    "/api/admin/audit",
    "/api/manage/v1/UserProfile",
    "/api/manage/v1/ApiKeys",
    "/api/v1/auth/private_tokens",
    "/api/v1/auth/private_tokens/00000000-0000-0000-0000-000000000000",
    "/fpc/api/auth/tokenlogout",
    "/oauth/introspect",
    "/oauth/userinfo",
];

#[test]
fn the_list_of_routes_is_complete() {
    let source = include_str!("../../src/web/router.rs");
    let (_, table) = source.split_once("routes! {").unwrap();
    let (table, _) = table.split_once("\n}").unwrap();
    assert_eq!(table.matches(" => ").count(), ROUTES.len(), "a route is missing from the list above");
    let found = |(method, path): &(Method, &str)| router::find(method, &request::segments(path)).unwrap();
    let mut routes = Vec::new();
    for route in ROUTES.iter().map(found) {
        assert!(!routes.contains(&route), "{route:?} is in the list above twice");
        routes.push(route);
    }
}

#[test]
fn every_route_is_reached_with_and_without_a_final_slash() {
    let app = TestApp::with(&[
        CODES,
        ("AUTH_PASSKEY_ORIGINS", "https://app.example.org"),
        ("AUTH_OPEN_REGISTRATION", "true"),
        ("AUTH_PROVIDERS", r#"[{"kind":"github","client_id":"gatehouse"}]"#),
        ("AUTH_PROVIDER_GITHUB_SECRET", "a secret"),
    ]);
    for &(ref method, path) in ROUTES {
        for path in [path.to_owned(), format!("{path}/")] {
            let reply = app.request(method.clone(), &path, &[], "");
            let local_only = path.starts_with("/dev/mail");
            assert_eq!(reply.status == 404, local_only, "{method} {path}: {}", reply.text());
            assert_ne!(reply.status, 405, "{method} {path}");
        }
    }
}

#[test]
fn a_stranger_is_refused_on_every_guarded_route() {
    let app = TestApp::new();
    for (method, path) in ROUTES.iter().cloned() {
        let reply = app.request(method, path, &[], "");
        assert_eq!(reply.status == 401, GUARDED.contains(&path), "{path}: {}", reply.text());
    }
}

#[test]
fn other_methods_are_told_which_are_allowed() {
    let app = TestApp::new();
    // A gateway may forward its client's method, so any method is accepted.
    for (known, path) in ROUTES.iter().filter(|(_, path)| *path != "/api/auth/verify").cloned() {
        for method in [Method::PUT, Method::PATCH, Method::TRACE, Method::from_bytes(b"BREW").unwrap()] {
            let reply = app.request(method, path, &[], "");
            assert_eq!(reply.status, 405, "{path}");
            assert!(reply.header("allow").contains(known.as_str()), "{path}: {}", reply.header("allow"));
        }
    }
    let reply = app.get("/api/auth/local/login");
    reply.assert_error(405, "method_not_allowed");
    assert_eq!(reply.header("allow"), "POST, OPTIONS");
}

#[test]
fn head_is_get_without_its_body() {
    let app = TestApp::new();
    for path in ["/health", "/.well-known/jwks.json", "/openapi.json", "/assets/page.css"] {
        let reply = app.request(Method::HEAD, path, &[], "");
        assert_eq!(reply.status, 200);
        assert!(reply.body.is_empty());
        assert_eq!(reply.header("content-type"), app.get(path).header("content-type"));
    }
}

#[test]
fn there_is_nothing_anywhere_else() {
    let app = TestApp::new();
    for path in
        ["/", "//", "/api", "/api/auth", "/api/auth/me/x", "/api//auth/me", "/API/auth/me", "/health/..", "/%68ealth"]
    {
        let reply = app.get(path);
        reply.assert_error(404, "not_found");
        assert_eq!(
            reply.json(),
            serde_json::json!({"code": "404", "message": "Not Found", "data": {"error": "not_found"}})
        );
    }
}

#[test]
fn every_answer_carries_the_security_headers() {
    let app = TestApp::new();
    for (method, path) in ROUTES.iter().cloned() {
        let reply = app.request(method, path, &[], "");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("x-request-id").len(), 16, "{path}");
        assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!reply.header("content-security-policy").contains("unsafe"), "{path}");
        assert!(!reply.header("strict-transport-security").is_empty(), "{path}");
        let cacheable = path == "/openapi.json" || path.starts_with("/.well-known/") && !path.ends_with("webauthn");
        assert_eq!(reply.header("cache-control") == "no-store", !cacheable, "{path}");
    }
}
