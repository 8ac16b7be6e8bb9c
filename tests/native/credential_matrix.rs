//! Every credential the service issues, on every route, presented in every way: accepted only where it belongs.

use gatehouse::domain::policy;
use http::Method;
use serde_json::json;

use crate::browser::VERIFIER;
use crate::credentials::{Carrier, CredentialKind, Credentials, in_body};
use crate::oauth_client::FORM;
use crate::oauth_device::GRANT;
use crate::routes::{GUARDED, ROUTES};

const ASSERTION: (&str, &str) = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

/// Whether this credential, presented this way, authenticates.
fn is_known(path: &str, way: Carrier, kind: CredentialKind) -> bool {
    if path == "/fpc/api/auth/tokenlogout" {
        return way == Carrier::Token && matches!(kind, CredentialKind::Portal | CredentialKind::PortalKey);
    }
    if path == "/oauth/userinfo" {
        return matches!(way, Carrier::Bearer | Carrier::AuthToken) && kind == CredentialKind::ClientAccess;
    }
    match way {
        Carrier::Bearer | Carrier::AuthToken => matches!(kind, CredentialKind::Access | CredentialKind::Private),
        Carrier::Authentication => {
            path.starts_with("/api/v1/") && matches!(kind, CredentialKind::Access | CredentialKind::Private)
        }
        Carrier::Cookie => kind == CredentialKind::Access,
        Carrier::Basic => kind == CredentialKind::ApiKey,
        Carrier::Token => matches!(kind, CredentialKind::Portal | CredentialKind::PortalKey),
        Carrier::SessionCookie => kind == CredentialKind::BrowserSession,
        Carrier::BasicAsName | Carrier::Raw => false,
    }
}

/// Refused although authenticated: routes that require a user session, or that a portal token may not use.
fn may_not(method: &Method, path: &str, kind: CredentialKind) -> bool {
    let portal = matches!(kind, CredentialKind::Portal | CredentialKind::PortalKey);
    let for_everybody =
        ["/api/auth/verify", "/api/manage/v1/UserProfile", "/oauth/introspect", "/fpc/api/auth/tokenlogout"];
    let manages_tokens = path.starts_with("/api/manage/") || path.starts_with("/api/v1/auth/private_tokens");
    match kind {
        CredentialKind::Access | CredentialKind::BrowserSession | CredentialKind::ClientAccess => false,
        _ if for_everybody.contains(&path) || (path == "/api/auth/me" && method == Method::GET) => false,
        _ if manages_tokens => portal,
        _ => true,
    }
}

/// These end the credential they are called with; they come last, each with its own set.
fn is_last(method: &Method, path: &str) -> bool {
    path.starts_with("/api/auth/logout")
        || path.ends_with("tokenlogout")
        || (path == "/api/auth/me" && method == Method::DELETE)
}

