//! An account recovered from a thief who changed its email address.

use http::Method;
use serde_json::json;

use crate::app::{CODES, NEW_PASSWORD, PASSWORD, TestApp, Tokens};
use crate::user_actions::email_to;

const OLD: &str = "ada@example.com";
const NEW: &str = "ada@new.example";
const DAY: u64 = 86_400;

/// Unused undo links.
const OPEN: &str = "SELECT count(*) FROM email_undos WHERE used_at IS NULL";

#[test]
fn whoever_was_robbed_takes_the_account_back() {
    let app = TestApp::with(&[CODES]);
    let thief = app.signed_in("ada");
    let undo = app.moved(&thief.access, NEW);
    assert!(undo.starts_with("ghu_"));
    // The thief's usual steps.
    app.change_email(&thief.access, "lair@example.com").assert_ok();
    let pending = app.last_link_token();
    app.recover(NEW).assert_ok();
    let recovery = app.last_link_token();
    app.request_code(NEW).assert_ok();

    let reply = app.undo_email(&undo, NEW_PASSWORD).assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Email restored successfully" }));
    assert_eq!(app.addresses(), OLD);
    app.login(OLD, NEW_PASSWORD).assert_ok();
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
    app.me(&thief.access).assert_error(401, "token_revoked");
    app.verify(&thief.access).assert_error(401, "token_revoked");
    app.refresh(&thief.refresh).assert_error(401, "invalid_refresh_token");
    app.confirm_email(&pending).assert_error(400, "invalid_token");
    app.reset(&recovery, "the thief's own password").assert_error(400, "invalid_token");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM codes WHERE used_at IS NULL"), 0);
    for address in [OLD, NEW] {
        assert_eq!(email_to(&app, address).0, "Your Gatehouse password was changed", "{address}");
    }
    assert_eq!(
        app.platform.ask::<String>("SELECT end_reason FROM sessions WHERE ended_at IS NOT NULL"),
        "email_undone"
    );
}

#[test]
fn no_new_password_of_the_thief_takes_the_way_back_away() {
    let app = TestApp::new();
    let thief = app.signed_in("ada");
    let undo = app.moved(&thief.access, NEW);
    app.change_password(&thief.access, PASSWORD, "the thief's own password").assert_ok();
    app.post_as(&thief.access, "/api/auth/logout/all", &json!({})).assert_ok();
    app.recover(NEW).assert_ok();
    app.reset(&app.last_link_token(), "and yet another password").assert_ok();
    app.undo_email(&undo, NEW_PASSWORD).assert_ok();
    app.login(OLD, NEW_PASSWORD).assert_ok();
}

#[test]
fn an_undo_works_once_for_a_week_and_looking_uses_nothing_up() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let undo = app.moved(&tokens.access, NEW);
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let path = format!("/account/email/undo?token={undo}");
        assert_eq!(app.request(method, &path, &[], "").status, 200);
    }
    app.pass_seconds(7 * DAY - 1);
    app.cron();
    app.undo_email(&undo, "short").assert_error(422, "weak_password");
    app.undo_email(&undo, OLD).assert_error(422, "weak_password");
    app.undo_email(&undo, NEW_PASSWORD).assert_ok();
    app.undo_email(&undo, "yet another password").assert_error(400, "invalid_token");

    let tokens = Tokens::of(&app.login("ada", NEW_PASSWORD).assert_ok());
    let late = app.moved_with(&tokens.access, NEW, NEW_PASSWORD);
    app.pass_seconds(7 * DAY);
    app.undo_email(&late, "yet another password").assert_error(400, "invalid_token");
    assert_eq!(app.addresses(), NEW);
    let refusals = "SELECT count(*) FROM audit WHERE act = 'undo_email_change' AND outcome = 'invalid_token'";
    assert_eq!(app.platform.ask::<i64>(refusals), 2);
}

#[test]
fn the_first_address_of_a_chain_comes_back_and_the_later_links_die() {
    let app = TestApp::new();
    let thief = app.signed_in("ada");
    let first = app.moved(&thief.access, NEW);
    let second = app.moved(&thief.access, "lair@example.com");
    app.undo_email(&first, NEW_PASSWORD).assert_ok();
    assert_eq!(app.addresses(), OLD);
    app.undo_email(&second, "the thief's own password").assert_error(400, "invalid_token");
    app.login(OLD, NEW_PASSWORD).assert_ok();
}

#[test]
fn the_last_link_of_a_chain_does_not_take_the_first_one_away() {
    let app = TestApp::new();
    let thief = app.signed_in("ada");
    let first = app.moved(&thief.access, NEW);
    let second = app.moved(&thief.access, "lair@example.com");
    app.undo_email(&second, "the thief's own password").assert_ok();
    assert_eq!(app.addresses(), NEW);
    app.undo_email(&first, NEW_PASSWORD).assert_ok();
    assert_eq!(app.addresses(), OLD);
}

