use http::Method;
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, Reply};

impl House {
    fn sessions(&self, token: &str) -> Vec<Value> {
        let reply = self.with_bearer(Method::GET, "/api/auth/sessions", token).granted();
        reply.json()["sessions"].as_array().unwrap().clone()
    }

    fn end_session(&self, token: &str, id: &str) -> Reply {
        self.with_bearer(Method::DELETE, &format!("/api/auth/sessions/{id}"), token)
    }
}

#[test]
fn a_user_sees_their_sessions_and_which_one_is_this() {
    let house = House::new();
    house.signed_in("bob");
    let first = house.signed_in("ada");
    house.pass_seconds(60);
    let second = house.sign_in("ada");
    let listed = house.sessions(&second.access);
    assert_eq!(listed.len(), 2);
    assert_eq!((&listed[0]["current"], &listed[1]["current"]), (&json!(true), &json!(false)));
    assert_eq!((&listed[0]["address"], &listed[0]["device"]), (&json!("203.0.113.7"), &json!("Unknown device")));
    assert_eq!(house.sessions(&first.access)[1]["current"], true);
}

#[test]
fn a_user_ends_one_of_their_sessions_and_nobody_elses() {
    let house = House::new();
    let bob = house.signed_in("bob");
    let first = house.signed_in("ada");
    let second = house.sign_in("ada");
    let bobs = house.sessions(&bob.access)[0]["id"].as_str().unwrap().to_owned();
    house.end_session(&second.access, &bobs).refused(404, "not_found");
    house.end_session(&second.access, "not-an-id").refused(404, "not_found");
    house.me(&bob.access).granted();

    let other = house.sessions(&second.access).into_iter().find(|item| item["current"] == false).unwrap();
    let id = other["id"].as_str().unwrap();
    assert_eq!(house.end_session(&second.access, id).status, 204);
    house.end_session(&second.access, id).refused(404, "not_found");
    house.verify(&first.access).refused(401, "token_revoked");
    house.me(&second.access).granted();
    assert_eq!(house.sessions(&second.access).len(), 1);
}

#[test]
fn signing_out_everywhere_ends_every_session_with_one_mark() {
    let house = House::new();
    let bob = house.signed_in("bob");
    let first = house.signed_in("ada");
    let second = house.sign_in("ada");
    let reply = house.with_bearer(Method::POST, "/api/auth/logout/all", &second.access).granted();
    assert_eq!(reply.json(), json!({ "message": "Logged out successfully" }));
    for tokens in [&first, &second] {
        house.verify(&tokens.access).refused(401, "token_revoked");
        house.me(&tokens.access).refused(401, "token_revoked");
        house.refresh(&tokens.refresh).refused(401, "invalid_refresh_token");
    }
    house.verify(&bob.access).granted();
    let again = house.sign_in("ada");
    house.verify(&again.access).granted();
}

#[test]
fn ending_sessions_needs_a_proof_that_is_not_old() {
    let house = House::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = house.signed_in("ada");
    let id = house.sessions(&tokens.access)[0]["id"].as_str().unwrap().to_owned();
    house.pass_seconds(901);
    house.end_session(&tokens.access, &id).refused(403, "reauthentication_required");
    let all = house.with_bearer(Method::POST, "/api/auth/logout/all", &tokens.access);
    all.refused(403, "reauthentication_required");
    assert_eq!(house.sessions(&tokens.access).len(), 1);
    house.reauthenticate(&tokens.access, PASSWORD).granted();
    assert_eq!(house.end_session(&tokens.access, &id).status, 204);
}
