use gatehouse::domain::accounts::registration;
use http::Method;
use serde_json::json;

use crate::app::{PASSWORD, TestApp};
use crate::browser::Browser;
use crate::platform::{Failure, FailureTiming};

#[test]
fn a_link_works_once() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    app.activate(&token).assert_ok();
    app.activate(&token).assert_error(400, "invalid_token");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM users"), 1);
}

#[test]
fn a_used_link_does_not_bring_a_deleted_account_back() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    app.activate(&token).assert_ok();
    app.platform.tell("DELETE FROM users");
    app.activate(&token).assert_error(400, "invalid_token");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM users"), 0);
}

#[test]
fn a_link_works_for_a_day_and_no_longer() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    app.pass_seconds(86_400);
    app.activate(&token).assert_error(400, "invalid_token");

    app.register("ada", "ada@example.com").assert_ok();
    app.pass_seconds(86_399);
    app.activate(&app.last_link_token()).assert_ok();
}

#[test]
fn a_login_name_taken_meanwhile_leaves_the_link_good_for_another() {
    let app = TestApp::new();
    app.register("ada", "first@example.com").assert_ok();
    let first = app.last_link_token();
    app.register("ada", "second@example.com").assert_ok();
    app.activate(&app.last_link_token()).assert_ok();

    app.activate(&first).assert_error(409, "login_taken");
    app.post("/api/auth/local/activate", &json!({ "token": first, "login": "ada" })).assert_error(409, "login_taken");
    app.post("/api/auth/local/activate", &json!({ "token": first, "login": "Ada2" })).assert_ok();
    app.login("ada2", PASSWORD).assert_ok();
}

#[test]
fn an_activation_leaves_other_registrations_of_the_address_waiting_and_nothing_comes_of_them() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let mine = app.last_link_token();
    // Another person registers the same address with their own password.
    let body = json!({ "login": "eve", "email": "ADA@example.com", "password": "an intruder's" });
    app.post("/api/auth/local/register", &body).assert_ok();
    let theirs = app.last_link_token();

    app.activate(&mine).assert_ok();
    app.activate(&theirs).assert_error(400, "invalid_token");
    for who in ["eve", "ada@example.com"] {
        app.login(who, "an intruder's").assert_error(403, "account_not_activated");
    }
    assert_eq!(app.platform.count("users"), 1);
}

/// Registering an address and polling its status reveals nothing: not whether the address had an account, when it got one, or
/// that its owner declines one.
#[test]
fn what_the_owner_does_about_it_cannot_be_told_by_who_registered_with_the_address() {
    let faces = |act: &dyn Fn(&TestApp, &str)| {
        let app = TestApp::new();
        app.user("known");
        let email = "victim@example.com";
        app.register("mine", email).assert_ok();
        let body = json!({ "login": "eve", "email": email, "password": "an intruder's" });
        app.post("/api/auth/local/register", &body).assert_ok();
        let theirs = app.last_link_token();
        act(&app, &theirs);
        let mut faces = Vec::new();
        for hours in [0, 23, 2] {
            app.pass_seconds(hours * 3600);
            faces.push(app.login("eve", "an intruder's").observable());
            faces.push(app.login("eve", "wrong").observable());
        }
        faces
    };
    let untouched = faces(&|_, _| {});
    let declined = faces(&|app, theirs| {
        let mut browser = Browser::new(app);
        let page = browser.get(&format!("/account/activate?token={theirs}")).assert_ok();
        assert_eq!(browser.submit(&page, "/account/activate/decline", &[]).status, 303);
        app.activate(theirs).assert_error(400, "invalid_token");
    });
    assert_eq!(declined, untouched);
    let activated = faces(&|app, _| {
        let id: String = app.platform.ask("SELECT id FROM registrations WHERE login = 'mine'");
        app.activate(&registration::TOKEN.spell(&app.settings().keys, id.parse().ok().unwrap())).assert_ok();
    });
    assert_eq!(activated, untouched);
}

#[test]
fn a_registration_for_an_address_with_an_account_can_never_be_activated() {
    let app = TestApp::new();
    app.user("ada");
    app.register("eve", "ada@example.com").assert_ok();
    let id: String = app.platform.ask("SELECT id FROM registrations WHERE login = 'eve'");
    // This link is in no email; the test makes it with the service's own key.
    let token = registration::TOKEN.spell(&app.settings().keys, id.parse().ok().unwrap());
    app.activate(&token).assert_error(400, "invalid_token");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM users"), 1);
}

#[test]
fn an_activation_whose_answer_was_lost_is_not_reported_as_failed() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    app.platform.trouble.set(Failure { database: Some((0, FailureTiming::After)), ..Failure::default() });
    app.activate(&token).assert_ok();
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn an_activation_that_did_not_happen_is_a_503_and_can_be_repeated() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    app.platform.trouble.set(Failure { database: Some((0, FailureTiming::Before)), ..Failure::default() });
    app.activate(&token).assert_error(503, "unavailable");
    app.activate(&token).assert_ok();
}

