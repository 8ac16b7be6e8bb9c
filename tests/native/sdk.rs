//! Names and headers of the FastSchema SDK, which are accepted when its envelope is on.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, KEY, OTHER_KEY, PASSWORD, TestApp, Tokens};
use crate::envelope::SDK;
use crate::platform::{Failure, FailureTiming};

impl TestApp {
    pub fn code_session(&self, email: &str) -> String {
        let answer = self.request_code(email).assert_ok().json();
        answer["session_id"].as_str().unwrap().to_owned()
    }
}

#[test]
fn the_sdk_registers_and_signs_in_under_its_own_names() {
    let app = TestApp::sdk();
    let body = |confirmed: &str| json!({ "username": "Ada", "email": "ada@example.com", "password": PASSWORD, "confirm_password": confirmed });
    app.post("/api/auth/local/register", &body("another one")).assert_error(400, "invalid_request");
    app.post("/api/auth/local/register", &body(PASSWORD)).assert_ok();
    app.activate(&app.last_link_token()).assert_ok();
    let login = |body: Value| app.post("/api/auth/local/login", &body);
    login(json!({ "username": "ada", "password": PASSWORD })).assert_ok();
    login(json!({ "login": "ada", "password": PASSWORD, "username": null })).assert_ok();
    login(json!({ "login": null, "password": PASSWORD, "username": "ada" })).assert_ok();
    login(json!({ "username": 7, "password": PASSWORD })).assert_error(400, "invalid_request");
}

#[test]
fn a_field_under_both_its_names_is_given_twice() {
    let app = TestApp::sdk();
    app.user("ada");
    let session = app.code_session("ada@example.com");
    let code = app.last_code();
    let refused = |path: &str, body: Value, field: &str| {
        let reply = app.post(path, &body);
        reply.assert_error(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], field);
    };
    refused("/api/auth/local/login", json!({ "login": "ada", "username": "eve", "password": PASSWORD }), "username");
    refused("/api/auth/otp/verify", json!({ "email": "ada@example.com", "code": code, "otp": "1" }), "otp");
    let both = json!({ "email": "eve@example.com", "session_id": session, "otp": code });
    refused("/api/auth/otp/verify", both, "session_id");
    let both = json!({ "email": "eve@example.com", "token": "x" });
    refused("/api/auth/local/activate/send", both, "token");
    assert_eq!(app.platform.ask::<i64>("SELECT tries FROM codes"), 0);
}

#[test]
fn a_code_is_verified_with_the_session_it_was_asked_in() {
    let app = TestApp::sdk();
    app.user("ada");
    let session = app.code_session("ADA@example.com");
    let code = app.last_code();
    let verify = |otp: &str| app.post("/api/auth/otp/verify", &json!({ "session_id": session, "otp": otp }));
    verify("000000").assert_error(401, "invalid_code");
    assert_eq!(app.platform.ask::<i64>("SELECT tries FROM codes"), 1);
    let answer = verify(&code).assert_ok();
    let tokens = Tokens::of(&answer);
    assert_eq!(answer.json()["data"]["token"], tokens.access.as_str());
    assert_eq!(app.me(&tokens.access).assert_ok().json()["data"]["email"], "ada@example.com");
    verify(&code).assert_error(401, "invalid_code");
}

