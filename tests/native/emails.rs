use std::rc::Rc;

use gatehouse::domain::id::Id;
use gatehouse::domain::mail::message::Email;
use gatehouse::flows::mail;
use http::Method;
use pollster::block_on;

use serde_json::json;

use crate::app::TestApp;
use crate::platform::{Failure, FailureTiming};

#[test]
fn an_email_is_what_the_provider_wants_to_be_sent() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let sent = app.platform.sent.borrow();
    let request = &sent[0];
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.uri(), "https://api.resend.com/emails");
    assert_eq!(request.headers()["authorization"], "Bearer re_test");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert!(request.headers()["user-agent"].to_str().unwrap().starts_with("gatehouse/"));
    let id: String = app.platform.ask("SELECT id FROM outbox");
    assert_eq!(request.headers()["idempotency-key"], id.as_str());
    let body = &app.emails()[0];
    assert_eq!(body["from"], "Gatehouse <no-reply@example.com>");
    assert_eq!(body["to"], json!(["ada@example.com"]));
    assert!(body["html"].as_str().unwrap().contains("href=\"https://auth.example.com/account/activate?token=gha_"));
}

#[test]
fn what_an_email_carried_is_wiped_when_it_has_been_sent() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL AND sealed IS NULL"), 1);
}

#[test]
fn a_mailbox_gets_five_emails_of_a_kind_an_hour_and_the_answer_does_not_tell() {
    let app = TestApp::new();
    app.user("ada");
    let sent = app.emails().len();
    let recover = |email: &str| app.recover(email).assert_ok();
    let unknown = recover("nobody@example.com").observable();
    for spelling in ["ada@example.com", "ADA@example.com", "Ada@Example.com"].iter().cycle().take(9) {
        assert_eq!(recover(spelling).observable(), unknown);
    }
    assert_eq!(app.emails().len(), sent + 5);
    // A flood of one kind blocks neither another kind nor another mailbox.
    app.register("eve", "ada@example.com").assert_ok();
    assert_eq!(app.emails().len(), sent + 6);
    app.user("bob");
    app.pass_seconds(3600);
    let sent = app.emails().len();
    recover("ada@example.com");
    assert_eq!(app.emails().len(), sent + 1);
}

#[test]
fn registrations_of_strangers_cannot_bomb_a_mailbox_either() {
    let app = TestApp::new();
    for (number, spelling) in ["New@example.com", "new@example.com"].iter().cycle().take(9).enumerate() {
        app.register(&format!("user{number}"), spelling).assert_ok();
    }
    assert_eq!(app.emails().len(), 5);
}

