//! Requests of users, step by step, as their programs would send them.

use http::Method;
use serde_json::{Value, json};

use crate::app::{JSON, PASSWORD, Reply, TestApp, Tokens};

/// The fields a page sends besides those typed.
pub const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

impl TestApp {
    pub fn post_as(&self, token: &str, path: &str, body: &Value) -> Reply {
        let authorization = format!("Bearer {token}");
        self.request(Method::POST, path, &[("Authorization", &authorization), JSON], &body.to_string())
    }

    pub fn post_from(&self, address: &str, path: &str, body: &Value) -> Reply {
        let mut request = Self::builder(Method::POST, path).header("Content-Type", "application/json");
        request.headers_mut().unwrap().insert("cf-connecting-ip", address.parse().unwrap());
        self.send(request.body(body.to_string().into_bytes()).unwrap())
    }

    /// Presses the button of a page.
    pub fn post_form(&self, path: &str, body: String) -> Reply {
        self.request(Method::POST, path, &[FORM], &body)
    }

    /// Signs in with the usual password.
    pub fn sign_in(&self, login: &str) -> Tokens {
        Tokens::of(&self.login(login, PASSWORD).assert_ok())
    }

    pub fn recover(&self, email: &str) -> Reply {
        self.post("/api/auth/local/recover", &json!({ "email": email }))
    }

    pub fn reset(&self, token: &str, password: &str) -> Reply {
        self.post("/api/auth/local/recover/reset", &json!({ "token": token, "password": password }))
    }

    pub fn request_code(&self, email: &str) -> Reply {
        self.post("/api/auth/otp/request", &json!({ "email": email }))
    }

    pub fn verify_code(&self, email: &str, code: &str) -> Reply {
        self.post("/api/auth/otp/verify", &json!({ "email": email, "code": code }))
    }

    /// The code in the last email, whose subject begins with it.
    pub fn last_code(&self) -> String {
        let email = self.emails().pop().expect("no email was sent");
        email["subject"].as_str().unwrap().split(' ').next().unwrap().to_owned()
    }

    /// Requests a code and reads it in the email.
    pub fn code_for(&self, email: &str) -> String {
        self.request_code(email).assert_ok();
        self.last_code()
    }

    pub fn reauthenticate(&self, token: &str, password: &str) -> Reply {
        self.post_as(token, "/api/auth/reauthenticate", &json!({ "password": password }))
    }

    pub fn change_password(&self, token: &str, current: &str, new: &str) -> Reply {
        self.post_as(token, "/api/auth/password", &json!({ "current_password": current, "new_password": new }))
    }

    pub fn change_email(&self, token: &str, email: &str) -> Reply {
        self.change_email_with(token, email, PASSWORD)
    }

    pub fn change_email_with(&self, token: &str, email: &str, password: &str) -> Reply {
        self.post_as(token, "/api/auth/email", &json!({ "email": email, "current_password": password }))
    }

    pub fn confirm_email(&self, token: &str) -> Reply {
        self.post("/api/auth/email/confirm", &json!({ "token": token }))
    }

    pub fn undo_email(&self, token: &str, password: &str) -> Reply {
        self.post("/api/auth/email/undo", &json!({ "token": token, "password": password }))
    }

    pub fn delete_account(&self, token: &str) -> Reply {
        self.with_bearer(Method::DELETE, "/api/auth/me", token)
    }

    pub fn export(&self, token: &str) -> Reply {
        self.with_bearer(Method::GET, "/api/auth/me/export", token)
    }

    /// A signed-in administrator.
    pub fn administrator(&self, login: &str) -> Tokens {
        self.user(login);
        self.platform.tell(&format!("UPDATE users SET role = 'admin' WHERE login = '{login}'"));
        self.sign_in(login)
    }

    pub fn id_of(&self, login: &str) -> String {
        self.platform.ask(&format!("SELECT id FROM users WHERE login = '{login}'"))
    }

    /// `disable`, `enable` or `reset` for a user.
    pub fn administer(&self, admin: &Tokens, login: &str, act: &str) -> Reply {
        self.post_as(&admin.access, &format!("/api/admin/users/{}/{act}", self.id_of(login)), &json!({}))
    }

    pub fn give_role(&self, admin: &Tokens, login: &str, role: &str) -> Reply {
        self.post_as(&admin.access, &format!("/api/admin/users/{}/role", self.id_of(login)), &json!({ "role": role }))
    }

    pub fn end_sessions_of(&self, admin: &Tokens, login: &str) -> Reply {
        self.with_bearer(Method::DELETE, &format!("/api/admin/users/{}/sessions", self.id_of(login)), &admin.access)
    }

    pub fn look(&self, admin: &Tokens, path: &str) -> Value {
        self.with_bearer(Method::GET, &format!("/api/admin/{path}"), &admin.access).assert_ok().json()
    }
}

/// Subject and text of the last email to an address.
pub fn email_to(app: &TestApp, address: &str) -> (String, String) {
    let email = app.emails().into_iter().rfind(|email| email["to"] == json!([address]));
    let email = email.unwrap_or_else(|| panic!("no email to {address}"));
    let part = |name: &str| email[name].as_str().unwrap().to_owned();
    (part("subject"), part("text"))
}