#[test]
fn a_code_session_tells_nobody_anything() {
    let app = TestApp::sdk();
    app.user("known");
    let (known, again) = (app.code_session("known@example.com"), app.code_session("known@example.com"));
    let unknown = app.code_session("other@example.com");
    assert_eq!((known.len(), known == again), (unknown.len(), false));
    let same = |session: &str| {
        app.post("/api/auth/otp/verify", &json!({ "session_id": session, "otp": "000000" })).observable()
    };
    assert_eq!(same(&known), same(&unknown));
    assert!(!app.platform.dump().contains(&known), "nothing is kept");

    let mut other = TestApp::with(&[SDK, CODES, ("APP_KEY", OTHER_KEY)]);
    let foreign = other.code_session("known@example.com");
    let sealed: String = {
        app.platform.trouble.set(Failure { mail: Some(FailureTiming::Before), ..Failure::default() });
        app.recover("known@example.com").assert_ok();
        app.platform.ask("SELECT sealed FROM outbox WHERE sealed IS NOT NULL")
    };
    let calls = app.platform.database_calls.get();
    let flipped = format!("{}{}", if known.starts_with('A') { 'B' } else { 'A' }, &known[1..]);
    for forged in ["", "known@example.com", "AAAA", &known[1..], &flipped, &foreign, &sealed, &"A".repeat(9000)] {
        let reply = app.post("/api/auth/otp/verify", &json!({ "session_id": forged, "otp": "123456" }));
        reply.assert_error(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], "session_id", "{forged}");
    }
    assert_eq!(app.platform.database_calls.get(), calls, "refused before anything is asked");

    other.redeploy(&[SDK, CODES, ("APP_KEY", KEY), ("APP_KEY_PREVIOUS", OTHER_KEY)]);
    other
        .post("/api/auth/otp/verify", &json!({ "session_id": foreign, "otp": "000000" }))
        .assert_error(401, "invalid_code");
}

#[test]
fn a_token_in_the_sdks_header_is_a_bearer_token() {
    let app = TestApp::sdk();
    let access = app.signed_in("ada").access;
    let get = |path: &str, headers: &[(&str, &str)]| app.request(Method::GET, path, headers, "");
    let me = |headers: &[(&str, &str)]| get("/api/auth/me", headers);
    let (bearer, cookie) = (format!("Bearer {access}"), format!("token={access}"));
    me(&[("X-Auth-Token", &access)]).assert_ok();
    get("/api/auth/verify", &[("X-Auth-Token", &access)]).assert_ok();
    me(&[("X-Auth-Token", "nonsense")]).assert_error(401, "token_invalid");
    me(&[("X-Auth-Token", "")]).assert_error(401, "token_invalid");
    me(&[("X-Auth-Token", &access), ("X-Auth-Token", &access)]).assert_error(400, "invalid_request");
    me(&[("X-Auth-Token", &format!("{access}, {access}"))]).assert_error(400, "invalid_request");
    // `Authorization` precedes it, it precedes the cookie, and none of them falls through.
    me(&[("X-Auth-Token", "nonsense"), ("Authorization", &bearer)]).assert_ok();
    me(&[("X-Auth-Token", &access), ("Authorization", "Bearer nonsense")]).assert_error(401, "token_invalid");
    me(&[("X-Auth-Token", "nonsense"), ("Cookie", &cookie)]).assert_error(401, "token_invalid");
    me(&[("X-Auth-Token", &access), ("Cookie", "token=nonsense")]).assert_ok();
}

#[test]
fn nobody_is_made_to_send_the_sdks_header_so_it_proves_its_sender_meant_it() {
    let app = TestApp::sdk();
    let access = app.signed_in("ada").access;
    let logout = |headers: &[(&str, &str)]| app.request(Method::POST, "/api/auth/logout", headers, "");
    let evil = ("Origin", "https://evil.example");
    logout(&[("Cookie", &format!("token={access}")), evil]).assert_error(403, "csrf_failed");
    logout(&[("X-Auth-Token", &access), evil]).assert_ok();
    app.me(&access).assert_error(401, "token_revoked");
}

#[test]
fn the_sdk_may_send_its_old_token_along_on_a_new_sign_in() {
    let app = TestApp::sdk();
    app.user("ada");
    let body = json!({ "login": "ada", "password": PASSWORD }).to_string();
    let request = TestApp::builder(Method::POST, "/api/auth/local/login")
        .header("Content-Type", "application/json;charset=utf-8")
        .header("X-Auth-Token", "expired")
        .header("X-Auth-Token", "and twice");
    app.send(request.body(body.into_bytes()).unwrap()).assert_ok();
}

#[test]
fn other_origins_may_send_the_header_where_it_is_read() {
    let cors = ("AUTH_CORS_ORIGINS", "https://app.example.com");
    for (app, headers) in [
        (TestApp::with(&[cors, SDK]), "Authorization, Content-Type, X-Auth-Token"),
        (TestApp::with(&[cors]), "Authorization, Content-Type"),
    ] {
        let asked = [("Origin", "https://app.example.com"), ("Access-Control-Request-Headers", "x-auth-token")];
        let reply = app.request(Method::OPTIONS, "/api/auth/me", &asked, "");
        assert_eq!(reply.header("access-control-allow-headers"), headers);
    }
}

