//! Sign-out at the request of a client: the modules of the OpenID suite for RP-Initiated Logout, by their names, and what another
//! site could try.

use http::Method;
use serde_json::Value;

use crate::app::{ORIGIN, PASSWORD, Reply, TestApp};
use crate::browser::Browser;
use crate::oauth_client::{FORM, OAuthClient, claims};

const LANDING: &str = "https://shop.example.com/signed-out";

/// A client with a landing page, a browser that is signed in to it, and its ID token.
struct Suite<'h> {
    app: &'h TestApp,
    browser: Browser<'h>,
    hint: String,
}

fn registered(app: &TestApp) -> OAuthClient<'_> {
    let mut client = OAuthClient::new(app);
    client.post_logout = vec![LANDING, "https://shop.example.com/bye?from=auth"];
    client.registered()
}

fn id_token(tokens: &Value) -> String {
    tokens["id_token"].as_str().unwrap().to_owned()
}

impl<'h> Suite<'h> {
    fn new(app: &'h TestApp) -> Self {
        app.user("ada");
        let client = registered(app);
        let mut browser = Browser::of(app, "ada");
        let hint = id_token(&client.tokens(&mut browser, &[]));
        Self { app, browser, hint }
    }

    fn log_out(&mut self, parameters: &[(&str, &str)]) -> Reply {
        self.browser.get(&path(parameters))
    }

    fn is_signed_in(&self) -> bool {
        self.browser.clone().get("/account").status == 200
    }

    /// The page asks, and neither the answer nor its outcome leads to the client.
    #[track_caller]
    fn assert_asks(&mut self, parameters: &[(&str, &str)]) {
        let page = self.log_out(parameters);
        assert!(page.status == 200 && page.text().contains("Sign out?"), "{}", page.text());
        assert!(page.header("content-security-policy").contains("form-action 'self';"));
        assert!(!page.text().contains("shop.example.com"), "{}", page.text());
        assert!(self.is_signed_in());
        let mut browser = self.browser.clone();
        let landed = browser.submit(&page, "/account/signout", &[]);
        assert_eq!(landed.header("location"), format!("{ORIGIN}/account/signin"));
        assert_eq!(browser.cookie("__Host-session"), None);
        self.app.platform.tell("UPDATE sessions SET ended_at = NULL, end_reason = NULL, op = NULL");
    }

    #[track_caller]
    fn assert_leads_to(&mut self, parameters: &[(&str, &str)], address: &str) {
        let landed = self.log_out(parameters);
        assert_eq!((landed.status.as_u16(), landed.header("location")), (303, address), "{}", landed.text());
        assert_eq!(self.browser.cookie("__Host-session"), None);
        assert_eq!(self.app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE ended_at IS NULL"), 0);
    }
}

fn path(parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("/oauth/logout?{query}")
}

#[test]
fn discovery_endpoint_verification() {
    let app = TestApp::new();
    let metadata = app.get("/.well-known/openid-configuration").assert_ok().json();
    assert_eq!(metadata["end_session_endpoint"], format!("{ORIGIN}/oauth/logout"));
    assert_eq!(metadata["backchannel_logout_supported"], true);
    assert_eq!(metadata["backchannel_logout_session_supported"], true);
}

#[test]
fn rp_initiated_logout() {
    let app = TestApp::new();
    let mut suite = Suite::new(&app);
    let hint = suite.hint.clone();
    let parameters = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", LANDING), ("state", "s t&")];
    suite.assert_leads_to(&parameters, &format!("{LANDING}?state=s+t%26"));
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'sign_out' AND outcome = 'ok'"), 1);
    // Nobody is signed in any more: the same request leads there again.
    suite.assert_leads_to(&parameters, &format!("{LANDING}?state=s+t%26"));
}

#[test]
fn rp_initiated_logout_bad_post_logout_redirect_uri() {
    let app = TestApp::new();
    let mut suite = Suite::new(&app);
    let hint = suite.hint.clone();
    for uri in [
        "https://shop.example.com/cb",
        "https://shop.example.com/signed-out/",
        "https://shop.example.com/signed-out/../cb",
        "https://shop.example.com/SIGNED-OUT",
        "https://shop.example.com@evil.example/signed-out",
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "x",
    ] {
        suite.assert_asks(&[("id_token_hint", &hint), ("post_logout_redirect_uri", uri)]);
    }
    app.platform.tell("UPDATE clients SET disabled_at = 5");
    suite.assert_asks(&[("id_token_hint", &hint), ("post_logout_redirect_uri", LANDING)]);
}

#[test]
fn rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    let app = TestApp::new();
    let mut suite = Suite::new(&app);
    let hint = suite.hint.clone();
    let uri = format!("{LANDING}?foo=bar");
    suite.assert_asks(&[("id_token_hint", &hint), ("post_logout_redirect_uri", &uri)]);
    let registered = "https://shop.example.com/bye?from=auth";
    suite.assert_leads_to(
        &[("id_token_hint", &hint), ("post_logout_redirect_uri", registered), ("state", "1")],
        "https://shop.example.com/bye?from=auth&state=1",
    );
}

