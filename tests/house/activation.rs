use gatehouse::domain::accounts::registration;
use http::Method;
use serde_json::json;

use crate::browser::Browser;
use crate::house::{House, PASSWORD};
use crate::world::{Trouble, When};

#[test]
fn a_link_works_once() {
    let house = House::new();
    house.register("ada", "ada@example.com").granted();
    let token = house.last_link_token();
    house.activate(&token).granted();
    house.activate(&token).refused(400, "invalid_token");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM users"), 1);
}

#[test]
fn a_used_link_does_not_bring_a_deleted_account_back() {
    let house = House::new();
    house.register("ada", "ada@example.com").granted();
    let token = house.last_link_token();
    house.activate(&token).granted();
    house.world.tell("DELETE FROM users");
    house.activate(&token).refused(400, "invalid_token");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM users"), 0);
}

#[test]
fn a_link_works_for_a_day_and_no_longer() {
    let house = House::new();
    house.register("ada", "ada@example.com").granted();
    let token = house.last_link_token();
    house.pass_seconds(86_400);
    house.activate(&token).refused(400, "invalid_token");

    house.register("ada", "ada@example.com").granted();
    house.pass_seconds(86_399);
    house.activate(&house.last_link_token()).granted();
}

#[test]
fn a_login_name_taken_meanwhile_leaves_the_link_good_for_another() {
    let house = House::new();
    house.register("ada", "first@example.com").granted();
    let first = house.last_link_token();
    house.register("ada", "second@example.com").granted();
    house.activate(&house.last_link_token()).granted();

    house.activate(&first).refused(409, "login_taken");
    house.post("/api/auth/local/activate", &json!({ "token": first, "login": "ada" })).refused(409, "login_taken");
    house.post("/api/auth/local/activate", &json!({ "token": first, "login": "Ada2" })).granted();
    house.login("ada2", PASSWORD).granted();
}

#[test]
fn an_activation_leaves_other_registrations_of_the_address_waiting_and_nothing_comes_of_them() {
    let house = House::new();
    house.register("ada", "ada@example.com").granted();
    let mine = house.last_link_token();
    // Somebody else registers the same address, with a password of their own.
    let body = json!({ "login": "eve", "email": "ADA@example.com", "password": "an intruder's" });
    house.post("/api/auth/local/register", &body).granted();
    let theirs = house.last_link_token();

    house.activate(&mine).granted();
    house.activate(&theirs).refused(400, "invalid_token");
    for who in ["eve", "ada@example.com"] {
        house.login(who, "an intruder's").refused(403, "account_not_activated");
    }
    assert_eq!(house.world.count("users"), 1);
}

/// Whoever registers with an address and asks again and again what has become of it learns nothing: neither that it had no
/// account, nor when it got one, nor that its owner wants none.
#[test]
fn what_the_owner_does_about_it_cannot_be_told_by_who_registered_with_the_address() {
    let faces = |act: &dyn Fn(&House, &str)| {
        let house = House::new();
        house.user("known");
        let email = "victim@example.com";
        house.register("mine", email).granted();
        let body = json!({ "login": "eve", "email": email, "password": "an intruder's" });
        house.post("/api/auth/local/register", &body).granted();
        let theirs = house.last_link_token();
        act(&house, &theirs);
        let mut faces = Vec::new();
        for hours in [0, 23, 2] {
            house.pass_seconds(hours * 3600);
            faces.push(house.login("eve", "an intruder's").face());
            faces.push(house.login("eve", "wrong").face());
        }
        faces
    };
    let untouched = faces(&|_, _| {});
    let declined = faces(&|house, theirs| {
        let mut browser = Browser::new(house);
        let page = browser.get(&format!("/account/activate?token={theirs}")).granted();
        assert_eq!(browser.submit(&page, "/account/activate/decline", &[]).status, 303);
        house.activate(theirs).refused(400, "invalid_token");
    });
    assert_eq!(declined, untouched);
    let activated = faces(&|house, _| {
        let id: String = house.world.ask("SELECT id FROM registrations WHERE login = 'mine'");
        house.activate(&registration::TOKEN.spell(&house.settings().keys, id.parse().ok().unwrap())).granted();
    });
    assert_eq!(activated, untouched);
}

#[test]
fn a_registration_for_an_address_with_an_account_can_never_be_activated() {
    let house = House::new();
    house.user("ada");
    house.register("eve", "ada@example.com").granted();
    let id: String = house.world.ask("SELECT id FROM registrations WHERE login = 'eve'");
    // No letter carries this link; here it is made with the house's own key.
    let token = registration::TOKEN.spell(&house.settings().keys, id.parse().ok().unwrap());
    house.activate(&token).refused(400, "invalid_token");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM users"), 1);
}

#[test]
fn an_activation_whose_answer_was_lost_is_not_reported_as_failed() {
    let house = House::new();
    house.register("ada", "ada@example.com").granted();
    let token = house.last_link_token();
    house.world.trouble.set(Trouble { database: Some((0, When::After)), ..Trouble::default() });
    house.activate(&token).granted();
    house.login("ada", PASSWORD).granted();
}

#[test]
fn an_activation_that_did_not_happen_is_a_503_and_can_be_repeated() {
    let house = House::new();
    house.register("ada", "ada@example.com").granted();
    let token = house.last_link_token();
    house.world.trouble.set(Trouble { database: Some((0, When::Before)), ..Trouble::default() });
    house.activate(&token).refused(503, "unavailable");
    house.activate(&token).granted();
}

