//! How long an API key lives, what ends it, and how its owner is notified.

use gatehouse::domain::timestamp::Timestamp;
use gatehouse::ports::Clock;
use http::Method;
use serde_json::{Value, json};

use crate::app::{NEW_PASSWORD, PASSWORD, TestApp};
use crate::browser::Browser;
use crate::machine_clients::{EXPIRED, basic, bearer, mask};
use crate::user_actions::email_to;

const SOONER: &str = "2027-01-01T00:00:00Z";
const NOT_FOUND: &str = "Not found.";

impl TestApp {
    fn set_clock(&self, text: &str) {
        self.platform.set_clock(Timestamp::parse(text).unwrap());
    }

    /// The text of the last email to Ada.
    fn last_email(&self) -> String {
        email_to(self, "ada@example.com").1
    }
}

#[test]
fn a_key_is_deleted_by_its_value_or_its_mask_once_and_by_its_user_only() {
    let app = TestApp::new();
    let (ada, eve) = (bearer(&app.signed_in("ada")), bearer(&app.signed_in("eve")));
    let (one, two) = (app.make_key(&ada), app.make_key(&ada));
    for value in [&one, &mask(&one)] {
        app.delete_key(&eve, value).is_problem(404, NOT_FOUND);
    }
    for wrong in ["", "x", &one[..25], &format!("{}...", &one[..25]), &one.to_uppercase(), &format!("{one} ")] {
        app.delete_key(&ada, wrong).is_problem(404, NOT_FOUND);
    }
    for body in [json!({}), json!({ "apiKey": null }), json!({ "apiKey": [&one] }), json!({ "value": &one })] {
        let headers = [("Authorization", ada.as_str()), ("Content-Type", "application/json")];
        let reply = app.at_api_keys(Method::DELETE, &headers, &body.to_string());
        reply.is_problem(400, "apiKey is missing or invalid.");
    }
    assert_eq!(app.alive(&[&one, &two]), [true, true]);

    app.delete_key(&ada, &one).done();
    app.delete_key(&ada, &one).is_problem(404, NOT_FOUND);
    app.delete_key(&ada, &mask(&one)).is_problem(404, NOT_FOUND);
    assert_eq!(app.alive(&[&one, &two]), [false, true]);
    app.delete_key(&basic(&two), &mask(&two)).done();
    app.me_with(&basic(&two)).assert_error(401, "token_revoked");
    assert_eq!(app.list_keys(&ada).assert_ok().json(), json!({ "apiKeys": [], "count": 0 }));
}

#[test]
fn a_key_ends_with_the_one_that_made_it() {
    let app = TestApp::new();
    let ada = bearer(&app.signed_in("ada"));
    let first = app.make_key(&ada);
    let second = app.make_key(&basic(&first));
    let third = app.make_key(&basic(&second));
    let branch = app.make_key(&basic(&second));
    let other = app.make_key(&ada);
    let all = [first.as_str(), &second, &third, &branch, &other];
    assert_eq!(app.alive(&all), [true; 5]);

    app.delete_key(&basic(&third), &branch).done();
    assert_eq!(app.alive(&all), [true, true, true, false, true], "whoever made it lives on");
    app.delete_key(&ada, &second).done();
    assert_eq!(app.alive(&all), [true, false, false, false, true]);
    // A stolen key that deletes itself leaves nothing behind either.
    let last = app.make_key(&basic(&first));
    app.delete_key(&basic(&first), &first).done();
    assert_eq!(app.alive(&[&first, &last, &other]), [false, false, true]);
    assert_eq!(app.listed_keys(&ada, "value"), [json!(other)]);
}

#[test]
fn expiry_takes_nothing_along_and_deletion_does_across_it() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let short = app.make_key_until(SOONER, &bearer(&ada));
    let long = app.make_key(&bearer(&ada));
    let of_short = app.make_key(&basic(&short));
    let between = app.make_key_until(SOONER, &basic(&long));
    let of_between = app.make_key(&basic(&between));
    app.set_clock(SOONER);
    assert_eq!(app.alive(&[&short, &of_short]), [false, true]);
    assert_eq!(app.alive(&[&long, &between, &of_between]), [true, false, true]);

    let again = bearer(&app.sign_in("ada"));
    app.delete_key(&again, &short).done();
    assert_eq!(app.alive(&[&of_short]), [false]);
    app.delete_key(&again, &long).done();
    assert_eq!(app.alive(&[&of_between]), [false]);
    assert_eq!(app.list_keys(&again).assert_ok().json()["count"], 0);
}

