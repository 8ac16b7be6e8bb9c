//! `APP_KEY` is changed: through three deploys nobody notices, and without them everything that was made is over.

use std::collections::BTreeSet;

use crate::forger::part;
use crate::house::{House, KEY, OTHER_KEY};
use crate::world::{Trouble, When};

/// The deploys of a rotation. From the second on the list names both keys, so each step changes one secret, at once.
const BOTH: (&str, &str) = ("APP_KEY_PREVIOUS", "0123456789abcdefghijklmnopqrstuv,zyxwvutsrqponmlkjihgfedcba987654");
const ADDED: [(&str, &str); 2] = [("APP_KEY", KEY), BOTH];
const SWAPPED: [(&str, &str); 2] = [("APP_KEY", OTHER_KEY), BOTH];

/// The key ids other services can verify with.
fn published(house: &House) -> Vec<String> {
    let set = house.get("/.well-known/jwks.json").granted().json();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// So a step of a rotation changes one secret. Libraries refuse a key set in which an id stands twice.
#[test]
fn a_key_that_is_listed_twice_is_one_key() {
    let both = format!("{OTHER_KEY}, {KEY},{OTHER_KEY}");
    for key in [KEY, OTHER_KEY] {
        let house = House::with(&[("APP_KEY", key), ("APP_KEY_PREVIOUS", &both)]);
        let kids = published(&house);
        let distinct: BTreeSet<_> = kids.iter().collect();
        assert_eq!((kids.len(), distinct.len()), (6, 6), "three epochs of two keys");
        let token = house.signed_in("ada").access;
        assert!(kids.iter().any(|kid| part(&token, 0)["kid"] == kid.as_str()));
    }
}

/// Else its own rotation would take it apart.
#[test]
fn a_key_has_no_comma() {
    let halves = format!("{KEY},{OTHER_KEY}");
    let house = House::with(&[("APP_KEY", &halves)]);
    assert!(house.get("/health/ready").text().contains("APP_KEY"));
    house.get("/.well-known/jwks.json").refused(503, "unavailable");
}

/// A link is stamped when its letter is written, so after the swap the same letter reads otherwise. Resend then says that
/// it has had it, and it has.
#[test]
fn a_letter_whose_answer_got_lost_before_the_swap_counts_as_sent_after_it() {
    for (answer, waits) in [("invalid_idempotent_request", 0), ("concurrent_idempotent_requests", 1)] {
        let mut house = House::with(&ADDED);
        house.world.trouble.set(Trouble { mail: Some(When::After), ..Trouble::default() });
        house.register("ada", "ada@example.com").granted();
        house.world.trouble.set(Trouble::default());
        house.redeploy(&SWAPPED);
        house.world.provider_status.set(409);
        *house.world.provider_body.borrow_mut() = format!(r#"{{"statusCode":409,"name":"{answer}"}}"#);
        house.pass_seconds(60);
        house.cron();
        let texts: BTreeSet<_> = house.letters().iter().map(|letter| letter["text"].to_string()).collect();
        assert_eq!(texts.len(), 2, "the link is another one");
        assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM outbox WHERE sent_at IS NULL"), waits, "{answer}");
    }
}
