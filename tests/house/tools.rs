//! What programs do at the doors, step by step.

use gatehouse::domain::error::Error;
use gatehouse::domain::policy;
use gatehouse::domain::secret::Secret;
use gatehouse::domain::token::{self, Kind};
use gatehouse::flows::authenticate::Credential;
use gatehouse::flows::operate;
use gatehouse::flows::tokens::{self, Keeper, Wish};
use gatehouse::flows::visit::{Visit, Visitor};
use gatehouse::ports::Clock;
use http::Method;
use pollster::block_on;
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, Reply};

/// A private token, and what its list calls it.
#[derive(Clone, Debug)]
pub struct Private {
    pub id: String,
    pub data: String,
}

pub const PRIVATE_TOKENS: &str = "/api/v1/auth/private_tokens/";

impl House {
    /// Any request: a header line is `Name: value`.
    pub fn ask(&self, method: Method, path: &str, headers: &[&str], body: &str) -> Reply {
        let mut request = Self::request(method, path);
        for line in headers {
            let (name, value) = line.split_once(": ").unwrap();
            request = request.header(name, value);
        }
        self.send(request.body(body.as_bytes().to_vec()).unwrap())
    }

    /// What a page does for its button "Regenerate", with who is signed in by a token.
    pub fn regenerate(&self, token: &str) -> Result<String, Error> {
        let visit = Visit::new(&self.world, self.settings(), self.world.now(), Visitor::default(), "page".into());
        let made = block_on(async {
            let keeper = Keeper::let_in(&visit, &Credential::Bearer(Secret::new(token))).await?;
            let expires_at = visit.now + policy::PORTAL_KEY_LIFETIME;
            tokens::make(&visit, &keeper, &Wish { kind: Kind::PortalKey, name: None, expires_at }).await
        })?;
        block_on(operate::run(&self.world, self.settings(), visit.into_errands()));
        Ok(token::spell_portal_token(&self.settings().keys, made.id))
    }

    pub fn short_login(&self, username: &str, password: &str) -> Reply {
        self.post("/api/v1/auth/login/", &json!({ "username": username, "password": password }))
    }

    pub fn short_token(&self, login: &str) -> String {
        let reply = self.short_login(login, PASSWORD).granted();
        reply.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub fn create_private(&self, token: &str, body: &Value) -> Reply {
        self.post_as(token, PRIVATE_TOKENS, body)
    }

    /// One that is good for a year.
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

    /// The names a list has, in its order.
    pub fn private_names(&self, token: &str, query: &str) -> Vec<String> {
        let list = self.private_tokens(token, query).granted().json();
        list["results"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    }

    pub fn portal_login(&self, body: &Value) -> Reply {
        self.post("/fpc/api/auth/tokenlogin/", body)
    }

    /// A portal token that lives until it is given back.
    pub fn portal_token(&self, login: &str) -> String {
        let reply = self.portal_login(&json!({ "username": login, "password": PASSWORD })).granted();
        reply.json()["token"].as_str().unwrap().to_owned()
    }

    /// With whole header lines.
    pub fn portal_logout(&self, headers: &[&str]) -> Reply {
        self.ask(Method::POST, "/fpc/api/auth/tokenlogout/", headers, "")
    }

    pub fn with_portal_token(&self, method: Method, path: &str, token: &str) -> Reply {
        self.ask(method, path, &[&format!("Authorization: Token {token}")], "")
    }
}

impl Reply {
    /// A refusal without a word of dialect S in it: its status and its whole body.
    #[track_caller]
    pub fn says(&self, status: u16, body: &Value) {
        assert_eq!((self.status.as_u16(), self.json()), (status, body.clone()));
    }

    /// What dialect P says of every token that does not count.
    #[track_caller]
    pub fn token_not_valid(&self) {
        let message =
            json!({ "token_class": "AccessToken", "token_type": "access", "message": "Token is invalid or expired" });
        let detail = "Given token not valid for any token type";
        self.says(401, &json!({ "detail": detail, "code": "token_not_valid", "messages": [message] }));
        assert_eq!(self.header("www-authenticate"), r#"Bearer realm="api""#);
    }
}
