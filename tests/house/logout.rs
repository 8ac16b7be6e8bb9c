use std::time::Duration;

use gatehouse::domain::timestamp::Timestamp;
use gatehouse::ports::Clock;
use serde_json::json;

use crate::house::{House, Tokens};
use crate::world::{Trouble, When};

#[test]
fn logging_out_ends_the_session_with_all_its_tokens() {
    let house = House::new();
    let first = house.signed_in("ada");
    let second = Tokens::of(&house.refresh(&first.refresh).granted());
    assert_eq!(house.logout(&first.access).granted().json(), json!({ "message": "Logged out successfully" }));
    for access in [&first.access, &second.access] {
        house.me(access).refused(401, "token_revoked");
        house.verify(access).refused(401, "token_revoked");
        house.logout(access).refused(401, "token_revoked");
    }
    for refresh in [&first.refresh, &second.refresh] {
        house.refresh(refresh).refused(401, "invalid_refresh_token");
    }
}

#[test]
fn a_refresh_token_logs_out_too_even_a_spent_one_with_an_expired_access_token() {
    let house = House::new();
    let first = house.signed_in("ada");
    house.pass_seconds(1000);
    let second = Tokens::of(&house.refresh(&first.refresh).granted());
    house.logout(&first.access).refused(401, "token_expired");
    let logout = |token: &str| house.post("/api/auth/logout", &json!({ "refresh_token": token }));
    logout(&first.refresh).granted();
    house.me(&second.access).refused(401, "token_revoked");
    // Asked again, it is still so.
    logout(&second.refresh).granted();
    logout("ghr_forged").refused(401, "invalid_refresh_token");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'sign_out' AND user_id IS NOT NULL"), 1);
}

#[test]
fn nobody_is_not_logged_out() {
    let house = House::new();
    house.post("/api/auth/logout", &json!({})).refused(401, "unauthorized");
    house.logout("nonsense").refused(401, "token_invalid");
}

fn mark_of_the_only_session(house: &House) -> Option<Timestamp> {
    let id: String = house.world.ask("SELECT id FROM sessions");
    house.world.kv_entry(&format!("revoked:{id}")).map(|(_, expires_at)| expires_at)
}

#[test]
fn the_mark_stands_as_long_as_any_access_token_could_pass() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let exp = house.world.now() + Duration::from_secs(900);
    house.logout(&tokens.access).granted();
    let until = mark_of_the_only_session(&house).unwrap();
    assert!(until >= exp && until <= exp + Duration::from_secs(61), "{until} for {exp}");
    assert_eq!(house.world.ask::<i64>("SELECT mark_pending FROM sessions"), 0);
}

#[test]
fn a_mark_is_not_shortened_with_the_setting() {
    let mut house = House::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "86400")]);
    let first = house.signed_in("ada");
    house.redeploy(&[("AUTH_ACCESS_TOKEN_LIFETIME", "60")]);
    let second = Tokens::of(&house.refresh(&first.refresh).granted());
    house.logout(&second.access).granted();
    house.pass_seconds(3600);
    house.verify(&first.access).refused(401, "token_revoked");
}

#[test]
fn a_logout_whose_answer_was_lost_is_a_logout() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.world.trouble.set(Trouble { database: Some((0, When::After)), ..Trouble::default() });
    house.logout(&tokens.access).granted();
    house.verify(&tokens.access).refused(401, "token_revoked");
}

#[test]
fn a_mark_nobody_needs_any_more_is_not_written() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.world.trouble.set(Trouble { kv: Some(When::Before), ..Trouble::default() });
    house.logout(&tokens.access).granted();
    house.world.trouble.set(Trouble::default());
    house.pass_seconds(901);
    house.cron();
    assert_eq!(mark_of_the_only_session(&house), None);
}

#[test]
fn a_mark_that_cannot_be_read_does_not_hold_up_the_others() {
    let house = House::new();
    let first = house.signed_in("ada");
    let second = house.signed_in("bob");
    house.world.trouble.set(Trouble { kv: Some(When::Before), ..Trouble::default() });
    house.logout(&first.access).granted();
    house.pass_seconds(1);
    house.logout(&second.access).granted();
    house.world.trouble.set(Trouble::default());
    let stuck: String = house.world.ask("SELECT id FROM sessions ORDER BY ended_at LIMIT 1");
    house
        .world
        .tell(&format!("PRAGMA ignore_check_constraints = ON; UPDATE sessions SET id = 'bent' WHERE id = '{stuck}'"));
    house.cron();
    house.verify(&second.access).refused(401, "token_revoked");
}

#[test]
fn where_kv_lags_the_gateway_learns_late_and_d1_at_once() {
    let mut house = House::new();
    let tokens = house.signed_in("ada");
    house.world.kv_lag.set(Duration::from_secs(60));
    house.elsewhere(|house| house.logout(&tokens.access)).granted();
    house.me(&tokens.access).refused(401, "token_revoked");
    house.verify(&tokens.access).granted();
    // The miss above is cached as well: KV may take its time twice.
    house.pass_seconds(60);
    house.verify(&tokens.access).refused(401, "token_revoked");
}

#[test]
fn a_mark_that_could_not_be_written_is_repeated_by_cron() {
    for when in [When::Before, When::After] {
        let house = House::new();
        let tokens = house.signed_in("ada");
        house.world.trouble.set(Trouble { kv: Some(when), ..Trouble::default() });
        house.logout(&tokens.access).granted();
        house.me(&tokens.access).refused(401, "token_revoked");
        assert_eq!(house.world.ask::<i64>("SELECT mark_pending FROM sessions"), 1);
        house.cron();
        assert_eq!(house.world.ask::<i64>("SELECT mark_pending FROM sessions"), 1);

        house.world.trouble.set(Trouble::default());
        house.cron();
        assert!(mark_of_the_only_session(&house).is_some());
        assert_eq!(house.world.ask::<i64>("SELECT mark_pending FROM sessions"), 0);
        house.verify(&tokens.access).refused(401, "token_revoked");
    }
}
