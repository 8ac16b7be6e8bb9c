use http::Method;
use serde_json::{Value, json};

use crate::app::{PASSWORD, Reply, TestApp};

impl TestApp {
    fn sessions(&self, token: &str) -> Vec<Value> {
        let reply = self.with_bearer(Method::GET, "/api/auth/sessions", token).assert_ok();
        reply.json()["sessions"].as_array().unwrap().clone()
    }

    fn end_session(&self, token: &str, id: &str) -> Reply {
        self.with_bearer(Method::DELETE, &format!("/api/auth/sessions/{id}"), token)
    }
}

#[test]
fn a_user_sees_their_sessions_and_which_one_is_this() {
    let app = TestApp::new();
    app.signed_in("bob");
    let first = app.signed_in("ada");
    app.pass_seconds(60);
    let second = app.sign_in("ada");
    let listed = app.sessions(&second.access);
    assert_eq!(listed.len(), 2);
    assert_eq!((&listed[0]["current"], &listed[1]["current"]), (&json!(true), &json!(false)));
    assert_eq!((&listed[0]["address"], &listed[0]["device"]), (&json!("203.0.113.7"), &json!("Unknown device")));
    assert_eq!(app.sessions(&first.access)[1]["current"], true);
}

#[test]
fn a_user_ends_one_of_their_sessions_and_nobody_elses() {
    let app = TestApp::new();
    let bob = app.signed_in("bob");
    let first = app.signed_in("ada");
    let second = app.sign_in("ada");
    let bobs = app.sessions(&bob.access)[0]["id"].as_str().unwrap().to_owned();
    app.end_session(&second.access, &bobs).assert_error(404, "not_found");
    app.end_session(&second.access, "not-an-id").assert_error(404, "not_found");
    app.me(&bob.access).assert_ok();

    let other = app.sessions(&second.access).into_iter().find(|item| item["current"] == false).unwrap();
    let id = other["id"].as_str().unwrap();
    assert_eq!(app.end_session(&second.access, id).status, 204);
    app.end_session(&second.access, id).assert_error(404, "not_found");
    app.verify(&first.access).assert_error(401, "token_revoked");
    app.me(&second.access).assert_ok();
    assert_eq!(app.sessions(&second.access).len(), 1);
}

#[test]
fn signing_out_everywhere_ends_every_session_with_one_mark() {
    let app = TestApp::new();
    let bob = app.signed_in("bob");
    let first = app.signed_in("ada");
    let second = app.sign_in("ada");
    let reply = app.with_bearer(Method::POST, "/api/auth/logout/all", &second.access).assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Logged out successfully" }));
    for tokens in [&first, &second] {
        app.verify(&tokens.access).assert_error(401, "token_revoked");
        app.me(&tokens.access).assert_error(401, "token_revoked");
        app.refresh(&tokens.refresh).assert_error(401, "invalid_refresh_token");
    }
    app.verify(&bob.access).assert_ok();
    let again = app.sign_in("ada");
    app.verify(&again.access).assert_ok();
}

#[test]
fn ending_sessions_needs_a_proof_that_is_not_old() {
    let app = TestApp::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = app.signed_in("ada");
    let id = app.sessions(&tokens.access)[0]["id"].as_str().unwrap().to_owned();
    app.pass_seconds(901);
    app.end_session(&tokens.access, &id).assert_error(403, "reauthentication_required");
    let all = app.with_bearer(Method::POST, "/api/auth/logout/all", &tokens.access);
    all.assert_error(403, "reauthentication_required");
    assert_eq!(app.sessions(&tokens.access).len(), 1);
    app.reauthenticate(&tokens.access, PASSWORD).assert_ok();
    assert_eq!(app.end_session(&tokens.access, &id).status, 204);
}
