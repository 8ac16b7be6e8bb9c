use crate::app::{CODES, PASSWORD, TestApp, Tokens};
use crate::browser::Browser;
use crate::oauth_device::tv;

const DAY: u64 = 86_400;

/// A test app with a row of every kind.
fn lived_in() -> (TestApp, Tokens) {
    let app = TestApp::with(&[CODES]);
    let tokens = app.signed_in("ada");
    app.register("bob", "bob@example.com").assert_ok();
    app.recover("ada@example.com").assert_ok();
    app.request_code("ada@example.com").assert_ok();
    app.change_email(&tokens.access, "new@example.com").assert_ok();
    app.confirm_email(&app.last_link_token()).assert_ok();
    app.change_email(&tokens.access, "newer@example.com").assert_ok();
    app.login("nobody", "wrong").assert_error(401, "invalid_credentials");
    Browser::of(&app, "ada");
    let carol = app.signed_in("carol");
    assert_eq!(app.delete_account(&carol.access).status, 204);
    (app, tokens)
}

#[test]
fn what_lives_is_not_swept() {
    let (app, tokens) = lived_in();
    let tables = [
        "registrations",
        "recoveries",
        "codes",
        "attempts",
        "networks",
        "departures",
        "email_changes",
        "email_undos",
        "sessions",
        "outbox",
        "audit",
        "users",
    ];
    let before = tables.map(|table| app.platform.count(table));
    app.pass_seconds(299);
    app.cron();
    assert_eq!(tables.map(|table| app.platform.count(table)), before);
    app.me(&tokens.access).assert_ok();
}

#[test]
fn what_is_over_is_swept_each_in_its_time() {
    let (app, _) = lived_in();
    app.pass_seconds(DAY + 1);
    app.cron();
    assert_eq!(
        (app.platform.count("registrations"), app.platform.count("recoveries"), app.platform.count("codes")),
        (0, 0, 0)
    );
    assert_eq!((app.platform.count("email_changes"), app.platform.count("email_undos")), (0, 1));
    assert_eq!(app.platform.count("submissions"), 0);
    assert_eq!(
        (app.platform.count("attempts"), app.platform.count("departures"), app.platform.count("networks")),
        (0, 0, 1)
    );
    assert!(app.platform.count("sessions") == 2 && app.platform.count("outbox") > 0 && app.platform.count("audit") > 0);
    app.pass_seconds(6 * DAY);
    app.cron();
    assert_eq!(app.platform.count("email_undos"), 0);
    app.pass_seconds(23 * DAY);
    app.cron();
    assert_eq!(app.platform.count("outbox"), 0);
    app.pass_seconds(30 * DAY);
    app.cron();
    assert_eq!((app.platform.count("sessions"), app.platform.count("audit") > 0), (0, true));
    assert_eq!(app.platform.count("networks"), 0);
    app.pass_seconds(305 * DAY);
    app.cron();
    assert_eq!((app.platform.count("audit"), app.platform.count("users")), (0, 1));
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn the_log_is_kept_as_long_as_the_setting_says() {
    let app = TestApp::with(&[("AUDIT_RETENTION_DAYS", "7")]);
    app.user("ada");
    app.pass_seconds(7 * DAY);
    app.cron();
    assert_eq!(app.platform.count("audit"), 2);
    app.pass_seconds(1);
    app.cron();
    assert_eq!(app.platform.count("audit"), 0);
    assert!(
        TestApp::with(&[("AUDIT_RETENTION_DAYS", "0")]).get("/health/ready").text().contains("AUDIT_RETENTION_DAYS")
    );
}

#[test]
fn emails_that_wait_are_not_swept() {
    let app = TestApp::with(&[("MAIL_PROVIDER", "outbox")]);
    app.register("ada", "ada@example.com").assert_ok();
    app.pass_seconds(40 * DAY);
    app.cron();
    assert_eq!(app.platform.count("outbox"), 1);
}

#[test]
fn an_authorization_is_kept_until_it_has_expired() {
    let app = TestApp::new();
    tv(&app).device(&[]);
    let left = |seconds| {
        app.pass_seconds(seconds);
        app.cron();
        app.platform.count("authorizations")
    };
    assert_eq!((left(600), left(1)), (1, 0));
}

#[test]
fn a_run_takes_a_bounded_bite() {
    let app = TestApp::new();
    app.platform.tell(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         INSERT INTO codes (id, subject, created_at, expires_at)
         SELECT printf('%036d', i), printf('%036d', i), 1, 2 FROM n",
    );
    for left in [3000, 1000, 0] {
        app.cron();
        assert_eq!(app.platform.count("codes"), left);
    }
}

#[test]
fn what_was_used_once_and_the_undo_of_a_factor_are_kept_until_they_have_expired() {
    let app = TestApp::new();
    app.user("ada");
    app.platform.tell(
        "INSERT INTO spent SELECT id, 'x', created_at + 300000 FROM users;
         INSERT INTO factor_undos SELECT id, id, created_at, created_at + 604800000, NULL, NULL FROM users",
    );
    let left = |seconds| {
        app.pass_seconds(seconds);
        app.cron();
        (app.platform.count("spent"), app.platform.count("factor_undos"))
    };
    // A slower clock may take the value for unexpired for a minute more.
    assert_eq!(left(360), (1, 1));
    assert_eq!(left(1), (0, 1));
    assert_eq!(left(7 * DAY - 361), (0, 1));
    assert_eq!(left(1), (0, 0));
}
