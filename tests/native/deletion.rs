use std::time::Duration;

use gatehouse::flows::background;
use gatehouse::flows::context::BackgroundTask;
use gatehouse::ports::KeyValue;
use http::Method;
use pollster::block_on;
use serde_json::json;

use crate::app::{CODES, NEW_PASSWORD, PASSWORD, TestApp, Tokens};
use crate::platform::{Failure, FailureTiming};

const TABLES: [&str; 9] = [
    "users",
    "passwords",
    "registrations",
    "recoveries",
    "codes",
    "email_changes",
    "email_undos",
    "sessions",
    "outbox",
];

/// A user with a row in every table.
fn lived_in(app: &TestApp, login: &str) -> Tokens {
    let tokens = app.signed_in(login);
    app.change_email(&tokens.access, &format!("{login}@new.example")).assert_ok();
    app.confirm_email(&app.last_link_token()).assert_ok();
    app.change_email(&tokens.access, &format!("{login}@newer.example")).assert_ok();
    let email = format!("{login}@new.example");
    app.recover(&email).assert_ok();
    app.request_code(&email).assert_ok();
    app.register("somebody", &email).assert_ok();
    app.sign_in(login)
}

#[test]
fn who_leaves_is_a_stranger_on_every_route() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let other = app.sign_in("ada");
    let reply = app.delete_account(&tokens.access);
    assert_eq!((reply.status.as_u16(), reply.text().as_str()), (204, ""));
    for tokens in [&tokens, &other] {
        app.me(&tokens.access).assert_error(401, "token_revoked");
        app.verify(&tokens.access).assert_error(401, "token_revoked");
        app.refresh(&tokens.refresh).assert_error(401, "invalid_refresh_token");
        app.delete_account(&tokens.access).assert_error(401, "token_revoked");
    }
    let stranger = app.login("nobody", PASSWORD).observable();
    assert_eq!(app.login("ada", PASSWORD).observable(), stranger);
    assert_eq!(app.login("ada@example.com", PASSWORD).observable(), stranger);
}

#[test]
fn all_that_is_theirs_goes_and_nothing_of_anybody_elses() {
    let app = TestApp::with(&[CODES]);
    lived_in(&app, "bob");
    let before = TABLES.map(|table| app.platform.count(table));
    let ada = lived_in(&app, "ada");
    assert_eq!(app.delete_account(&ada.access).status, 204);
    let emails_elsewhere =
        "DELETE FROM outbox WHERE kind = 'account_deleted' OR mailbox IN ('ada@example.com', 'ada@newer.example')";
    app.platform.tell(emails_elsewhere);
    // What remains of Ada's first registration, and rows others created with her next address, are swept within a day; the
    // record of her deletion, once none of her tokens could still be valid.
    app.platform.tell("DELETE FROM registrations WHERE email IN ('ada@example.com', 'ada@new.example')");
    app.platform.tell("DELETE FROM departures");
    assert_eq!(TABLES.map(|table| app.platform.count(table)), before);
    assert!(!app.platform.dump().contains("ada"), "{}", app.platform.dump());
}

#[test]
fn the_address_is_told_and_the_log_keeps_an_id_that_names_nobody() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let id: String = app.platform.ask("SELECT id FROM users");
    assert_eq!(app.delete_account(&tokens.access).status, 204);
    let email = app.emails().pop().unwrap();
    assert_eq!(
        (&email["to"], &email["subject"]),
        (&json!(["ada@example.com"]), &json!("Your Gatehouse account was deleted"))
    );
    let told = format!("SELECT count(*) FROM audit WHERE user_id = '{id}' AND act IN ('sign_in', 'delete_account')");
    assert_eq!(app.platform.ask::<i64>(&told), 2);
    let elsewhere = app.platform.dump().lines().filter(|line| line.contains(&id)).count();
    assert_eq!(elsewhere, 4, "{}", app.platform.dump());
    app.pass_seconds(901);
    app.cron();
    assert_eq!(app.platform.count("departures"), 0);
}

#[test]
fn leaving_needs_a_proof_that_is_not_old() {
    let app = TestApp::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = app.signed_in("ada");
    app.pass_seconds(901);
    app.delete_account(&tokens.access).assert_error(403, "reauthentication_required");
    app.me(&tokens.access).assert_ok();
    app.reauthenticate(&tokens.access, PASSWORD).assert_ok();
    assert_eq!(app.delete_account(&tokens.access).status, 204);
}

