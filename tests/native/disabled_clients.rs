//! A client that an administrator disables, and its tokens for our own API.

use serde_json::json;

use crate::app::{TestApp, Tokens};
use crate::browser::Browser;
use crate::oauth_client::OAuthClient;
use crate::platform::{Failure, FailureTiming};

/// An administrator, and the tokens of Bob's first-party client for our own API.
fn opened(app: &TestApp) -> (Tokens, OAuthClient<'_>, String, String) {
    app.user("bob");
    let root = app.administrator("root");
    let audience = app.settings().issuer.audience.clone();
    let shop = OAuthClient { first_party: true, ..OAuthClient::new(app) }.registered();
    let tokens = shop.tokens(&mut Browser::of(app, "bob"), &[("resource", &audience)]);
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let (access, refresh) = (text("access_token"), text("refresh_token"));
    app.verify(&access).assert_ok();
    app.me(&access).assert_ok();
    (root, shop, access, refresh)
}

#[track_caller]
fn set(app: &TestApp, root: &Tokens, act: &str) {
    app.post_as(&root.access, &format!("/api/admin/clients/shop/{act}"), &json!({})).assert_ok();
}

#[test]
fn a_disabled_clients_tokens_for_our_own_api_are_refused_at_once() {
    let mut app = TestApp::new();
    {
        let (root, shop, access, refresh) = opened(&app);
        set(&app, &root, "disable");
        app.verify(&access).assert_error(401, "token_revoked");
        app.me(&access).assert_error(401, "token_revoked");
        app.userinfo(&access).assert_oauth(401, "invalid_token");
        shop.refresh(&refresh).assert_oauth(401, "invalid_client");

        app.pass_seconds(1);
        set(&app, &root, "enable");
        let renewed = shop.refresh(&refresh).assert_ok().json();
        app.verify(renewed["access_token"].as_str().unwrap()).assert_ok();
        app.verify(&access).assert_error(401, "token_revoked");
    }
    app.redeploy(&[]); // to an isolate that remembers nothing
    let (bob, root) = (app.sign_in("bob"), app.sign_in("root"));
    set(&app, &root, "disable");
    app.verify(&bob.access).assert_ok();
}

#[test]
fn a_mark_of_a_client_that_could_not_be_written_is_written_by_cron() {
    let app = TestApp::new();
    let (root, _, access, _) = opened(&app);
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    set(&app, &root, "disable");
    app.platform.trouble.set(Failure::default());
    app.verify(&access).assert_ok();
    app.cron();
    app.verify(&access).assert_error(401, "token_revoked");
}
