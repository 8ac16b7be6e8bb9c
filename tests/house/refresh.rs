use std::time::Duration;

use gatehouse::ports::Clock;

use crate::house::{House, PASSWORD, Tokens};
use crate::world::{Trouble, When};

#[test]
fn a_refresh_gives_the_next_pair() {
    let house = House::new();
    let first = house.signed_in("ada");
    house.pass_seconds(600);
    let second = Tokens::of(&house.refresh(&first.refresh).granted());
    assert_ne!(first.access, second.access);
    assert_ne!(first.refresh, second.refresh);
    house.me(&second.access).granted();
    // Until it expires the older access token is still the same session's.
    house.me(&first.access).granted();
    assert_eq!(house.world.ask::<i64>("SELECT generation FROM sessions"), 1);
}

#[test]
fn a_spent_token_has_the_same_answer_for_ten_seconds() {
    let house = House::new();
    let first = house.signed_in("ada");
    let answer = house.refresh(&first.refresh).granted();
    house.world.pass(Duration::from_secs(10));
    assert_eq!(house.refresh(&first.refresh).granted().text(), answer.text());
    assert_eq!(house.world.ask::<i64>("SELECT generation FROM sessions"), 1);
}

#[test]
fn how_long_a_spent_token_still_gets_its_answer_is_a_setting() {
    let house = House::with(&[("AUTH_REFRESH_GRACE", "60")]);
    let first = house.signed_in("ada");
    let answer = house.refresh(&first.refresh).granted();
    house.pass_seconds(59);
    assert_eq!(house.refresh(&first.refresh).granted().text(), answer.text());
    house.pass_seconds(2);
    house.refresh(&first.refresh).refused(401, "refresh_token_reused");

    for wrong in ["61", "-1", "ten"] {
        let house = House::with(&[("AUTH_REFRESH_GRACE", wrong)]);
        assert!(house.get("/health/ready").json()["checks"]["AUTH_REFRESH_GRACE"].is_string(), "{wrong}");
    }
}

#[test]
fn without_a_grace_a_spent_token_ends_the_session_a_moment_later() {
    let house = House::with(&[("AUTH_REFRESH_GRACE", "0")]);
    let first = house.signed_in("ada");
    let second = Tokens::of(&house.refresh(&first.refresh).granted());
    house.world.pass(Duration::from_millis(1));
    house.refresh(&first.refresh).refused(401, "refresh_token_reused");
    house.refresh(&second.refresh).refused(401, "invalid_refresh_token");
}

#[test]
fn a_spent_refresh_token_ends_the_session() {
    let house = House::new();
    let first = house.signed_in("ada");
    let second = Tokens::of(&house.refresh(&first.refresh).granted());
    let letters = house.letters().len();
    house.world.pass(Duration::from_millis(10_001));
    house.refresh(&first.refresh).refused(401, "refresh_token_reused");

    house.refresh(&second.refresh).refused(401, "invalid_refresh_token");
    house.refresh(&first.refresh).refused(401, "invalid_refresh_token");
    house.me(&second.access).refused(401, "token_revoked");
    house.verify(&second.access).refused(401, "token_revoked");
    let told = house.letters();
    assert_eq!(told.len(), letters + 1);
    assert!(told.last().unwrap()["text"].as_str().unwrap().contains("2026-05-28T20:26:40Z (Unknown device)"));
    let reused =
        "SELECT count(*) FROM audit WHERE act = 'refresh' AND outcome = 'refresh_token_reused' AND user_id IS NOT NULL";
    assert_eq!(house.world.ask::<i64>(reused), 1);
    house.login("ada", PASSWORD).granted();
}

#[test]
fn the_token_before_the_last_has_no_grace() {
    let house = House::new();
    let first = house.signed_in("ada");
    let second = Tokens::of(&house.refresh(&first.refresh).granted());
    house.refresh(&second.refresh).granted();
    house.refresh(&first.refresh).refused(401, "refresh_token_reused");
}

#[test]
fn idle_time_slides_and_the_end_does_not_move() {
    let house = House::with(&[("AUTH_REFRESH_TOKEN_LIFETIME", "3600"), ("AUTH_SESSION_LIFETIME", "7000")]);
    let first = house.signed_in("ada");
    house.pass_seconds(3_599);
    let reply = house.refresh(&first.refresh).granted();
    // 7000 s after sign-in, not 3600 s from now.
    assert_eq!(reply.json()["refresh_token_expires"], "2026-05-28T22:23:20Z");
    let second = Tokens::of(&reply);
    house.pass_seconds(3_400);
    let reply = house.refresh(&second.refresh).granted();
    let third = Tokens::of(&reply);
    assert_eq!(reply.json()["expires"], "2026-05-28T22:23:20Z", "no access token outlives its session");
    house.pass_seconds(2);
    house.refresh(&third.refresh).refused(401, "invalid_refresh_token");
    house.me(&third.access).refused(401, "token_expired");
}

