//! An account taken back from a thief who moved it to another address.

use http::Method;
use serde_json::json;

use crate::house::{CODES, House, NEW_PASSWORD, PASSWORD, Tokens};
use crate::people::letter_to;

const OLD: &str = "ada@example.com";
const NEW: &str = "ada@new.example";
const DAY: u64 = 86_400;

/// Ways back that nobody has taken.
const OPEN: &str = "SELECT count(*) FROM email_undos WHERE used_at IS NULL";

#[test]
fn whoever_was_robbed_takes_the_account_back() {
    let house = House::with(&[CODES]);
    let thief = house.signed_in("ada");
    let undo = house.moved(&thief.access, NEW);
    assert!(undo.starts_with("ghu_"));
    // The thief does what thieves do.
    house.change_email(&thief.access, "lair@example.com").granted();
    let pending = house.last_link_token();
    house.recover(NEW).granted();
    let recovery = house.last_link_token();
    house.request_code(NEW).granted();

    let reply = house.undo_email(&undo, NEW_PASSWORD).granted();
    assert_eq!(reply.json(), json!({ "message": "Email restored successfully" }));
    assert_eq!(house.emails(), OLD);
    house.login(OLD, NEW_PASSWORD).granted();
    house.login("ada", PASSWORD).refused(401, "invalid_credentials");
    house.me(&thief.access).refused(401, "token_revoked");
    house.verify(&thief.access).refused(401, "token_revoked");
    house.refresh(&thief.refresh).refused(401, "invalid_refresh_token");
    house.confirm_email(&pending).refused(400, "invalid_token");
    house.reset(&recovery, "the thief's own password").refused(400, "invalid_token");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM codes WHERE used_at IS NULL"), 0);
    for address in [OLD, NEW] {
        assert_eq!(letter_to(&house, address).0, "Your Gatehouse password was changed", "{address}");
    }
    assert_eq!(house.world.ask::<String>("SELECT end_reason FROM sessions WHERE ended_at IS NOT NULL"), "email_undone");
}

#[test]
fn no_new_password_of_the_thief_takes_the_way_back_away() {
    let house = House::new();
    let thief = house.signed_in("ada");
    let undo = house.moved(&thief.access, NEW);
    house.change_password(&thief.access, PASSWORD, "the thief's own password").granted();
    house.post_as(&thief.access, "/api/auth/logout/all", &json!({})).granted();
    house.recover(NEW).granted();
    house.reset(&house.last_link_token(), "and yet another password").granted();
    house.undo_email(&undo, NEW_PASSWORD).granted();
    house.login(OLD, NEW_PASSWORD).granted();
}

#[test]
fn an_undo_works_once_for_a_week_and_looking_uses_nothing_up() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let undo = house.moved(&tokens.access, NEW);
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let path = format!("/account/email/undo?token={undo}");
        assert_eq!(house.knock(method, &path, &[], "").status, 200);
    }
    house.pass_seconds(7 * DAY - 1);
    house.cron();
    house.undo_email(&undo, "short").refused(422, "weak_password");
    house.undo_email(&undo, OLD).refused(422, "weak_password");
    house.undo_email(&undo, NEW_PASSWORD).granted();
    house.undo_email(&undo, "yet another password").refused(400, "invalid_token");

    let tokens = Tokens::of(&house.login("ada", NEW_PASSWORD).granted());
    let late = house.moved_with(&tokens.access, NEW, NEW_PASSWORD);
    house.pass_seconds(7 * DAY);
    house.undo_email(&late, "yet another password").refused(400, "invalid_token");
    assert_eq!(house.emails(), NEW);
    let refusals = "SELECT count(*) FROM audit WHERE act = 'undo_email_change' AND outcome = 'invalid_token'";
    assert_eq!(house.world.ask::<i64>(refusals), 2);
}

#[test]
fn the_first_address_of_a_chain_comes_back_and_the_later_links_die() {
    let house = House::new();
    let thief = house.signed_in("ada");
    let first = house.moved(&thief.access, NEW);
    let second = house.moved(&thief.access, "lair@example.com");
    house.undo_email(&first, NEW_PASSWORD).granted();
    assert_eq!(house.emails(), OLD);
    house.undo_email(&second, "the thief's own password").refused(400, "invalid_token");
    house.login(OLD, NEW_PASSWORD).granted();
}

#[test]
fn the_last_link_of_a_chain_does_not_take_the_first_one_away() {
    let house = House::new();
    let thief = house.signed_in("ada");
    let first = house.moved(&thief.access, NEW);
    let second = house.moved(&thief.access, "lair@example.com");
    house.undo_email(&second, "the thief's own password").granted();
    assert_eq!(house.emails(), NEW);
    house.undo_email(&first, NEW_PASSWORD).granted();
    assert_eq!(house.emails(), OLD);
}