#[test]
fn a_used_registration_keeps_no_hash() {
    let house = House::new();
    house.register("ada", "ada@example.com").granted();
    house.activate(&house.last_link_token()).granted();
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM registrations WHERE password_hash IS NULL"), 1);
    house.login("ada", PASSWORD).granted();
}

#[test]
fn who_asks_for_the_letter_again_gets_every_link_that_waits_and_can_tell_them_apart() {
    let house = House::new();
    house.register("ada", "ada@example.com").granted();
    let mine = house.last_link_token();
    house.pass_seconds(3600);
    let body = json!({ "login": "ada", "email": "ADA@example.com", "password": "an intruder's" });
    house.post_from("198.51.100.9", "/api/auth/local/register", &body).granted();
    let theirs = house.last_link_token();

    house.post("/api/auth/local/activate/send", &json!({ "email": "ada@example.com" })).granted();
    let text = house.letters().pop().unwrap()["text"].as_str().unwrap().to_owned();
    let told = |link: &str| {
        let line = text.lines().position(|line| line.contains(link)).unwrap();
        text.lines().nth(line - 1).unwrap().to_owned()
    };
    assert!(told(&mine).contains("2026-05-28T20:26:40Z from 203.0.113.7"), "{}", told(&mine));
    assert!(told(&theirs).contains("2026-05-28T21:26:40Z from 198.51.100.9"), "{}", told(&theirs));
    assert!(told(&theirs).contains("until 2026-05-29T21:26:40Z"), "{}", told(&theirs));
    house.activate(&mine).granted();
    house.login("ada", PASSWORD).granted();
    house.login("ada", "an intruder's").refused(403, "account_not_activated");
}

#[test]
fn a_letter_sent_again_is_given_up_when_its_link_stops_working() {
    let house = House::new();
    house.register("ada", "ada@example.com").granted();
    let sent = house.letters().len();
    house.pass_seconds(23 * 3600);
    house.world.trouble.set(Trouble { mail: Some(When::Before), ..Trouble::default() });
    house.post("/api/auth/local/activate/send", &json!({ "email": "ada@example.com" })).granted();
    house.pass_seconds(3600);
    house.world.trouble.set(Trouble::default());
    house.cron();
    assert_eq!(house.letters().len(), sent);
}

#[test]
fn asking_for_the_letter_costs_the_same_for_everybody() {
    let house = House::new();
    house.user("known");
    let cost = |email: &str| {
        let before = (house.world.database_calls.get(), house.world.kv_calls.get());
        house.post("/api/auth/local/activate/send", &json!({ "email": email })).granted();
        (house.world.database_calls.get() - before.0, house.world.kv_calls.get() - before.1)
    };
    assert_eq!(cost("nobody@example.com"), cost("other@example.com"));
    // The answer is out before the letter is reported as sent: three round trips and a report for whoever gets one.
    assert_eq!(cost("known@example.com").0, cost("nobody@example.com").0 + 1);
}

#[test]
fn looking_at_a_link_uses_nothing_up() {
    let house = House::new();
    house.register("ada", "ada@example.com").granted();
    let token = house.last_link_token();
    let path = format!("/account/activate?token={token}");
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let reply = house.knock(method, &path, &[], "");
        assert_eq!(reply.status, 200);
    }
    let mut browser = Browser::new(&house);
    let page = browser.get(&path);
    assert_eq!(browser.submit(&page, "/account/activate", &[("password", PASSWORD)]).status, 303);
    house.pass_seconds(10);
    assert_eq!(browser.submit(&page, "/account/activate", &[("password", PASSWORD)]).status, 400);
    house.login("ada", PASSWORD).granted();
}

#[test]
fn the_letter_can_be_sent_again_and_only_its_reader_learns_what_it_says() {
    let house = House::new();
    house.user("known");
    house.register("open", "open@example.com").granted();
    let first_link = house.last_link_token();
    let again = |email: &str| house.post("/api/auth/local/activate/send", &json!({ "email": email })).granted();
    let sent = house.letters().len();

    let replies = [again("open@example.com"), again("known@example.com"), again("nobody@example.com")];
    assert_eq!(replies[0].json(), json!({ "message": "Activation email sent" }));
    assert_eq!(replies[0].face(), replies[1].face());
    assert_eq!(replies[0].face(), replies[2].face());

    let letters = &house.letters()[sent..];
    assert_eq!(letters.len(), 2);
    assert!(letters[0]["text"].as_str().unwrap().contains(&first_link));
    assert!(letters[1]["subject"].as_str().unwrap().contains("already have"));
    house.activate(&first_link).granted();
}

#[test]
fn links_lead_to_the_configured_origin_whatever_the_request_says() {
    let house = House::new();
    let body = json!({ "login": "ada", "email": "ada@example.com", "password": PASSWORD }).to_string();
    let request = http::Request::post("https://evil.example/api/auth/local/register")
        .header("Host", "evil.example")
        .header("X-Forwarded-Host", "evil.example")
        .header("Origin", "https://evil.example")
        .header("Content-Type", "application/json");
    house.send(request.body(body.into_bytes()).unwrap()).granted();
    let letter = house.letters().pop().unwrap().to_string();
    assert!(letter.contains("https://auth.example.com/account/activate?token=gha_"));
    assert!(!letter.contains("evil.example"));
}
