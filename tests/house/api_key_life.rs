//! How long an API key lives, with what it ends, and who learns of it.

use gatehouse::domain::timestamp::Timestamp;
use gatehouse::ports::Clock;
use http::Method;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::house::{House, NEW_PASSWORD, PASSWORD};
use crate::people::letter_to;
use crate::programs::{EXPIRED, basic, bearer, mask};

const SOONER: &str = "2027-01-01T00:00:00Z";
const NOT_FOUND: &str = "There is no such thing here.";

impl House {
    fn set_clock(&self, text: &str) {
        self.world.set_clock(Timestamp::parse(text).unwrap());
    }

    /// The text of the last letter to Ada.
    fn last_letter(&self) -> String {
        letter_to(self, "ada@example.com").1
    }
}

#[test]
fn a_key_is_deleted_by_its_value_or_its_mask_once_and_by_its_user_only() {
    let house = House::new();
    let (ada, eve) = (bearer(&house.signed_in("ada")), bearer(&house.signed_in("eve")));
    let (one, two) = (house.make_key(&ada), house.make_key(&ada));
    for value in [&one, &mask(&one)] {
        house.delete_key(&eve, value).is_problem(404, NOT_FOUND);
    }
    for wrong in ["", "x", &one[..25], &format!("{}...", &one[..25]), &one.to_uppercase(), &format!("{one} ")] {
        house.delete_key(&ada, wrong).is_problem(404, NOT_FOUND);
    }
    for body in [json!({}), json!({ "apiKey": null }), json!({ "apiKey": [&one] }), json!({ "value": &one })] {
        let headers = [("Authorization", ada.as_str()), ("Content-Type", "application/json")];
        let reply = house.at_api_keys(Method::DELETE, &headers, &body.to_string());
        reply.is_problem(400, "apiKey is missing or not as it should be.");
    }
    assert_eq!(house.alive(&[&one, &two]), [true, true]);

    house.delete_key(&ada, &one).done();
    house.delete_key(&ada, &one).is_problem(404, NOT_FOUND);
    house.delete_key(&ada, &mask(&one)).is_problem(404, NOT_FOUND);
    assert_eq!(house.alive(&[&one, &two]), [false, true]);
    house.delete_key(&basic(&two), &mask(&two)).done();
    house.me_with(&basic(&two)).refused(401, "token_revoked");
    assert_eq!(house.list_keys(&ada).granted().json(), json!({ "apiKeys": [], "count": 0 }));
}

#[test]
fn a_key_ends_with_the_one_that_made_it() {
    let house = House::new();
    let ada = bearer(&house.signed_in("ada"));
    let first = house.make_key(&ada);
    let second = house.make_key(&basic(&first));
    let third = house.make_key(&basic(&second));
    let branch = house.make_key(&basic(&second));
    let other = house.make_key(&ada);
    let all = [first.as_str(), &second, &third, &branch, &other];
    assert_eq!(house.alive(&all), [true; 5]);

    house.delete_key(&basic(&third), &branch).done();
    assert_eq!(house.alive(&all), [true, true, true, false, true], "whoever made it lives on");
    house.delete_key(&ada, &second).done();
    assert_eq!(house.alive(&all), [true, false, false, false, true]);
    // A stolen key that ends itself leaves nothing behind either.
    let last = house.make_key(&basic(&first));
    house.delete_key(&basic(&first), &first).done();
    assert_eq!(house.alive(&[&first, &last, &other]), [false, false, true]);
    assert_eq!(house.listed_keys(&ada, "value"), [json!(other)]);
}

#[test]
fn expiry_takes_nothing_along_and_deletion_does_across_it() {
    let house = House::new();
    let ada = house.signed_in("ada");
    let short = house.make_key_until(SOONER, &bearer(&ada));
    let long = house.make_key(&bearer(&ada));
    let of_short = house.make_key(&basic(&short));
    let between = house.make_key_until(SOONER, &basic(&long));
    let of_between = house.make_key(&basic(&between));
    house.set_clock(SOONER);
    assert_eq!(house.alive(&[&short, &of_short]), [false, true]);
    assert_eq!(house.alive(&[&long, &between, &of_between]), [true, false, true]);

    let again = bearer(&house.sign_in("ada"));
    house.delete_key(&again, &short).done();
    assert_eq!(house.alive(&[&of_short]), [false]);
    house.delete_key(&again, &long).done();
    assert_eq!(house.alive(&[&of_between]), [false]);
    assert_eq!(house.list_keys(&again).granted().json()["count"], 0);
}