#[test]
fn an_email_waits_for_the_provider_to_come_back() {
    for (status, trouble) in [(503, None), (429, None), (401, None), (200, Some(FailureTiming::Before))] {
        let app = TestApp::new();
        app.platform.provider_status.set(status);
        app.platform.trouble.set(Failure { mail: trouble, ..Failure::default() });
        app.register("ada", "ada@example.com").assert_ok();
        assert_eq!(app.platform.ask::<i64>("SELECT attempts FROM outbox WHERE sent_at IS NULL"), 1);
        let tried = app.emails().len();
        app.cron();
        assert_eq!(app.emails().len(), tried, "not before its time");

        app.platform.provider_status.set(200);
        app.platform.trouble.set(Failure::default());
        app.pass_seconds(60);
        app.cron();
        app.cron();
        assert_eq!(app.emails().len(), tried + 1, "{status}");
        app.activate(&app.last_link_token()).assert_ok();
        let keys: Vec<_> =
            app.platform.sent.borrow().iter().map(|request| request.headers()["idempotency-key"].clone()).collect();
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

#[test]
fn an_email_its_provider_refuses_is_parked_and_noted() {
    let app = TestApp::new();
    app.platform.provider_status.set(422);
    app.register("ada", "ada@example.com").assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL AND sealed IS NULL"), 1);
    assert!(app.platform.log.borrow().iter().any(|line| line.contains("parked")));
    // Any stranger can cause this; it must not take the service off its load balancer.
    let ready = app.get("/health/ready");
    assert_eq!((ready.status.as_u16(), &ready.json()["checks"]["mail"]), (200, &json!("ok; some emails were refused")));
    app.pass_seconds(86_401);
    assert_eq!(app.get("/health/ready").json()["checks"]["mail"], "ok");
}

#[test]
fn an_outage_is_waited_out_for_as_long_as_the_link_works_and_then_told() {
    let app = TestApp::new();
    app.platform.provider_status.set(503);
    app.register("ada", "ada@example.com").assert_ok();
    let hours = |hours: u64| {
        for _ in 0..hours * 6 {
            app.pass_seconds(600);
            app.cron();
        }
    };
    hours(20);
    assert_eq!(app.get("/health/ready").status, 200);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE dead_at IS NULL"), 1);
    let attempts = app.emails().len();
    assert!((8..=10).contains(&attempts), "{attempts} attempts");
    assert!(app.platform.log.borrow().iter().any(|line| line.contains("answered 503")));

    hours(5);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL AND sealed IS NULL"), 1);
    let ready = app.get("/health/ready");
    assert_eq!(
        (ready.status.as_u16(), &ready.json()["checks"]["mail"]),
        (503, &json!("some emails were not delivered"))
    );
}

#[test]
fn readiness_says_that_the_provider_refuses_our_key_until_it_takes_it() {
    let app = TestApp::new();
    let mail = || {
        let ready = app.get("/health/ready");
        (ready.status.as_u16(), ready.json()["checks"]["mail"].as_str().unwrap().to_owned())
    };
    let well = (200, "ok".to_owned());
    let refused = (503, "the provider refuses our key, our sender or our account".to_owned());
    app.register("one", "one@example.com").assert_ok();
    assert_eq!(mail(), well);
    for status in [401, 403] {
        app.pass_seconds(1);
        app.platform.provider_status.set(status);
        app.register("two", "two@example.com").assert_ok();
        assert_eq!(mail(), refused, "{status}");
        // Emails waiting for an outage to end do not change the report; an accepted one does.
        app.pass_seconds(1);
        app.platform.provider_status.set(503);
        app.register("three", "three@example.com").assert_ok();
        assert_eq!(mail(), refused, "{status}");
        app.pass_seconds(1);
        app.platform.provider_status.set(200);
        app.register("four", "four@example.com").assert_ok();
        assert_eq!(mail(), well, "{status}");
    }
    assert!(
        app.platform.log.borrow().iter().any(|line| line.contains("refuses our key") && line.contains("answered 403"))
    );
    assert_eq!(app.get("/health/ready").cost, [2, 1, 0], "one round trip for tables and emails, one for the size");
}

#[test]
fn a_provider_is_not_asked_again_before_it_wants_to_be() {
    // The provider's `Retry-After`, and the seconds until cron tries again.
    for (retry_after, wait) in [
        ("30", 60), // Our own wait is longer.
        ("600", 600),
        ("Thu, 28 May 2026 20:40:00 GMT", 800),
        ("soon", 60),
        ("-5", 60),
    ] {
        let app = TestApp::new();
        app.platform.provider_status.set(429);
        app.platform.provider_retry_after.set(Some(retry_after));
        app.register("ada", "ada@example.com").assert_ok();
        app.platform.provider_status.set(200);
        let tried = app.emails().len();
        app.pass_seconds(wait - 1);
        app.cron();
        assert_eq!(app.emails().len(), tried, "{retry_after}");
        app.pass_seconds(1);
        app.cron();
        assert_eq!(app.emails().len(), tried + 1, "{retry_after}");
    }
}

#[test]
fn an_email_that_would_wait_for_longer_than_it_lives_is_kept_until_then() {
    let app = TestApp::new();
    app.platform.provider_status.set(503);
    app.platform.provider_retry_after.set(Some("31536000"));
    app.register("ada", "ada@example.com").assert_ok();
    assert_eq!(
        app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE dead_at IS NULL AND next_at = dead_after"),
        1
    );
    app.pass_seconds(86_400);
    app.cron();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL AND sealed IS NULL"), 1);
    assert_eq!(app.emails().len(), 1);
}

#[test]
fn an_email_left_over_from_days_ago_is_not_sent() {
    let mut app = TestApp::with(&[("MAIL_PROVIDER", "outbox")]);
    app.register("ada", "ada@example.com").assert_ok();
    app.redeploy(&[]);
    app.pass_seconds(86_400);
    app.cron();
    assert!(app.emails().is_empty());
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL"), 1);
}

/// A test app with an email waiting for its second attempt, and that email.
fn waiting() -> (Rc<TestApp>, Id<Email>) {
    let app = Rc::new(TestApp::new());
    app.platform.trouble.set(Failure { mail: Some(FailureTiming::Before), ..Failure::default() });
    app.register("ada", "ada@example.com").assert_ok();
    app.platform.trouble.set(Failure::default());
    app.pass_seconds(60);
    let id = app.platform.ask::<String>("SELECT id FROM outbox").parse().ok().unwrap();
    (app, id)
}

fn deliver(app: &TestApp, id: Id<Email>) {
    block_on(mail::deliver(&app.platform, app.settings(), id)).unwrap();
}

/// Runs something while an email is being sent.
fn meanwhile(app: &Rc<TestApp>, happen: impl FnOnce(&TestApp) + 'static) {
    let inside = app.clone();
    *app.platform.during_send.borrow_mut() = Some(Box::new(move || happen(&inside)));
}

#[test]
fn of_many_who_would_send_an_email_one_does() {
    let (app, id) = waiting();
    meanwhile(&app, move |app| deliver(app, id));
    deliver(&app, id);
    deliver(&app, id);
    assert_eq!(app.emails().len(), 1);
}

#[test]
fn a_report_that_comes_late_does_not_undo_a_newer_one() {
    let (app, id) = waiting();
    // The first attempt hangs beyond its lease; a second one takes over and succeeds; then the first fails.
    meanwhile(&app, move |app| {
        app.pass_seconds(61);
        deliver(app, id);
        app.platform.provider_status.set(503);
    });
    deliver(&app, id);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL AND sealed IS NULL"), 1);

    let (app, id) = waiting();
    // The reverse: the first succeeds after the second has failed, and does not count.
    app.platform.provider_status.set(503);
    meanwhile(&app, move |app| {
        app.pass_seconds(61);
        deliver(app, id);
        app.platform.provider_status.set(200);
    });
    deliver(&app, id);
    assert_eq!(app.platform.ask::<i64>("SELECT attempts FROM outbox WHERE sent_at IS NULL"), 3);
}

#[test]
fn an_email_whose_report_was_lost_goes_out_again_under_the_same_key() {
    let (app, id) = waiting();
    // The claim, then the report.
    app.platform.trouble.set(Failure { database: Some((1, FailureTiming::Before)), ..Failure::default() });
    assert!(block_on(mail::deliver(&app.platform, app.settings(), id)).is_err());
    app.cron();
    assert_eq!(app.emails().len(), 1, "the lease still stands");
    app.pass_seconds(60);
    app.cron();
    let keys: Vec<_> =
        app.platform.sent.borrow().iter().map(|request| request.headers()["idempotency-key"].clone()).collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}

#[test]
fn an_emails_contents_open_in_their_own_row_only() {
    let app = TestApp::new();
    app.platform.trouble.set(Failure { mail: Some(FailureTiming::Before), ..Failure::default() });
    app.register("one", "ada@example.com").assert_ok();
    app.register("two", "ada@example.com").assert_ok();
    app.platform.trouble.set(Failure::default());
    app.platform.tell(
        "UPDATE outbox SET sealed = (SELECT o.sealed FROM outbox o WHERE o.id <> outbox.id)
                      WHERE id = (SELECT min(id) FROM outbox)",
    );
    app.pass_seconds(60);
    app.cron();
    assert_eq!(app.emails().len(), 1);
    app.platform
        .tell("UPDATE outbox SET kind = 'account_exists', next_at = 0, lease_until = NULL WHERE sent_at IS NULL");
    app.cron();
    assert_eq!(app.emails().len(), 1);
}

#[test]
fn cron_sends_more_than_one_email_a_minute() {
    let app = TestApp::new();
    app.platform.provider_status.set(302);
    for login in ["one", "two", "three"] {
        app.register(login, &format!("{login}@example.com")).assert_ok();
    }
    let tried = app.emails().len();
    assert_eq!(
        app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE sent_at IS NULL"),
        3,
        "a redirect is no receipt"
    );
    app.platform.provider_status.set(200);
    app.pass_seconds(60);
    app.cron();
    assert_eq!(app.emails().len(), tried + 3);
}

#[test]
fn an_email_that_cannot_be_read_does_not_hold_up_the_others() {
    let app = TestApp::new();
    app.platform.provider_status.set(503);
    app.register("ada", "ada@example.com").assert_ok();
    app.pass_seconds(1);
    app.register("bob", "bob@example.com").assert_ok();
    app.platform.provider_status.set(200);
    app.platform.tell(
        "CREATE TRIGGER stuck BEFORE UPDATE ON outbox WHEN old.recipient = 'ada@example.com'
                      BEGIN SELECT RAISE(ABORT, 'stuck'); END",
    );
    app.pass_seconds(60);
    app.cron();
    assert_eq!(app.emails().pop().unwrap()["to"], json!(["bob@example.com"]));
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL"), 1);

    let app = TestApp::new();
    app.platform.provider_status.set(503);
    app.register("ada", "ada@example.com").assert_ok();
    app.pass_seconds(1);
    app.register("bob", "bob@example.com").assert_ok();
    app.platform.provider_status.set(200);
    app.platform.tell(
        "PRAGMA ignore_check_constraints = ON; UPDATE outbox SET id = 'bent' WHERE recipient = 'ada@example.com'",
    );
    app.pass_seconds(60);
    app.cron();
    assert_eq!(app.emails().pop().unwrap()["to"], json!(["bob@example.com"]));
}

#[test]
fn a_row_given_another_recipient_does_not_carry_the_link_there() {
    let app = TestApp::new();
    app.platform.trouble.set(Failure { mail: Some(FailureTiming::Before), ..Failure::default() });
    app.register("ada", "ada@example.com").assert_ok();
    app.platform.trouble.set(Failure::default());
    app.platform.tell("UPDATE outbox SET recipient = 'eve@example.com'");
    app.pass_seconds(60);
    app.cron();
    assert!(app.emails().is_empty());
}

#[test]
fn the_local_mailbox_shows_emails_with_links_in_development_on_loopback_only() {
    let local =
        [("MAIL_PROVIDER", "outbox"), ("ENVIRONMENT", "development"), ("APP_BASE_URL", "http://127.0.0.1:8787")];
    let app = TestApp::with(&local);
    assert!(app.local_mailbox().text().contains("No emails yet"));
    app.register("ada", "ada@example.com").assert_ok();
    let page = app.local_mailbox();
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<a href=\"http://127.0.0.1:8787/account/activate?token=gha_"), "{}", page.text());
    assert!(app.emails().is_empty(), "nothing is sent");
    assert_eq!(app.get("/health/ready").status, 200);
    // This machine reached by another name: by a host on its network, or by a page whose own name resolves to it.
    for host in ["192.168.1.7:8787", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example"] {
        let request = http::Request::get(format!("http://{host}/dev/mail")).header("Host", "127.0.0.1:8787");
        assert_eq!(app.send(request.body(Vec::new()).unwrap()).status, 404, "{host}");
    }

    for changes in [vec![("MAIL_PROVIDER", "outbox")], vec![local[0], local[2]], vec![local[0], local[1]]] {
        let app = TestApp::with(&changes);
        app.register("ada", "ada@example.com").assert_ok();
        let reply = app.local_mailbox();
        assert_eq!(reply.status, 404, "{changes:?}");
        assert!(!reply.text().contains("gha_"));
        assert_eq!(app.get("/health/ready").status, 503, "a provider that sends nothing is not ready: {changes:?}");
    }
}

#[test]
fn a_name_in_an_email_is_text_and_nothing_else() {
    let app = TestApp::with(&[("APP_NAME", "<img src=x>&\"'")]);
    app.register("ada", "ada@example.com").assert_ok();
    let html = app.emails()[0]["html"].as_str().unwrap().to_owned();
    assert!(!html.contains("<img"), "{html}");
    assert!(html.contains("&lt;img src=x&gt;"));
}