#[test]
fn plain_knows_none_of_the_sdks_names() {
    let app = TestApp::plain();
    app.register("bob", "bob@example.com").assert_ok();
    let link = app.last_link_token();
    let access = app.signed_in("ada").access;
    let missing = |path: &str, body: Value, field: &str| {
        let reply = app.post(path, &body);
        reply.assert_error(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], field, "{path}");
    };
    let eve = json!({ "username": "eve", "email": "eve@example.com", "password": PASSWORD });
    missing("/api/auth/local/register", eve, "login");
    missing("/api/auth/local/login", json!({ "username": "ada", "password": PASSWORD }), "login");
    missing("/api/auth/otp/verify", json!({ "email": "ada@example.com", "otp": "123456" }), "code");
    missing("/api/auth/otp/verify", json!({ "session_id": "x", "code": "123456" }), "email");
    missing("/api/auth/local/activate/send", json!({ "token": link }), "email");
    app.request(Method::GET, "/api/auth/me", &[("X-Auth-Token", &access)], "").assert_error(401, "unauthorized");
}

/// The claims of a token, as the SDK decodes them: without verification.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[test]
fn an_access_token_says_who_its_user_is_to_the_sdk() {
    let app = TestApp::sdk();
    let ada = app.administrator("ada");
    let user = |token: &str| claims(token)["user"].clone();
    let expected = json!({
        "id": app.id_of("ada"),
        "username": "ada",
        "email": "ada@example.com",
        "active": true,
        "provider": "local",
        "role": "admin",
        "role_ids": [1],
        "roles": [{ "id": 1, "name": "Admin", "root": true }],
    });
    assert_eq!(user(&ada.access), expected);
    let session = app.code_session("ada@example.com");
    let verified = app.post("/api/auth/otp/verify", &json!({ "session_id": session, "otp": app.last_code() }));
    assert_eq!(user(&Tokens::of(&verified.assert_ok()).access), expected);
    // Concurrent refreshes get the same bytes, including any change since.
    app.platform.tell("UPDATE users SET role = 'user'");
    let (first, second) = (app.refresh(&ada.refresh).assert_ok(), app.refresh(&ada.refresh).assert_ok());
    assert_eq!(first.text(), second.text());
    assert_eq!(user(&Tokens::of(&first).access)["roles"], json!([{ "id": 2, "name": "User", "root": false }]));
    app.me(&Tokens::of(&first).access).assert_ok();

    let plain = TestApp::plain();
    assert_eq!(user(&plain.signed_in("ada").access), Value::Null);
}

#[test]
fn an_error_names_a_field_as_the_sdk_does() {
    let app = TestApp::sdk();
    app.user("ada");
    let session = app.code_session("ada@example.com");
    let named = |path: &str, body: Value, field: &str| {
        let reply = app.post(&format!("/api/auth/{path}"), &body);
        reply.assert_error(400, "invalid_request");
        let told = reply.json();
        let message = format!("{field} is missing or invalid.");
        assert_eq!(
            (&told["data"]["field"], &told["error"]["message"]),
            (&json!(field), &json!(message)),
            "{path} {body}"
        );
    };
    let form = |name: &str, login: &str| json!({ name: login, "email": "eve@example.com", "password": PASSWORD });
    named("local/register", form("username", "a b"), "username");
    named("local/register", form("nothing", ""), "username");
    named("local/register", form("login", "a b"), "login");
    named("local/login", json!({ "username": 7, "password": PASSWORD }), "username");
    named("local/login", json!({ "password": PASSWORD }), "login");
    named("otp/verify", json!({ "session_id": session }), "otp");
    named("otp/verify", json!({ "session_id": session, "otp": 7 }), "otp");
    named("otp/verify", json!({ "session_id": session, "code": 7 }), "code");
    named("otp/verify", json!({ "otp": "123456" }), "session_id");
    named("otp/verify", json!({ "email": "nobody", "otp": "123456" }), "email");
    named("local/recover", json!({ "email": "nobody" }), "email");
    named("local/recover", json!({}), "email");
}
