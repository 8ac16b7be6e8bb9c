//! Refresh tokens of clients: rotation, grace, reuse, and what they are not for.

use crate::app::TestApp;
use crate::browser::Browser;
use crate::jwt_forging::message;
use crate::oauth_client::{OAuthClient, claims};

const OFFLINE: [(&str, &str); 1] = [("scope", "openid offline_access email")];

fn token(tokens: &serde_json::Value) -> &str {
    tokens["refresh_token"].as_str().unwrap()
}

#[test]
fn a_replaced_token_gets_the_same_successor_for_a_minute_and_then_ends_the_session() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let first = client.tokens(&mut Browser::of(&app, "ada"), &OFFLINE);
    let second = client.refresh(token(&first)).assert_ok().json();
    app.pass_seconds(59);
    let again = client.refresh(token(&first)).assert_ok().json();
    for same in ["access_token", "refresh_token"] {
        assert_eq!(second[same], again[same], "{same}");
    }
    let [signed, signed_again] = [&second, &again].map(|tokens| message(tokens["id_token"].as_str().unwrap()));
    assert_eq!(signed, signed_again);
    app.pass_seconds(2);
    client.refresh(token(&first)).assert_oauth(400, "invalid_grant");
    client.refresh(token(&second)).assert_oauth(400, "invalid_grant");
    app.userinfo(second["access_token"].as_str().unwrap()).assert_oauth(401, "invalid_token");
    let told = "SELECT count(*) FROM outbox WHERE kind = 'refresh_token_reused'";
    assert_eq!(app.platform.ask::<i64>(told), 1);
}

/// Whoever asks for more, or is another client, gets nothing, and nothing ends.
#[test]
fn a_refresh_is_for_its_client_and_for_what_was_granted() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let other = OAuthClient { id: "other", ..OAuthClient::new(&app) }.registered();
    let spa = OAuthClient::public(&app).registered();
    let tokens = client.tokens(&mut Browser::of(&app, "ada"), &OFFLINE);
    other.refresh(token(&tokens)).assert_oauth(400, "invalid_grant");
    spa.refresh(token(&tokens)).assert_oauth(400, "invalid_grant");
    let ask =
        |more: (&str, &str)| client.token(&[("grant_type", "refresh_token"), ("refresh_token", token(&tokens)), more]);
    ask(("scope", "openid role")).assert_oauth(400, "invalid_scope");
    ask(("resource", "https://files.example.com")).assert_oauth(400, "invalid_target");
    assert_eq!(app.platform.ask::<i64>("SELECT generation FROM sessions WHERE client = 'shop'"), 0);
    // Fewer scopes are for this access token alone.
    let fewer = ask(("scope", "openid")).assert_ok().json();
    assert_eq!(
        (fewer["scope"].as_str(), claims(&fewer["access_token"])["scope"].as_str()),
        (Some("openid"), Some("openid"))
    );
    let all = client.refresh(token(&fewer)).assert_ok().json();
    assert_eq!(all["scope"], "openid offline_access email");
}

#[test]
fn our_own_refresh_tokens_and_those_of_clients_are_none_of_each_others() {
    let app = TestApp::with(&[("AUTH_ENABLE_REFRESH_TOKEN", "true")]);
    let own = app.signed_in("ada");
    let client = OAuthClient::new(&app).registered();
    let tokens = client.tokens(&mut Browser::of(&app, "ada"), &OFFLINE);
    app.refresh(token(&tokens)).assert_error(401, "invalid_refresh_token");
    client.refresh(&own.refresh).assert_oauth(400, "invalid_grant");
    app.refresh(&own.refresh).assert_ok();
    client.refresh(token(&tokens)).assert_ok();
}

/// A client's session ends with the browser's, unless it may act while its user is away; anything but a plain sign-out ends both.
#[test]
fn a_sign_out_ends_the_clients_that_may_not_act_without_their_user() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    let bound = client.tokens(&mut browser, &[]);
    let offline = client.tokens(&mut browser, &OFFLINE);
    browser.sign_out();
    client.refresh(token(&bound)).assert_oauth(400, "invalid_grant");
    let offline = client.refresh(token(&offline)).assert_ok().json();
    let mut elsewhere = Browser::of(&app, "ada");
    elsewhere.press("/account/sessions/others", &[]);
    client.refresh(token(&offline)).assert_oauth(400, "invalid_grant");
}

#[test]
fn a_client_without_the_grant_gets_no_refresh_token_and_one_that_loses_it_refreshes_no_more() {
    let app = TestApp::new();
    app.user("ada");
    let short = OAuthClient { grants: "authorization_code", ..OAuthClient::new(&app) }.registered();
    let mut browser = Browser::of(&app, "ada");
    let tokens = short.tokens(&mut browser, &OFFLINE);
    assert!(tokens["refresh_token"].is_null());
    assert_eq!(tokens["scope"], "openid email", "offline_access is left out");
    let ends = "SELECT refresh_expires_at = access_expires_at FROM sessions WHERE client = 'shop'";
    assert_eq!(app.platform.ask::<i64>(ends), 1);
    let other = OAuthClient { id: "other", ..OAuthClient::new(&app) }.registered();
    let tokens = other.tokens(&mut browser, &[]);
    app.platform.tell("UPDATE clients SET grants = 'authorization_code' WHERE id = 'other'");
    other.refresh(token(&tokens)).assert_oauth(400, "unauthorized_client");
    app.platform
        .tell("UPDATE clients SET grants = 'authorization_code refresh_token', disabled_at = 5 WHERE id = 'other'");
    other.refresh(token(&tokens)).assert_oauth(401, "invalid_client");
}

/// Whatever has ended is refreshed no more, by the statement that would refresh it.
#[test]
fn what_has_ended_is_refreshed_no_more() {
    for end in [
        "UPDATE sessions SET ended_at = 1780000000123, end_reason = 'ended' WHERE client = 'shop'",
        "UPDATE users SET disabled_at = 5",
        "UPDATE clients SET disabled_at = 5",
    ] {
        let app = TestApp::new();
        app.user("ada");
        let client = OAuthClient::new(&app).registered();
        let tokens = client.tokens(&mut Browser::of(&app, "ada"), &OFFLINE);
        app.platform.tell(end);
        assert_ne!(client.refresh(token(&tokens)).status, 200, "{end}");
    }
}

/// Another client's attempt neither redeems a code nor ends anything.
#[test]
fn a_code_is_its_clients_alone() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let other = OAuthClient { id: "other", ..OAuthClient::new(&app) }.registered();
    let code = client.code(&mut Browser::of(&app, "ada"), &[]);
    other.redeem(&code).assert_oauth(400, "invalid_grant");
    let tokens = client.redeem(&code).assert_ok().json();
    app.pass_seconds(30);
    other.redeem(&code).assert_oauth(400, "invalid_grant");
    client.refresh(token(&tokens)).assert_ok();
    let late = client.code(&mut Browser::of(&app, "ada"), &[]);
    app.pass_seconds(61);
    client.redeem(&late).assert_oauth(400, "invalid_grant");
}