#[test]
fn a_chain_made_while_clocks_disagree_is_undone_in_its_order() {
    let app = TestApp::new();
    let thief = app.signed_in("ada");
    let first = app.moved(&thief.access, NEW);
    let second = app.moved(&thief.access, "lair@example.com");
    app.platform.tell("UPDATE email_undos SET created_at = created_at - 60000 WHERE number = 2");
    app.undo_email(&first, NEW_PASSWORD).assert_ok();
    app.undo_email(&second, "the thief's own password").assert_error(400, "invalid_token");
}

#[test]
fn who_goes_back_by_the_ordinary_way_leaves_the_thief_no_way_back() {
    let app = TestApp::new();
    let owner = app.signed_in("ada");
    let thief = app.sign_in("ada");
    let first = app.moved(&thief.access, NEW);
    app.change_email(&owner.access, OLD).assert_ok();
    app.confirm_email(&app.last_link_token()).assert_ok();
    assert_eq!(app.addresses(), OLD);
    assert_eq!(app.platform.ask::<i64>(OPEN), 0);
    app.undo_email(&first, NEW_PASSWORD).assert_error(400, "invalid_token");
    // The thief's mailbox gets a notice without any link or code.
    let (subject, text) = email_to(&app, NEW);
    assert_eq!(subject, "Your Gatehouse account uses a previous email again");
    assert!(!text.contains("token=") && !text.contains(OLD), "{text}");
}

#[test]
fn going_back_over_a_chain_voids_every_way_back_that_was_opened_since() {
    let app = TestApp::new();
    let thief = app.signed_in("ada");
    app.moved(&thief.access, NEW);
    let second = app.moved(&thief.access, "lair@example.com");
    app.change_email(&thief.access, OLD).assert_ok();
    app.confirm_email(&app.last_link_token()).assert_ok();
    app.undo_email(&second, "the thief's own password").assert_error(400, "invalid_token");
    assert_eq!((app.addresses().as_str(), app.platform.ask::<i64>(OPEN)), (OLD, 0));
}

#[test]
fn a_thief_who_goes_back_to_an_address_of_theirs_takes_no_way_of_the_owners() {
    let app = TestApp::new();
    let thief = app.signed_in("ada");
    let first = app.moved(&thief.access, NEW);
    app.moved(&thief.access, "lair@example.com");
    app.change_email(&thief.access, NEW).assert_ok();
    app.confirm_email(&app.last_link_token()).assert_ok();
    assert_eq!((app.addresses().as_str(), app.platform.ask::<i64>(OPEN)), (NEW, 1));
    app.undo_email(&first, NEW_PASSWORD).assert_ok();
    assert_eq!(app.addresses(), OLD);
}

#[test]
fn a_way_back_that_has_expired_is_none_to_take() {
    let app = TestApp::new();
    let owner = app.signed_in("ada");
    app.moved(&owner.access, NEW);
    app.pass_seconds(7 * DAY);
    let owner = app.sign_in("ada");
    let undo = app.moved(&owner.access, OLD);
    assert!(undo.starts_with("ghu_"));
    app.undo_email(&undo, NEW_PASSWORD).assert_ok();
    assert_eq!(app.addresses(), NEW);
}

#[test]
fn a_reset_that_an_administrator_starts_voids_every_way_back() {
    let app = TestApp::new();
    let (root, owner) = (app.administrator("root"), app.signed_in("ada"));
    let undos = [NEW, "ada@newest.example"].map(|address| app.moved(&owner.access, address));
    let bystander = app.signed_in("bob");
    let other = app.moved(&bystander.access, "bob@new.example");
    app.administer(&root, "ada", "reset").assert_ok();
    for undo in undos {
        app.undo_email(&undo, NEW_PASSWORD).assert_error(400, "invalid_token");
    }
    app.undo_email(&other, NEW_PASSWORD).assert_ok();
}

#[test]
fn an_address_somebody_else_has_by_now_does_not_come_back() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let undo = app.moved(&tokens.access, NEW);
    app.register("eve", OLD).assert_ok();
    app.activate(&app.last_link_token()).assert_ok();
    app.undo_email(&undo, NEW_PASSWORD).assert_error(400, "invalid_token");
    assert_eq!(app.addresses(), format!("{NEW} {OLD}"));
    app.me(&tokens.access).assert_ok();
    app.login(NEW, PASSWORD).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM email_undos WHERE used_at IS NULL"), 1);
}

#[test]
fn an_address_given_away_while_the_new_password_is_hashed_does_not_come_back() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let undo = app.moved(&tokens.access, NEW);
    let eve = "INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at,
                     updated_at) SELECT '00000000-0000-4000-8000-000000000001', 'eve', 'ada@example.com',
                     'ada@example.com', password_hash, 'user', 1, 1, 1 FROM users";
    app.platform.before_batch(0, eve);
    app.undo_email(&undo, NEW_PASSWORD).assert_error(400, "invalid_token");
    app.me(&tokens.access).assert_ok();
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn an_undo_dies_with_its_account() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let undo = app.moved(&tokens.access, NEW);
    assert_eq!(app.delete_account(&tokens.access).status, 204);
    app.undo_email(&undo, NEW_PASSWORD).assert_error(400, "invalid_token");
}
