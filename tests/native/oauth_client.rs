//! A client of the provider, as far as tests need one.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use gatehouse::domain::oauth::client::ClientId;
use gatehouse::domain::oauth::client_secret;
use http::Method;
use serde_json::{Value, json};

use crate::app::{Reply, TestApp};
use crate::browser::{Browser, CHALLENGE, VERIFIER};

pub const CALLBACK: &str = "https://shop.example.com/cb";
pub const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// A registered client. Its fields are what a test changes before it is registered.
pub struct OAuthClient<'h> {
    pub app: &'h TestApp,
    pub id: &'static str,
    pub method: &'static str,
    /// The keys of `private_key_jwt`, as they are stored.
    pub jwks: Option<String>,
    pub redirects: Vec<&'static str>,
    pub post_logout: Vec<&'static str>,
    pub backchannel: Option<&'static str>,
    pub grants: &'static str,
    pub scopes: &'static str,
    pub resource: Option<(&'static str, &'static str)>,
    pub first_party: bool,
    pub requires_pkce: bool,
}

impl<'h> OAuthClient<'h> {
    /// A website with a secret.
    pub fn new(app: &'h TestApp) -> Self {
        Self {
            app,
            id: "shop",
            method: "client_secret_basic",
            jwks: None,
            redirects: vec![CALLBACK],
            post_logout: vec![],
            backchannel: None,
            grants: "authorization_code refresh_token",
            scopes: "openid profile email offline_access role",
            resource: None,
            first_party: false,
            requires_pkce: true,
        }
    }

    /// An app without one.
    pub fn public(app: &'h TestApp) -> Self {
        Self { id: "spa", method: "none", ..Self::new(app) }
    }

    /// A program that acts for itself.
    pub fn service(app: &'h TestApp) -> Self {
        let (grants, scopes) = ("client_credentials", "files:read files:write mail:send");
        Self { id: "backup", redirects: vec![], grants, scopes, ..Self::new(app) }
    }

    /// An API with these scopes.
    pub fn api(app: &'h TestApp, resource: &'static str, scopes: &'static str) -> Self {
        let resource = Some((resource, scopes));
        Self { id: "files-api", redirects: vec![], grants: "", scopes: "", resource, ..Self::new(app) }
    }

    pub fn registered(self) -> Self {
        let number = i64::from(self.method == "client_secret_basic");
        let jwks = self.jwks.as_ref().map_or_else(|| "NULL".to_owned(), |jwks| format!("'{jwks}'"));
        let (resource, resource_scopes) = match self.resource {
            Some((resource, scopes)) => (format!("'{resource}'"), scopes),
            None => ("NULL".to_owned(), ""),
        };
        self.app.platform.tell(&format!(
            "INSERT INTO clients (id, name, auth_method, secret_number, jwks, redirect_uris, post_logout_redirect_uris,
               backchannel_logout_uri, grants, scopes,
               resource, resource_scopes, resource_open, first_party, requires_pkce, id_token_claims, created_at, updated_at, op)
             VALUES ('{}', 'The shop', '{}', {number}, {jwks}, '{}', '{}', {}, '{}', '{}', {resource}, '{resource_scopes}', 0, {}, {}, 0, 5, 5, '')",
            self.id,
            self.method,
            json!(self.redirects),
            json!(self.post_logout),
            self.backchannel.map_or_else(|| "NULL".to_owned(), |uri| format!("'{uri}'")),
            self.grants,
            self.scopes,
            i64::from(self.first_party),
            i64::from(self.requires_pkce),
        ));
        self
    }

    pub fn secret(&self, number: u32) -> String {
        client_secret::spell(&self.app.settings().keys, &ClientId::parse(self.id).unwrap(), number)
    }

    /// The usual parameters of a request but its `client_id`, with changes: an empty value leaves one out.
    pub fn parameters<'a>(&self, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut parameters = BTreeMap::from([
            ("redirect_uri", self.redirects.first().copied().unwrap_or_default()),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "s t"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        parameters.extend(changes.iter().copied());
        parameters.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The path of a request with these changes.
    pub fn request(&self, changes: &[(&str, &str)]) -> String {
        let parameters = self.parameters(&[&[("client_id", self.id)], changes].concat());
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        format!("/oauth/authorize?{query}")
    }

    /// The code that a signed-in browser brings, after its user has allowed it.
    #[track_caller]
    pub fn code(&self, browser: &mut Browser<'_>, changes: &[(&str, &str)]) -> String {
        let reply = browser.get(&self.request(changes));
        let reply = if reply.status == 200 {
            browser.submit(&reply, "/oauth/consent", &[("decision", "allow")])
        } else {
            reply
        };
        answer(&reply)
            .remove("code")
            .unwrap_or_else(|| panic!("no code: {} {}", reply.header("location"), reply.text()))
    }

    /// `Authorization` with one of its secrets.
    pub fn basic(&self, number: u32) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.id, self.secret(number))))
    }

    /// Sends a form as this client.
    pub fn send(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        if self.method == "none" {
            return self.app.form(path, &[FORM], &[&[("client_id", self.id)], fields].concat());
        }
        self.app.form(path, &[FORM, ("Authorization", &self.basic(1))], fields)
    }

    /// Sends a form to the token endpoint as this client.
    pub fn token(&self, fields: &[(&str, &str)]) -> Reply {
        self.send("/oauth/token", fields)
    }

    /// What it learns of a token.
    pub fn introspect(&self, token: &str) -> Value {
        self.send("/oauth/introspect", &[("token", token)]).assert_ok().json()
    }

    pub fn revoke(&self, token: &str) -> Reply {
        self.send("/oauth/revoke", &[("token", token)])
    }

    /// A token for itself.
    pub fn own_token(&self, resource: &str) -> Reply {
        self.token(&[("grant_type", "client_credentials"), ("resource", resource)])
    }

    pub fn redeem(&self, code: &str) -> Reply {
        self.token(&[("grant_type", "authorization_code"), ("code", code), ("code_verifier", VERIFIER)])
    }

    pub fn refresh(&self, token: &str) -> Reply {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// The tokens of a user's browser.
    #[track_caller]
    pub fn tokens(&self, browser: &mut Browser<'_>, changes: &[(&str, &str)]) -> Value {
        let code = self.code(browser, changes);
        self.redeem(&code).assert_ok().json()
    }
}

impl Reply {
    /// RFC 6749 §5.2.
    #[track_caller]
    pub fn assert_oauth(&self, status: u16, error: &str) {
        assert_eq!((self.status.as_u16(), &self.json()["error"]), (status, &json!(error)), "{}", self.text());
    }

    /// An error that is shown to the user, because nobody knows who the client is.
    #[track_caller]
    pub fn assert_error_page(&self, error: &str) {
        assert_eq!((self.status.as_u16(), self.header("location")), (400, ""), "{}", self.text());
        assert!(self.text().contains(&format!("({error})")), "{}", self.text());
    }
}

impl TestApp {
    pub fn form(&self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.request(Method::POST, path, headers, &body)
    }

    pub fn userinfo(&self, token: &str) -> Reply {
        self.with_bearer(Method::GET, "/oauth/userinfo", token)
    }
}

/// The parameters that a redirect carries to a client.
#[track_caller]
pub fn answer(reply: &Reply) -> BTreeMap<String, String> {
    assert_eq!(reply.status, 303, "{}", reply.text());
    let (_, query) = reply.header("location").split_once('?').expect("it carries nothing");
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The claims of a JWT, unverified.
pub fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
