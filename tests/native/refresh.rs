use std::time::Duration;

use gatehouse::ports::Clock;

use crate::app::{PASSWORD, TestApp, Tokens};
use crate::platform::{Failure, FailureTiming};

#[test]
fn a_refresh_gives_the_next_pair() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    app.pass_seconds(600);
    let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
    assert_ne!(first.access, second.access);
    assert_ne!(first.refresh, second.refresh);
    app.me(&second.access).assert_ok();
    // Until it expires, the older access token still belongs to the same session.
    app.me(&first.access).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT generation FROM sessions"), 1);
}

#[test]
fn a_spent_token_has_the_same_answer_for_ten_seconds() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    let answer = app.refresh(&first.refresh).assert_ok();
    app.platform.pass(Duration::from_secs(10));
    assert_eq!(app.refresh(&first.refresh).assert_ok().text(), answer.text());
    assert_eq!(app.platform.ask::<i64>("SELECT generation FROM sessions"), 1);
}

#[test]
fn how_long_a_spent_token_still_gets_its_answer_is_a_setting() {
    let app = TestApp::with(&[("AUTH_REFRESH_GRACE", "60")]);
    let first = app.signed_in("ada");
    let answer = app.refresh(&first.refresh).assert_ok();
    app.pass_seconds(59);
    assert_eq!(app.refresh(&first.refresh).assert_ok().text(), answer.text());
    app.pass_seconds(2);
    app.refresh(&first.refresh).assert_error(401, "refresh_token_reused");

    for wrong in ["61", "-1", "ten"] {
        let app = TestApp::with(&[("AUTH_REFRESH_GRACE", wrong)]);
        assert!(app.get("/health/ready").json()["checks"]["AUTH_REFRESH_GRACE"].is_string(), "{wrong}");
    }
}

#[test]
fn without_a_grace_a_spent_token_ends_the_session_a_moment_later() {
    let app = TestApp::with(&[("AUTH_REFRESH_GRACE", "0")]);
    let first = app.signed_in("ada");
    let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
    app.platform.pass(Duration::from_millis(1));
    app.refresh(&first.refresh).assert_error(401, "refresh_token_reused");
    app.refresh(&second.refresh).assert_error(401, "invalid_refresh_token");
}

#[test]
fn a_spent_refresh_token_ends_the_session() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
    let emails = app.emails().len();
    app.platform.pass(Duration::from_millis(10_001));
    app.refresh(&first.refresh).assert_error(401, "refresh_token_reused");

    app.refresh(&second.refresh).assert_error(401, "invalid_refresh_token");
    app.refresh(&first.refresh).assert_error(401, "invalid_refresh_token");
    app.me(&second.access).assert_error(401, "token_revoked");
    app.verify(&second.access).assert_error(401, "token_revoked");
    let told = app.emails();
    assert_eq!(told.len(), emails + 1);
    assert!(told.last().unwrap()["text"].as_str().unwrap().contains("2026-05-28T20:26:40Z (Unknown device)"));
    let reused =
        "SELECT count(*) FROM audit WHERE act = 'refresh' AND outcome = 'refresh_token_reused' AND user_id IS NOT NULL";
    assert_eq!(app.platform.ask::<i64>(reused), 1);
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn the_token_before_the_last_has_no_grace() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
    app.refresh(&second.refresh).assert_ok();
    app.refresh(&first.refresh).assert_error(401, "refresh_token_reused");
}

#[test]
fn idle_time_slides_and_the_end_does_not_move() {
    let app = TestApp::with(&[("AUTH_REFRESH_TOKEN_LIFETIME", "3600"), ("AUTH_SESSION_LIFETIME", "7000")]);
    let first = app.signed_in("ada");
    app.pass_seconds(3_599);
    let reply = app.refresh(&first.refresh).assert_ok();
    // 7000 s after sign-in, not 3600 s from now.
    assert_eq!(reply.json()["refresh_token_expires"], "2026-05-28T22:23:20Z");
    let second = Tokens::of(&reply);
    app.pass_seconds(3_400);
    let reply = app.refresh(&second.refresh).assert_ok();
    let third = Tokens::of(&reply);
    assert_eq!(reply.json()["expires"], "2026-05-28T22:23:20Z", "no access token outlives its session");
    app.pass_seconds(2);
    app.refresh(&third.refresh).assert_error(401, "invalid_refresh_token");
    app.me(&third.access).assert_error(401, "token_expired");
}