#[test]
fn a_used_registration_keeps_no_hash() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    app.activate(&app.last_link_token()).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM registrations WHERE password_hash IS NULL"), 1);
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn who_asks_for_the_email_again_gets_every_link_that_waits_and_can_tell_them_apart() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let mine = app.last_link_token();
    app.pass_seconds(3600);
    let body = json!({ "login": "ada", "email": "ADA@example.com", "password": "an intruder's" });
    app.post_from("198.51.100.9", "/api/auth/local/register", &body).assert_ok();
    let theirs = app.last_link_token();

    app.post("/api/auth/local/activate/send", &json!({ "email": "ada@example.com" })).assert_ok();
    let text = app.emails().pop().unwrap()["text"].as_str().unwrap().to_owned();
    let told = |link: &str| {
        let line = text.lines().position(|line| line.contains(link)).unwrap();
        text.lines().nth(line - 1).unwrap().to_owned()
    };
    assert!(told(&mine).contains("2026-05-28T20:26:40Z from 203.0.113.7"), "{}", told(&mine));
    assert!(told(&theirs).contains("2026-05-28T21:26:40Z from 198.51.100.9"), "{}", told(&theirs));
    assert!(told(&theirs).contains("until 2026-05-29T21:26:40Z"), "{}", told(&theirs));
    app.activate(&mine).assert_ok();
    app.login("ada", PASSWORD).assert_ok();
    app.login("ada", "an intruder's").assert_error(403, "account_not_activated");
}

#[test]
fn an_email_sent_again_is_given_up_when_its_link_stops_working() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let sent = app.emails().len();
    app.pass_seconds(23 * 3600);
    app.platform.trouble.set(Failure { mail: Some(FailureTiming::Before), ..Failure::default() });
    app.post("/api/auth/local/activate/send", &json!({ "email": "ada@example.com" })).assert_ok();
    app.pass_seconds(3600);
    app.platform.trouble.set(Failure::default());
    app.cron();
    assert_eq!(app.emails().len(), sent);
}

#[test]
fn asking_for_the_email_costs_the_same_for_everybody() {
    let app = TestApp::new();
    app.user("known");
    let cost = |email: &str| {
        let before = (app.platform.database_calls.get(), app.platform.kv_calls.get());
        app.post("/api/auth/local/activate/send", &json!({ "email": email })).assert_ok();
        (app.platform.database_calls.get() - before.0, app.platform.kv_calls.get() - before.1)
    };
    assert_eq!(cost("nobody@example.com"), cost("other@example.com"));
    // The response goes out before the email is reported as sent: only an existing recipient costs three round trips and a
    // report.
    assert_eq!(cost("known@example.com").0, cost("nobody@example.com").0 + 1);
}

#[test]
fn looking_at_a_link_uses_nothing_up() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    let path = format!("/account/activate?token={token}");
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let reply = app.request(method, &path, &[], "");
        assert_eq!(reply.status, 200);
    }
    let mut browser = Browser::new(&app);
    let page = browser.get(&path);
    assert_eq!(browser.submit(&page, "/account/activate", &[("password", PASSWORD)]).status, 303);
    app.pass_seconds(10);
    assert_eq!(browser.submit(&page, "/account/activate", &[("password", PASSWORD)]).status, 400);
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn the_email_can_be_sent_again_and_only_its_reader_learns_what_it_says() {
    let app = TestApp::new();
    app.user("known");
    app.register("open", "open@example.com").assert_ok();
    let first_link = app.last_link_token();
    let again = |email: &str| app.post("/api/auth/local/activate/send", &json!({ "email": email })).assert_ok();
    let sent = app.emails().len();

    let replies = [again("open@example.com"), again("known@example.com"), again("nobody@example.com")];
    assert_eq!(replies[0].json(), json!({ "message": "Activation email sent" }));
    assert_eq!(replies[0].observable(), replies[1].observable());
    assert_eq!(replies[0].observable(), replies[2].observable());

    let emails = &app.emails()[sent..];
    assert_eq!(emails.len(), 2);
    assert!(emails[0]["text"].as_str().unwrap().contains(&first_link));
    assert!(emails[1]["subject"].as_str().unwrap().contains("already have"));
    app.activate(&first_link).assert_ok();
}

#[test]
fn links_lead_to_the_configured_origin_whatever_the_request_says() {
    let app = TestApp::new();
    let body = json!({ "login": "ada", "email": "ada@example.com", "password": PASSWORD }).to_string();
    let request = http::Request::post("https://evil.example/api/auth/local/register")
        .header("Host", "evil.example")
        .header("X-Forwarded-Host", "evil.example")
        .header("Origin", "https://evil.example")
        .header("Content-Type", "application/json");
    app.send(request.body(body.into_bytes()).unwrap()).assert_ok();
    let email = app.emails().pop().unwrap().to_string();
    assert!(email.contains("https://auth.example.com/account/activate?token=gha_"));
    assert!(!email.contains("evil.example"));
}
