//! Rights that are taken from a client or an API: what was granted before ends with them.

use serde_json::json;

use crate::app::{TestApp, UNCOUNTED};
use crate::browser::{Browser, VERIFIER};
use crate::oauth_client::{FORM, OAuthClient};

/// An administrator takes a client's rights away: first-party, then its scope, then the API that it uses.
#[test]
fn what_a_client_may_not_ask_for_any_more_it_does_not_get_by_refreshing() {
    let app = TestApp::new();
    app.user("ada");
    let shop = OAuthClient { first_party: true, ..OAuthClient::new(&app) }.registered();
    let audience = app.settings().issuer.audience.clone();
    let tokens =
        shop.tokens(&mut Browser::of(&app, "ada"), &[("scope", "openid offline_access"), ("resource", &audience)]);
    app.platform.tell("UPDATE clients SET first_party = 0");
    shop.refresh(tokens["refresh_token"].as_str().unwrap()).assert_oauth(400, "invalid_grant");
}

/// A scope that an administrator has taken from a client.
#[test]
fn a_scope_that_a_client_has_lost_is_not_refreshed() {
    let app = TestApp::new();
    app.user("ada");
    let shop = OAuthClient::new(&app).registered();
    let tokens = shop.tokens(&mut Browser::of(&app, "ada"), &[("scope", "openid email role offline_access")]);
    app.platform.tell("UPDATE clients SET scopes = 'openid'");
    let next = shop.refresh(tokens["refresh_token"].as_str().unwrap());
    assert!(next.status != 200 || !next.json()["scope"].as_str().unwrap().contains("role"), "{}", next.json()["scope"]);
}

#[test]
fn a_disabled_api_gets_no_more_tokens() {
    let app = TestApp::new();
    app.user("ada");
    let api = "https://files.example.com";
    OAuthClient::api(&app, api, "files:read").registered();
    let shop = OAuthClient { scopes: "openid offline_access files:read", ..OAuthClient::new(&app) }.registered();
    let asked = [("scope", "openid offline_access files:read"), ("resource", api)];
    let tokens = shop.tokens(&mut Browser::of(&app, "ada"), &asked);
    app.platform.tell("UPDATE clients SET disabled_at = 6 WHERE id = 'files-api'");
    shop.refresh(tokens["refresh_token"].as_str().unwrap()).assert_oauth(400, "invalid_grant");
}

/// An API is closed to clients that nobody registered.
#[test]
fn a_stranger_keeps_no_access_to_an_api_that_was_closed() {
    let app = TestApp::with(&[("AUTH_OPEN_REGISTRATION", "true")]);
    app.user("ada");
    let api = "https://files.example.com";
    OAuthClient::api(&app, api, "files:read").registered();
    app.platform.tell("UPDATE clients SET resource_open = 1");
    let back = "http://localhost/callback";
    let id = app.post("/oauth/register", &json!({ "redirect_uris": [back] })).json()["client_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let tool = OAuthClient { redirects: vec![back], ..OAuthClient::public(&app) };
    let asked = [("client_id", id.as_str()), ("scope", "openid offline_access files:read"), ("resource", api)];
    let code = tool.code(&mut Browser::of(&app, "ada"), &asked);
    let send =
        |fields: &[(&str, &str)]| app.form("/oauth/token", &[FORM], &[&[("client_id", id.as_str())], fields].concat());
    let tokens =
        send(&[("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)]).assert_ok().json();
    app.platform.tell("UPDATE clients SET resource_open = 0");
    let next = send(&[("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())]);
    assert_ne!(next.status, 200, "{}", next.text());
}

/// The same with a code that a client holds.
#[test]
fn a_code_does_not_survive_the_end_of_all_other_sessions() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let shop = OAuthClient::new(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    let code = shop.code(&mut browser, &[("scope", "openid offline_access")]);
    let done = browser.press("/account/sessions/others", &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    shop.redeem(&code).assert_oauth(400, "invalid_grant");
}
