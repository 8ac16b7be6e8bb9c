//! Changing the email address.

use serde_json::json;

use http::Method;

use crate::app::{CODES, NEW_PASSWORD, PASSWORD, TestApp};
use crate::platform::{Failure, FailureTiming};
use crate::user_actions::email_to;

const OLD: &str = "ada@example.com";
const NEW: &str = "ada@new.example";
impl TestApp {
    /// Moves a session's account to another address; returns the undo token.
    pub fn moved(&self, token: &str, email: &str) -> String {
        self.moved_with(token, email, PASSWORD)
    }

    pub fn moved_with(&self, token: &str, email: &str, password: &str) -> String {
        self.change_email_with(token, email, password).assert_ok();
        self.confirm_email(&self.last_link_token()).assert_ok();
        self.last_link_token()
    }

    pub fn addresses(&self) -> String {
        self.platform.ask("SELECT group_concat(email, ' ') FROM (SELECT email FROM users ORDER BY login)")
    }
}

#[test]
fn an_account_moves_when_its_new_address_is_confirmed_and_sessions_stay() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let reply = app.change_email(&tokens.access, "Ada@New.example").assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Confirmation email sent" }));
    assert_eq!(app.addresses(), OLD);
    let (subject, _) = email_to(&app, "Ada@new.example");
    assert_eq!(subject, "Confirm your new Gatehouse email");
    let token = app.last_link_token();
    assert!(token.starts_with("ghe_"));

    let reply = app.confirm_email(&token).assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Email changed successfully" }));
    assert_eq!(app.me(&tokens.access).assert_ok().json()["email"], "Ada@New.example");
    app.verify(&tokens.access).assert_ok();
    app.refresh(&tokens.refresh).assert_ok();
    app.login("ada@new.EXAMPLE", PASSWORD).assert_ok();
    app.login(OLD, PASSWORD).assert_error(401, "invalid_credentials");
}

#[test]
fn the_old_address_is_told_and_not_where_to() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.moved(&tokens.access, NEW);
    let (subject, text) = email_to(&app, OLD);
    assert_eq!(subject, "The email of your Gatehouse account was changed");
    assert!(!text.contains("new.example"), "{text}");
}

#[test]
fn a_change_needs_the_password_and_a_proof_that_is_not_old() {
    let app = TestApp::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = app.signed_in("ada");
    let emails = app.emails().len();
    app.change_email_with(&tokens.access, NEW, "wrong").assert_error(401, "invalid_credentials");
    app.change_email(&tokens.access, "nowhere").assert_error(400, "invalid_request");
    app.pass_seconds(901);
    app.change_email(&tokens.access, NEW).assert_error(403, "reauthentication_required");
    assert_eq!(app.emails().len(), emails);
    let failures = "SELECT count(*) FROM audit WHERE act = 'request_email_change' AND outcome = 'invalid_credentials'
           AND user_id = (SELECT id FROM users)";
    assert_eq!(app.platform.ask::<i64>(failures), 1);
}

#[test]
fn an_address_with_an_account_is_asked_for_alike_and_only_its_owner_is_told() {
    let app = TestApp::new();
    app.user("bob");
    let tokens = app.signed_in("ada");
    let ask = |email: &str| {
        let calls = app.platform.database_calls.get();
        let reply = app.change_email(&tokens.access, email).assert_ok();
        (reply.observable(), app.platform.database_calls.get() - calls)
    };
    assert_eq!(ask("BOB@example.com"), ask("free@example.com"));
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM email_changes"), 2);
    let (subject, text) = email_to(&app, "bob@example.com");
    assert_eq!(subject, "You already have a Gatehouse account");
    assert!(!text.contains("token="), "{text}");
}

#[test]
fn a_new_spelling_of_ones_own_address_is_no_other_account() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.moved(&tokens.access, "Ada@Example.com");
    assert_eq!(app.addresses(), "Ada@Example.com");
}

#[test]
fn domains_bind_a_new_address_and_closed_registration_does_not() {
    let asked = |registration: &str, email: &str| {
        let mut app = TestApp::new();
        let tokens = app.signed_in("ada");
        app.redeploy(&[("AUTH_REGISTRATION", registration)]);
        (app.change_email(&tokens.access, email), app)
    };
    asked("closed", NEW).0.assert_ok();
    asked("example.com,new.example", NEW).0.assert_ok();
    let (reply, app) = asked("example.com", NEW);
    reply.assert_error(403, "forbidden");
    let refusals = "SELECT count(*) FROM audit WHERE act = 'request_email_change' AND outcome = 'forbidden'";
    assert_eq!(app.platform.ask::<i64>(refusals), 1);
}

#[test]
fn a_link_works_once_for_an_hour_and_looking_uses_nothing_up() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.change_email(&tokens.access, NEW).assert_ok();
    let token = app.last_link_token();
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let path = format!("/account/email?token={token}");
        assert_eq!(app.request(method, &path, &[], "").status, 200);
    }
    app.pass_seconds(3599);
    app.confirm_email(&token).assert_ok();
    app.confirm_email(&token).assert_error(400, "invalid_token");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM email_undos"), 1);

    let tokens = app.sign_in("ada");
    app.change_email(&tokens.access, "late@example.com").assert_ok();
    app.pass_seconds(3600);
    app.confirm_email(&app.last_link_token()).assert_error(400, "invalid_token");
    assert_eq!(app.addresses(), NEW);
}

