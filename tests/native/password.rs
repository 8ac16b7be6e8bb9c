use crate::app::{NEW_PASSWORD, PASSWORD, TestApp, Tokens};
use crate::platform::{Failure, FailureTiming};

#[test]
fn a_change_ends_the_other_sessions_and_keeps_this_one() {
    let app = TestApp::new();
    let here = app.signed_in("ada");
    let there = app.sign_in("ada");
    app.change_password(&here.access, PASSWORD, NEW_PASSWORD).assert_ok();
    app.verify(&here.access).assert_ok();
    app.me(&here.access).assert_ok();
    app.refresh(&here.refresh).assert_ok();
    app.verify(&there.access).assert_error(401, "token_revoked");
    app.me(&there.access).assert_error(401, "token_revoked");
    app.refresh(&there.refresh).assert_error(401, "invalid_refresh_token");
    app.login("ada", NEW_PASSWORD).assert_ok();
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
    assert!(app.emails().pop().unwrap()["subject"].as_str().unwrap().contains("password was changed"));
}

#[test]
fn a_change_needs_the_present_password_and_a_good_new_one() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.change_password(&tokens.access, "wrong", NEW_PASSWORD).assert_error(401, "invalid_credentials");
    app.change_password(&tokens.access, PASSWORD, "short").assert_error(422, "weak_password");
    app.change_password(&tokens.access, PASSWORD, "ada@example.com").assert_error(422, "weak_password");
    app.login("ada", PASSWORD).assert_ok();
    let failures = "SELECT count(*) FROM audit WHERE act = 'change_password' AND outcome = 'invalid_credentials'";
    assert_eq!(app.platform.ask::<i64>(failures), 1);
}

#[test]
fn a_change_needs_a_proof_that_is_not_old() {
    let app = TestApp::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = app.signed_in("ada");
    app.pass_seconds(901);
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_error(403, "reauthentication_required");
    app.reauthenticate(&tokens.access, "wrong").assert_error(401, "invalid_credentials");
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_error(403, "reauthentication_required");
    app.reauthenticate(&tokens.access, PASSWORD).assert_ok();
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_ok();
}

#[test]
fn of_two_changes_at_once_one_wins() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.before_batch(1, "UPDATE users SET auth_version = auth_version + 1");
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_error(401, "token_revoked");
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn a_change_whose_answer_was_lost_is_a_change() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.trouble.set(Failure { database: Some((3, FailureTiming::After)), ..Failure::default() });
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_ok();
    app.login("ada", NEW_PASSWORD).assert_ok();
}

#[test]
fn a_proof_whose_answer_was_lost_is_a_proof() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.pass_seconds(1);
    for (when, status) in [(FailureTiming::After, 200), (FailureTiming::Before, 503)] {
        app.platform.trouble.set(Failure { database: Some((2, when)), ..Failure::default() });
        assert_eq!(app.reauthenticate(&tokens.access, PASSWORD).status, status, "{when:?}");
        app.pass_seconds(1);
    }
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'reauthenticate'"), 1);
}

#[test]
fn the_exception_of_one_change_is_none_for_the_next() {
    let app = TestApp::new();
    let first = app.signed_in("ada");
    app.change_password(&first.access, PASSWORD, NEW_PASSWORD).assert_ok();
    let second = Tokens::of(&app.login("ada", NEW_PASSWORD).assert_ok());
    app.change_password(&second.access, NEW_PASSWORD, PASSWORD).assert_ok();
    app.verify(&first.access).assert_error(401, "token_revoked");
    app.verify(&second.access).assert_ok();
}

#[test]
fn a_proof_for_a_session_that_has_just_ended_is_not_recorded_as_one() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.before_batch(1, "UPDATE sessions SET ended_at = 1, end_reason = 'ended'");
    app.reauthenticate(&tokens.access, PASSWORD).assert_error(401, "token_revoked");
    let recorded = "SELECT count(*) FROM audit WHERE act = 'reauthenticate' AND outcome = ";
    assert_eq!(app.platform.ask::<i64>(&format!("{recorded}'ok'")), 0);
    assert_eq!(app.platform.ask::<i64>(&format!("{recorded}'token_revoked' AND factor = 'pwd'")), 1);
}
