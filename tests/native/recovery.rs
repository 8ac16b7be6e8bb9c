use http::Method;
use serde_json::json;

use crate::app::{NEW_PASSWORD, PASSWORD, TestApp, Tokens};
use crate::platform::{Failure, FailureTiming};

impl TestApp {
    fn check(&self, token: &str) -> bool {
        let reply = self.post("/api/auth/local/recover/check", &json!({ "token": token })).assert_ok();
        assert_eq!(reply.json().as_object().unwrap().len(), 1);
        reply.json()["valid"].as_bool().unwrap()
    }

    /// A user, and the token of a recovery email to them.
    fn forgetful(&self) -> String {
        self.user("ada");
        assert_eq!(self.recover("ADA@example.com").assert_ok().json(), json!({ "message": "Recovery email sent" }));
        self.last_link_token()
    }
}

#[test]
fn who_has_forgotten_the_password_chooses_another() {
    let app = TestApp::new();
    let token = app.forgetful();
    assert!(token.starts_with("ghv_"));
    assert!(app.check(&token));
    let reply = app.reset(&token, NEW_PASSWORD).assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Password reset successfully" }));
    app.login("ada", NEW_PASSWORD).assert_ok();
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
    let email = app.emails().pop().unwrap();
    assert!(email["subject"].as_str().unwrap().contains("password was changed"), "{email}");
    assert!(!email.to_string().contains(NEW_PASSWORD));
}

#[test]
fn a_reset_ends_every_session_and_its_tokens() {
    let app = TestApp::new();
    let token = app.forgetful();
    let first = app.sign_in("ada");
    let second = app.sign_in("ada");
    app.reset(&token, NEW_PASSWORD).assert_ok();
    for tokens in [&first, &second] {
        app.me(&tokens.access).assert_error(401, "token_revoked");
        app.verify(&tokens.access).assert_error(401, "token_revoked");
        app.refresh(&tokens.refresh).assert_error(401, "invalid_refresh_token");
    }
    let third = Tokens::of(&app.login("ada", NEW_PASSWORD).assert_ok());
    app.verify(&third.access).assert_ok();
}

#[test]
fn a_link_works_once_for_an_hour_and_looking_uses_nothing_up() {
    let app = TestApp::new();
    let token = app.forgetful();
    for _ in 0..3 {
        assert!(app.check(&token));
        let path = format!("/account/recover?token={token}");
        assert_eq!(app.request(Method::GET, &path, &[], "").status, 200);
    }
    app.pass_seconds(3599);
    assert!(app.check(&token));
    app.reset(&token, NEW_PASSWORD).assert_ok();
    assert!(!app.check(&token));
    app.reset(&token, "yet another password").assert_error(400, "invalid_token");

    app.recover("ada@example.com").assert_ok();
    let late = app.last_link_token();
    app.pass_seconds(3600);
    assert!(!app.check(&late));
    app.reset(&late, "yet another password").assert_error(400, "invalid_token");
    app.login("ada", NEW_PASSWORD).assert_ok();
}

#[test]
fn a_reset_ends_the_links_asked_for_before() {
    let app = TestApp::new();
    let first = app.forgetful();
    app.recover("ada@example.com").assert_ok();
    let second = app.last_link_token();
    app.reset(&second, NEW_PASSWORD).assert_ok();
    assert!(!app.check(&first));
    app.reset(&first, "yet another password").assert_error(400, "invalid_token");
}

#[test]
fn a_weak_password_leaves_the_link_as_it_was() {
    let app = TestApp::new();
    let token = app.forgetful();
    app.reset(&token, "short").assert_error(422, "weak_password");
    app.reset(&token, "ada@example.com").assert_error(422, "weak_password");
    app.reset(&token, NEW_PASSWORD).assert_ok();
}

#[test]
fn known_unknown_disabled_and_not_activated_addresses_are_answered_alike() {
    let app = TestApp::new();
    app.user("ada");
    app.user("disabled");
    app.platform.tell("UPDATE users SET disabled_at = 1 WHERE login = 'disabled'");
    app.register("waiting", "waiting@example.com").assert_ok();
    let sent = app.emails().len();
    let expected = app.recover("nobody@example.com");
    for who in ["ada", "disabled", "waiting"] {
        assert_eq!(app.recover(&format!("{who}@example.com")).observable(), expected.observable(), "{who}");
    }
    // One email, to the user who can use it.
    assert_eq!(app.emails().len(), sent + 1);
    let statements = app.platform.database_calls.get();
    app.platform.provider_status.set(500);
    app.recover("nobody@example.com");
    let unknown = app.platform.database_calls.get() - statements;
    app.recover("disabled@example.com");
    assert_eq!(app.platform.database_calls.get() - statements - unknown, unknown);
}

#[test]
fn a_disabled_users_link_is_dead_and_recovery_activates_nothing() {
    let app = TestApp::new();
    let token = app.forgetful();
    app.platform.tell("UPDATE users SET disabled_at = 1");
    assert!(!app.check(&token));
    app.reset(&token, NEW_PASSWORD).assert_error(400, "invalid_token");
    assert_eq!(app.platform.ask::<i64>("SELECT auth_version FROM users"), 1);
}

#[test]
fn foreign_tokens_are_refused_before_any_io() {
    let app = TestApp::new();
    let token = app.forgetful();
    let calls = app.platform.database_calls.get();
    for foreign in [
        "",
        "ghv_",
        &token.replace("ghv_", "gha_"),
        &token.to_uppercase(),
        "ghv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        assert!(!app.check(foreign));
        app.reset(foreign, NEW_PASSWORD).assert_error(400, "invalid_token");
    }
    assert_eq!(app.platform.database_calls.get(), calls);
    app.activate(&token).assert_error(400, "invalid_token");
}

#[test]
fn a_reset_whose_answer_was_lost_is_a_reset() {
    let app = TestApp::new();
    let token = app.forgetful();
    app.platform.trouble.set(Failure { database: Some((2, FailureTiming::After)), ..Failure::default() });
    app.reset(&token, NEW_PASSWORD).assert_ok();
    app.login("ada", NEW_PASSWORD).assert_ok();
}

#[test]
fn a_mark_that_kv_did_not_take_is_repeated_by_cron() {
    let app = TestApp::new();
    let token = app.forgetful();
    let tokens = app.sign_in("ada");
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    app.reset(&token, NEW_PASSWORD).assert_ok();
    app.platform.trouble.set(Failure::default());
    app.me(&tokens.access).assert_error(401, "token_revoked");
    app.verify(&tokens.access).assert_ok();
    app.cron();
    app.verify(&tokens.access).assert_error(401, "token_revoked");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM users WHERE mark_pending = 1"), 0);
}

#[test]
fn an_older_mark_that_reaches_kv_after_a_newer_one_does_not_stay_there() {
    let app = TestApp::new();
    let token = app.forgetful();
    let tokens = app.sign_in("ada");
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    app.reset(&token, NEW_PASSWORD).assert_ok();
    app.platform.trouble.set(Failure::default());
    // While cron writes the reset's mark, another request raises the version again and writes that mark.
    app.platform.before_batch(0, "UPDATE users SET auth_version = auth_version + 1, mark_pending = 0");
    app.cron();
    app.cron();
    let user: String = app.platform.ask("SELECT id FROM users");
    assert_eq!(app.platform.kv_entry(&format!("version:{user}")).unwrap().0, "3 - user");
    app.verify(&tokens.access).assert_error(401, "token_revoked");
}