#[test]
fn a_change_asked_for_under_another_password_is_dead() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.change_email(&tokens.access, NEW).assert_ok();
    let token = app.last_link_token();
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_ok();
    app.confirm_email(&token).assert_error(400, "invalid_token");
    assert_eq!(app.addresses(), OLD);
    let refusals = "SELECT count(*) FROM audit WHERE act = 'change_email' AND outcome = 'invalid_token'";
    assert_eq!(app.platform.ask::<i64>(refusals), 1);
}

#[test]
fn a_change_asked_for_while_the_password_changes_is_not_written() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.before_batch(1, "UPDATE users SET auth_version = auth_version + 1");
    let emails = app.emails().len();
    app.change_email(&tokens.access, NEW).assert_error(401, "token_revoked");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM email_changes"), 0);
    assert_eq!(app.emails().len(), emails);
}

#[test]
fn a_disabled_user_neither_moves_nor_comes_back() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let undo = app.moved(&tokens.access, NEW);
    app.change_email(&tokens.access, "newer@example.com").assert_ok();
    let change = app.last_link_token();
    app.platform.tell("UPDATE users SET disabled_at = 1");
    app.confirm_email(&change).assert_error(400, "invalid_token");
    app.undo_email(&undo, NEW_PASSWORD).assert_error(400, "invalid_token");
    assert_eq!(app.addresses(), NEW);
    app.platform.tell("UPDATE users SET disabled_at = NULL");
    app.undo_email(&undo, NEW_PASSWORD).assert_ok();
}

#[test]
fn of_two_who_want_one_address_the_first_to_confirm_has_it() {
    let app = TestApp::new();
    let (ada, bob) = (app.signed_in("ada"), app.signed_in("bob"));
    app.change_email(&ada.access, NEW).assert_ok();
    let adas = app.last_link_token();
    app.change_email(&bob.access, NEW).assert_ok();
    let bobs = app.last_link_token();
    app.confirm_email(&bobs).assert_ok();
    app.confirm_email(&adas).assert_error(400, "invalid_token");
    assert_eq!(app.addresses(), format!("{OLD} {NEW}"));
}

#[test]
fn an_address_that_was_activated_meanwhile_is_not_taken_over() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.change_email(&tokens.access, "eve@example.com").assert_ok();
    let token = app.last_link_token();
    let eve = "INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at,
                     updated_at) SELECT '00000000-0000-4000-8000-000000000001', 'eve', 'eve@example.com',
                     'eve@example.com', password_hash, 'user', 1, 1, 1 FROM users";
    app.platform.before_batch(0, eve);
    app.confirm_email(&token).assert_error(400, "invalid_token");
    assert_eq!(app.addresses(), "ada@example.com eve@example.com");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM email_undos"), 0);
}

#[test]
fn what_was_on_its_way_to_the_old_address_dies_with_the_change() {
    let app = TestApp::with(&[CODES]);
    let tokens = app.signed_in("ada");
    app.change_email(&tokens.access, NEW).assert_ok();
    let change = app.last_link_token();
    app.change_email(&tokens.access, "third@example.com").assert_ok();
    let second = app.last_link_token();
    app.recover(OLD).assert_ok();
    let recovery = app.last_link_token();
    app.request_code(OLD).assert_ok();
    app.confirm_email(&change).assert_ok();

    app.confirm_email(&second).assert_error(400, "invalid_token");
    app.reset(&recovery, NEW_PASSWORD).assert_error(400, "invalid_token");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM codes WHERE used_at IS NULL"), 0);
    assert_eq!(app.addresses(), NEW);
}

#[test]
fn foreign_tokens_are_refused_before_any_io() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.change_email(&tokens.access, NEW).assert_ok();
    let change = app.last_link_token();
    let undo = app.moved(&tokens.access, "third@example.com");
    let calls = app.platform.database_calls.get();
    for foreign in ["", "ghe_", "ghu_", &undo, &undo.replace("ghu_", "ghe_"), &change.to_uppercase()] {
        app.confirm_email(foreign).assert_error(400, "invalid_token");
        assert_eq!(app.get(&format!("/account/email?token={foreign}")).status, 400);
    }
    for foreign in ["", "ghe_", "ghu_", &change, &change.replace("ghe_", "ghu_"), &undo.to_uppercase()] {
        app.undo_email(foreign, NEW_PASSWORD).assert_error(400, "invalid_token");
        assert_eq!(app.get(&format!("/account/email/undo?token={foreign}")).status, 400);
    }
    assert_eq!(app.platform.database_calls.get(), calls);
    app.activate(&change).assert_error(400, "invalid_token");
    app.reset(&undo, NEW_PASSWORD).assert_error(400, "invalid_token");
}

#[test]
fn changes_whose_answers_were_lost_are_changes() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    // The session, the account, and then the batch; a link is read before its batch.
    app.platform.trouble.set(Failure { database: Some((2, FailureTiming::After)), ..Failure::default() });
    app.change_email(&tokens.access, NEW).assert_ok();
    app.platform.trouble.set(Failure { database: Some((1, FailureTiming::After)), ..Failure::default() });
    app.confirm_email(&app.last_link_token()).assert_ok();
    app.platform.trouble.set(Failure { database: Some((1, FailureTiming::After)), ..Failure::default() });
    app.undo_email(&app.last_link_token(), NEW_PASSWORD).assert_ok();
    assert_eq!(app.platform.trouble.get().database, None);
    app.login(OLD, NEW_PASSWORD).assert_ok();
}
