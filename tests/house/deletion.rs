use std::time::Duration;

use gatehouse::flows::context::BackgroundTask;
use gatehouse::flows::operate;
use gatehouse::ports::KeyValue;
use http::Method;
use pollster::block_on;
use serde_json::json;

use crate::house::{CODES, House, NEW_PASSWORD, PASSWORD, Tokens};
use crate::world::{Trouble, When};

const TABLES: [&str; 8] =
    ["users", "registrations", "recoveries", "codes", "email_changes", "email_undos", "sessions", "outbox"];

/// Somebody of whom there is a row in every table.
fn lived_in(house: &House, login: &str) -> Tokens {
    let tokens = house.signed_in(login);
    house.change_email(&tokens.access, &format!("{login}@new.example")).granted();
    house.confirm_email(&house.last_link_token()).granted();
    house.change_email(&tokens.access, &format!("{login}@newer.example")).granted();
    let email = format!("{login}@new.example");
    house.recover(&email).granted();
    house.request_code(&email).granted();
    house.register("somebody", &email).granted();
    house.sign_in(login)
}

#[test]
fn who_leaves_is_a_stranger_at_every_door() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let other = house.sign_in("ada");
    let reply = house.delete_account(&tokens.access);
    assert_eq!((reply.status.as_u16(), reply.text().as_str()), (204, ""));
    for tokens in [&tokens, &other] {
        house.me(&tokens.access).refused(401, "token_revoked");
        house.verify(&tokens.access).refused(401, "token_revoked");
        house.refresh(&tokens.refresh).refused(401, "invalid_refresh_token");
        house.delete_account(&tokens.access).refused(401, "token_revoked");
    }
    let stranger = house.login("nobody", PASSWORD).face();
    assert_eq!(house.login("ada", PASSWORD).face(), stranger);
    assert_eq!(house.login("ada@example.com", PASSWORD).face(), stranger);
}

#[test]
fn all_that_is_theirs_goes_and_nothing_of_anybody_elses() {
    let house = House::with(&[CODES]);
    lived_in(&house, "bob");
    let before = TABLES.map(|table| house.world.count(table));
    let ada = lived_in(&house, "ada");
    assert_eq!(house.delete_account(&ada.access).status, 204);
    let letters_elsewhere =
        "DELETE FROM outbox WHERE kind = 'account_deleted' OR mailbox IN ('ada@example.com', 'ada@newer.example')";
    house.world.tell(letters_elsewhere);
    // What is left of ada's first registration, and what somebody wrote with her next address, is swept within a day;
    // that she has left, when no token of hers could pass any more.
    house.world.tell("DELETE FROM registrations WHERE email IN ('ada@example.com', 'ada@new.example')");
    house.world.tell("DELETE FROM departures");
    assert_eq!(TABLES.map(|table| house.world.count(table)), before);
    assert!(!house.world.dump().contains("ada"), "{}", house.world.dump());
}

#[test]
fn the_address_is_told_and_the_log_keeps_an_id_that_names_nobody() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let id: String = house.world.ask("SELECT id FROM users");
    assert_eq!(house.delete_account(&tokens.access).status, 204);
    let letter = house.letters().pop().unwrap();
    assert_eq!(
        (&letter["to"], &letter["subject"]),
        (&json!(["ada@example.com"]), &json!("Your Gatehouse account was deleted"))
    );
    let told = format!("SELECT count(*) FROM audit WHERE user_id = '{id}' AND act IN ('sign_in', 'delete_account')");
    assert_eq!(house.world.ask::<i64>(&told), 2);
    let elsewhere = house.world.dump().lines().filter(|line| line.contains(&id)).count();
    assert_eq!(elsewhere, 4, "{}", house.world.dump());
    house.pass_seconds(901);
    house.cron();
    assert_eq!(house.world.count("departures"), 0);
}

#[test]
fn leaving_needs_a_proof_that_is_not_old() {
    let house = House::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = house.signed_in("ada");
    house.pass_seconds(901);
    house.delete_account(&tokens.access).refused(403, "reauthentication_required");
    house.me(&tokens.access).granted();
    house.reauthenticate(&tokens.access, PASSWORD).granted();
    assert_eq!(house.delete_account(&tokens.access).status, 204);
}

