//! `AUTH_RESPONSE_ENVELOPE`: native responses for the FastSchema SDK and for all other clients.

use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, NEW_PASSWORD, PASSWORD, Reply, TestApp, Tokens};
use crate::platform::{Failure, FailureTiming};

pub const SDK: (&str, &str) = ("AUTH_RESPONSE_ENVELOPE", "fastschema");

impl TestApp {
    pub fn sdk() -> Self {
        Self::with(&[SDK, CODES])
    }

    pub fn plain() -> Self {
        Self::with(&[CODES])
    }
}

/// Every route of the native API with a response body, once, in its plain names.
fn every_route(app: &TestApp) -> Vec<(&'static str, Value)> {
    let mut answers = Vec::new();
    let mut keep = |route, reply: Reply| {
        answers.push((route, reply.assert_ok().json()));
    };
    keep("register", app.register("ada", "ada@example.com"));
    let link = app.last_link_token();
    keep("activate/send", app.post("/api/auth/local/activate/send", &json!({ "email": "ada@example.com" })));
    keep("activate", app.activate(&link));
    keep("otp/request", app.request_code("ada@example.com"));
    keep("otp/verify", app.verify_code("ada@example.com", &app.last_code()));
    let tokens = app.sign_in("ada");
    keep("login", app.login("ada", PASSWORD));
    keep("me", app.me(&tokens.access));
    keep("sessions", app.with_bearer(Method::GET, "/api/auth/sessions", &tokens.access));
    keep("reauthenticate", app.reauthenticate(&tokens.access, PASSWORD));
    keep("password", app.change_password(&tokens.access, PASSWORD, PASSWORD));
    let refreshed = app.refresh(&tokens.refresh).assert_ok();
    let access = Tokens::of(&refreshed).access;
    keep("token/refresh", refreshed);
    keep("logout", app.logout(&access));
    keep("recover", app.recover("ada@example.com"));
    let link = app.last_link_token();
    keep("recover/check", app.post("/api/auth/local/recover/check", &json!({ "token": link })));
    keep("recover/reset", app.reset(&link, NEW_PASSWORD));
    let access = Tokens::of(&app.login("ada", NEW_PASSWORD).assert_ok()).access;
    keep("logout/all", app.post_as(&access, "/api/auth/logout/all", &json!({})));
    answers
}

fn keys(object: &Value) -> Vec<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

/// FastSchema's own responses that are not an object.
fn bare(route: &str) -> Option<Value> {
    match route {
        "activate/send" => Some(json!("email")),
        "recover" | "recover/check" | "recover/reset" | "logout" | "logout/all" => Some(json!(true)),
        _ => None,
    }
}

/// Members the SDK's envelope adds to a response besides `data`.
fn words(route: &str) -> Value {
    match route {
        "register" | "activate/send" => json!({ "activation": "email" }),
        "activate" => json!({ "activation": "activated" }),
        "recover" => json!({ "activation": "sent" }),
        "recover/check" => json!({ "activation": "valid" }),
        "me" => {
            let roles = json!([{ "id": 2, "name": "User", "root": false }]);
            json!({ "username": "ada", "active": true, "role": "user", "roles": roles })
        }
        _ => json!({}),
    }
}

#[test]
fn every_answer_has_the_plain_keys_and_once_more_under_data_with_the_sdks_words() {
    let (sdk, plain) = (every_route(&TestApp::sdk()), every_route(&TestApp::plain()));
    assert_eq!(sdk.len(), plain.len());
    for ((route, sdk), (_, plain)) in sdk.into_iter().zip(plain) {
        let mut top = sdk.clone();
        let data = top.as_object_mut().unwrap().remove("data").unwrap();
        let expected = bare(route).unwrap_or_else(|| top.clone());
        assert_eq!(data, expected, "{route}: data is what FastSchema answers, or the answer once more");
        for (word, meaning) in words(route).as_object().unwrap() {
            assert_eq!(&top[word], meaning, "{route}");
            top.as_object_mut().unwrap().remove(word);
        }
        if route == "otp/request" {
            assert!(top.as_object_mut().unwrap().remove("session_id").unwrap().is_string());
        }
        assert_eq!(keys(&top), keys(&plain), "{route}: the plain keys and no others");
        if plain.get("message").is_some() {
            assert_eq!(top, plain, "{route}");
        }
    }
}

#[test]
fn plain_is_the_default_and_adds_nothing() {
    for (route, answer) in every_route(&TestApp::plain()) {
        for word in ["data", "error", "activation", "session_id", "username", "active", "role", "roles"] {
            assert!(answer.get(word).is_none(), "{route}: {answer}");
        }
    }
    let (unset, set) = (TestApp::plain(), TestApp::with(&[("AUTH_RESPONSE_ENVELOPE", "plain")]));
    assert_eq!(unset.get("/api/auth/me").observable(), set.get("/api/auth/me").observable());
}