#[test]
fn a_key_works_up_to_its_last_millisecond_and_stays_in_the_list() {
    let house = House::new();
    let ada = house.signed_in("ada");
    let key = house.make_key_until(SOONER, &bearer(&ada));
    house.set_clock("2026-12-31T23:59:59.999Z");
    house.me_with(&basic(&key)).granted();
    let last = house.make_key(&basic(&key));
    house.set_clock(SOONER);
    house.me_with(&basic(&key)).refused(401, "token_expired");
    let reply = house.list_keys(&basic(&key));
    reply.is_problem(401, "What was presented has expired.");
    assert_eq!(
        reply.header("www-authenticate"),
        r#"Bearer realm="api", error="invalid_token", error_description="the token has expired""#
    );
    house.set_clock("2029-12-31T00:00:00Z");
    house.cron();
    assert_eq!(house.listed_keys(&basic(&last), "expired"), [json!(SOONER), json!(EXPIRED)]);
}

#[test]
fn a_key_is_worth_what_its_user_is() {
    let house = House::new();
    let admin = house.administrator("root");
    let key = house.make_key(&bearer(&house.signed_in("ada")));
    let role = || {
        let reply = house.knock(Method::GET, "/api/auth/verify", &[("Authorization", &basic(&key))], "").granted();
        reply.header("x-auth-role").to_owned()
    };
    assert_eq!(role(), "user");
    house.give_role(&admin, "ada", "admin").granted();
    assert_eq!(role(), "admin");
    house.give_role(&admin, "ada", "user").granted();
    assert_eq!(role(), "user");

    house.administer(&admin, "ada", "disable").granted();
    let out = [
        house.list_keys(&basic(&key)),
        house.delete_key(&basic(&key), &key),
        house.create_key(&basic(&key), &json!({ "expired": EXPIRED })),
    ];
    for reply in out {
        reply.is_problem(401, "What was presented has been taken back.");
    }
    house.administer(&admin, "ada", "enable").granted();
    house.me_with(&basic(&key)).granted();
    house.delete_account(&house.sign_in("ada").access).done();
    house.list_keys(&basic(&key)).is_problem(401, "What was presented has been taken back.");
    assert_eq!(house.world.count("tokens"), 0);
}

#[test]
fn keys_outlive_a_change_of_password_and_a_sign_out_and_the_letter_names_them() {
    let house = House::new();
    let ada = house.signed_in("ada");
    let (one, two) = (house.make_key(&bearer(&ada)), house.make_key(&bearer(&ada)));
    house.change_password(&ada.access, PASSWORD, NEW_PASSWORD).granted();
    let masks = format!("API key {}, API key {}", mask(&two), mask(&one));
    assert!(house.last_letter().contains(&format!("Keys of programs that go on working: {masks}.")));
    house.post_as(&ada.access, "/api/auth/logout/all", &json!({})).granted();
    assert_eq!(house.alive(&[&one, &two]), [true, true]);
}

#[test]
fn a_letter_names_the_newest_keys_and_says_that_there_are_more() {
    let house = House::with(&[("AUTH_API_KEYS_PER_USER", "11")]);
    let ada = house.signed_in("ada");
    let keys = [(); 11].map(|()| house.make_key(&bearer(&ada)));
    house.change_password(&ada.access, PASSWORD, NEW_PASSWORD).granted();
    let letter = house.last_letter();
    assert!(letter.contains(&mask(&keys[10])) && !letter.contains(&mask(&keys[0])), "{letter}");
    assert!(letter.contains(", and older ones."), "{letter}");
}

#[test]
fn a_recovery_ends_keys_where_that_is_wanted() {
    for (end_keys, in_a_page) in [(false, false), (true, false), (false, true), (true, true)] {
        let house = House::new();
        let ada = bearer(&house.signed_in("ada"));
        let first = house.make_key(&ada);
        let second = house.make_key(&basic(&first));
        house.recover("ada@example.com").granted();
        let token = house.last_link_token();
        if in_a_page {
            let mut browser = Browser::new(&house);
            let page = browser.get(&format!("/account/recover?token={token}")).granted();
            let box_to_tick = r#"<input type="checkbox" name="end_keys" value="yes">"#;
            assert!(page.text().contains(box_to_tick), "{}", page.text());
            let ticked = [("password", NEW_PASSWORD), ("end_keys", "yes")];
            let fields = if end_keys { &ticked[..] } else { &ticked[..1] };
            assert_eq!(browser.submit(&page, "/account/recover", fields).status, 303);
        } else {
            let body = json!({ "token": token, "password": NEW_PASSWORD, "end_keys": end_keys });
            house.post("/api/auth/local/recover/reset", &body).granted();
        }
        assert_eq!(house.alive(&[&first, &second]), [!end_keys; 2]);
        let named =
            if end_keys { "none".to_owned() } else { format!("API key {}, API key {}", mask(&second), mask(&first)) };
        let letter = house.last_letter();
        assert!(letter.contains(&format!("Keys of programs that go on working: {named}.")), "{letter}");
        house.login("ada", NEW_PASSWORD).granted();
    }
}

