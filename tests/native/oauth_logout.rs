//! Sign-out at the request of a client, besides what the modules in `openid_logout.rs` ask: what another site could try.

use http::Method;
use serde_json::Value;

use crate::app::{PASSWORD, TestApp};
use crate::browser::Browser;
use crate::oauth_client::{FORM, OAuthClient, claims};
use crate::openid_logout::{LANDING, LogoutSuite, id_token, path, registered};

#[test]
fn an_id_token_is_a_hint_long_after_it_has_expired() {
    let app = TestApp::new();
    let mut suite = LogoutSuite::new(&app);
    let hint = suite.hint.clone();
    app.pass_seconds(40 * 86_400);
    let page = suite.log_out(&[("id_token_hint", &hint), ("post_logout_redirect_uri", LANDING)]);
    assert_eq!(page.header("location"), LANDING);
}

#[test]
fn a_hint_of_another_session_ends_nothing() {
    let app = TestApp::new();
    app.user("eve");
    let mut suite = LogoutSuite::new(&app);
    let client = OAuthClient::new(&app);
    let of_eve = id_token(&client.tokens(&mut Browser::of(&app, "eve"), &[]));
    let of_other_browser = id_token(&client.tokens(&mut Browser::of(&app, "ada"), &[]));
    for hint in [&of_eve, &of_other_browser] {
        suite.assert_asks(&[("id_token_hint", hint), ("post_logout_redirect_uri", LANDING)]);
    }
    // Nor does one of this browser before its user signed in again.
    let hint = suite.hint.clone();
    suite.browser.sign_out();
    suite.browser.sign_in("ada", "/account");
    suite.assert_asks(&[("id_token_hint", &hint), ("post_logout_redirect_uri", LANDING)]);
}

#[test]
fn a_client_that_contradicts_the_hint_ends_nothing() {
    let app = TestApp::new();
    let mut suite = LogoutSuite::new(&app);
    let hint = suite.hint.clone();
    suite.assert_asks(&[("id_token_hint", &hint), ("client_id", "spa"), ("post_logout_redirect_uri", LANDING)]);
    let twice = [("id_token_hint", hint.as_str()), ("client_id", "shop"), ("client_id", "spa")];
    suite.assert_asks(&twice);
    suite.assert_asks(&[("id_token_hint", &hint), ("id_token_hint", &hint)]);
    suite.assert_leads_to(
        &[("id_token_hint", &hint), ("client_id", "shop"), ("post_logout_redirect_uri", LANDING)],
        LANDING,
    );
}

#[test]
fn without_a_session_only_a_hint_leads_to_the_client() {
    let app = TestApp::new();
    let suite = LogoutSuite::new(&app);
    let mut nobody = Browser::new(&app);
    let landed = nobody.get(&path(&[("id_token_hint", &suite.hint), ("post_logout_redirect_uri", LANDING)]));
    assert_eq!(landed.header("location"), LANDING);
    for parameters in [
        vec![],
        vec![("post_logout_redirect_uri", LANDING), ("client_id", "shop")],
        vec![("id_token_hint", suite.hint.as_str()), ("post_logout_redirect_uri", "https://evil.example/")],
    ] {
        let page = nobody.get(&path(&parameters));
        assert_eq!((page.status.as_u16(), page.header("location")), (200, ""), "{}", page.text());
        assert!(page.text().contains("signed out"));
    }
    assert!(suite.is_signed_in());
}

#[test]
fn only_a_navigation_signs_out() {
    let app = TestApp::new();
    let mut suite = LogoutSuite::new(&app);
    let path = path(&[("id_token_hint", &suite.hint)]);
    for headers in [
        &[("Sec-Fetch-Dest", "image")][..],
        &[("Sec-Fetch-Dest", "iframe")],
        &[("Sec-Fetch-Dest", "document"), ("Sec-Purpose", "prefetch")],
    ] {
        assert_eq!(suite.browser.send(Method::GET, &path, headers, "").status, 403);
    }
    assert!(suite.is_signed_in());
}

#[test]
fn a_form_of_a_client_becomes_a_link() {
    let app = TestApp::new();
    let mut suite = LogoutSuite::new(&app);
    let parameters = [("id_token_hint", suite.hint.clone()), ("post_logout_redirect_uri", LANDING.to_owned())];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&parameters).finish();
    // With a form of another site a browser sends no session.
    let reply = app.request(Method::POST, "/oauth/logout", &[FORM, ("Origin", "https://shop.example.com")], &body);
    assert!(suite.is_signed_in());
    let landed = suite.browser.follow(&reply);
    assert_eq!(landed.header("location"), LANDING);
}

#[test]
fn access_without_the_user_survives_the_sign_out() {
    let app = TestApp::new();
    app.user("ada");
    let client = registered(&app);
    let mut browser = Browser::of(&app, "ada");
    let with_user = client.tokens(&mut browser, &[("scope", "openid")]);
    let without = client.tokens(&mut browser, &[("scope", "openid offline_access")]);
    // The ID token of either session is a hint for the browser's.
    assert_ne!(claims(&with_user["id_token"])["sid"], claims(&without["id_token"])["sid"]);
    let landed = browser.get(&path(&[("id_token_hint", &id_token(&without))]));
    assert_eq!(landed.status, 200);
    let refresh = |tokens: &Value| client.refresh(tokens["refresh_token"].as_str().unwrap());
    refresh(&with_user).assert_oauth(400, "invalid_grant");
    refresh(&without).assert_ok();
}

#[test]
fn a_loopback_address_may_have_any_port() {
    let app = TestApp::new();
    app.user("ada");
    let mut client = OAuthClient::public(&app);
    client.post_logout = vec!["http://127.0.0.1/out"];
    let client = client.registered();
    let mut browser = Browser::of(&app, "ada");
    let hint = id_token(&client.tokens(&mut browser, &[]));
    let uri = "http://127.0.0.1:51234/out";
    let landed = browser.get(&path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", uri)]));
    assert_eq!(landed.header("location"), uri);
    assert_eq!(browser.sign_in("ada", "/account").status, 303, "{PASSWORD}");
}
