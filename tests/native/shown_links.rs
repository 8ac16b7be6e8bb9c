//! An activation link returned in exchange for a new one, as the FastSchema SDK requests it.

use gatehouse::domain::accounts::registration;
use serde_json::json;

use crate::app::{PASSWORD, Reply, TestApp};
use crate::platform::{Failure, FailureTiming};

impl TestApp {
    fn show_link(&self, token: &str) -> Reply {
        self.post("/api/auth/local/activate/send", &json!({ "token": token }))
    }
}

#[test]
fn an_expired_link_that_is_shown_gets_its_registration_a_new_day() {
    let app = TestApp::sdk();
    app.register("ada", "Ada@example.com").assert_ok();
    let link = app.last_link_token();
    app.pass_seconds(3 * 86_400);
    app.cron();
    app.activate(&link).assert_error(400, "invalid_token");
    app.show_link(&link).assert_ok();
    let email = app.emails().pop().unwrap();
    assert_eq!(email["to"], json!(["Ada@example.com"]));
    let text = email["text"].as_str().unwrap();
    assert!(
        text.contains("Requested at 2026-05-28T20:26:40Z") && text.contains("until 2026-06-01T20:26:40Z"),
        "{text}"
    );
    app.pass_seconds(86_399);
    app.activate(&app.last_link_token()).assert_ok();
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn whatever_became_of_a_links_registration_showing_it_is_answered_alike() {
    let app = TestApp::sdk();
    let link = |login: &str| {
        app.register(login, &format!("{login}@example.com")).assert_ok();
        app.last_link_token()
    };
    let [open, expired, used, voided] = ["open", "expired", "used", "used"].map(link);
    app.activate(&voided).assert_ok();
    app.platform.tell("UPDATE registrations SET created_at = 1, expires_at = 2 WHERE login = 'expired'");
    let never =
        registration::TOKEN.spell(&app.settings().keys, "00000000-0000-0000-0000-000000000000".parse().ok().unwrap());

    let sent = app.emails().len();
    let rows = || app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'send_activation'");
    let felt = |link: &str| {
        let before = (app.platform.database_calls.get(), rows(), app.emails().len());
        let observable = app.show_link(link).assert_ok().observable();
        // A sent email is reported as sent after the response.
        let emails = app.emails().len() - before.2;
        let felt = (observable, app.platform.database_calls.get() - before.0 - emails, rows() - before.1);
        app.pass_seconds(60);
        felt
    };
    let expected = felt(&never);
    for link in [&open, &expired, &used, &voided] {
        assert_eq!(felt(link), expected);
    }
    let subjects: Vec<_> = app.emails()[sent..].iter().map(|email| email["subject"].to_string()).collect();
    assert_eq!(subjects.len(), 4, "{subjects:?}");
    assert!(subjects[0].contains("Activate") && subjects[1].contains("Activate"), "{subjects:?}");
    assert!(subjects[2].contains("already have") && subjects[3].contains("already have"), "{subjects:?}");

    let calls = app.platform.database_calls.get();
    for forged in ["", "gha_x", &open[..open.len() - 1], &open.replace("gha_", "ghv_")] {
        app.show_link(forged).assert_error(400, "invalid_token");
    }
    assert_eq!(app.platform.database_calls.get(), calls);
}

#[test]
fn a_used_registration_is_not_brought_back_by_its_link() {
    let app = TestApp::sdk();
    app.register("ada", "ada@example.com").assert_ok();
    let link = app.last_link_token();
    app.activate(&link).assert_ok();
    app.platform.tell("DELETE FROM users");
    let sent = app.emails().len();
    app.pass_seconds(1);
    app.show_link(&link).assert_ok();
    app.activate(&link).assert_error(400, "invalid_token");
    assert_eq!(app.emails().len(), sent);
    assert_eq!(app.platform.ask::<i64>("SELECT expires_at - created_at FROM registrations"), 86_400_000);
}

#[test]
fn a_shown_link_is_in_the_email_however_many_came_after_it() {
    let app = TestApp::sdk();
    app.register("ada", "ada@example.com").assert_ok();
    let link = app.last_link_token();
    app.pass_seconds(1);
    for login in ["a", "b", "c", "d", "e", "f"] {
        let body = json!({ "login": login, "email": "ada@example.com", "password": PASSWORD });
        app.post_from("198.51.100.9", "/api/auth/local/register", &body).assert_ok();
    }
    app.pass_seconds(3600);
    app.show_link(&link).assert_ok();
    let email = app.emails().pop().unwrap()["text"].as_str().unwrap().to_owned();
    assert!(email.contains(&link));
    assert_eq!(email.matches("token=").count(), 5);
}

#[test]
fn a_link_gives_time_to_its_own_registration_and_no_other() {
    let app = TestApp::sdk();
    let body = json!({ "login": "eve", "email": "ada@example.com", "password": "an intruder's" });
    app.post("/api/auth/local/register", &body).assert_ok();
    let theirs = app.last_link_token();
    app.register("ada", "ada@example.com").assert_ok();
    let mine = app.last_link_token();
    app.pass_seconds(86_400);
    app.show_link(&mine).assert_ok();
    assert!(!app.emails().pop().unwrap().to_string().contains(&theirs));
    app.activate(&theirs).assert_error(400, "invalid_token");
    app.activate(&mine).assert_ok();
}

#[test]
fn an_expired_registration_waits_a_week_for_its_link_where_it_can_be_shown_and_nowhere_else() {
    for (app, kept) in [(TestApp::sdk(), 1), (TestApp::plain(), 0)] {
        app.register("ada", "ada@example.com").assert_ok();
        app.pass_seconds(8 * 86_400);
        app.cron();
        assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM registrations"), kept);
        app.pass_seconds(1);
        app.cron();
        assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM registrations"), 0);
    }
}

#[test]
fn a_link_that_is_shown_while_the_database_fails_does_nothing_by_halves() {
    for when in [FailureTiming::Before, FailureTiming::After] {
        for call in 0..2 {
            let app = TestApp::sdk();
            app.register("ada", "ada@example.com").assert_ok();
            let link = app.last_link_token();
            app.pass_seconds(86_400);
            app.platform.trouble.set(Failure { database: Some((call, when)), ..Failure::default() });
            app.show_link(&link).assert_error(503, "unavailable");
            let whole =
                "SELECT (SELECT count(*) FROM outbox) - 1 = (SELECT count(*) FROM audit WHERE act = 'send_activation')
                AND (SELECT count(*) FROM outbox) - 1 = (SELECT expires_at > created_at + 86400000 FROM registrations)";
            assert!(app.platform.ask::<bool>(whole), "call {call} {when:?}");
            app.show_link(&link).assert_ok();
            app.activate(&app.last_link_token()).assert_ok();
        }
    }
}
