//! `/oauth/introspect` and `/oauth/revoke`: whether a token is active, who may ask, and how its holder ends it.

use gatehouse::domain::tokens::api_token::TokenKind;
use http::Method;
use serde_json::{Value, json};

use crate::app::{ORIGIN, Reply, TestApp};
use crate::credentials::{Carrier, CredentialKind, Credentials};
use crate::machine_clients::{basic, bearer};
use crate::platform::{Failure, FailureTiming};
use crate::user_actions::FORM;

impl TestApp {
    pub fn introspect(&self, caller: &str, token: &str) -> Reply {
        self.request(Method::POST, "/oauth/introspect", &[("Authorization", caller), FORM], &form(token))
    }

    pub fn revoke(&self, token: &str) -> Reply {
        self.post_form("/oauth/revoke", form(token))
    }
}

fn form(token: &str) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("token", token).append_pair("token_type_hint", "a hint is no order").finish()
}

fn inactive() -> Value {
    json!({ "active": false })
}

#[test]
fn an_administrator_learns_what_each_kind_of_token_is_worth() {
    let credentials = Credentials::new();
    let (app, caller) = (&credentials.app, format!("Bearer {}", credentials.text(CredentialKind::Access)));
    let kinds = [
        (CredentialKind::Access, "access_token", json!("Bearer"), true, true),
        (CredentialKind::Refresh, "refresh_token", Value::Null, true, true),
        (CredentialKind::Private, "private", json!("Bearer"), true, false),
        (CredentialKind::ApiKey, "api_key", json!("Basic"), true, false),
        (CredentialKind::Portal, "portal", json!("Token"), false, false),
        (CredentialKind::PortalKey, "portal_key", json!("Token"), true, false),
        (CredentialKind::ClientAccess, "access_token", json!("Bearer"), true, true),
        (CredentialKind::ClientRefresh, "refresh_token", Value::Null, true, true),
    ];
    for kind in TokenKind::ALL {
        assert!(kinds.iter().any(|(_, known, ..)| *known == kind.as_str()), "{kind:?} is missing here");
    }
    for (credential, kind, token_type, expires, in_session) in kinds {
        let reply = app.introspect(&caller, credentials.text(credential)).assert_ok();
        assert_eq!(reply.header("cache-control"), "no-store");
        let told = reply.json();
        assert_eq!(told["active"], true, "{kind:?}");
        assert_eq!((&told["kind"], &told["token_type"]), (&json!(kind), &token_type));
        assert_eq!((&told["sub"], &told["username"]), (&json!(app.id_of("ada")), &json!("ada")));
        assert_eq!((&told["iss"], &told["role"]), (&json!(ORIGIN), &json!("admin")));
        assert_eq!(told["iat"], 1_780_000_000, "{kind:?}");
        assert_eq!((told["exp"].is_i64(), told["sid"].is_string()), (expires, in_session), "{kind:?}");
        assert!(told["jti"].is_string() && !reply.text().contains(credentials.text(credential)), "{kind:?}");
    }
}

#[test]
fn what_is_no_living_token_is_inactive_and_nothing_is_said_of_why() {
    let credentials = Credentials::new();
    let (app, caller) = (&credentials.app, format!("Bearer {}", credentials.text(CredentialKind::Access)));
    let tokens = [
        CredentialKind::Access,
        CredentialKind::Refresh,
        CredentialKind::Private,
        CredentialKind::ApiKey,
        CredentialKind::Portal,
        CredentialKind::PortalKey,
        CredentialKind::ClientAccess,
        CredentialKind::ServiceAccess,
        CredentialKind::ClientRefresh,
    ];
    for kind in credentials.things().filter(|kind| !tokens.contains(kind)) {
        assert_eq!(app.introspect(&caller, credentials.text(kind)).assert_ok().json(), inactive(), "{kind:?}");
    }
    let key = credentials.text(CredentialKind::ApiKey);
    app.revoke(key).assert_ok();
    assert_eq!(app.introspect(&caller, key).assert_ok().json(), inactive());
    app.pass_seconds(3600);
    let caller = bearer(&app.sign_in("ada"));
    for expired in [CredentialKind::Access, CredentialKind::PortalKey] {
        assert_eq!(app.introspect(&caller, credentials.text(expired)).assert_ok().json(), inactive(), "{expired:?}");
    }
    app.refresh(credentials.text(CredentialKind::Refresh)).assert_ok();
    assert_eq!(
        app.introspect(&caller, credentials.text(CredentialKind::Refresh)).assert_ok().json(),
        inactive(),
        "spent"
    );
}