#[test]
fn a_key_works_up_to_its_last_millisecond_and_stays_in_the_list() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let key = app.make_key_until(SOONER, &bearer(&ada));
    app.set_clock("2026-12-31T23:59:59.999Z");
    app.me_with(&basic(&key)).assert_ok();
    let last = app.make_key(&basic(&key));
    app.set_clock(SOONER);
    app.me_with(&basic(&key)).assert_error(401, "token_expired");
    let reply = app.list_keys(&basic(&key));
    reply.is_problem(401, "The credentials have expired.");
    assert_eq!(
        reply.header("www-authenticate"),
        r#"Bearer realm="api", error="invalid_token", error_description="the token has expired""#
    );
    app.set_clock("2029-12-31T00:00:00Z");
    app.cron();
    assert_eq!(app.listed_keys(&basic(&last), "expired"), [json!(SOONER), json!(EXPIRED)]);
}

#[test]
fn a_key_is_worth_what_its_user_is() {
    let app = TestApp::new();
    let admin = app.administrator("root");
    let key = app.make_key(&bearer(&app.signed_in("ada")));
    let role = || {
        let reply = app.request(Method::GET, "/api/auth/verify", &[("Authorization", &basic(&key))], "").assert_ok();
        reply.header("x-auth-role").to_owned()
    };
    assert_eq!(role(), "user");
    app.give_role(&admin, "ada", "admin").assert_ok();
    assert_eq!(role(), "admin");
    app.give_role(&admin, "ada", "user").assert_ok();
    assert_eq!(role(), "user");

    app.administer(&admin, "ada", "disable").assert_ok();
    let out = [
        app.list_keys(&basic(&key)),
        app.delete_key(&basic(&key), &key),
        app.create_key(&basic(&key), &json!({ "expired": EXPIRED })),
    ];
    for reply in out {
        reply.is_problem(401, "The credentials have been revoked.");
    }
    app.administer(&admin, "ada", "enable").assert_ok();
    app.me_with(&basic(&key)).assert_ok();
    app.delete_account(&app.sign_in("ada").access).done();
    app.list_keys(&basic(&key)).is_problem(401, "The credentials have been revoked.");
    assert_eq!(app.platform.count("tokens"), 0);
}

#[test]
fn keys_outlive_a_change_of_password_and_a_sign_out_and_the_email_names_them() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let (one, two) = (app.make_key(&bearer(&ada)), app.make_key(&bearer(&ada)));
    app.change_password(&ada.access, PASSWORD, NEW_PASSWORD).assert_ok();
    let masks = format!("API key {}, API key {}", mask(&two), mask(&one));
    assert!(app.last_email().contains(&format!("Keys for programs that still work: {masks}.")));
    app.post_as(&ada.access, "/api/auth/logout/all", &json!({})).assert_ok();
    assert_eq!(app.alive(&[&one, &two]), [true, true]);
}

#[test]
fn an_email_names_the_newest_keys_and_says_that_there_are_more() {
    let app = TestApp::with(&[("AUTH_API_KEYS_PER_USER", "11")]);
    let ada = app.signed_in("ada");
    let keys = [(); 11].map(|()| app.make_key(&bearer(&ada)));
    app.change_password(&ada.access, PASSWORD, NEW_PASSWORD).assert_ok();
    let email = app.last_email();
    assert!(email.contains(&mask(&keys[10])) && !email.contains(&mask(&keys[0])), "{email}");
    assert!(email.contains(", and older ones."), "{email}");
}

#[test]
fn a_recovery_ends_keys_where_that_is_wanted() {
    for (end_keys, in_a_page) in [(false, false), (true, false), (false, true), (true, true)] {
        let app = TestApp::new();
        let ada = bearer(&app.signed_in("ada"));
        let first = app.make_key(&ada);
        let second = app.make_key(&basic(&first));
        app.recover("ada@example.com").assert_ok();
        let token = app.last_link_token();
        if in_a_page {
            let mut browser = Browser::new(&app);
            let page = browser.get(&format!("/account/recover?token={token}")).assert_ok();
            let box_to_tick = r#"<input type="checkbox" name="end_keys" value="yes">"#;
            assert!(page.text().contains(box_to_tick), "{}", page.text());
            let ticked = [("password", NEW_PASSWORD), ("end_keys", "yes")];
            let fields = if end_keys { &ticked[..] } else { &ticked[..1] };
            assert_eq!(browser.submit(&page, "/account/recover", fields).status, 303);
        } else {
            let body = json!({ "token": token, "password": NEW_PASSWORD, "end_keys": end_keys });
            app.post("/api/auth/local/recover/reset", &body).assert_ok();
        }
        assert_eq!(app.alive(&[&first, &second]), [!end_keys; 2]);
        let named =
            if end_keys { "none".to_owned() } else { format!("API key {}, API key {}", mask(&second), mask(&first)) };
        let email = app.last_email();
        assert!(email.contains(&format!("Keys for programs that still work: {named}.")), "{email}");
        app.login("ada", NEW_PASSWORD).assert_ok();
    }
}

