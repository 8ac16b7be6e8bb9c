//! The breach check: off by default, and only five digits of a password's hash leave the service.

use serde_json::json;

use crate::app::{PASSWORD, Reply, TestApp};
use crate::fake_http::Host;

const HOST: &str = "breach.example.com";

/// `printf 'correct horse battery' | sha1sum`
const SHA1: &str = "98DECC62ECE399A22ED30D490EF333BE7FDE7385";

fn checking(mode: &str, host: Host) -> TestApp {
    let app =
        TestApp::with(&[("AUTH_BREACH_CHECK", mode), ("AUTH_BREACH_API_URL", "https://breach.example.com/range/")]);
    app.platform.hosts.borrow_mut().insert(HOST, host);
    app
}

/// A range in which this password has this count, among others.
fn range(count: u32) -> Host {
    let (zeros, rest) = ("0".repeat(35), &SHA1[5..]);
    Host::Answers(200, format!("{zeros}:12\r\n{rest}:{count}\r\n{}:0\r\n", "F".repeat(35)).into_bytes())
}

fn register(app: &TestApp) -> Reply {
    app.register("ada", "ada@example.com")
}

/// All the cases in which the service does not report whether a password has leaked.
fn silences() -> Vec<Host> {
    let found = format!("{}:1\r\n", &SHA1[5..]);
    let endless = found.repeat(20_000).into_bytes();
    let cut_short = SHA1.as_bytes()[5..20].to_vec();
    let mut silences = vec![Host::IsDown, Host::BreaksOff(200), Host::Answers(200, endless)];
    silences.extend(
        [b"<html>busy</html>".to_vec(), vec![0xff; 64], vec![], cut_short].map(|body| Host::Answers(200, body)),
    );
    silences.extend([302, 404, 429, 500, 503].map(|status| Host::Answers(status, found.clone().into_bytes())));
    silences
}

#[test]
fn nobody_is_asked_unless_the_operator_says_so() {
    for mode in ["", "off"] {
        let app = checking(mode, range(5));
        app.platform.hosts.borrow_mut().insert("api.pwnedpasswords.com", range(5));
        register(&app).assert_ok();
        assert!(app.platform.asked.borrow().is_empty(), "{mode}");
        assert_eq!(app.emails().len(), 1, "{mode}: something else was sent than the email");
    }
}

#[test]
fn a_leaked_password_is_refused_and_leaves_nothing_behind() {
    for mode in ["open", "closed"] {
        let app = checking(mode, range(5));
        let reply = register(&app);
        reply.assert_error(422, "weak_password");
        assert_eq!(reply.json()["data"], json!({ "error": "weak_password", "reasons": ["breached"] }));
        assert_eq!(app.platform.database_calls.get(), 0, "{mode}");
    }
}

#[test]
fn a_password_that_has_not_leaked_is_accepted() {
    let others = Host::Answers(200, format!("{}:9", "A".repeat(35)).into_bytes());
    for host in [others, range(0)] {
        let app = checking("closed", host);
        register(&app).assert_ok();
        assert_eq!(app.platform.asked.borrow().len(), 1);
        assert!(app.platform.log.borrow().is_empty());
    }
}

#[test]
fn only_five_digits_are_sent() {
    let app = checking("closed", range(0));
    register(&app).assert_ok();
    let asked = app.platform.asked.borrow();
    let (request, bounds) = &asked[0];
    assert_eq!(request.method(), "GET");
    assert_eq!(request.uri(), "https://breach.example.com/range/98DEC");
    assert!(request.body().is_empty());
    let names: Vec<_> = request.headers().keys().map(|name| name.as_str()).collect();
    assert_eq!(names, ["add-padding", "user-agent"]);
    assert_eq!(request.headers()["add-padding"], "true");
    assert!(!request.headers()["user-agent"].is_empty());
    assert!(bounds.timeout.as_secs() < 5, "somebody is waiting");
}

#[test]
fn while_the_service_is_silent_open_lets_through_and_says_so_in_the_log() {
    for host in silences() {
        let app = checking("open", host.clone());
        register(&app).assert_ok();
        let log = app.platform.log.borrow();
        assert!(log.len() == 1 && log[0].contains("unchecked"), "{log:?}");
        assert_eq!(app.emails().len(), 1);
    }
}

#[test]
fn while_the_service_is_silent_closed_lets_nobody_through() {
    for host in silences() {
        let app = checking("closed", host.clone());
        let reply = register(&app);
        reply.assert_error(503, "unavailable");
        assert_eq!(reply.header("retry-after"), "5");
        assert_eq!(app.platform.database_calls.get(), 0);
        assert_eq!(app.platform.log.borrow().len(), 1);
        assert!(app.emails().is_empty());
    }
}

#[test]
fn the_log_knows_neither_password_nor_hash() {
    for (mode, host) in
        ["open", "closed"].into_iter().flat_map(|mode| silences().into_iter().map(move |host| (mode, host)))
    {
        let app = checking(mode, host);
        register(&app);
        let told = app.platform.log.borrow().join("\n").to_uppercase();
        for secret in [PASSWORD.to_uppercase().as_str(), &SHA1[..5], &SHA1[5..]] {
            assert!(!told.contains(secret), "{told}");
        }
    }
}

#[test]
fn a_password_that_is_refused_anyway_is_not_asked_about() {
    let app = checking("closed", range(5));
    for weak in ["short", "password1", "ada@example.com"] {
        let body = json!({ "login": "ada", "email": "ada@example.com", "password": weak });
        app.post("/api/auth/local/register", &body).assert_error(422, "weak_password");
    }
    assert!(app.platform.asked.borrow().is_empty());
}

#[test]
fn an_address_with_an_account_costs_the_same_question() {
    let app = checking("open", range(0));
    app.user("ada");
    let questions = |login: &str, email: &str| {
        let before = app.platform.asked.borrow().len();
        app.register(login, email).assert_ok();
        app.platform.asked.borrow().len() - before
    };
    assert_eq!(questions("x1", "ada@example.com"), 1);
    assert_eq!(questions("x2", "nobody@example.com"), 1);
}

#[test]
fn a_leaked_password_is_taken_by_no_other_route() {
    let mut app = checking("off", range(5));
    let tokens = app.signed_in("ada");
    app.recover("ada@example.com").assert_ok();
    let link = app.last_link_token();
    app.redeploy(&[("AUTH_BREACH_CHECK", "closed"), ("AUTH_BREACH_API_URL", "https://breach.example.com/range")]);

    let change = json!({ "current_password": PASSWORD, "new_password": PASSWORD });
    let changed = app.post_as(&tokens.access, "/api/auth/password", &change);
    let reset = app.reset(&link, PASSWORD);
    for reply in [changed, reset] {
        reply.assert_error(422, "weak_password");
        assert_eq!(reply.json()["data"]["reasons"], json!(["breached"]));
    }
}