#[test]
fn others_learn_about_their_own_tokens_and_about_nobody_elses() {
    let app = TestApp::new();
    let (ada, bob) = (app.signed_in("ada"), app.signed_in("bob"));
    let key = app.make_key(&bearer(&bob));
    for token in [&bob.access, &bob.refresh, &key] {
        assert_eq!(app.introspect(&bearer(&bob), token).assert_ok().json()["active"], true);
        assert_eq!(app.introspect(&bearer(&ada), token).assert_ok().json(), inactive());
    }
}

#[test]
fn who_the_settings_name_learns_about_everybodys_tokens_with_a_key_as_well() {
    let mut app = TestApp::new();
    let (ada, bob) = (app.signed_in("ada"), app.signed_in("bob"));
    let id: String = app.platform.ask("SELECT id FROM users WHERE login = 'ada'");
    app.redeploy(&[("AUTH_INTROSPECT_CLIENTS", &format!("00000000-0000-4000-8000-000000000001, {id}"))]);
    let key = app.make_key(&bearer(&ada));
    let told = app.introspect(&basic(&key), &bob.access).assert_ok().json();
    assert_eq!((&told["active"], &told["username"]), (&json!(true), &json!("bob")));
    assert_eq!(app.introspect(&bearer(&bob), &ada.access).assert_ok().json(), inactive());
}

/// If the account is deleted, anyone may register its name.
#[test]
fn an_introspector_is_named_by_id_and_not_by_a_name_somebody_can_take() {
    for wrong in
        ["gateway", "a@b.com", "", "6A0F3C1E-0000-4000-8000-000000000001", "6a0f3c1e-0000-4000-8000-000000000001;x"]
    {
        let ready = TestApp::with(&[("AUTH_INTROSPECT_CLIENTS", wrong)]).get("/health/ready");
        let told = ready.json()["checks"]["AUTH_INTROSPECT_CLIENTS"].as_str().unwrap_or_default().to_owned();
        assert_eq!(told.contains("npm run admin -- list"), !wrong.is_empty(), "{wrong}: {told}");
    }
}

#[test]
fn introspection_asks_d1_so_what_has_ended_is_inactive_at_once() {
    let mut app = TestApp::new();
    app.platform.kv_lag.set(std::time::Duration::from_secs(60));
    let (ada, bob) = (app.administrator("ada"), app.signed_in("bob"));
    app.elsewhere(|app| app.logout(&bob.access)).assert_ok();
    app.verify(&bob.access).assert_ok();
    assert_eq!(app.introspect(&bearer(&ada), &bob.access).assert_ok().json(), inactive());
    let bob = app.sign_in("bob");
    let key = app.make_key(&bearer(&bob));
    app.administer(&ada, "bob", "disable").assert_ok();
    for token in [&bob.access, &bob.refresh, &key] {
        assert_eq!(app.introspect(&bearer(&ada), token).assert_ok().json(), inactive());
    }
}

#[test]
fn whoever_holds_a_token_can_end_it_and_what_it_belongs_to() {
    for kind in [
        CredentialKind::Access,
        CredentialKind::Refresh,
        CredentialKind::Private,
        CredentialKind::ApiKey,
        CredentialKind::Portal,
        CredentialKind::PortalKey,
    ] {
        let credentials = Credentials::new();
        let app = &credentials.app;
        let reply = app.revoke(credentials.text(kind)).assert_ok();
        assert!(reply.body.is_empty());
        let mut ended = 0;
        for (way, other) in [
            (Carrier::Bearer, CredentialKind::Access),
            (Carrier::Bearer, CredentialKind::Private),
            (Carrier::Basic, CredentialKind::ApiKey),
            (Carrier::Token, CredentialKind::Portal),
            (Carrier::Token, CredentialKind::PortalKey),
        ] {
            let same = other == kind || (kind == CredentialKind::Refresh && other == CredentialKind::Access);
            let reply = credentials.try_at(&Method::GET, "/api/auth/me", way, other);
            assert_eq!(reply.status == 401, same, "{kind:?} ended, {other:?}");
            let verified = credentials.try_at(&Method::GET, "/api/auth/verify", way, other);
            assert_eq!(verified.status == 401, same, "{kind:?} ended, {other:?} at verify");
            ended += usize::from(same);
        }
        assert_eq!(ended, 1);
        let refreshed = app.refresh(credentials.text(CredentialKind::Refresh)).status == 200;
        assert_eq!(refreshed, !matches!(kind, CredentialKind::Access | CredentialKind::Refresh), "{kind:?}");
        let act = app.platform.ask::<String>("SELECT act || ' ' || outcome FROM audit ORDER BY id DESC LIMIT 1");
        if refreshed {
            assert_eq!(act, "end_token ok");
            let user = app.platform.ask::<String>("SELECT user_id FROM audit ORDER BY id DESC LIMIT 1");
            assert_eq!(user, app.id_of("ada"));
        }
    }
}