#[test]
fn a_recovery_that_does_not_say_keeps_keys_and_one_that_cannot_be_read_does_nothing() {
    let house = House::new();
    let key = house.make_key(&bearer(&house.signed_in("ada")));
    house.recover("ada@example.com").granted();
    let token = house.last_link_token();
    for wrong in [json!("true"), json!(1), json!({})] {
        let body = json!({ "token": token, "password": NEW_PASSWORD, "end_keys": wrong });
        house.post("/api/auth/local/recover/reset", &body).refused(400, "invalid_request");
    }
    let body = json!({ "token": token, "password": NEW_PASSWORD, "end_keys": null });
    house.post("/api/auth/local/recover/reset", &body).granted();
    assert_eq!(house.alive(&[&key]), [true]);
}

#[test]
fn an_account_taken_back_has_no_keys_of_the_thief() {
    let house = House::new();
    let thief = house.signed_in("ada");
    let (before, undo) = (house.make_key(&bearer(&thief)), house.moved(&thief.access, "thief@example.com"));
    let first = house.make_key(&bearer(&thief));
    let second = house.make_key(&basic(&first));
    house.undo_email(&undo, NEW_PASSWORD).granted();
    assert_eq!(house.alive(&[&before, &first, &second]), [false; 3]);
    assert!(house.last_letter().contains("Keys of programs that go on working: none."));
}

#[test]
fn an_administrator_sees_and_ends_the_keys_of_a_user() {
    let house = House::new();
    let admin = house.administrator("root");
    let first = house.make_key(&bearer(&house.signed_in("ada")));
    let second = house.make_key(&basic(&first));
    let path = format!("users/{}/tokens", house.id_of("ada"));
    let list = house.look(&admin, &path);
    let tokens = list["tokens"].as_array().unwrap();
    let seen: Vec<_> = tokens.iter().map(|one| json!([one["kind"], one["name"], one["expires_at"]])).collect();
    assert_eq!(seen, vec![json!(["api_key", "backup", EXPIRED]); 2]);
    for key in [&first, &second] {
        assert!(!list.to_string().contains(&key[26..]), "an administrator cannot use it");
    }

    let end = |user: &str, id: &Value| {
        let path = format!("/api/admin/users/{}/tokens/{}", house.id_of(user), id.as_str().unwrap());
        house.with_bearer(Method::DELETE, &path, &admin.access)
    };
    let id = &tokens[1]["id"];
    end("root", id).refused(404, "not_found");
    assert_eq!(house.alive(&[&first, &second]), [true, true]);
    end("ada", id).done();
    assert_eq!(house.alive(&[&first, &second]), [false, false]);
    end("ada", id).refused(404, "not_found");
    assert_eq!(house.look(&admin, &path), json!({ "tokens": [] }));
}

#[test]
fn a_new_key_is_told_to_its_owner_and_nothing_that_was_typed() {
    let house = House::new();
    let ada = bearer(&house.signed_in("ada"));
    let wish = json!({ "description": "http://evil.example you won", "expired": EXPIRED });
    let key = house.create_key(&ada, &wish).granted().json()["value"].as_str().unwrap().to_owned();
    let (subject, text) = letter_to(&house, "ada@example.com");
    assert_eq!(subject, "A new key to your Gatehouse account");
    let told = format!(
        "A key for programs was made for your Gatehouse account at 2026-05-28T20:26:40Z from 203.0.113.7: API key {}, \
         which works until 2030-01-01T07:41:23Z.",
        mask(&key)
    );
    assert!(text.contains(&told), "{text}");

    let second = house.make_key(&basic(&key));
    assert!(house.last_letter().contains(&format!("API key {},", mask(&second))), "also of one that a key has made");
    assert_eq!(house.letters().iter().filter(|letter| letter["subject"] == subject).count(), 2);
    let all = house.letters().iter().map(Value::to_string).collect::<String>();
    for kept_back in ["evil.example", "you won", "backup", &key[26..], &second[26..]] {
        assert!(!all.contains(kept_back), "{kept_back}");
    }
}

#[test]
fn when_a_key_was_used_is_noted_once_an_hour() {
    let house = House::new();
    let ada = bearer(&house.signed_in("ada"));
    let key = house.make_key(&ada);
    house.list_keys(&ada).granted();
    let used = || house.world.ask::<Option<i64>>("SELECT last_used_at FROM tokens");
    assert_eq!(used(), None);
    let start = house.world.now().millis();
    for (passed, noted, written) in [(0, 0, 1), (3599, 0, 0), (1, 3600, 1), (3599, 3600, 0), (3601, 10_800, 1)] {
        house.pass_seconds(passed);
        let reply = house.me_with(&basic(&key)).granted();
        assert_eq!(used(), Some(start + noted * 1000));
        assert_eq!(reply.cost, [1, 0, written], "asked D1 once, and wrote after the answer");
    }
}
