//! What programs do at the doors of API keys, step by step.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, Reply, Tokens};

pub const API_KEYS: &str = "/api/manage/v1/ApiKeys";

/// When the key of FastReport's example expires.
pub const EXPIRED: &str = "2030-01-01T07:41:23.399Z";

/// `Authorization` of who holds a key.
pub fn basic(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("apikey:{key}")))
}

/// `Authorization` of who has signed in.
pub fn bearer(tokens: &Tokens) -> String {
    format!("Bearer {}", tokens.access)
}

/// A key as lists and letters mask it.
pub fn mask(key: &str) -> String {
    format!("{}…", &key[..25])
}

impl House {
    /// Comes to the door of API keys with these headers and this body.
    pub fn at_api_keys(&self, method: Method, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request = Self::request(method, API_KEYS);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.as_bytes().to_vec()).unwrap())
    }

    pub fn create_key(&self, authorization: &str, wish: &Value) -> Reply {
        let headers = [("Authorization", authorization), ("Content-Type", "application/json")];
        self.at_api_keys(Method::POST, &headers, &wish.to_string())
    }

    /// The value of a new key.
    #[track_caller]
    pub fn make_key(&self, authorization: &str) -> String {
        self.make_key_until(EXPIRED, authorization)
    }

    #[track_caller]
    pub fn make_key_until(&self, expired: &str, authorization: &str) -> String {
        let reply = self.create_key(authorization, &json!({ "description": "backup", "expired": expired })).granted();
        reply.json()["value"].as_str().unwrap().to_owned()
    }

    pub fn list_keys(&self, authorization: &str) -> Reply {
        self.at_api_keys(Method::GET, &[("Authorization", authorization)], "")
    }

    /// A member of every key in a list, in its order.
    #[track_caller]
    pub fn listed_keys(&self, authorization: &str, member: &str) -> Vec<Value> {
        let list = self.list_keys(authorization).granted().json();
        let keys: Vec<_> = list["apiKeys"].as_array().unwrap().iter().map(|key| key[member].clone()).collect();
        assert_eq!(list["count"], keys.len());
        keys
    }

    pub fn delete_key(&self, authorization: &str, value: &str) -> Reply {
        let headers = [("Authorization", authorization), ("Content-Type", "application/json")];
        self.at_api_keys(Method::DELETE, &headers, &json!({ "apiKey": value }).to_string())
    }

    pub fn me_with(&self, authorization: &str) -> Reply {
        let request = Self::request(Method::GET, "/api/auth/me").header("Authorization", authorization);
        self.send(request.body(Vec::new()).unwrap())
    }

    /// Which of some keys act for somebody.
    pub fn alive(&self, keys: &[&str]) -> Vec<bool> {
        keys.iter().map(|key| self.me_with(&basic(key)).status == 200).collect()
    }
}

impl Reply {
    /// Problem details (RFC 9457), member for member.
    #[track_caller]
    pub fn is_problem(&self, status: u16, detail: &str) {
        let title = StatusCode::from_u16(status).unwrap().canonical_reason();
        let problem = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
        assert_eq!((self.status.as_u16(), self.json()), (status, problem));
        assert_eq!(self.header("content-type"), "application/problem+json");
    }

    /// Let in, and with nothing more to say.
    #[track_caller]
    pub fn done(&self) {
        assert_eq!((self.status.as_u16(), self.text().as_str()), (204, ""));
    }
}
