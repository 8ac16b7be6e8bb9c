//! The applications with access to an account: listed, and removed.

use http::Method;
use serde_json::json;

use crate::app::TestApp;
use crate::browser::Browser;
use crate::oauth_client::{OAuthClient, answer};
use crate::oauth_device::{decide, enter, tv, user_code};

#[test]
fn a_user_sees_who_has_access_and_removes_it() {
    let app = TestApp::new();
    app.user("ada");
    app.user("eve");
    let shop = OAuthClient::new(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    assert!(browser.get("/account/apps").assert_ok().text().contains("No application has access"));
    let tokens = shop.tokens(&mut browser, &[("scope", "openid email offline_access")]);
    let page = browser.get("/account/apps").assert_ok();
    assert!(page.text().contains("The shop") && page.text().contains("see your email address"));
    // It is a client's session, so it is no device of the user's.
    assert!(!browser.get("/account/sessions").assert_ok().text().contains("The shop"));
    // Others cannot remove it, and have nothing to.
    let mut eve = Browser::of(&app, "eve");
    assert_eq!(eve.press("/account/apps/remove", &[("client_id", "shop")]).status, 404);
    let removed = browser.submit(&page, "/account/apps/remove", &[]);
    assert!(browser.follow(&removed).text().contains("Access removed."));
    shop.refresh(tokens["refresh_token"].as_str().unwrap()).assert_oauth(400, "invalid_grant");
    app.userinfo(tokens["access_token"].as_str().unwrap()).assert_oauth(401, "invalid_token");
    assert_eq!(answer(&browser.get(&shop.request(&[("prompt", "none")])))["error"], "consent_required");
    let end = "SELECT end_reason FROM sessions WHERE client = 'shop'";
    assert_eq!(app.platform.ask::<String>(end), "access_withdrawn");
    let entry = "SELECT count(*) FROM audit WHERE act = 'withdraw_consent' AND outcome = 'ok'";
    assert_eq!(app.platform.ask::<i64>(entry), 1);
}

#[test]
fn a_program_of_the_user_does_the_same() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let shop = OAuthClient::new(&app).registered();
    shop.tokens(&mut Browser::of(&app, "ada"), &[]);
    let list = || app.with_bearer(Method::GET, "/api/auth/applications", &ada.access).assert_ok().json();
    assert_eq!(list()["applications"][0]["client_id"], "shop");
    let remove = || app.post_as(&ada.access, "/api/auth/applications/remove", &json!({ "client_id": "shop" }));
    assert_eq!(remove().status, 204);
    remove().assert_error(404, "not_found");
    assert_eq!(list()["applications"], json!([]));
}

#[test]
fn what_a_client_could_still_redeem_is_worth_nothing_after_the_removal() {
    let app = TestApp::new();
    app.user("ada");
    app.user("eve");
    let (shop, tv) = (OAuthClient::new(&app).registered(), tv(&app));
    let mut browser = Browser::of(&app, "ada");
    let mut approved = || {
        let device = tv.device(&[]);
        let question = enter(&mut browser, user_code(&device));
        decide(&mut browser, &question, "allow");
        device
    };
    let (redeemed, waiting) = (approved(), approved());
    tv.poll(&redeemed).assert_ok();
    let (code, of_eve) = (shop.code(&mut browser, &[]), shop.code(&mut Browser::of(&app, "eve"), &[]));
    for client in ["shop", "tv-app"] {
        assert_eq!(browser.press("/account/apps/remove", &[("client_id", client)]).status, 303);
    }
    shop.redeem(&code).assert_oauth(400, "invalid_grant");
    tv.poll(&waiting).assert_oauth(400, "expired_token");
    shop.redeem(&of_eve).assert_ok();
}

/// A consent to a client that was deleted is none to a later one of the same name.
#[test]
fn a_new_client_of_an_old_name_is_asked_about() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let shop = OAuthClient::new(&app).registered();
    shop.code(&mut browser, &[]);
    let silent = |browser: &mut Browser<'_>| answer(&browser.get(&shop.request(&[("prompt", "none")]))).remove("error");
    assert_eq!(silent(&mut browser), None);
    app.platform.tell("UPDATE clients SET created_at = 1990000000000");
    assert_eq!(silent(&mut browser).as_deref(), Some("consent_required"));
}

/// Access that is granted and not yet begun can be taken away.
#[test]
fn an_approved_device_that_has_not_polled_can_be_removed() {
    let app = TestApp::new();
    app.user("ada");
    let client = tv(&app);
    let mut browser = Browser::of(&app, "ada");
    let device = client.device(&[]);
    let question = enter(&mut browser, user_code(&device));
    decide(&mut browser, &question, "allow");
    let removed = browser.press("/account/apps/remove", &[("client_id", "tv-app")]).status;
    let signed_in = client.poll(&device).status;
    assert!(removed == 303 && signed_in != 200, "removal: {removed}, and then the device's poll: {signed_in}");
}

/// The list shows everything that an application may do, not what one of its sessions may.
#[test]
fn the_list_of_applications_shows_all_they_may_do() {
    let app = TestApp::new();
    app.user("ada");
    let spa = OAuthClient { redirects: vec!["com.example.app:/cb"], ..OAuthClient::public(&app) }.registered();
    let mut browser = Browser::of(&app, "ada");
    spa.tokens(&mut browser, &[("scope", "openid email role offline_access")]);
    app.pass_seconds(60);
    spa.tokens(&mut browser, &[("scope", "openid")]);
    let page = browser.get("/account/apps").assert_ok();
    assert!(page.text().contains("see your email address"), "{}", page.text());
}