#[test]
fn nothing_is_let_in_anywhere_but_as_what_it_is_and_in_its_own_way() {
    let credentials = Credentials::new();
    let mut tried = 0;
    for (method, path) in ROUTES.iter().filter(|(_, path)| GUARDED.contains(path)) {
        for way in Carrier::ALL {
            for kind in credentials.things().filter(|kind| !is_known(path, way, *kind)) {
                let reply = credentials.try_at(method, path, way, kind);
                assert_eq!(reply.status, 401, "{method} {path} {way:?} {kind:?}: {}", reply.text());
                assert!(reply.headers.contains_key("www-authenticate"), "{method} {path} {way:?} {kind:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 4000, "{tried}");
    let nobody_was_put_out = ["sessions", "tokens"].map(|table| {
        credentials.app.platform.ask::<i64>(&format!("SELECT count(*) FROM {table} WHERE ended_at IS NOT NULL"))
    });
    assert_eq!(nobody_was_put_out, [0, 0]);
}

#[test]
fn what_machines_may_not_do_they_cannot_and_everything_else_every_credential_can() {
    let mut credentials = Credentials::new();
    let guarded: Vec<_> = ROUTES.iter().filter(|(_, path)| GUARDED.contains(path)).collect();
    let (last, first): (Vec<_>, Vec<_>) = guarded.into_iter().partition(|(method, path)| is_last(method, path));
    let mut tried = 0;
    for (method, path) in first.into_iter().chain(last) {
        for way in Carrier::ALL {
            for kind in credentials.things().filter(|kind| is_known(path, way, *kind)).collect::<Vec<_>>() {
                let reply = credentials.try_at(method, path, way, kind);
                let status = reply.status.as_u16();
                assert_eq!(status == 403, may_not(method, path, kind), "{method} {path} {way:?} {kind:?}: {status}");
                assert!(status != 401 && status < 500, "{method} {path} {way:?} {kind:?}: {}", reply.text());
                tried += 1;
                if is_last(method, path) && status != 403 {
                    credentials = Credentials::new();
                }
            }
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn a_refusal_for_being_no_person_says_so_and_changes_nothing() {
    let credentials = Credentials::new();
    let before = credentials.app.platform.dump();
    for kind in [
        (Carrier::Basic, CredentialKind::ApiKey),
        (Carrier::Bearer, CredentialKind::Private),
        (Carrier::Token, CredentialKind::Portal),
    ] {
        let ask = |method, path: &str| credentials.try_at(&method, path, kind.0, kind.1);
        ask(Method::POST, "/api/auth/password").assert_error(403, "reauthentication_required");
        ask(Method::DELETE, "/api/auth/me").assert_error(403, "reauthentication_required");
        ask(Method::GET, "/api/admin/users").assert_error(403, "reauthentication_required");
        ask(Method::POST, "/api/auth/logout").assert_error(403, "forbidden");
    }
    assert_eq!(credentials.app.platform.dump(), before);
}

#[test]
fn a_body_takes_its_own_kind_of_token_and_no_other() {
    let credentials = Credentials::new();
    for (path, field, own) in [
        ("/api/auth/token/refresh", "refresh_token", CredentialKind::Refresh),
        ("/api/auth/logout", "refresh_token", CredentialKind::Refresh),
        ("/api/auth/local/activate", "token", CredentialKind::ActivationLink),
        ("/api/auth/local/recover/reset", "token", CredentialKind::RecoveryLink),
        ("/api/auth/email/confirm", "token", CredentialKind::EmailLink),
        ("/api/auth/email/undo", "token", CredentialKind::UndoLink),
        ("/api/auth/factors/undo", "token", CredentialKind::FactorUndoLink),
        ("/api/auth/otp/verify", "session_id", CredentialKind::CodeSession),
    ] {
        for kind in credentials.things().filter(|kind| *kind != own) {
            let calls = credentials.app.platform.database_calls.get();
            let reply = in_body(&credentials.app, path, field, credentials.text(kind));
            assert!([400, 401].contains(&reply.status.as_u16()), "{path} {kind:?}: {}", reply.text());
            assert_eq!(credentials.app.platform.database_calls.get(), calls, "{path} {kind:?}: asked the database");
        }
        let reply = in_body(&Credentials::new().app, path, field, "x");
        assert!([400, 401].contains(&reply.status.as_u16()), "{path}");
    }
    // Each of them still works where it belongs.
    for (path, field, own) in [
        ("/api/auth/local/activate", "token", CredentialKind::ActivationLink),
        ("/api/auth/token/refresh", "refresh_token", CredentialKind::Refresh),
        ("/api/auth/email/confirm", "token", CredentialKind::EmailLink),
    ] {
        in_body(&credentials.app, path, field, credentials.text(own)).assert_ok();
    }
}

/// How many single-use credentials have been used, and how many sessions have ended.
fn used_up(credentials: &Credentials) -> [i64; 3] {
    ["spent", "sessions WHERE ended_at IS NOT NULL", "sessions WHERE authorization IS NOT NULL"]
        .map(|rows| credentials.app.platform.ask(&format!("SELECT count(*) FROM {rows}")))
}

/// The forms of clients: each field takes its own kind of credential.
#[test]
fn a_field_of_a_client_takes_its_own_kind_and_no_other() {
    let credentials = Credentials::new();
    let secret = credentials.text(CredentialKind::ClientSecret);
    let shop = [("client_id", "shop"), ("client_secret", secret)];
    let own = [("grant_type", "client_credentials"), ("resource", "https://files.example.com")];
    let redeems = [shop[0], shop[1], ("grant_type", "authorization_code"), ("code_verifier", VERIFIER)];
    let polls = [("client_id", "tv-app"), ("grant_type", GRANT)];
    let doors: [(&str, &str, &[_], CredentialKind); 8] = [
        ("/oauth/token", "device_code", &polls, CredentialKind::DeviceCode),
        ("/oauth/token", "code", &redeems, CredentialKind::AuthorizationCode),
        (
            "/oauth/token",
            "refresh_token",
            &[shop[0], shop[1], ("grant_type", "refresh_token")],
            CredentialKind::ClientRefresh,
        ),
        ("/oauth/token", "client_secret", &[own[0], own[1], shop[0]], CredentialKind::ClientSecret),
        ("/oauth/token", "client_assertion", &[own[0], own[1], ASSERTION], CredentialKind::ClientAssertion),
        ("/oauth/introspect", "client_secret", &[shop[0], ("token", "x")], CredentialKind::ClientSecret),
        ("/oauth/revoke", "client_assertion", &[ASSERTION, ("token", "x")], CredentialKind::ClientAssertion),
        ("/oauth/userinfo", "access_token", &[], CredentialKind::ClientAccess),
    ];
    let before = used_up(&credentials);
    for (path, field, fields, own) in doors {
        for kind in credentials.things().filter(|kind| *kind != own) {
            let fields = [fields, &[(field, credentials.text(kind))]].concat();
            let reply = credentials.app.form(path, &[FORM], &fields);
            assert!([400, 401].contains(&reply.status.as_u16()), "{path} {field} {kind:?}: {}", reply.text());
        }
    }
    assert_eq!(used_up(&credentials), before);
    // Each of them still works where it belongs, or is refused there for another reason. The assertion works once, so not twice.
    for (path, field, fields, own) in doors.into_iter().filter(|(path, ..)| *path != "/oauth/revoke") {
        let fields = [fields, &[(field, credentials.text(own))]].concat();
        let reply = credentials.app.form(path, &[FORM], &fields);
        assert_ne!(reply.status, 401, "{path} {field}: {}", reply.text());
        assert!(
            reply.status == 200
                || [json!("unauthorized_client"), json!("authorization_pending")].contains(&reply.json()["error"]),
            "{path} {field}: {}",
            reply.text()
        );
    }
}

#[test]
fn of_two_credentials_the_first_in_order_is_judged_and_the_other_is_not_asked() {
    let credentials = Credentials::new();
    let ask = |headers: &[(&str, String)]| {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        credentials.app.request(Method::GET, "/api/auth/me", &headers, "")
    };
    let (access, private) = (credentials.text(CredentialKind::Access), credentials.text(CredentialKind::Private));
    let good = ("Authorization", format!("Bearer {access}"));
    let cookie = ("Cookie", format!("token={access}"));
    ask(&[("Authorization", "Bearer x".into()), cookie.clone()]).assert_error(401, "token_invalid");
    ask(&[("Authorization", "Bearer x".into()), ("X-Auth-Token", private.into())]).assert_error(401, "token_invalid");
    ask(&[("X-Auth-Token", "x".into()), cookie.clone()]).assert_error(401, "token_invalid");
    ask(&[("X-Auth-Token", private.into()), ("Cookie", "token=x".into())]).assert_ok();
    ask(&[good.clone(), ("Cookie", "token=x".into())]).assert_ok();
    ask(&[good.clone(), good]).assert_error(400, "invalid_request");
    ask(&[("Authorization", format!("Token {}, Bearer {access}", credentials.text(CredentialKind::Portal)))])
        .assert_error(400, "invalid_request");
    ask(&[("Authorization", String::new()), cookie]).assert_error(401, "token_invalid");
}

#[test]
fn a_caller_is_the_same_user_by_whatever_credential() {
    let credentials = Credentials::new();
    let me =
        credentials.try_at(&Method::GET, "/api/auth/me", Carrier::Bearer, CredentialKind::Access).assert_ok().json();
    for (way, kind, method) in [
        (Carrier::Bearer, CredentialKind::Access, "pwd"),
        (Carrier::Cookie, CredentialKind::Access, "pwd"),
        (Carrier::SessionCookie, CredentialKind::BrowserSession, "pwd"),
        (Carrier::Bearer, CredentialKind::Private, "private"),
        (Carrier::Basic, CredentialKind::ApiKey, "api_key"),
        (Carrier::Token, CredentialKind::Portal, "portal"),
        (Carrier::Token, CredentialKind::PortalKey, "portal_key"),
    ] {
        assert_eq!(credentials.try_at(&Method::GET, "/api/auth/me", way, kind).assert_ok().json(), me, "{kind:?}");
        let verified = credentials.try_at(&Method::GET, "/api/auth/verify", way, kind).assert_ok();
        assert_eq!(verified.header("x-auth-user"), me["id"], "{kind:?}");
        assert_eq!((verified.header("x-auth-role"), verified.header("x-auth-method")), ("admin", method));
        let in_session = matches!(kind, CredentialKind::Access | CredentialKind::BrowserSession);
        assert_eq!(verified.header("x-auth-session").is_empty(), !in_session, "{kind:?}");
        assert_eq!(verified.header("x-auth-level"), if in_session { "aal1" } else { "" }, "{kind:?}");
        assert_eq!(verified.header("cache-control"), "no-store");
        let is_jwt = matches!(kind, CredentialKind::Access | CredentialKind::Private);
        assert_eq!(verified.cost[..2], if is_jwt { [0, 1] } else { [1, 0] }, "{kind:?}: D1 and KV");
        credentials.app.platform.pass(policy::RECALL);
    }
}

#[test]
fn a_user_who_is_shut_out_is_out_by_every_credential_and_in_again_by_keys() {
    let credentials = Credentials::new();
    let ways = [(Carrier::Basic, CredentialKind::ApiKey), (Carrier::Bearer, CredentialKind::Private)];
    // These are sign-ins, and end.
    let sign_ins = [
        (Carrier::Bearer, CredentialKind::Access),
        (Carrier::Token, CredentialKind::Portal),
        (Carrier::Token, CredentialKind::PortalKey),
    ];
    let bob = credentials.app.administrator("bob2");
    credentials.app.administer(&bob, "ada", "disable").assert_ok();
    for path in ["/api/auth/me", "/api/auth/verify"] {
        for (way, kind) in ways.into_iter().chain(sign_ins) {
            credentials.try_at(&Method::GET, path, way, kind).assert_error(401, "token_revoked");
        }
    }
    credentials.app.administer(&bob, "ada", "enable").assert_ok();
    for path in ["/api/auth/me", "/api/auth/verify"] {
        for (way, kind) in ways {
            credentials.try_at(&Method::GET, path, way, kind).assert_ok();
        }
        for (way, kind) in sign_ins {
            credentials.try_at(&Method::GET, path, way, kind).assert_error(401, "token_revoked");
        }
    }
    credentials.app.give_role(&bob, "ada", "user").assert_ok();
    for (way, kind) in ways {
        let verified = credentials.try_at(&Method::GET, "/api/auth/verify", way, kind).assert_ok();
        assert_eq!(verified.header("x-auth-role"), "user", "{kind:?}");
    }
    credentials.app.delete_account(&credentials.app.sign_in("ada").access).done();
    for path in ["/api/auth/me", "/api/auth/verify"] {
        for (way, kind) in ways {
            credentials.try_at(&Method::GET, path, way, kind).assert_error(401, "token_revoked");
        }
    }
}
