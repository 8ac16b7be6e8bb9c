use serde_json::json;

use crate::house::{House, NEW_PASSWORD, PASSWORD};
use crate::people::letter_to;

#[test]
fn a_reset_shuts_the_old_password_out_and_its_owner_alone_chooses_the_next() {
    let house = House::new();
    let ada = house.administrator("ada");
    let bob = house.signed_in("bob");
    let reply = house.administer(&ada, "bob", "reset").granted();
    assert_eq!(reply.json(), json!({ "message": "Recovery email sent" }));
    house.has_no_way_in(&bob);
    assert_eq!(house.login("bob", PASSWORD).face(), house.login("nobody", PASSWORD).face());
    let (subject, text) = letter_to(&house, "bob@example.com");
    assert_eq!(subject, "Choose a new Gatehouse password");
    assert!(text.contains("until 2026-05-28T21:26:40Z") && !text.contains("203.0.113.7"), "{text}");
    let choose = |link: &str| house.reset(link, NEW_PASSWORD);
    let first = house.last_link_token();
    // A second one voids the first.
    house.administer(&ada, "bob", "reset").granted();
    choose(&first).refused(400, "invalid_token");
    choose(&house.last_link_token()).granted();
    house.login("bob", NEW_PASSWORD).granted();
    house.login("bob", PASSWORD).refused(401, "invalid_credentials");
    assert_eq!(house.administered(), ["start_reset ok ada bob"; 2]);
}

#[test]
fn an_administrator_cannot_choose_a_password() {
    let house = House::new();
    let ada = house.administrator("ada");
    house.user("bob");
    let path = format!("/api/admin/users/{}/reset", house.id_of("bob"));
    house.post_as(&ada.access, &path, &json!({ "password": NEW_PASSWORD, "new_password": NEW_PASSWORD })).granted();
    house.login("bob", NEW_PASSWORD).refused(401, "invalid_credentials");
}

#[test]
fn whose_letter_was_too_late_or_lost_asks_for_another_themselves() {
    let house = House::new();
    let ada = house.administrator("ada");
    house.user("bob");
    house.administer(&ada, "bob", "reset").granted();
    house.pass_seconds(3600);
    house.recover("bob@example.com").granted();
    house.reset(&house.last_link_token(), NEW_PASSWORD).granted();
    house.login("bob", NEW_PASSWORD).granted();
}

#[test]
fn a_disabled_user_or_one_who_moves_meanwhile_is_not_reset() {
    let house = House::new();
    let ada = house.administrator("ada");
    house.user("bob");
    let letters = house.letters().len();
    house.world.before_batch(0, "UPDATE users SET email_folded = 'new@example.com' WHERE login = 'bob'");
    house.administer(&ada, "bob", "reset").refused(403, "forbidden");
    house.world.tell("UPDATE users SET email_folded = 'bob@example.com' WHERE login = 'bob'");
    house.login("bob", PASSWORD).granted();
    assert_eq!(house.letters().len(), letters);
    house.administer(&ada, "bob", "disable").granted();
    house.administer(&ada, "bob", "reset").refused(403, "account_disabled");
    house.administer(&ada, "bob", "enable").granted();
    house.login("bob", PASSWORD).granted();
}