#[test]
fn an_idle_session_is_over_also_for_a_token_in_grace() {
    let house = House::with(&[("AUTH_REFRESH_TOKEN_LIFETIME", "60")]);
    let idle = house.signed_in("ada");
    house.pass_seconds(60);
    house.refresh(&idle.refresh).refused(401, "invalid_refresh_token");

    let house = House::with(&[("AUTH_SESSION_LIFETIME", "64")]);
    let first = house.signed_in("ada");
    house.pass_seconds(60);
    house.refresh(&first.refresh).granted();
    house.pass_seconds(4);
    house.refresh(&first.refresh).refused(401, "invalid_refresh_token");

    let house = House::with(&[("AUTH_REFRESH_TOKEN_LIFETIME", "60"), ("AUTH_REFRESH_GRACE", "60")]);
    let first = house.signed_in("ada");
    house.refresh(&first.refresh).granted();
    house.pass_seconds(60);
    house.refresh(&first.refresh).refused(401, "invalid_refresh_token");
}

#[test]
fn a_disabled_user_has_no_next_pair_and_no_grace() {
    let house = House::new();
    let first = house.signed_in("ada");
    house.refresh(&first.refresh).granted();
    house.world.tell("UPDATE users SET disabled_at = 1");
    house.refresh(&first.refresh).refused(401, "invalid_refresh_token");
}

#[test]
fn a_refresh_takes_up_the_users_present_role_and_version() {
    let house = House::new();
    let first = house.signed_in("ada");
    house.world.tell("UPDATE users SET role = 'admin', auth_version = 2");
    let second = Tokens::of(&house.refresh(&first.refresh).granted());
    assert_eq!(house.verify(&first.access).header("x-auth-role"), "user");
    assert_eq!(house.verify(&second.access).header("x-auth-role"), "admin");
}

#[test]
fn a_token_from_after_the_backup_ends_nothing() {
    let house = House::new();
    let first = house.signed_in("ada");
    let second = Tokens::of(&house.refresh(&first.refresh).granted());
    house.world.tell("UPDATE sessions SET generation = 0");
    house.refresh(&second.refresh).refused(401, "invalid_refresh_token");
    house.refresh(&first.refresh).granted();
}

#[test]
fn a_lost_answer_from_the_database_costs_nobody_a_session() {
    for (when, grace) in [(When::Before, "10"), (When::After, "10"), (When::After, "0")] {
        let house = House::with(&[("AUTH_REFRESH_GRACE", grace)]);
        let first = house.signed_in("ada");
        house.world.trouble.set(Trouble { database: Some((0, when)), ..Trouble::default() });
        let second = Tokens::of(&house.refresh(&first.refresh).granted());
        assert_eq!(house.world.ask::<i64>("SELECT generation FROM sessions"), 1, "{when:?} {grace}");
        house.refresh(&second.refresh).granted();
    }
}

#[test]
fn a_clock_that_lags_behind_the_last_one_costs_nobody_a_session() {
    let house = House::new();
    let first = house.signed_in("ada");
    let then = house.world.now();
    house.world.set_clock(then - Duration::from_secs(50));
    house.refresh(&first.refresh).granted();
    // Grace counts from the sign-in's clock, not from the one that lags.
    house.world.set_clock(then);
    house.refresh(&first.refresh).granted();
    assert_eq!(house.world.ask::<i64>("SELECT generation FROM sessions"), 1);
}

#[test]
fn a_reuse_whose_answer_was_lost_is_still_told_as_one() {
    let house = House::new();
    let first = house.signed_in("ada");
    let second = Tokens::of(&house.refresh(&first.refresh).granted());
    house.pass_seconds(60);
    // The rotation, the look at the session, then the ending.
    house.world.trouble.set(Trouble { database: Some((2, When::After)), ..Trouble::default() });
    house.refresh(&first.refresh).refused(401, "refresh_token_reused");
    house.verify(&second.access).refused(401, "token_revoked");
    assert_eq!(
        house.world.ask::<i64>("SELECT count(*) FROM outbox WHERE kind = 'refresh_token_reused' AND sent_at > 0"),
        1
    );
}

#[test]
fn an_access_token_does_not_outlive_the_idle_time() {
    let house = House::with(&[("AUTH_REFRESH_TOKEN_LIFETIME", "60")]);
    let tokens = house.signed_in("ada");
    house.pass_seconds(60);
    house.refresh(&tokens.refresh).refused(401, "invalid_refresh_token");
    house.me(&tokens.access).refused(401, "token_expired");
}

#[test]
fn forged_and_foreign_tokens_are_refused_before_any_io() {
    let house = House::new();
    house.register("ada", "ada@example.com").granted();
    let link = house.last_link_token();
    let tokens = {
        house.activate(&link).granted();
        house.sign_in("ada")
    };
    let calls = house.world.database_calls.get();
    let mut forged = tokens.refresh.clone();
    let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
    forged.push(last);
    let renamed = link.replace("gha_", "ghr_");
    for token in ["", "ghr_", "x", &forged, &tokens.access, &link, &renamed, &"g".repeat(4000)] {
        house.refresh(token).refused(401, "invalid_refresh_token");
    }
    assert_eq!(house.world.database_calls.get(), calls);
}

#[test]
fn one_refresh_is_one_round_trip() {
    let house = House::new();
    let first = house.signed_in("ada");
    let before = (house.world.database_calls.get(), house.world.kv_calls.get());
    house.refresh(&first.refresh).granted();
    assert_eq!((house.world.database_calls.get() - before.0, house.world.kv_calls.get() - before.1), (1, 0));
}