#[test]
fn rp_initiated_logout_modified_id_token_hint() {
    let app = TestApp::new();
    let mut suite = Suite::new(&app);
    let (signed, signature) = suite.hint.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let modified = format!("{signed}.{first}{}", &signature[1..]);
    suite.assert_asks(&[("id_token_hint", &modified), ("post_logout_redirect_uri", LANDING)]);
}

#[test]
fn rp_initiated_logout_bad_id_token_hint() {
    let app = TestApp::new();
    let mut suite = Suite::new(&app);
    let access = registered_access_token(&mut suite);
    for bad in ["x", "a.b.c", "", access.as_str()] {
        suite.assert_asks(&[("id_token_hint", bad), ("post_logout_redirect_uri", LANDING), ("client_id", "shop")]);
    }
}

fn registered_access_token(suite: &mut Suite<'_>) -> String {
    let client = OAuthClient::new(suite.app);
    client.tokens(&mut suite.browser, &[])["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn rp_initiated_logout_no_id_token_hint() {
    let app = TestApp::new();
    let mut suite = Suite::new(&app);
    suite.assert_asks(&[("post_logout_redirect_uri", LANDING), ("state", "1")]);
    suite.assert_asks(&[("post_logout_redirect_uri", LANDING), ("client_id", "shop")]);
}

#[test]
fn rp_initiated_logout_no_params() {
    let app = TestApp::new();
    Suite::new(&app).assert_asks(&[]);
}

#[test]
fn rp_initiated_logout_only_state() {
    let app = TestApp::new();
    Suite::new(&app).assert_asks(&[("state", "1")]);
}

#[test]
fn rp_initiated_logout_no_post_logout_redirect_uri() {
    let app = TestApp::new();
    let mut suite = Suite::new(&app);
    let hint = suite.hint.clone();
    let page = suite.log_out(&[("id_token_hint", &hint), ("state", "1")]);
    assert!(page.status == 200 && page.text().contains("You're signed out"), "{}", page.text());
    assert_eq!(suite.browser.cookie("__Host-session"), None);
    assert!(!suite.is_signed_in());
}

#[test]
fn rp_initiated_logout_no_state() {
    let app = TestApp::new();
    let mut suite = Suite::new(&app);
    let hint = suite.hint.clone();
    suite.assert_leads_to(&[("id_token_hint", &hint), ("post_logout_redirect_uri", LANDING)], LANDING);
}

#[test]
fn an_id_token_is_a_hint_long_after_it_has_expired() {
    let app = TestApp::new();
    let mut suite = Suite::new(&app);
    let hint = suite.hint.clone();
    app.pass_seconds(40 * 86_400);
    let page = suite.log_out(&[("id_token_hint", &hint), ("post_logout_redirect_uri", LANDING)]);
    assert_eq!(page.header("location"), LANDING);
}

#[test]
fn a_hint_of_another_session_ends_nothing() {
    let app = TestApp::new();
    app.user("eve");
    let mut suite = Suite::new(&app);
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
    let mut suite = Suite::new(&app);
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
    let suite = Suite::new(&app);
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
    let mut suite = Suite::new(&app);
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
    let mut suite = Suite::new(&app);
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
