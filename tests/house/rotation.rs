//! `APP_KEY` is changed: through three deploys nobody notices, and without them everything that was made is over.

use std::collections::BTreeSet;

use crate::forger::part;
use crate::house::{House, KEY, OTHER_KEY};

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
