//! Tokens that clients have for themselves: for one API, within its scopes, and for none of our own routes.

use gatehouse::domain::oauth::client::ClientId;
use http::Method;
use serde_json::json;

use crate::app::{ORIGIN, TestApp, UNCOUNTED};
use crate::browser::Browser;
use crate::credentials::Carrier;
use crate::jwt_forging::part;
use crate::oauth_client::{FORM, OAuthClient, claims};
use crate::routes::{GUARDED, ROUTES};

const FILES: &str = "https://files.example.com";

#[test]
fn a_client_gets_a_token_for_itself_in_one_round_trip() {
    let app = TestApp::new();
    let api = OAuthClient::api(&app, FILES, "files:read files:write").registered();
    let service = OAuthClient::service(&app).registered();
    let reply = service.own_token(FILES).assert_ok();
    assert_eq!((reply.cost, reply.batches), ([1, 0, 0], 1));
    assert_eq!(reply.header("cache-control"), "no-store");
    let tokens = reply.json();
    let names: Vec<_> = tokens.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["access_token", "expires_in", "scope", "token_type"]);
    assert_eq!((&tokens["expires_in"], &tokens["scope"]), (&json!(900), &json!("files:read files:write")));
    let (header, claims) = (part(tokens["access_token"].as_str().unwrap(), 0), claims(&tokens["access_token"]));
    assert_eq!(header["typ"], "at+jwt");
    let jti = claims["jti"].as_str().unwrap();
    let expected = json!({
        "iss": ORIGIN, "sub": "backup", "client_id": "backup", "aud": FILES, "scope": "files:read files:write",
        "jti": jti, "iat": 1_780_000_000, "exp": 1_780_000_900,
    });
    assert_eq!(claims, expected);
    assert_eq!(app.platform.count("sessions"), 0);
    let told = api.introspect(tokens["access_token"].as_str().unwrap());
    let mut expected = expected;
    expected.as_object_mut().unwrap().extend(
        [("active", json!(true)), ("kind", json!("access_token")), ("token_type", json!("Bearer"))]
            .map(|(name, value)| (name.to_owned(), value)),
    );
    assert_eq!(told, expected);
    app.platform.tell("UPDATE clients SET disabled_at = 5 WHERE id = 'backup'");
    assert_eq!(api.introspect(tokens["access_token"].as_str().unwrap()), json!({ "active": false }));
    service.own_token(FILES).assert_oauth(401, "invalid_client");
}

#[test]
fn it_is_within_what_the_client_may_and_the_api_offers() {
    let app = TestApp::new();
    OAuthClient::api(&app, FILES, "files:read files:delete").registered();
    let mail = Some(("https://mail.example.com", "mail:read"));
    OAuthClient { id: "mail-api", resource: mail, ..OAuthClient::api(&app, FILES, "") }.registered();
    let service = OAuthClient { scopes: "files:read mail:send openid role", ..OAuthClient::service(&app) }.registered();
    let ask = |scope, resource| {
        service.token(&[("grant_type", "client_credentials"), ("scope", scope), ("resource", resource)])
    };
    assert_eq!(ask("files:read", FILES).assert_ok().json()["scope"], "files:read");
    assert_eq!(ask("", FILES).assert_ok().json()["scope"], "files:read");
    for scope in ["files:delete", "mail:send", "files:read mail:send", "files:read openid", "a\"b"] {
        ask(scope, FILES).assert_oauth(400, "invalid_scope");
    }
    for of_users in ["openid", "profile", "email", "offline_access", "role"] {
        ask(of_users, FILES).assert_oauth(400, "invalid_scope");
    }
    ask("", "https://mail.example.com").assert_oauth(400, "invalid_scope");
}

