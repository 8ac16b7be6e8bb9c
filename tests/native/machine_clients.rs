//! Requests of programs, step by step, with keys and tokens of every kind.

use base64::{Engine, engine::general_purpose::STANDARD};
use gatehouse::domain::error::Error;
use gatehouse::domain::policy;
use gatehouse::domain::secret::Secret;
use gatehouse::domain::tokens::api_token::{self, TokenKind};
use gatehouse::flows::authentication::credential::Credential;
use gatehouse::flows::background;
use gatehouse::flows::tokens::{self, Maker, TokenRequest};
use http::{Method, StatusCode};
use pollster::block_on;
use serde_json::{Value, json};

use crate::app::{JSON, PASSWORD, Reply, TestApp, Tokens};

pub const API_KEYS: &str = "/api/manage/v1/ApiKeys";
pub const PRIVATE_TOKENS: &str = "/api/v1/auth/private_tokens/";
pub const PORTAL_LOGIN: &str = "/fpc/api/auth/tokenlogin/";
pub const PORTAL_LOGOUT: &str = "/fpc/api/auth/tokenlogout/";

/// When the key in FastReport's example expires.
pub const EXPIRED: &str = "2030-01-01T07:41:23.399Z";

/// `Authorization` for an API key.
pub fn basic(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("apikey:{key}")))
}

/// `Authorization` for a signed-in user.
pub fn bearer(tokens: &Tokens) -> String {
    format!("Bearer {}", tokens.access)
}

/// A key as lists and emails mask it.
pub fn mask(key: &str) -> String {
    format!("{}…", &key[..25])
}

/// A private token, and its id in the list.
#[derive(Clone, Debug)]
pub struct Private {
    pub id: String,
    pub data: String,
}

impl TestApp {
    /// Sends a request with whole header lines, `Name: value`.
    #[track_caller]
    pub fn ask(&self, method: Method, path: &str, headers: &[&str], body: &str) -> Reply {
        let headers: Vec<_> = headers.iter().map(|line| line.split_once(": ").unwrap()).collect();
        self.request(method, path, &headers, body)
    }

    /// The action of the page's button "Regenerate", for a user signed in by a token.
    pub fn regenerate(&self, token: &str) -> Result<String, Error> {
        let ctx = self.context();
        let made = block_on(async {
            let maker = Maker::authorize(&ctx, &Credential::Bearer(Secret::new(token))).await?;
            let expires_at = ctx.now + policy::PORTAL_KEY_LIFETIME;
            tokens::create(&ctx, &maker, &TokenRequest { kind: TokenKind::PortalKey, name: None, expires_at }).await
        })?;
        block_on(background::run(&self.platform, self.settings(), ctx.into_background_tasks()));
        Ok(api_token::spell_portal_token(&self.settings().keys, made.id))
    }

    pub fn short_login(&self, username: &str, password: &str) -> Reply {
        self.post("/api/v1/auth/login/", &json!({ "username": username, "password": password }))
    }

