use crate::house::{House, NEW_PASSWORD, PASSWORD, Tokens};
use crate::world::{Trouble, When};

#[test]
fn a_change_ends_the_other_sessions_and_keeps_this_one() {
    let house = House::new();
    let here = house.signed_in("ada");
    let there = house.sign_in("ada");
    house.change_password(&here.access, PASSWORD, NEW_PASSWORD).granted();
    house.verify(&here.access).granted();
    house.me(&here.access).granted();
    house.refresh(&here.refresh).granted();
    house.verify(&there.access).refused(401, "token_revoked");
    house.me(&there.access).refused(401, "token_revoked");
    house.refresh(&there.refresh).refused(401, "invalid_refresh_token");
    house.login("ada", NEW_PASSWORD).granted();
    house.login("ada", PASSWORD).refused(401, "invalid_credentials");
    assert!(house.letters().pop().unwrap()["subject"].as_str().unwrap().contains("password was changed"));
}

#[test]
fn a_change_needs_the_present_password_and_a_good_new_one() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.change_password(&tokens.access, "wrong", NEW_PASSWORD).refused(401, "invalid_credentials");
    house.change_password(&tokens.access, PASSWORD, "short").refused(422, "weak_password");
    house.change_password(&tokens.access, PASSWORD, "ada@example.com").refused(422, "weak_password");
    house.login("ada", PASSWORD).granted();
    let failures = "SELECT count(*) FROM audit WHERE act = 'change_password' AND outcome = 'invalid_credentials'";
    assert_eq!(house.world.ask::<i64>(failures), 1);
}

#[test]
fn a_change_needs_a_proof_that_is_not_old() {
    let house = House::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = house.signed_in("ada");
    house.pass_seconds(901);
    house.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).refused(403, "reauthentication_required");
    house.reauthenticate(&tokens.access, "wrong").refused(401, "invalid_credentials");
    house.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).refused(403, "reauthentication_required");
    house.reauthenticate(&tokens.access, PASSWORD).granted();
    house.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).granted();
}

#[test]
fn of_two_changes_at_once_one_wins() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.world.before_batch(1, "UPDATE users SET auth_version = auth_version + 1");
    house.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).refused(401, "token_revoked");
    house.login("ada", PASSWORD).granted();
}

#[test]
fn a_change_whose_answer_was_lost_is_a_change() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.world.trouble.set(Trouble { database: Some((3, When::After)), ..Trouble::default() });
    house.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).granted();
    house.login("ada", NEW_PASSWORD).granted();
}

#[test]
fn a_proof_whose_answer_was_lost_is_a_proof() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.pass_seconds(1);
    for (when, status) in [(When::After, 200), (When::Before, 503)] {
        house.world.trouble.set(Trouble { database: Some((2, when)), ..Trouble::default() });
        assert_eq!(house.reauthenticate(&tokens.access, PASSWORD).status, status, "{when:?}");
        house.pass_seconds(1);
    }
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'reauthenticate'"), 1);
}

#[test]
fn the_exception_of_one_change_is_none_for_the_next() {
    let house = House::new();
    let first = house.signed_in("ada");
    house.change_password(&first.access, PASSWORD, NEW_PASSWORD).granted();
    let second = Tokens::of(&house.login("ada", NEW_PASSWORD).granted());
    house.change_password(&second.access, NEW_PASSWORD, PASSWORD).granted();
    house.verify(&first.access).refused(401, "token_revoked");
    house.verify(&second.access).granted();
}

#[test]
fn a_proof_for_a_session_that_has_just_ended_is_not_recorded_as_one() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.world.before_batch(1, "UPDATE sessions SET ended_at = 1, end_reason = 'ended'");
    house.reauthenticate(&tokens.access, PASSWORD).refused(401, "token_revoked");
    let recorded = "SELECT count(*) FROM audit WHERE act = 'reauthenticate' AND outcome = ";
    assert_eq!(house.world.ask::<i64>(&format!("{recorded}'ok'")), 0);
    assert_eq!(house.world.ask::<i64>(&format!("{recorded}'token_revoked' AND factor = 'pwd'")), 1);
}
