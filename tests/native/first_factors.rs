//! Every route that takes a first factor, with a second factor due: nothing is issued. The routes are found by trying all of them,
//! so a new one that issues something for a password or a code has to be listed here, and is tried with a second factor at once.

use http::Method;
use serde_json::{Map, Value, json};

use crate::app::{JSON, PASSWORD, Reply, TestApp, UNCOUNTED_WITH_CODES};
use crate::browser::Browser;
use crate::document;
use crate::routes::ROUTES;

/// The routes that issue a session or a token for a password or an emailed code alone, from accounts without a second factor.
const FIRST_FACTOR: &[&str] = &[
    "/account/signin",
    "/account/signin/verify",
    "/api/auth/local/login",
    "/api/auth/otp/verify",
    "/api/v1/auth/login",
    "/fpc/api/auth/tokenlogin",
];

/// The operations that take a secret, and why they issue nothing for a first factor.
const OTHERS: &[(&str, &str)] = &[
    ("activate", "creates an account, and signs nobody in"),
    ("confirmEmailChange", "a link, which changes an address"),
    ("addPasskey", "within a session"),
    ("passkeySignIn", "two factors at once: `passkeys.rs`"),
    ("secondFactorOptions", "asks for the second factor"),
    ("changePassword", "within a session"),
    ("addRequiredApp", "the second factor itself"),
    ("offerRequiredApp", "an offer, which is confirmed with a second factor"),
    ("checkRecovery", "a link, which is only looked at"),
    ("deleteAccount", "within a session"),
    ("exchange", "passes on what its session proved"),
    ("introspect", "within a session, or by a client"),
    ("logout", "ends a session"),
    ("reauthenticate", "within a session, and leads to the second factor"),
    ("refresh", "continues a session"),
    ("register", "signs nobody in"),
    ("requestEmailChange", "within a session"),
    ("resetPassword", "sets a password, and signs nobody in"),
    ("revoke", "ends a token"),
    ("sendActivation", "an email"),
    ("token", "passes on what the session of a code proved, or acts for a client"),
    ("confirmApp", "within a session"),
    ("undoFactor", "sets a password, and signs nobody in"),
    ("undoEmailChange", "sets a password, and signs nobody in"),
    ("verifySecondFactor", "the second factor itself"),
];

/// An administrator with a pending code, with or without a second factor.
fn with_ada(second_factor: bool) -> TestApp {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    app.user("ada");
    app.platform.tell("UPDATE users SET role = 'admin'");
    if second_factor {
        app.give_second_factor("ada");
    }
    app
}

/// Everything that a client who has proved one factor knows, under every name that a route might have for it.
fn known(code: &str) -> Vec<(&'static str, String)> {
    let named =
        |names: &[&'static str], value: &str| names.iter().map(|name| (*name, value.to_owned())).collect::<Vec<_>>();
    let who = named(&["email", "username"], "ada@example.com");
    let secrets = named(&["password", "current_password"], PASSWORD);
    [who, named(&["login"], "ada@example.com"), secrets, named(&["code", "otp"], code)].concat()
}

/// Sends all of it to a route, as the route's clients would.
fn try_at(app: &TestApp, path: &str) -> Reply {
    app.platform.tell("DELETE FROM attempts; DELETE FROM codes; DELETE FROM outbox");
    app.pass_seconds(61);
    let fields = known(&app.code_for("ada@example.com"));
    if path.starts_with("/account") || path.starts_with("/admin") {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        return Browser::new(app).press(path, &fields);
    }
    let body: Map<String, Value> = fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let body = if path.contains("fpc") || path.contains("v1/auth") {
        json!({ "username": "ada@example.com", "password": PASSWORD })
    } else {
        Value::Object(body)
    };
    app.request(Method::POST, path, &[JSON], &body.to_string())
}

/// Whether a route has issued something: a session or a token.
fn issues(app: &TestApp, path: &str) -> Option<Reply> {
    let issued =
        || app.platform.count("sessions") + app.platform.count("tokens") + app.platform.count("authorizations");
    let before = issued();
    let reply = try_at(app, path);
    (issued() > before).then_some(reply)
}

fn posts() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().filter(|(method, _)| *method == Method::POST).map(|(_, path)| *path)
}

#[test]
fn the_routes_that_issue_something_for_one_factor_are_known() {
    let app = with_ada(false);
    let mut found: Vec<_> = posts().filter(|path| issues(&app, path).is_some()).collect();
    found.sort_unstable();
    assert_eq!(found, FIRST_FACTOR);
}

#[test]
fn with_a_second_factor_due_no_route_issues_anything_for_one() {
    let app = with_ada(true);
    for path in posts() {
        assert!(issues(&app, path).is_none(), "{path}");
    }
    for path in FIRST_FACTOR {
        let reply = try_at(&app, path);
        let is_page = path.starts_with("/account");
        assert_eq!(reply.status, if is_page { 200 } else { 403 }, "{path}: {}", reply.text());
        let says = if is_page { "/account/signin/second" } else { "second" };
        assert!(reply.text().contains(says), "{path}: {}", reply.text());
        let sets_session = reply
            .headers
            .get_all("set-cookie")
            .iter()
            .any(|cookie| cookie.to_str().unwrap().starts_with("__Host-session"));
        assert!(!sets_session, "{path}");
    }
}

#[test]
fn the_vendors_routes_say_it_in_their_own_words_and_offer_no_next_step() {
    let app = with_ada(true);
    let django = try_at(&app, "/api/v1/auth/login").json();
    assert_eq!(django["code"], "second_factor_required");
    assert!(django["detail"].as_str().unwrap().contains("second step"), "{django}");
    let portal = try_at(&app, "/fpc/api/auth/tokenlogin").json();
    assert_eq!(portal["code"], "second_factor_required");
    assert!(django.get("mfa_token").is_none() && portal.get("mfa_token").is_none());
}

#[test]
fn every_documented_operation_that_takes_a_secret_is_judged_here() {
    const SECRETS: [&str; 8] =
        ["password", "current_password", "code", "recovery_code", "credential", "mfa_token", "token", "refresh_token"];
    for (_, path, operation) in document::operations() {
        let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
        let takes = content.values().any(|media| {
            let properties = document::resolved(&media["schema"])["properties"].as_object();
            properties.is_some_and(|properties| SECRETS.iter().any(|secret| properties.contains_key(*secret)))
        });
        let id = operation["operationId"].as_str().unwrap();
        let listed = FIRST_FACTOR.contains(&path.trim_end_matches('/')) || OTHERS.iter().any(|(other, _)| *other == id);
        assert!(!takes || listed, "{id} at {path}");
    }
}