#[test]
fn a_refusal_keeps_its_plain_shape_and_says_in_a_sentence_what_to_do() {
    let (sdk, plain) = (TestApp::sdk(), TestApp::plain());
    for app in [&sdk, &plain] {
        app.user("ada");
        app.register("bob", "bob@example.com").assert_ok();
    }
    let weak = json!({ "login": "eve", "email": "eve@example.com", "password": "short" });
    let taken = json!({ "login": "ada", "email": "eve@example.com", "password": PASSWORD });
    let bob = json!({ "login": "bob", "password": PASSWORD });
    let link = "This link has expired, has already been used or is incomplete. Request a new one.";
    for (path, body, message) in [
        ("local/login", json!({ "login": "ada", "password": "wrong" }), "Incorrect username or password."),
        ("local/login", json!({ "login": "ada" }), "password is missing or invalid."),
        ("local/login", bob, "Your account isn't activated yet. Open the link in the email we sent you."),
        ("local/register", weak, "This password is too weak. It's too short."),
        ("local/register", taken, "This username is already taken."),
        ("local/activate", json!({ "token": "x" }), link),
        (
            "otp/verify",
            json!({ "email": "ada@example.com", "code": "000000" }),
            "The code is incorrect or has expired.",
        ),
        ("token/refresh", json!({ "refresh_token": "x" }), "Your session has ended. Sign in again."),
        ("nowhere", json!({}), "Not found."),
    ] {
        let path = format!("/api/auth/{path}");
        let (told, expected) = (sdk.post(&path, &body), plain.post(&path, &body));
        assert_eq!(told.status, expected.status, "{path}");
        assert_eq!(told.header("www-authenticate"), expected.header("www-authenticate"));
        let (told, expected) = (told.json(), expected.json());
        assert_eq!(told["error"], json!({ "code": expected["code"], "message": message }), "{path}");
        for key in ["code", "message"] {
            assert_eq!((&told[key], &told["data"][key]), (&expected[key], &expected[key]), "{path}");
        }
        for (key, value) in expected["data"].as_object().unwrap() {
            assert_eq!(&told["data"][key], value, "{path}");
        }
    }
}

#[test]
fn a_fault_and_a_wait_are_told_as_well() {
    let app = TestApp::sdk();
    app.user("ada");
    app.code_session("ada@example.com");
    for _ in 0..3 {
        app.post("/api/auth/otp/verify", &json!({ "email": "ada@example.com", "otp": "000000" }))
            .assert_error(401, "invalid_code");
    }
    let late = app.post("/api/auth/otp/verify", &json!({ "email": "ada@example.com", "otp": "000000" }));
    late.assert_error(429, "too_many_attempts");
    assert_eq!(late.json()["error"]["message"], "Too many attempts. Try again in 60 seconds.");

    app.platform.trouble.set(Failure { database: Some((0, FailureTiming::Before)), ..Failure::default() });
    let fault = app.login("ada", PASSWORD);
    fault.assert_error(503, "unavailable");
    assert_eq!((fault.header("retry-after"), &fault.json()["error"]["code"]), ("5", &json!("503")));
    assert!(!fault.text().contains("made to fail"));
}

#[test]
fn what_is_no_dialect_s_keeps_its_shape() {
    let (sdk, plain) = (TestApp::sdk(), TestApp::plain());
    for path in ["/health", "/health/ready", "/.well-known/jwks.json", "/account/activate?token=x", "/assets/page.css"]
    {
        assert_eq!(sdk.get(path).observable(), plain.get(path).observable(), "{path}");
    }
    let access = sdk.signed_in("ada").access;
    assert!(sdk.verify(&access).assert_ok().body.is_empty());
}

#[test]
fn a_recovery_link_that_does_not_work_is_an_error_to_the_sdk() {
    let app = TestApp::sdk();
    app.user("ada");
    app.recover("ada@example.com").assert_ok();
    let link = app.last_link_token();
    let check = |token: &str| app.post("/api/auth/local/recover/check", &json!({ "token": token })).assert_ok().json();
    assert!(check(&link).get("error").is_none());
    let answer = check("ghv_nonsense");
    assert_eq!((&answer["valid"], &answer["data"]), (&json!(false), &json!({ "valid": false })));
    // Its `recoverCheck` returns `data`, and an object is truthy.
    assert_eq!(answer["error"]["code"], "400");
    assert!(answer["error"]["message"].as_str().unwrap().starts_with("This link"));

    let reset = |confirmed: &str| {
        let body = json!({ "token": link, "password": NEW_PASSWORD, "confirm_password": confirmed });
        app.post("/api/auth/local/recover/reset", &body)
    };
    let mistyped = reset("another one");
    mistyped.assert_error(400, "invalid_request");
    assert_eq!(mistyped.json()["error"]["message"], "The passwords don't match.");
    reset(NEW_PASSWORD).assert_ok();
    app.login("ada", NEW_PASSWORD).assert_ok();
}

#[test]
fn an_envelope_that_does_not_exist_is_named() {
    let app = TestApp::with(&[("AUTH_RESPONSE_ENVELOPE", "jsend")]);
    assert!(app.get("/health/ready").text().contains("AUTH_RESPONSE_ENVELOPE"));
    app.login("ada", PASSWORD).assert_error(503, "unavailable");
}
