//! What an isolate remembers of a token it has just seen: for how long, and of what it is no excuse.

use std::time::Duration;

use gatehouse::domain::policy;
use serde_json::json;

use crate::forger::{encode, part};
use crate::house::{House, Tokens};

/// How often KV was asked for an answer.
fn looks(house: &House, tokens: &Tokens) -> usize {
    house.verify(&tokens.access).granted().cost[1]
}

#[test]
fn a_gateway_that_asks_again_within_a_moment_costs_no_look_into_kv() {
    let house = House::new();
    let (ada, bob) = (house.signed_in("ada"), house.signed_in("bob"));
    assert_eq!((looks(&house, &ada), looks(&house, &ada)), (1, 0));
    assert_eq!(looks(&house, &bob), 1, "one person's marks say nothing of another's");
    house.world.pass(policy::RECALL - Duration::from_millis(1));
    assert_eq!(looks(&house, &ada), 0);
    house.world.pass(Duration::from_millis(1));
    assert_eq!(looks(&house, &ada), 1);
    let second = house.sign_in("ada");
    assert_eq!(looks(&house, &second), 1, "another session may have a mark of its own");
}

#[test]
fn what_ends_in_another_isolate_is_refused_a_moment_after_kv_shows_it() {
    let mut house = House::new();
    let tokens = house.signed_in("ada");
    house.verify(&tokens.access).granted();
    house.elsewhere(|house| house.logout(&tokens.access)).granted();
    house.elsewhere(|house| house.verify(&tokens.access)).refused(401, "token_revoked");
    house.world.pass(policy::RECALL - Duration::from_millis(1));
    house.verify(&tokens.access).granted();
    house.world.pass(Duration::from_millis(1));
    house.verify(&tokens.access).refused(401, "token_revoked");
    house.verify(&tokens.access).refused(401, "token_revoked");
}

#[test]
fn what_ends_in_this_isolate_is_refused_at_once_however_late_kv_is() {
    let house = House::new();
    house.world.kv_lag.set(Duration::from_secs(60));
    let admin = house.administrator("ada");
    let [bob, eve] = ["bob", "eve"].map(|login| house.signed_in(login));
    for tokens in [&bob, &eve] {
        house.verify(&tokens.access).granted();
    }
    house.logout(&bob.access).granted();
    house.administer(&admin, "eve", "disable").granted();
    for moment in [0, 4, 4, 60] {
        house.pass_seconds(moment);
        for tokens in [&bob, &eve] {
            house.verify(&tokens.access).refused(401, "token_revoked");
        }
    }
}

#[test]
fn what_has_ended_here_stays_ended_though_much_else_has_been_remembered_since() {
    let house = House::new();
    house.world.kv_lag.set(Duration::from_secs(60));
    let tokens = house.signed_in("ada");
    house.verify(&tokens.access).granted();
    house.logout(&tokens.access).granted();
    for number in 0..=policy::RECALL_MAX {
        house.settings().memory.marks.insert(number.to_string(), None, gatehouse::ports::Clock::now(&house.world));
    }
    house.verify(&tokens.access).refused(401, "token_revoked");
}

#[test]
fn an_older_mark_that_is_late_does_not_hide_a_newer_one() {
    let house = House::new();
    house.world.kv_lag.set(Duration::from_secs(60));
    let admin = house.administrator("ada");
    let bob = house.signed_in("bob");
    house.administer(&admin, "bob", "disable").granted();
    house.world.tell("UPDATE users SET auth_version = 1, mark_pending = 1, disabled_at = NULL WHERE login = 'bob'");
    house.cron();
    house.verify(&bob.access).refused(401, "token_revoked");
}

#[test]
fn a_signature_is_known_again_with_the_very_token_it_is_on() {
    let house = House::new();
    let (ada, bob) = (house.signed_in("ada").access, house.signed_in("bob").access);
    for token in [&ada, &bob] {
        house.verify(token).granted();
    }
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (ours, theirs) = (parts(&ada), parts(&bob));
    let mut claims = part(&ada, 1);
    claims["role"] = json!("admin");
    let promoted = encode(claims.to_string());
    let other = if ours[2].starts_with('A') { "B" } else { "A" };
    let bent = format!("{other}{}", &ours[2][1..]);
    for [header, claims, signature] in [
        [&ours[0], &promoted, &ours[2]],
        [&ours[0], &theirs[1], &ours[2]],
        [&ours[0], &ours[1], &theirs[2]],
        [&ours[0], &ours[1], &bent],
        [&ours[0], &ours[1], &String::new()],
    ] {
        house.verify(&format!("{header}.{claims}.{signature}")).refused(401, "token_invalid");
    }
    house.verify(&ada).granted();
}

#[test]
fn a_token_ends_in_its_time_though_its_signature_is_remembered() {
    // No multiple of what is remembered: it would be forgotten at the very moment it is over.
    let house = House::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "62")]);
    let tokens = house.signed_in("ada");
    let granted = (0..100).take_while(|_| {
        let granted = house.verify(&tokens.access).status == 200;
        house.pass_seconds(1);
        granted
    });
    assert_eq!(granted.count(), 62);
    house.verify(&tokens.access).refused(401, "token_expired");
}