#[test]
fn revocation_says_yes_to_everything_that_is_no_fault_of_ours() {
    let credentials = Credentials::new();
    let app = &credentials.app;
    let before = app.platform.count("audit");
    for nothing in
        ["", "x", "é", credentials.text(CredentialKind::ActivationLink), credentials.text(CredentialKind::SessionId)]
    {
        app.revoke(nothing).assert_ok();
    }
    assert_eq!(app.platform.count("audit"), before);
    let key = credentials.text(CredentialKind::ApiKey);
    app.revoke(key).assert_ok();
    app.revoke(key).assert_ok();
}

#[test]
fn a_revocation_that_may_not_have_happened_is_a_fault_of_ours() {
    let credentials = Credentials::new();
    credentials.app.platform.trouble.set(Failure { database: Some((0, FailureTiming::Before)), ..Failure::default() });
    let reply = credentials.app.revoke(credentials.text(CredentialKind::Portal));
    assert_eq!((reply.status.as_u16(), reply.json()["error"].as_str()), (503, Some("temporarily_unavailable")));
    credentials.try_at(&Method::GET, "/api/auth/me", Carrier::Token, CredentialKind::Portal).assert_ok();
    credentials.app.platform.trouble.set(Failure { database: Some((0, FailureTiming::After)), ..Failure::default() });
    credentials.app.revoke(credentials.text(CredentialKind::Portal)).assert_ok();
    credentials
        .try_at(&Method::GET, "/api/auth/me", Carrier::Token, CredentialKind::Portal)
        .assert_error(401, "token_revoked");
}

#[test]
fn a_private_token_that_has_expired_can_still_be_given_up_with_what_it_has_made() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let request = json!({ "name": "short", "expiration_time": "2026-05-28T20:36:40Z" });
    let short = app.create_private(&ada.access, &request).json()["data"].as_str().unwrap().to_owned();
    let child = app.private(&short, "made with it");
    app.pass_seconds(700);
    assert_eq!(app.introspect(&bearer(&ada), &short).assert_ok().json(), inactive());
    app.me(&child.data).assert_ok();
    app.revoke(&short).assert_ok();
    app.me(&child.data).assert_error(401, "token_revoked");
}

#[test]
fn a_field_that_is_there_twice_is_there_once_too_often() {
    let app = TestApp::new();
    let twice = app.post_form("/oauth/revoke", "token=x&token=y".into());
    assert_eq!((twice.status.as_u16(), twice.json()["error"].as_str()), (400, Some("invalid_request")));
}

#[test]
fn errors_are_those_of_oauth() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let no_form = app.post_as(&ada.access, "/oauth/introspect", &json!({ "token": "x" }));
    assert_eq!((no_form.status.as_u16(), no_form.json()["error"].as_str()), (415, Some("invalid_request")));
    let no_token = app.post_form("/oauth/revoke", "token_type_hint=x".into());
    assert_eq!((no_token.status.as_u16(), no_token.json()["error"].as_str()), (400, Some("invalid_request")));
    let stranger = app.post_form("/oauth/introspect", form(&ada.access));
    assert_eq!((stranger.status.as_u16(), stranger.json()["error"].as_str()), (401, Some("invalid_client")));
    assert_eq!(stranger.header("www-authenticate"), r#"Bearer realm="api""#);
    assert_eq!(app.get("/oauth/introspect").json()["error"], "method_not_allowed");
}

/// A refusal's status, error code, description and challenge. RFC 6749 §5.2 limits the characters of a description.
fn refusal(reply: &Reply) -> (u16, String, String, String) {
    let body = reply.json();
    let [error, description] = ["error", "error_description"].map(|name| body[name].as_str().unwrap().to_owned());
    assert!(
        description.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'),
        "{description}"
    );
    (reply.status.as_u16(), error, description, reply.header("www-authenticate").to_owned())
}

