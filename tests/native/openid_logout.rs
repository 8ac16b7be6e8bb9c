//! The OpenID Foundation's conformance suite, plans RP-Initiated Logout OP and Back-Channel Logout OP: their modules, by the names
//! that they have there after `oidcc-`.

use gatehouse::ports::Clock;
use serde_json::{Value, json};

use crate::app::{ORIGIN, Reply, TestApp};
use crate::browser::Browser;
use crate::id_tokens::client_verifies;
use crate::jwt_forging::{encode, part};
use crate::oauth_backchannel_logout::{listening, received, state};
use crate::oauth_client::{OAuthClient, answer, claims};

pub const LANDING: &str = "https://shop.example.com/signed-out";

/// A client with a landing page, a browser that is signed in to it, and its ID token.
pub struct LogoutSuite<'h> {
    app: &'h TestApp,
    pub browser: Browser<'h>,
    pub hint: String,
}

pub fn registered(app: &TestApp) -> OAuthClient<'_> {
    let mut client = OAuthClient::new(app);
    client.post_logout = vec![LANDING, "https://shop.example.com/bye?from=auth"];
    client.registered()
}

pub fn id_token(tokens: &Value) -> String {
    tokens["id_token"].as_str().unwrap().to_owned()
}

impl<'h> LogoutSuite<'h> {
    pub fn new(app: &'h TestApp) -> Self {
        app.user("ada");
        let client = registered(app);
        let mut browser = Browser::of(app, "ada");
        let hint = id_token(&client.tokens(&mut browser, &[]));
        Self { app, browser, hint }
    }

    pub fn log_out(&mut self, parameters: &[(&str, &str)]) -> Reply {
        self.browser.get(&path(parameters))
    }

    pub fn is_signed_in(&self) -> bool {
        self.browser.clone().get("/account").status == 200
    }

    /// A page asks, and who presses its button is signed out by one that says so. Neither leads to the client.
    #[track_caller]
    pub fn assert_asks(&mut self, parameters: &[(&str, &str)]) {
        let page = self.log_out(parameters);
        assert!(page.status == 200 && page.text().contains("Sign out?"), "{}", page.text());
        assert!(page.header("content-security-policy").contains("form-action 'self';"));
        assert!(!page.text().contains("shop.example.com"), "{}", page.text());
        assert!(self.is_signed_in());
        let mut browser = self.browser.clone();
        let landed = browser.submit(&page, "/account/signout", &[]);
        assert_eq!(landed.header("location"), format!("{ORIGIN}/account/signin"));
        assert_eq!(browser.cookie("__Host-session"), None);
        assert!(browser.follow(&landed).text().contains("You've signed out."));
        self.app.platform.tell("UPDATE sessions SET ended_at = NULL, end_reason = NULL, op = NULL");
    }

