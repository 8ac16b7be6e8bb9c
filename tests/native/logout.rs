use std::time::Duration;

use gatehouse::domain::timestamp::Timestamp;
use gatehouse::ports::Clock;
use serde_json::json;

use crate::app::{TestApp, Tokens};
use crate::platform::{Failure, FailureTiming};

#[test]
fn logging_out_ends_the_session_with_all_its_tokens() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
    assert_eq!(app.logout(&first.access).assert_ok().json(), json!({ "message": "Logged out successfully" }));
    for access in [&first.access, &second.access] {
        app.me(access).assert_error(401, "token_revoked");
        app.verify(access).assert_error(401, "token_revoked");
        app.logout(access).assert_error(401, "token_revoked");
    }
    for refresh in [&first.refresh, &second.refresh] {
        app.refresh(refresh).assert_error(401, "invalid_refresh_token");
    }
}

#[test]
fn a_refresh_token_logs_out_too_even_a_spent_one_with_an_expired_access_token() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    app.pass_seconds(1000);
    let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
    app.logout(&first.access).assert_error(401, "token_expired");
    let logout = |token: &str| app.post("/api/auth/logout", &json!({ "refresh_token": token }));
    logout(&first.refresh).assert_ok();
    app.me(&second.access).assert_error(401, "token_revoked");
    // A repeated sign-out gives the same result.
    logout(&second.refresh).assert_ok();
    logout("ghr_forged").assert_error(401, "invalid_refresh_token");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'sign_out' AND user_id IS NOT NULL"), 1);
}

#[test]
fn nobody_is_not_logged_out() {
    let app = TestApp::new();
    app.post("/api/auth/logout", &json!({})).assert_error(401, "unauthorized");
    app.logout("nonsense").assert_error(401, "token_invalid");
}

fn mark_of_the_only_session(app: &TestApp) -> Option<Timestamp> {
    let id: String = app.platform.ask("SELECT id FROM sessions");
    app.platform.kv_entry(&format!("revoked:{id}")).map(|(_, expires_at)| expires_at)
}

#[test]
fn the_mark_stands_as_long_as_any_access_token_could_pass() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let exp = app.platform.now() + Duration::from_secs(900);
    app.logout(&tokens.access).assert_ok();
    let until = mark_of_the_only_session(&app).unwrap();
    assert!(until >= exp && until <= exp + Duration::from_secs(61), "{until} for {exp}");
    assert_eq!(app.platform.ask::<i64>("SELECT mark_pending FROM sessions"), 0);
}

#[test]
fn a_mark_is_not_shortened_with_the_setting() {
    let mut app = TestApp::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "86400")]);
    let first = app.signed_in("ada");
    app.redeploy(&[("AUTH_ACCESS_TOKEN_LIFETIME", "60")]);
    let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
    app.logout(&second.access).assert_ok();
    app.pass_seconds(3600);
    app.verify(&first.access).assert_error(401, "token_revoked");
}

#[test]
fn a_logout_whose_answer_was_lost_is_a_logout() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.trouble.set(Failure { database: Some((0, FailureTiming::After)), ..Failure::default() });
    app.logout(&tokens.access).assert_ok();
    app.verify(&tokens.access).assert_error(401, "token_revoked");
}

#[test]
fn a_mark_nobody_needs_any_more_is_not_written() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    app.logout(&tokens.access).assert_ok();
    app.platform.trouble.set(Failure::default());
    app.pass_seconds(901);
    app.cron();
    assert_eq!(mark_of_the_only_session(&app), None);
}

#[test]
fn a_mark_that_cannot_be_read_does_not_hold_up_the_others() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    let second = app.signed_in("bob");
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    app.logout(&first.access).assert_ok();
    app.pass_seconds(1);
    app.logout(&second.access).assert_ok();
    app.platform.trouble.set(Failure::default());
    let stuck: String = app.platform.ask("SELECT id FROM sessions ORDER BY ended_at LIMIT 1");
    app.platform
        .tell(&format!("PRAGMA ignore_check_constraints = ON; UPDATE sessions SET id = 'bent' WHERE id = '{stuck}'"));
    app.cron();
    app.verify(&second.access).assert_error(401, "token_revoked");
}

#[test]
fn where_kv_lags_the_gateway_learns_late_and_d1_at_once() {
    let mut app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.kv_lag.set(Duration::from_secs(60));
    app.elsewhere(|app| app.logout(&tokens.access)).assert_ok();
    app.me(&tokens.access).assert_error(401, "token_revoked");
    app.verify(&tokens.access).assert_ok();
    // The miss above is cached as well, so KV may take its lag twice.
    app.pass_seconds(60);
    app.verify(&tokens.access).assert_error(401, "token_revoked");
}

#[test]
fn a_mark_that_could_not_be_written_is_repeated_by_cron() {
    for when in [FailureTiming::Before, FailureTiming::After] {
        let app = TestApp::new();
        let tokens = app.signed_in("ada");
        app.platform.trouble.set(Failure { kv: Some(when), ..Failure::default() });
        app.logout(&tokens.access).assert_ok();
        app.me(&tokens.access).assert_error(401, "token_revoked");
        assert_eq!(app.platform.ask::<i64>("SELECT mark_pending FROM sessions"), 1);
        app.cron();
        assert_eq!(app.platform.ask::<i64>("SELECT mark_pending FROM sessions"), 1);

        app.platform.trouble.set(Failure::default());
        app.cron();
        assert!(mark_of_the_only_session(&app).is_some());
        assert_eq!(app.platform.ask::<i64>("SELECT mark_pending FROM sessions"), 0);
        app.verify(&tokens.access).assert_error(401, "token_revoked");
    }
}