#[test]
fn a_client_whose_credentials_are_wrong_is_challenged_by_the_scheme_it_has_used() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let key = app.make_key(&bearer(&ada));
    app.revoke(&key).assert_ok();
    for (authorization, challenge) in [
        (basic(&key).as_str(), r#"Basic realm="api""#),
        (basic("x").as_str(), r#"Basic realm="api""#),
        ("basic x", r#"Basic realm="api""#),
        ("Token x", r#"Token realm="api""#),
        ("Digest x", r#"Bearer realm="api""#),
    ] {
        let (status, error, _, challenged) = refusal(&app.introspect(authorization, &ada.access));
        assert_eq!(
            (status, error.as_str(), challenged.as_str()),
            (401, "invalid_client", challenge),
            "{authorization}"
        );
    }
}

#[test]
fn what_is_wrong_with_a_token_is_said_to_a_program_and_not_to_a_person() {
    let app = TestApp::new();
    let (ada, bob) = (app.signed_in("ada"), app.signed_in("bob"));
    let ended = app.sign_in("bob");
    app.logout(&ended.access).assert_ok();
    let with_cookie = |token: &str| {
        let cookie = format!("token={token}");
        app.request(Method::POST, "/oauth/introspect", &[("Cookie", &cookie), ("Origin", ORIGIN), FORM], &form("x"))
    };
    let judge = |token: &str, says: &str| {
        for reply in [app.introspect(&format!("Bearer {token}"), &ada.access), with_cookie(token)] {
            let (status, error, description, challenge) = refusal(&reply);
            assert_eq!((status, error.as_str()), (401, "invalid_token"));
            assert!(description.contains(says) && !description.contains("ign in"), "{description}");
            assert!(challenge.starts_with(r#"Bearer realm="api", error="invalid_token""#), "{challenge}");
        }
    };
    judge("x", "credentials are invalid");
    judge(&ended.access, "have been revoked");
    app.pass_seconds(900);
    judge(&bob.access, "expired");
}

#[test]
fn a_body_of_another_type_is_told_what_is_wanted() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        let (status, error, description, _) = refusal(&app.post_as(&ada.access, path, &json!({ "token": "x" })));
        assert_eq!((status, error.as_str()), (415, "invalid_request"));
        assert!(description.contains("application/x-www-form-urlencoded"), "{description}");
    }
}

#[test]
fn a_cookie_asks_nothing_for_a_page_of_others() {
    let app = TestApp::new();
    let cookie = format!("token={}", app.signed_in("ada").access);
    for origin in [&[][..], &[("Origin", "https://evil.example")]] {
        let headers = [&[("Cookie", cookie.as_str()), FORM], origin].concat();
        let (status, error, _, _) = refusal(&app.request(Method::POST, "/oauth/introspect", &headers, &form("x")));
        assert_eq!((status, error.as_str()), (403, "csrf_failed"));
    }
}

#[test]
fn the_metadata_names_what_exists_and_is_where_it_says() {
    let app = TestApp::new();
    let reply = app.get("/.well-known/oauth-authorization-server").assert_ok();
    assert!(reply.header("cache-control").starts_with("public, max-age="));
    let metadata = reply.json();
    assert_eq!(metadata["issuer"], ORIGIN);
    for (endpoint, method) in
        [("jwks_uri", Method::GET), ("introspection_endpoint", Method::POST), ("revocation_endpoint", Method::POST)]
    {
        let path = metadata[endpoint].as_str().unwrap().strip_prefix(ORIGIN).unwrap();
        let status = app.request(method, path, &[], "").status;
        assert!(status != 404 && status != 405, "{endpoint}: {status}");
    }
    for (name, value) in metadata.as_object().unwrap() {
        assert!(value.as_array().is_none_or(|list| !list.is_empty()), "{name} has no elements (RFC 8414 §3.2)");
    }
}

#[test]
fn a_key_ended_by_its_holder_takes_what_it_has_made_with_it() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let first = app.make_key(&bearer(&ada));
    let second = app.make_key(&basic(&first));
    assert_eq!(app.introspect(&bearer(&ada), &second).assert_ok().json()["active"], true);
    app.revoke(&first).assert_ok();
    assert_eq!(app.introspect(&bearer(&ada), &second).assert_ok().json(), inactive());
}