#[test]
fn a_recovery_that_does_not_say_keeps_keys_and_one_that_cannot_be_read_does_nothing() {
    let app = TestApp::new();
    let key = app.make_key(&bearer(&app.signed_in("ada")));
    app.recover("ada@example.com").assert_ok();
    let token = app.last_link_token();
    for wrong in [json!("true"), json!(1), json!({})] {
        let body = json!({ "token": token, "password": NEW_PASSWORD, "end_keys": wrong });
        app.post("/api/auth/local/recover/reset", &body).assert_error(400, "invalid_request");
    }
    let body = json!({ "token": token, "password": NEW_PASSWORD, "end_keys": null });
    app.post("/api/auth/local/recover/reset", &body).assert_ok();
    assert_eq!(app.alive(&[&key]), [true]);
}

#[test]
fn an_account_taken_back_has_no_keys_of_the_thief() {
    let app = TestApp::new();
    let thief = app.signed_in("ada");
    let (before, undo) = (app.make_key(&bearer(&thief)), app.moved(&thief.access, "thief@example.com"));
    let first = app.make_key(&bearer(&thief));
    let second = app.make_key(&basic(&first));
    app.undo_email(&undo, NEW_PASSWORD).assert_ok();
    assert_eq!(app.alive(&[&before, &first, &second]), [false; 3]);
    assert!(app.last_email().contains("Keys for programs that still work: none."));
}

#[test]
fn an_administrator_sees_and_ends_the_keys_of_a_user() {
    let app = TestApp::new();
    let admin = app.administrator("root");
    let first = app.make_key(&bearer(&app.signed_in("ada")));
    let second = app.make_key(&basic(&first));
    let path = format!("users/{}/tokens", app.id_of("ada"));
    let list = app.look(&admin, &path);
    let tokens = list["tokens"].as_array().unwrap();
    let seen: Vec<_> = tokens.iter().map(|one| json!([one["kind"], one["name"], one["expires_at"]])).collect();
    assert_eq!(seen, vec![json!(["api_key", "backup", EXPIRED]); 2]);
    for key in [&first, &second] {
        assert!(!list.to_string().contains(&key[26..]), "an administrator cannot use it");
    }

    let end = |user: &str, id: &Value| {
        let path = format!("/api/admin/users/{}/tokens/{}", app.id_of(user), id.as_str().unwrap());
        app.with_bearer(Method::DELETE, &path, &admin.access)
    };
    let id = &tokens[1]["id"];
    end("root", id).assert_error(404, "not_found");
    assert_eq!(app.alive(&[&first, &second]), [true, true]);
    end("ada", id).done();
    assert_eq!(app.alive(&[&first, &second]), [false, false]);
    end("ada", id).assert_error(404, "not_found");
    assert_eq!(app.look(&admin, &path), json!({ "tokens": [] }));
}

#[test]
fn a_new_key_is_told_to_its_owner_and_nothing_that_was_typed() {
    let app = TestApp::new();
    let ada = bearer(&app.signed_in("ada"));
    let request = json!({ "description": "http://evil.example you won", "expired": EXPIRED });
    let key = app.create_key(&ada, &request).assert_ok().json()["value"].as_str().unwrap().to_owned();
    let (subject, text) = email_to(&app, "ada@example.com");
    assert_eq!(subject, "A new key for your Gatehouse account");
    let told = format!(
        "A key for programs was created for your Gatehouse account at 2026-05-28T20:26:40Z from 203.0.113.7: API key {}, \
         valid until 2030-01-01T07:41:23Z.",
        mask(&key)
    );
    assert!(text.contains(&told), "{text}");

    let second = app.make_key(&basic(&key));
    assert!(app.last_email().contains(&format!("API key {},", mask(&second))), "also of one that a key has made");
    assert_eq!(app.emails().iter().filter(|email| email["subject"] == subject).count(), 2);
    let all = app.emails().iter().map(Value::to_string).collect::<String>();
    for kept_back in ["evil.example", "you won", "backup", &key[26..], &second[26..]] {
        assert!(!all.contains(kept_back), "{kept_back}");
    }
}

#[test]
fn when_a_key_was_used_is_noted_once_an_hour() {
    let app = TestApp::new();
    let ada = bearer(&app.signed_in("ada"));
    let key = app.make_key(&ada);
    app.list_keys(&ada).assert_ok();
    let used = || app.platform.ask::<Option<i64>>("SELECT last_used_at FROM tokens");
    assert_eq!(used(), None);
    let start = app.platform.now().millis();
    for (passed, noted, written) in [(0, 0, 1), (3599, 0, 0), (1, 3600, 1), (3599, 3600, 0), (3601, 10_800, 1)] {
        app.pass_seconds(passed);
        let reply = app.me_with(&basic(&key)).assert_ok();
        assert_eq!(used(), Some(start + noted * 1000));
        assert_eq!(reply.cost, [1, 0, written], "asked D1 once, and wrote after the answer");
    }
}