    /// The user is signed out at once, also for the client, and comes to this address.
    #[track_caller]
    pub fn assert_leads_to(&mut self, parameters: &[(&str, &str)], address: &str) {
        let landed = self.log_out(parameters);
        assert_eq!((landed.status.as_u16(), landed.header("location")), (303, address), "{}", landed.text());
        assert_eq!(self.browser.cookie("__Host-session"), None);
        assert_eq!(self.app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE ended_at IS NULL"), 0);
        let silent = OAuthClient::new(self.app).request(&[("prompt", "none")]);
        assert_eq!(answer(&self.browser.get(&silent))["error"], "login_required");
    }
}

pub fn path(parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("/oauth/logout?{query}")
}

#[test]
fn rp_initiated_logout() {
    let app = TestApp::new();
    let mut suite = LogoutSuite::new(&app);
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
    let mut suite = LogoutSuite::new(&app);
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
    let mut suite = LogoutSuite::new(&app);
    let hint = suite.hint.clone();
    let uri = format!("{LANDING}?foo=bar");
    suite.assert_asks(&[("id_token_hint", &hint), ("post_logout_redirect_uri", &uri)]);
    let registered = "https://shop.example.com/bye?from=auth";
    suite.assert_leads_to(
        &[("id_token_hint", &hint), ("post_logout_redirect_uri", registered), ("state", "1")],
        "https://shop.example.com/bye?from=auth&state=1",
    );
}

/// The claims are right, and nobody has signed them.
#[test]
fn rp_initiated_logout_modified_id_token_hint() {
    let app = TestApp::new();
    let mut suite = LogoutSuite::new(&app);
    let (signed, signature) = suite.hint.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let mut unsigned = part(header, 0);
    unsigned["alg"] = json!("none");
    let unsigned = encode(unsigned.to_string());
    for modified in [
        format!("{unsigned}.{claims}."),
        format!("{unsigned}.{claims}.{signature}"),
        format!("{signed}."),
        format!("{signed}.{first}{}", &signature[1..]),
    ] {
        suite.assert_asks(&[("id_token_hint", &modified), ("post_logout_redirect_uri", LANDING)]);
    }
}

#[test]
fn rp_initiated_logout_bad_id_token_hint() {
    let app = TestApp::new();
    let mut suite = LogoutSuite::new(&app);
    let access = registered_access_token(&mut suite);
    for bad in ["x", "a.b.c", "", access.as_str()] {
        suite.assert_asks(&[("id_token_hint", bad), ("post_logout_redirect_uri", LANDING), ("client_id", "shop")]);
    }
}

fn registered_access_token(suite: &mut LogoutSuite<'_>) -> String {
    let client = OAuthClient::new(suite.app);
    client.tokens(&mut suite.browser, &[])["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn rp_initiated_logout_no_id_token_hint() {
    let app = TestApp::new();
    let mut suite = LogoutSuite::new(&app);
    suite.assert_asks(&[("post_logout_redirect_uri", LANDING), ("state", "1")]);
    suite.assert_asks(&[("post_logout_redirect_uri", LANDING), ("client_id", "shop")]);
}

#[test]
fn rp_initiated_logout_no_params() {
    let app = TestApp::new();
    LogoutSuite::new(&app).assert_asks(&[]);
}

#[test]
fn rp_initiated_logout_only_state() {
    let app = TestApp::new();
    LogoutSuite::new(&app).assert_asks(&[("state", "1")]);
}

#[test]
fn rp_initiated_logout_no_post_logout_redirect_uri() {
    let app = TestApp::new();
    let mut suite = LogoutSuite::new(&app);
    let hint = suite.hint.clone();
    let page = suite.log_out(&[("id_token_hint", &hint), ("state", "1")]);
    assert!(page.status == 200 && page.text().contains("You're signed out"), "{}", page.text());
    assert_eq!(suite.browser.cookie("__Host-session"), None);
    assert!(!suite.is_signed_in());
}

#[test]
fn rp_initiated_logout_no_state() {
    let app = TestApp::new();
    let mut suite = LogoutSuite::new(&app);
    let hint = suite.hint.clone();
    suite.assert_leads_to(&[("id_token_hint", &hint), ("post_logout_redirect_uri", LANDING)], LANDING);
}

/// The client is told with one token, before the browser reaches it, and the user is signed out.
#[test]
fn backchannel_rp_initiated_logout() {
    let app = TestApp::new();
    app.user("ada");
    let client = listening(&app);
    let mut browser = Browser::of(&app, "ada");
    let tokens = client.tokens(&mut browser, &[("nonce", "n-1")]);
    let id_token = claims(&tokens["id_token"]);
    let hint = tokens["id_token"].as_str().unwrap();
    let landed = browser.get(&path(&[("id_token_hint", hint), ("post_logout_redirect_uri", LANDING), ("state", "1")]));
    assert_eq!(landed.header("location"), format!("{LANDING}?state=1"));
    let tokens = received(&app);
    assert_eq!(tokens.len(), 1);
    let header = part(&tokens[0], 0);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!("ES256")));
    assert!(client_verifies(&app, &tokens[0]) && app.signs(&tokens[0]), "with the key of this epoch");
    let told: Value = claims(&json!(tokens[0]));
    let now = app.platform.now().seconds();
    let expected = json!({
        "iss": ORIGIN, "sub": id_token["sub"], "aud": "shop", "iat": now, "exp": now + 120, "jti": told["jti"],
        "sid": id_token["sid"], "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    assert_eq!(told, expected);
    assert_eq!(told["jti"].as_str().unwrap().len(), 36);
    assert_eq!(answer(&browser.get(&client.request(&[("prompt", "none")])))["error"], "login_required");
    assert_eq!(state(&app), "sent 1");
    app.pass_seconds(120);
    app.cron();
    assert_eq!(received(&app).len(), 1);
}