#[test]
fn a_chain_made_while_clocks_disagree_is_undone_in_its_order() {
    let house = House::new();
    let thief = house.signed_in("ada");
    let first = house.moved(&thief.access, NEW);
    let second = house.moved(&thief.access, "lair@example.com");
    house.world.tell("UPDATE email_undos SET created_at = created_at - 60000 WHERE number = 2");
    house.undo_email(&first, NEW_PASSWORD).granted();
    house.undo_email(&second, "the thief's own password").refused(400, "invalid_token");
}

#[test]
fn who_goes_back_by_the_ordinary_way_leaves_the_thief_no_way_back() {
    let house = House::new();
    let owner = house.signed_in("ada");
    let thief = house.sign_in("ada");
    let first = house.moved(&thief.access, NEW);
    house.change_email(&owner.access, OLD).granted();
    house.confirm_email(&house.last_link_token()).granted();
    assert_eq!(house.emails(), OLD);
    assert_eq!(house.world.ask::<i64>(OPEN), 0);
    house.undo_email(&first, NEW_PASSWORD).refused(400, "invalid_token");
    // Who reads the thief's mailbox is told, and is sent nothing that opens anything.
    let (subject, text) = letter_to(&house, NEW);
    assert_eq!(subject, "Your Gatehouse account is back at an address it had before");
    assert!(text.contains("account ada went back") && text.contains("2026-05-28T20:26:40Z"), "{text}");
    assert!(!text.contains("token=") && !text.contains(OLD), "{text}");
}

#[test]
fn going_back_over_a_chain_voids_every_way_back_that_was_opened_since() {
    let house = House::new();
    let thief = house.signed_in("ada");
    house.moved(&thief.access, NEW);
    let second = house.moved(&thief.access, "lair@example.com");
    house.change_email(&thief.access, OLD).granted();
    house.confirm_email(&house.last_link_token()).granted();
    house.undo_email(&second, "the thief's own password").refused(400, "invalid_token");
    assert_eq!((house.emails().as_str(), house.world.ask::<i64>(OPEN)), (OLD, 0));
}

#[test]
fn a_thief_who_goes_back_to_an_address_of_theirs_takes_no_way_of_the_owners() {
    let house = House::new();
    let thief = house.signed_in("ada");
    let first = house.moved(&thief.access, NEW);
    house.moved(&thief.access, "lair@example.com");
    house.change_email(&thief.access, NEW).granted();
    house.confirm_email(&house.last_link_token()).granted();
    assert_eq!((house.emails().as_str(), house.world.ask::<i64>(OPEN)), (NEW, 1));
    house.undo_email(&first, NEW_PASSWORD).granted();
    assert_eq!(house.emails(), OLD);
}

#[test]
fn a_way_back_that_has_expired_is_none_to_take() {
    let house = House::new();
    let owner = house.signed_in("ada");
    house.moved(&owner.access, NEW);
    house.pass_seconds(7 * DAY);
    let owner = house.sign_in("ada");
    let undo = house.moved(&owner.access, OLD);
    assert!(undo.starts_with("ghu_"));
    house.undo_email(&undo, NEW_PASSWORD).granted();
    assert_eq!(house.emails(), NEW);
}

#[test]
fn a_reset_that_an_administrator_starts_voids_every_way_back() {
    let house = House::new();
    let (root, owner) = (house.administrator("root"), house.signed_in("ada"));
    let undos = [NEW, "ada@newest.example"].map(|address| house.moved(&owner.access, address));
    let bystander = house.signed_in("bob");
    let other = house.moved(&bystander.access, "bob@new.example");
    house.administer(&root, "ada", "reset").granted();
    for undo in undos {
        house.undo_email(&undo, NEW_PASSWORD).refused(400, "invalid_token");
    }
    house.undo_email(&other, NEW_PASSWORD).granted();
}

#[test]
fn an_address_somebody_else_has_by_now_does_not_come_back() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let undo = house.moved(&tokens.access, NEW);
    house.register("eve", OLD).granted();
    house.activate(&house.last_link_token()).granted();
    house.undo_email(&undo, NEW_PASSWORD).refused(400, "invalid_token");
    assert_eq!(house.emails(), format!("{NEW} {OLD}"));
    house.me(&tokens.access).granted();
    house.login(NEW, PASSWORD).granted();
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM email_undos WHERE used_at IS NULL"), 1);
}

#[test]
fn an_address_given_away_while_the_new_password_is_hashed_does_not_come_back() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let undo = house.moved(&tokens.access, NEW);
    let eve = "INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at,
                     updated_at) SELECT '00000000-0000-4000-8000-000000000001', 'eve', 'ada@example.com',
                     'ada@example.com', password_hash, 'user', 1, 1, 1 FROM users";
    house.world.before_batch(0, eve);
    house.undo_email(&undo, NEW_PASSWORD).refused(400, "invalid_token");
    house.me(&tokens.access).granted();
    house.login("ada", PASSWORD).granted();
}

#[test]
fn an_undo_dies_with_its_account() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let undo = house.moved(&tokens.access, NEW);
    assert_eq!(house.delete_account(&tokens.access).status, 204);
    house.undo_email(&undo, NEW_PASSWORD).refused(400, "invalid_token");
}