    pub fn short_token(&self, login: &str) -> String {
        let reply = self.short_login(login, PASSWORD).assert_ok();
        reply.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub fn create_private(&self, token: &str, body: &Value) -> Reply {
        self.post_as(token, PRIVATE_TOKENS, body)
    }

    /// A private token valid for a year.
    pub fn private(&self, token: &str, name: &str) -> Private {
        let reply = self.create_private(token, &json!({ "name": name, "expiration_time": "2027-05-28T00:00:00Z" }));
        assert_eq!(reply.status, 201, "{}", reply.text());
        let body = reply.json();
        let text = |member: &str| body[member].as_str().unwrap().to_owned();
        Private { id: text("id"), data: text("data") }
    }

    pub fn private_tokens(&self, token: &str, query: &str) -> Reply {
        self.with_bearer(Method::GET, &format!("{PRIVATE_TOKENS}{query}"), token)
    }

    pub fn delete_private(&self, token: &str, id: &str) -> Reply {
        self.with_bearer(Method::DELETE, &format!("{PRIVATE_TOKENS}{id}/"), token)
    }

    /// The names in a list, in its order.
    pub fn private_names(&self, token: &str, query: &str) -> Vec<String> {
        let list = self.private_tokens(token, query).assert_ok().json();
        list["results"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    }

    pub fn portal_login(&self, body: &Value) -> Reply {
        self.post(PORTAL_LOGIN, body)
    }

    /// A portal token that lives until it is revoked.
    pub fn portal_token(&self, login: &str) -> String {
        let reply = self.portal_login(&json!({ "username": login, "password": PASSWORD })).assert_ok();
        reply.json()["token"].as_str().unwrap().to_owned()
    }

    /// Revokes a portal token.
    pub fn portal_logout(&self, token: &str) -> Reply {
        self.with_portal_token(Method::POST, PORTAL_LOGOUT, token)
    }

    pub fn with_portal_token(&self, method: Method, path: &str, token: &str) -> Reply {
        self.request(method, path, &[("Authorization", &format!("Token {token}"))], "")
    }

    /// Posts to the API key route with these headers and this body.
    pub fn at_api_keys(&self, method: Method, headers: &[(&str, &str)], body: &str) -> Reply {
        self.request(method, API_KEYS, headers, body)
    }

    pub fn create_key(&self, authorization: &str, request: &Value) -> Reply {
        let headers = [("Authorization", authorization), JSON];
        self.at_api_keys(Method::POST, &headers, &request.to_string())
    }

    /// The value of a new key.
    #[track_caller]
    pub fn make_key(&self, authorization: &str) -> String {
        self.make_key_until(EXPIRED, authorization)
    }

    #[track_caller]
    pub fn make_key_until(&self, expired: &str, authorization: &str) -> String {
        let reply = self.create_key(authorization, &json!({ "description": "backup", "expired": expired })).assert_ok();
        reply.json()["value"].as_str().unwrap().to_owned()
    }

    pub fn list_keys(&self, authorization: &str) -> Reply {
        self.at_api_keys(Method::GET, &[("Authorization", authorization)], "")
    }

    /// A member of every key in a list, in its order.
    #[track_caller]
    pub fn listed_keys(&self, authorization: &str, member: &str) -> Vec<Value> {
        let list = self.list_keys(authorization).assert_ok().json();
        let keys: Vec<_> = list["apiKeys"].as_array().unwrap().iter().map(|key| key[member].clone()).collect();
        assert_eq!(list["count"], keys.len());
        keys
    }

    pub fn delete_key(&self, authorization: &str, value: &str) -> Reply {
        let headers = [("Authorization", authorization), JSON];
        self.at_api_keys(Method::DELETE, &headers, &json!({ "apiKey": value }).to_string())
    }

    pub fn me_with(&self, authorization: &str) -> Reply {
        self.request(Method::GET, "/api/auth/me", &[("Authorization", authorization)], "")
    }

    /// Which of these keys authenticate.
    pub fn alive(&self, keys: &[&str]) -> Vec<bool> {
        keys.iter().map(|key| self.me_with(&basic(key)).status == 200).collect()
    }
}

impl Reply {
    /// A refusal without any member of the native API's errors: its status and its whole body.
    #[track_caller]
    pub fn says(&self, status: u16, body: &Value) {
        assert_eq!((self.status.as_u16(), self.json()), (status, body.clone()));
    }

    /// The private-token API's response to every invalid token.
    #[track_caller]
    pub fn token_not_valid(&self) {
        let message =
            json!({ "token_class": "AccessToken", "token_type": "access", "message": "Token is invalid or expired" });
        let detail = "Given token not valid for any token type";
        self.says(401, &json!({ "detail": detail, "code": "token_not_valid", "messages": [message] }));
        assert_eq!(self.header("www-authenticate"), r#"Bearer realm="api""#);
    }

    /// Problem details (RFC 9457), member for member.
    #[track_caller]
    pub fn is_problem(&self, status: u16, detail: &str) {
        let title = StatusCode::from_u16(status).unwrap().canonical_reason();
        let problem = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
        assert_eq!((self.status.as_u16(), self.json()), (status, problem));
        assert_eq!(self.header("content-type"), "application/problem+json");
    }

    /// Success without a body.
    #[track_caller]
    pub fn done(&self) {
        assert_eq!((self.status.as_u16(), self.text().as_str()), (204, ""));
    }
}