#[test]
fn who_has_left_can_come_again_with_the_same_name_and_address() {
    let app = TestApp::new();
    let before = app.signed_in("ada");
    assert_eq!(app.delete_account(&before.access).status, 204);
    let after = app.signed_in("ada");
    app.verify(&after.access).assert_ok();
    app.me(&after.access).assert_ok();
    app.me(&before.access).assert_error(401, "token_revoked");
}

#[test]
fn what_kv_did_not_hear_of_a_departure_is_repeated_by_cron() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    assert_eq!(app.delete_account(&tokens.access).status, 204);
    app.platform.trouble.set(Failure::default());
    app.verify(&tokens.access).assert_ok();
    assert_eq!(app.platform.count("departures"), 1);
    app.cron();
    app.verify(&tokens.access).assert_error(401, "token_revoked");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM departures WHERE mark_pending = 1"), 0);
}

#[test]
fn an_older_mark_that_reaches_kv_after_a_departure_does_not_stay_there() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let (user, session): (String, String) =
        (app.platform.ask("SELECT id FROM users"), app.platform.ask("SELECT id FROM sessions"));
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_ok();
    assert_eq!(app.delete_account(&tokens.access).status, 204);
    // The mark of the change arrives now, followed by the report that KV has it.
    let (key, mark) = (format!("version:{user}"), format!("2 {session}"));
    block_on(app.platform.put(&key, &mark, Duration::from_secs(900))).unwrap();
    let report = BackgroundTask::SettleUserMark(user.parse().ok().unwrap(), 2);
    block_on(background::run(&app.platform, app.settings(), vec![report]));
    app.cron();
    app.verify(&tokens.access).assert_error(401, "token_revoked");
}

#[test]
fn a_departure_is_told_as_long_as_any_access_token_could_pass() {
    let mut app = TestApp::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let long = app.signed_in("ada");
    app.redeploy(&[("AUTH_ACCESS_TOKEN_LIFETIME", "60")]);
    let short = app.sign_in("ada");
    assert_eq!(app.delete_account(&short.access).status, 204);
    app.pass_seconds(7199);
    app.cron();
    app.verify(&long.access).assert_error(401, "token_revoked");
}

#[test]
fn a_registration_that_waits_does_not_tell_when_its_address_loses_its_account() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.register("stranger", "ada@example.com").assert_ok();
    app.login("stranger", PASSWORD).assert_error(403, "account_not_activated");
    assert_eq!(app.delete_account(&tokens.access).status, 204);
    app.login("stranger", PASSWORD).assert_error(403, "account_not_activated");
}

#[test]
fn a_mark_that_concerns_no_token_any_more_is_swept() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    assert_eq!(app.delete_account(&tokens.access).status, 204);
    app.pass_seconds(901);
    app.cron();
    assert_eq!(app.platform.count("departures"), 0);
}

#[test]
fn a_deletion_whose_answer_was_lost_is_a_deletion() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.trouble.set(Failure { database: Some((1, FailureTiming::After)), ..Failure::default() });
    assert_eq!(app.delete_account(&tokens.access).status, 204);
    app.verify(&tokens.access).assert_error(401, "token_revoked");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'delete_account'"), 1);
}

#[test]
fn an_account_that_changes_meanwhile_is_not_deleted() {
    for change in ["auth_version = auth_version + 1", "disabled_at = 1", "email_folded = 'x@y.com'"] {
        let app = TestApp::new();
        let tokens = app.signed_in("ada");
        app.platform.before_batch(0, &format!("UPDATE users SET {change}"));
        app.delete_account(&tokens.access).assert_error(401, "token_revoked");
        assert_eq!(
            (app.platform.count("users"), app.platform.count("registrations"), app.platform.count("sessions")),
            (1, 1, 1),
            "{change}"
        );
        let refusals = "SELECT count(*) FROM audit WHERE act = 'delete_account' AND outcome = 'token_revoked'";
        assert_eq!(app.platform.ask::<i64>(refusals), 1, "{change}");
    }
}

#[test]
fn a_browser_is_not_made_to_delete_by_somebody_elses_page() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let request = TestApp::builder(Method::DELETE, "/api/auth/me").header("Cookie", format!("token={}", tokens.access));
    app.send(request.header("Origin", "https://evil.example").body(Vec::new()).unwrap())
        .assert_error(403, "csrf_failed");
    app.me(&tokens.access).assert_ok();
}