#[test]
fn an_idle_session_is_over_also_for_a_token_in_grace() {
    let app = TestApp::with(&[("AUTH_REFRESH_TOKEN_LIFETIME", "60")]);
    let idle = app.signed_in("ada");
    app.pass_seconds(60);
    app.refresh(&idle.refresh).assert_error(401, "invalid_refresh_token");

    let app = TestApp::with(&[("AUTH_SESSION_LIFETIME", "64")]);
    let first = app.signed_in("ada");
    app.pass_seconds(60);
    app.refresh(&first.refresh).assert_ok();
    app.pass_seconds(4);
    app.refresh(&first.refresh).assert_error(401, "invalid_refresh_token");

    let app = TestApp::with(&[("AUTH_REFRESH_TOKEN_LIFETIME", "60"), ("AUTH_REFRESH_GRACE", "60")]);
    let first = app.signed_in("ada");
    app.refresh(&first.refresh).assert_ok();
    app.pass_seconds(60);
    app.refresh(&first.refresh).assert_error(401, "invalid_refresh_token");
}

#[test]
fn a_disabled_user_has_no_next_pair_and_no_grace() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    app.refresh(&first.refresh).assert_ok();
    app.platform.tell("UPDATE users SET disabled_at = 1");
    app.refresh(&first.refresh).assert_error(401, "invalid_refresh_token");
}

#[test]
fn a_refresh_takes_up_the_users_present_role_and_version() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    app.platform.tell("UPDATE users SET role = 'admin', auth_version = 2");
    let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
    assert_eq!(app.verify(&first.access).header("x-auth-role"), "user");
    assert_eq!(app.verify(&second.access).header("x-auth-role"), "admin");
}

#[test]
fn a_token_from_after_the_backup_ends_nothing() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
    app.platform.tell("UPDATE sessions SET generation = 0");
    app.refresh(&second.refresh).assert_error(401, "invalid_refresh_token");
    app.refresh(&first.refresh).assert_ok();
}

#[test]
fn a_lost_answer_from_the_database_costs_nobody_a_session() {
    for (when, grace) in [(FailureTiming::Before, "10"), (FailureTiming::After, "10"), (FailureTiming::After, "0")] {
        let app = TestApp::with(&[("AUTH_REFRESH_GRACE", grace)]);
        let first = app.signed_in("ada");
        app.platform.trouble.set(Failure { database: Some((0, when)), ..Failure::default() });
        let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
        assert_eq!(app.platform.ask::<i64>("SELECT generation FROM sessions"), 1, "{when:?} {grace}");
        app.refresh(&second.refresh).assert_ok();
    }
}

#[test]
fn a_clock_that_lags_behind_the_last_one_costs_nobody_a_session() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    let then = app.platform.now();
    app.platform.set_clock(then - Duration::from_secs(50));
    app.refresh(&first.refresh).assert_ok();
    // Grace counts from the clock of the sign-in, not from the one that lags.
    app.platform.set_clock(then);
    app.refresh(&first.refresh).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT generation FROM sessions"), 1);
}

#[test]
fn a_reuse_whose_answer_was_lost_is_still_told_as_one() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
    app.pass_seconds(60);
    // The rotation, the read of the session, then the ending.
    app.platform.trouble.set(Failure { database: Some((2, FailureTiming::After)), ..Failure::default() });
    app.refresh(&first.refresh).assert_error(401, "refresh_token_reused");
    app.verify(&second.access).assert_error(401, "token_revoked");
    assert_eq!(
        app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE kind = 'refresh_token_reused' AND sent_at > 0"),
        1
    );
}

#[test]
fn an_access_token_does_not_outlive_the_idle_time() {
    let app = TestApp::with(&[("AUTH_REFRESH_TOKEN_LIFETIME", "60")]);
    let tokens = app.signed_in("ada");
    app.pass_seconds(60);
    app.refresh(&tokens.refresh).assert_error(401, "invalid_refresh_token");
    app.me(&tokens.access).assert_error(401, "token_expired");
}

#[test]
fn forged_and_foreign_tokens_are_refused_before_any_io() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let link = app.last_link_token();
    let tokens = {
        app.activate(&link).assert_ok();
        app.sign_in("ada")
    };
    let calls = app.platform.database_calls.get();
    let mut forged = tokens.refresh.clone();
    let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
    forged.push(last);
    let renamed = link.replace("gha_", "ghr_");
    for token in ["", "ghr_", "x", &forged, &tokens.access, &link, &renamed, &"g".repeat(4000)] {
        app.refresh(token).assert_error(401, "invalid_refresh_token");
    }
    assert_eq!(app.platform.database_calls.get(), calls);
}

#[test]
fn one_refresh_is_one_round_trip() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    let before = (app.platform.database_calls.get(), app.platform.kv_calls.get());
    app.refresh(&first.refresh).assert_ok();
    assert_eq!((app.platform.database_calls.get() - before.0, app.platform.kv_calls.get() - before.1), (1, 0));
}