#[test]
fn it_is_for_one_api_that_exists_and_never_for_ours() {
    let app = TestApp::new();
    OAuthClient::api(&app, FILES, "files:read").registered();
    let service = OAuthClient { first_party: true, ..OAuthClient::service(&app) }.registered();
    let grant = ("grant_type", "client_credentials");
    service.token(&[grant]).assert_oauth(400, "invalid_target");
    let audience = app.settings().issuer.audience.clone();
    for (id, resource) in [("own-api", audience), ("own-claims", format!("{ORIGIN}/oauth/userinfo"))] {
        service.own_token(&resource).assert_oauth(400, "invalid_target");
        // Not even if an administrator has registered it as an API.
        app.platform.tell(&format!(
            "INSERT INTO clients SELECT '{id}', name, auth_method, 1, NULL, NULL, redirect_uris, post_logout_redirect_uris,
               NULL, grants, scopes, '{resource}', resource_scopes, 0, 0, 1, NULL, 0, 5, 5, NULL, ''
             FROM clients WHERE id = 'files-api'"
        ));
        service.own_token(&resource).assert_oauth(400, "invalid_target");
    }
    for other in ["https://files.example.com/", "https://FILES.example.com", "files", ORIGIN] {
        service.own_token(other).assert_oauth(400, "invalid_target");
    }
    service.token(&[grant, ("resource", FILES), ("resource", FILES)]).assert_oauth(400, "invalid_target");
    app.platform.tell("UPDATE clients SET disabled_at = 5 WHERE id = 'files-api'");
    service.own_token(FILES).assert_oauth(400, "invalid_target");
}

#[test]
fn a_client_without_the_grant_or_without_a_secret_gets_none() {
    let app = TestApp::new();
    OAuthClient::api(&app, FILES, "files:read").registered();
    let shop = OAuthClient { scopes: "files:read", ..OAuthClient::new(&app) }.registered();
    shop.own_token(FILES).assert_oauth(400, "unauthorized_client");
    let service = OAuthClient::service(&app).registered();
    let fields = [("grant_type", "client_credentials"), ("resource", FILES), ("client_id", service.id)];
    app.form("/oauth/token", &[FORM], &fields).assert_oauth(401, "invalid_client");
    let secret = shop.secret(1);
    let wrong = [&fields[..], &[("client_secret", &secret)]].concat();
    app.form("/oauth/token", &[FORM], &wrong).assert_oauth(401, "invalid_client");
}

/// A token for another resource, of a user and of the client itself, at every route of ours (CVE-2026-37979).
#[test]
fn a_token_for_another_api_opens_no_route_of_ours() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    OAuthClient::api(&app, FILES, "files:read").registered();
    let shop = OAuthClient { scopes: "openid files:read role", ..OAuthClient::new(&app) }.registered();
    let for_files = [("scope", "openid role files:read"), ("resource", FILES)];
    let of_user = shop.tokens(&mut Browser::of(&app, "ada"), &for_files);
    let of_service = OAuthClient::service(&app).registered().own_token(FILES).assert_ok().json();
    for tokens in [of_user, of_service] {
        let token = tokens["access_token"].as_str().unwrap();
        for (method, path) in ROUTES.iter().filter(|(_, path)| GUARDED.contains(path)) {
            for way in Carrier::ALL {
                let (name, value) = way.header(token);
                let headers = [(name, value.as_str()), ("Origin", ORIGIN), FORM];
                let reply = app.request(method.clone(), path, &headers, "");
                assert_eq!(reply.status, 401, "{method} {path} {way:?}: {}", reply.text());
            }
        }
        app.with_bearer(Method::GET, "/oauth/userinfo", token).assert_oauth(401, "invalid_token");
        let in_body = app.form("/oauth/userinfo", &[FORM], &[("access_token", token)]);
        in_body.assert_oauth(401, "invalid_token");
    }
}

#[test]
fn no_client_has_the_name_of_a_user() {
    let app = TestApp::new();
    app.user("ada");
    assert_eq!(ClientId::parse(&app.id_of("ada")), None);
    assert!(ClientId::parse("apikey").is_none() && ClientId::parse("backup").is_some());
}