#[test]
fn who_has_left_can_come_again_with_the_same_name_and_address() {
    let house = House::new();
    let before = house.signed_in("ada");
    assert_eq!(house.delete_account(&before.access).status, 204);
    let after = house.signed_in("ada");
    house.verify(&after.access).granted();
    house.me(&after.access).granted();
    house.me(&before.access).refused(401, "token_revoked");
}

#[test]
fn what_kv_did_not_hear_of_a_departure_is_repeated_by_cron() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.world.trouble.set(Trouble { kv: Some(When::Before), ..Trouble::default() });
    assert_eq!(house.delete_account(&tokens.access).status, 204);
    house.world.trouble.set(Trouble::default());
    house.verify(&tokens.access).granted();
    assert_eq!(house.world.count("departures"), 1);
    house.cron();
    house.verify(&tokens.access).refused(401, "token_revoked");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM departures WHERE mark_pending = 1"), 0);
}

#[test]
fn an_older_mark_that_reaches_kv_after_a_departure_does_not_stay_there() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let (user, session): (String, String) =
        (house.world.ask("SELECT id FROM users"), house.world.ask("SELECT id FROM sessions"));
    house.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).granted();
    assert_eq!(house.delete_account(&tokens.access).status, 204);
    // The mark of the change arrives now, and after it the report that it was told.
    let (key, mark) = (format!("version:{user}"), format!("2 {session}"));
    block_on(house.world.put(&key, &mark, Duration::from_secs(900))).unwrap();
    let report = BackgroundTask::SettleUserMark(user.parse().ok().unwrap(), 2);
    block_on(operate::run(&house.world, house.settings(), vec![report]));
    house.cron();
    house.verify(&tokens.access).refused(401, "token_revoked");
}

#[test]
fn a_departure_is_told_as_long_as_any_access_token_could_pass() {
    let mut house = House::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let long = house.signed_in("ada");
    house.redeploy(&[("AUTH_ACCESS_TOKEN_LIFETIME", "60")]);
    let short = house.sign_in("ada");
    assert_eq!(house.delete_account(&short.access).status, 204);
    house.pass_seconds(7199);
    house.cron();
    house.verify(&long.access).refused(401, "token_revoked");
}

#[test]
fn a_registration_that_waits_does_not_tell_when_its_address_loses_its_account() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.register("stranger", "ada@example.com").granted();
    house.login("stranger", PASSWORD).refused(403, "account_not_activated");
    assert_eq!(house.delete_account(&tokens.access).status, 204);
    house.login("stranger", PASSWORD).refused(403, "account_not_activated");
}

#[test]
fn a_mark_that_concerns_no_token_any_more_is_swept() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.world.trouble.set(Trouble { kv: Some(When::Before), ..Trouble::default() });
    assert_eq!(house.delete_account(&tokens.access).status, 204);
    house.pass_seconds(901);
    house.cron();
    assert_eq!(house.world.count("departures"), 0);
}

#[test]
fn a_deletion_whose_answer_was_lost_is_a_deletion() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.world.trouble.set(Trouble { database: Some((1, When::After)), ..Trouble::default() });
    assert_eq!(house.delete_account(&tokens.access).status, 204);
    house.verify(&tokens.access).refused(401, "token_revoked");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'delete_account'"), 1);
}

#[test]
fn an_account_that_changes_meanwhile_is_not_deleted() {
    for change in ["auth_version = auth_version + 1", "disabled_at = 1", "email_folded = 'x@y.com'"] {
        let house = House::new();
        let tokens = house.signed_in("ada");
        house.world.before_batch(0, &format!("UPDATE users SET {change}"));
        house.delete_account(&tokens.access).refused(401, "token_revoked");
        assert_eq!(
            (house.world.count("users"), house.world.count("registrations"), house.world.count("sessions")),
            (1, 1, 1),
            "{change}"
        );
        let refusals = "SELECT count(*) FROM audit WHERE act = 'delete_account' AND outcome = 'token_revoked'";
        assert_eq!(house.world.ask::<i64>(refusals), 1, "{change}");
    }
}

#[test]
fn a_browser_is_not_made_to_delete_by_somebody_elses_page() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let request = House::request(Method::DELETE, "/api/auth/me").header("Cookie", format!("token={}", tokens.access));
    house.send(request.header("Origin", "https://evil.example").body(Vec::new()).unwrap()).refused(403, "csrf_failed");
    house.me(&tokens.access).granted();
}
