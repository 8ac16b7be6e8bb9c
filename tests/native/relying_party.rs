//! A client as it is in the OpenID Foundation's conformance suite: what it does and checks in every module of a plan.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatehouse::domain::oauth::authorization_request::ResponseMode;
use gatehouse::ports::Clock;
use http::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::{ORIGIN, PASSWORD, Reply, TestApp};
use crate::browser::{Browser, filled_in};
use crate::id_tokens::client_verifies;
use crate::oauth_client::{CALLBACK, OAuthClient, answer, claims};

/// As long as that of the suite, with what must be escaped in a URL or in HTML.
pub const STATE: &str = "c2FmZQ-_.~ &=+%20\"<'/>#?;:@!$()*,[]{}|^`é0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmno";
pub const NONCE: &str = "n-0S6_WzA2Mj";

/// The plans Basic OP and Form Post OP have the same modules. They differ in how the answer reaches the client.
pub fn in_both_plans(module: impl Fn(RelyingParty<'_>)) {
    in_both_plans_with(&[], module);
}

pub fn in_both_plans_with(changes: &[(&str, &str)], module: impl Fn(RelyingParty<'_>)) {
    for mode in [ResponseMode::Query, ResponseMode::FormPost] {
        println!("{mode:?}:");
        let app = TestApp::with(changes);
        app.user("ada");
        module(RelyingParty::new(&app, mode));
    }
}

/// A registered client that sends no PKCE, and ada's browser.
pub struct RelyingParty<'h> {
    pub app: &'h TestApp,
    pub client: OAuthClient<'h>,
    pub browser: Browser<'h>,
    pub mode: ResponseMode,
}

/// The token response of a sign-in, and the claims of its ID token.
pub struct SignIn {
    pub tokens: Value,
    pub id_token: Value,
}

impl SignIn {
    pub fn text(&self, name: &str) -> &str {
        self.tokens[name].as_str().unwrap()
    }
}

impl<'h> RelyingParty<'h> {
    /// Nobody is signed in in the browser.
    pub fn new(app: &'h TestApp, mode: ResponseMode) -> Self {
        let client = OAuthClient { requires_pkce: false, ..OAuthClient::new(app) }.registered();
        Self { app, client, browser: Browser::new(app), mode }
    }

    /// The path of a request with these changes: an empty value leaves a parameter out.
    pub fn request(&self, changes: &[(&str, &str)]) -> String {
        let mode = if self.mode == ResponseMode::FormPost { "form_post" } else { "" };
        let usual = [
            ("code_challenge", ""),
            ("code_challenge_method", ""),
            ("response_mode", mode),
            ("state", STATE),
            ("nonce", NONCE),
        ];
        self.client.request(&[&usual[..], changes].concat())
    }

    /// Sends the browser there.
    pub fn ask(&mut self, changes: &[(&str, &str)]) -> Reply {
        let path = self.request(changes);
        self.browser.get(&path)
    }

    /// Signs in and allows what the pages ask for, up to the answer.
    #[track_caller]
    pub fn pass(&mut self, mut reply: Reply) -> Reply {
        if reply.header("location").starts_with(&format!("{ORIGIN}/account/signin?")) {
            let page = self.browser.follow(&reply).assert_ok();
            assert_lets_forms_lead_on(&page);
            let typed = [("login", "ada"), ("password", PASSWORD)];
            let landed = self.browser.submit(&page, "/account/signin", &typed);
            reply = self.browser.follow(&landed);
        }
        if reply.text().contains(r#"action="/oauth/consent""#) {
            assert!(reply.text().contains("Sign in to The shop") && reply.text().contains("shop.example.com"));
            assert_lets_forms_lead_on(&reply);
            reply = self.browser.submit(&reply, "/oauth/consent", &[("decision", "allow")]);
        }
        reply
    }

    /// The parameters of an answer, which comes in the way that was asked for and names its issuer (RFC 9207).
    #[track_caller]
    pub fn answer(&self, reply: &Reply) -> BTreeMap<String, String> {
        let answer = match self.mode {
            ResponseMode::Query => {
                assert!(reply.header("location").starts_with(&format!("{CALLBACK}?")), "{}", reply.text());
                answer(reply)
            }
            ResponseMode::FormPost => {
                assert_eq!((reply.status.as_u16(), reply.header("location")), (200, ""), "{}", reply.text());
                assert_lets_forms_lead_on(reply);
                filled_in(reply, CALLBACK, &[]).into_iter().collect()
            }
        };
        assert_eq!(answer["iss"], ORIGIN);
        answer
    }

    /// The name of an error, which comes with the `state` and without a code.
    #[track_caller]
    pub fn error(&self, reply: &Reply) -> String {
        let mut answer = self.answer(reply);
        assert_eq!((answer["state"].as_str(), answer.get("code")), (STATE, None));
        assert!(answer["error_description"].is_ascii());
        answer.remove("error").unwrap()
    }

    #[track_caller]
    pub fn code(&mut self, changes: &[(&str, &str)]) -> String {
        let reply = self.ask(changes);
        let reply = self.pass(reply);
        let mut answer = self.answer(&reply);
        assert_eq!(answer["state"], STATE, "{answer:?}");
        answer.remove("code").unwrap_or_else(|| panic!("no code: {answer:?}"))
    }

    pub fn redeem(&self, code: &str) -> Reply {
        self.client.token(&[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)])
    }

    /// A whole sign-in, with all that every module checks.
    #[track_caller]
    pub fn sign_in(&mut self, changes: &[(&str, &str)]) -> SignIn {
        let code = self.code(changes);
        let reply = self.redeem(&code);
        let sign_in = self.signed_in(reply);
        assert_eq!(sign_in.id_token["nonce"], NONCE);
        sign_in
    }

    #[track_caller]
    pub fn signed_in(&self, reply: Reply) -> SignIn {
        let reply = reply.assert_ok();
        assert_eq!((reply.header("cache-control"), reply.header("content-type")), ("no-store", "application/json"));
        let tokens = reply.json();
        assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(900)));
        let id_token = self.verified(&tokens);
        let userinfo = self.userinfo(&tokens);
        assert_eq!(userinfo["sub"], id_token["sub"]);
        SignIn { tokens, id_token }
    }

    /// OpenID Connect Core §3.1.3.7.
    #[track_caller]
    fn verified(&self, tokens: &Value) -> Value {
        assert!(client_verifies(self.app, tokens["id_token"].as_str().unwrap()));
        let id_token = claims(&tokens["id_token"]);
        let now = self.app.platform.now().seconds();
        assert_eq!((&id_token["iss"], &id_token["aud"]), (&json!(ORIGIN), &json!(self.client.id)));
        assert_eq!((&id_token["iat"], &id_token["exp"]), (&json!(now), &json!(now + 900)));
        assert!(id_token["auth_time"].as_i64().unwrap() <= now);
        let hash = Sha256::digest(tokens["access_token"].as_str().unwrap());
        assert_eq!(id_token["at_hash"], URL_SAFE_NO_PAD.encode(&hash[..16]));
        id_token
    }

    /// Asked for with the token in the header.
    #[track_caller]
    pub fn userinfo(&self, tokens: &Value) -> Value {
        let token = tokens["access_token"].as_str().unwrap();
        let reply = self.app.with_bearer(Method::GET, "/oauth/userinfo", token).assert_ok();
        assert_eq!(reply.header("content-type"), "application/json");
        reply.json()
    }
}

/// Browsers hold redirects after a form to the policy of the form's page.
#[track_caller]
fn assert_lets_forms_lead_on(page: &Reply) {
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https://shop.example.com;"), "{policy}");
}
