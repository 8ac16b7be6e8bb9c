//! The log that operators read.

use http::Method;
use serde_json::{Value, json};

use crate::app::{PASSWORD, Reply, TestApp};
use crate::credentials::{Carrier, Credentials};
use crate::platform::{Failure, FailureTiming};
use crate::routes::ROUTES;

const VERBOSE: (&str, &str) = ("LOG_LEVEL", "info");

/// The only line that a request has left.
#[track_caller]
fn line_of(app: &TestApp, reply: &Reply) -> Value {
    let [line] = &app.platform.log.take()[..] else { panic!("a request leaves one line") };
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["request_id"], reply.header("x-request-id"));
    line
}

#[test]
fn a_request_is_one_line_with_its_route_status_and_operations() {
    let app = TestApp::with(&[VERBOSE]);
    let access = app.signed_in("ada").access;
    for (path, route, status) in [
        ("/api/auth/me", json!("/api/auth/me"), 200),
        ("/api/admin/users/somebody/sessions", json!("/api/admin/users/*/sessions"), 403),
        ("/account/recover?token=secret", json!("/account/recover"), 400),
        ("/api/auth/verify/any/path", json!("/api/auth/verify/**"), 200),
        ("/nowhere/secret", Value::Null, 404),
    ] {
        app.platform.log.take();
        let before = app.platform.database_calls.get();
        let reply = app.with_bearer(Method::GET, path, &access);
        let line = line_of(&app, &reply);
        assert_eq!(line["level"], "info", "{path}");
        assert_eq!(line["method"], "GET", "{path}");
        assert_eq!(line["route"], route, "{path}");
        assert_eq!(line["status"], status, "{path}");
        assert_eq!(line["ms"], 0, "{path}: time stands still in tests");
        assert_eq!(line["operations"]["d1"], before + reply.cost[0], "{path}");
        assert!(!line.to_string().contains("secret"), "{line}");
    }
}

#[test]
fn only_faults_are_logged_unless_the_operator_asks_for_more() {
    let app = TestApp::new();
    app.signed_in("ada");
    assert_eq!(app.platform.log.take(), Vec::<String>::new());
    app.login("ada", "wrong").assert_error(401, "invalid_credentials");
    assert_eq!(app.platform.log.take(), Vec::<String>::new());

    app.platform.trouble.set(Failure { database: Some((0, FailureTiming::Before)), ..Failure::default() });
    let reply = app.login("ada", PASSWORD);
    reply.assert_error(503, "unavailable");
    let line = line_of(&app, &reply);
    let known =
        json!({ "level": line["level"], "route": line["route"], "status": line["status"], "error": line["error"] });
    let expected =
        json!({ "level": "error", "route": "/api/auth/local/login", "status": 503, "error": "database: made to fail" });
    assert_eq!(known, expected);
}

#[test]
fn no_line_has_a_credential_in_it_wherever_it_was_presented() {
    let credentials = Credentials::with(&[VERBOSE]);
    for kind in credentials.things() {
        let text = credentials.text(kind);
        for carrier in Carrier::ALL {
            credentials.try_at(&Method::GET, "/api/auth/me", carrier, kind);
        }
        let spelled = text.replace(' ', "%20");
        for (method, path) in ROUTES {
            let path = path.replace("00000000-0000-0000-0000-000000000000", &spelled);
            credentials.app.request(method.clone(), &format!("{path}?token={spelled}"), &[], "");
        }
    }
    let log = credentials.app.platform.log.take().join("\n");
    assert!(log.lines().count() > 1000);
    // "x" and a code of six digits are in any text.
    let texts = credentials.things().map(|kind| credentials.text(kind)).filter(|text| text.len() > 8);
    for text in texts {
        assert!(!log.contains(text) && !log.contains(&text.replace(' ', "%20")), "{text}");
    }
}

#[test]
fn a_wrong_level_is_named_and_not_replaced() {
    assert!(TestApp::with(&[("LOG_LEVEL", "debug")]).get("/health/ready").text().contains("LOG_LEVEL"));
}
