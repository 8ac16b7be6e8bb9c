use serde_json::json;

use crate::house::{House, PASSWORD, Reply, UNCOUNTED};
use crate::world::{Trouble, When};

#[test]
fn a_user_signs_in_by_login_name_or_by_address_in_any_case() {
    let house = House::new();
    house.user("ada");
    for who in ["ada", "ADA", " ada ", "ada@example.com", "Ada@EXAMPLE.com"] {
        house.login(who, PASSWORD).granted();
    }
}

#[test]
fn the_answer_is_fastschemas_key_for_key() {
    let house = House::new();
    house.user("ada");
    let body = house.login("ada", PASSWORD).granted().json();
    let keys: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["expires", "refresh_token", "refresh_token_expires", "token"]);
    assert_eq!(body["expires"], "2026-05-28T20:41:40Z");
    assert_eq!(body["refresh_token_expires"], "2026-06-04T20:26:40Z");
}

#[test]
fn without_refresh_a_sign_in_lasts_a_week_and_there_is_no_refreshing() {
    let house = House::with(&[("AUTH_ENABLE_REFRESH_TOKEN", "")]);
    house.user("ada");
    let body = house.login("ada", PASSWORD).granted().json();
    let keys: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["expires", "token"]);
    assert_eq!(body["expires"], "2026-06-04T20:26:40Z");
    house.refresh("ghr_whatever").refused(404, "not_found");

    let token = body["token"].as_str().unwrap();
    house.pass_seconds(604_799);
    house.me(token).granted();
    house.pass_seconds(1);
    house.me(token).refused(401, "token_expired");
    assert_eq!(house.world.ask::<i64>("SELECT expires_at / 1000 - auth_time / 1000 FROM sessions"), 604_800);
}

/// What an outsider could feel of a refusal: its face, and the round trips behind it.
fn felt(house: &House, who: &str, password: &str) -> (Reply, usize) {
    let before = house.world.database_calls.get();
    let reply = house.login(who, password);
    (reply, house.world.database_calls.get() - before)
}

#[test]
fn unknown_wrong_disabled_and_not_activated_look_the_same() {
    let house = House::new();
    house.user("ada");
    house.user("disabled");
    house.world.tell("UPDATE users SET disabled_at = 1 WHERE login = 'disabled'");
    house.register("waiting", "waiting@example.com").granted();
    let (expected, calls) = felt(&house, "nobody", "some password");
    expected.refused(401, "invalid_credentials");
    assert_eq!(expected.header("www-authenticate"), "Bearer realm=\"api\"");
    for who in ["ada", "ada@example.com", "disabled", "waiting", "waiting@example.com", "@", "", "\u{1}", "ghr_x"] {
        let (reply, felt) = felt(&house, who, "some password");
        assert_eq!((reply.face(), felt), (expected.face(), calls), "{who}");
    }
}

#[test]
fn a_failure_costs_two_hashes_whoever_was_meant() {
    let house = House::with(&UNCOUNTED);
    house.user("ada");
    house.user("disabled");
    house.world.tell("UPDATE users SET disabled_at = 1 WHERE login = 'disabled'");
    house.register("waiting", "waiting@example.com").granted();
    let hashes = |who: &str, password: &str| {
        house.world.tell("DELETE FROM attempts");
        house.login(who, password).work[0]
    };
    assert_eq!(hashes("ada", PASSWORD), 1, "a success says itself that it is one");
    for (who, password) in [
        ("ada", "wrong"),
        ("ada@example.com", "wrong"),
        ("disabled", "wrong"),
        ("disabled", PASSWORD),
        ("nobody", "wrong"),
        ("no@where.com", "wrong"),
        ("waiting", "wrong"),
        ("waiting", PASSWORD),
        ("waiting@example.com", PASSWORD),
    ] {
        assert_eq!(hashes(who, password), 2, "{who} {password}");
    }
}

#[test]
fn the_newest_registration_of_a_name_is_the_one_that_counts() {
    let house = House::new();
    let register = |email: &str, password: &str| {
        house.pass_seconds(1);
        house
            .post("/api/auth/local/register", &json!({ "login": "eve", "email": email, "password": password }))
            .granted();
    };
    register("one@example.com", "the older password");
    register("two@example.com", "the newer password");
    house.login("eve", "the newer password").refused(403, "account_not_activated");
    house.login("eve", "the older password").refused(401, "invalid_credentials");
    house.login("one@example.com", "the older password").refused(403, "account_not_activated");
}

#[test]
fn a_sign_in_whose_answer_was_lost_is_a_sign_in() {
    let house = House::new();
    house.user("ada");
    house.world.trouble.set(Trouble { database: Some((1, When::After)), ..Trouble::default() });
    let tokens = house.sign_in("ada");
    house.me(&tokens.access).granted();
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM sessions"), 1);
}

#[test]
fn a_device_is_remembered_in_few_words() {
    let house = House::new();
    house.user("ada");
    let request =
        House::request(http::Method::POST, "/api/auth/local/login").header("Content-Type", "application/json");
    let body = json!({ "login": "ada", "password": PASSWORD }).to_string();
    let mut request = request.body(body.into_bytes()).unwrap();
    request.headers_mut().insert("user-agent", http::HeaderValue::from_str(&"x".repeat(5000)).unwrap());
    house.send(request).granted();
    assert_eq!(house.world.ask::<i64>("SELECT max(length(agent)) FROM sessions"), 256);
}

#[test]
fn disabled_and_not_activated_are_told_after_the_right_password() {
    let house = House::new();
    house.user("ada");
    house.world.tell("UPDATE users SET disabled_at = 1");
    house.login("ada", PASSWORD).refused(403, "account_disabled");
    house.register("waiting", "waiting@example.com").granted();
    house.login("waiting", PASSWORD).refused(403, "account_not_activated");
    house.login("waiting@example.com", PASSWORD).refused(403, "account_not_activated");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM sessions"), 0);
}

#[test]
fn nothing_is_issued_if_the_account_changes_while_the_password_is_checked() {
    for change in ["disabled_at = 1", "auth_version = auth_version + 1"] {
        let house = House::new();
        house.user("ada");
        house.world.before_batch(1, &format!("UPDATE users SET {change}"));
        house.login("ada", PASSWORD).refused(401, "invalid_credentials");
        assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM sessions"), 0, "{change}");
    }
}

#[test]
fn a_sign_in_renews_a_hash_with_weaker_parameters() {
    let house = House::new();
    house.user("ada");
    // "password" under m=256, from the reference implementation's test vectors.
    let weak = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    house.world.tell(&format!("UPDATE users SET password_hash = '{weak}'"));
    house.login("ada", "wrong").refused(401, "invalid_credentials");
    assert_eq!(house.world.ask::<String>("SELECT password_hash FROM users"), weak);
    house.login("ada", "password").granted();
    let renewed: String = house.world.ask("SELECT password_hash FROM users");
    assert!(renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{renewed}");
    house.login("ada", "password").granted();
}

#[test]
fn a_hash_that_cannot_be_read_is_our_fault_and_never_a_wrong_password() {
    let house = House::new();
    house.user("ada");
    house.world.tell("UPDATE users SET password_hash = '$argon2id$broken'");
    house.login("ada", PASSWORD).refused(503, "unavailable");
    assert!(house.world.log.borrow().iter().any(|line| line.contains("password hash")));
}

#[test]
fn a_password_too_long_to_hash_is_a_bad_request() {
    let house = House::new();
    house.login("ada", &"x".repeat(1025)).refused(400, "invalid_request");
    assert_eq!(house.world.database_calls.get(), 0);
}

#[test]
fn every_sign_in_is_a_session_of_its_own() {
    let house = House::new();
    let first = house.signed_in("ada");
    let second = house.sign_in("ada");
    assert_ne!(first.access, second.access);
    house.logout(&first.access).granted();
    house.me(&first.access).refused(401, "token_revoked");
    house.me(&second.access).granted();
}

#[test]
fn a_body_is_read_as_json_and_bounded() {
    let house = House::new();
    let login = |content_type: &str, body: Vec<u8>| {
        let request = House::request(http::Method::POST, "/api/auth/local/login");
        house.send(request.header("Content-Type", content_type).body(body).unwrap())
    };
    let good = || json!({ "login": "a", "password": "b" }).to_string().into_bytes();
    login("application/json", good()).refused(401, "invalid_credentials");
    login("Application/JSON; charset=utf-8", good()).refused(401, "invalid_credentials");
    login("application/json", ["\u{feff}".as_bytes(), &good()].concat()).refused(401, "invalid_credentials");
    login("application/json", "\u{feff}\u{feff}{}".into()).refused(400, "invalid_request");
    login("text/plain", good()).refused(415, "unsupported_media_type");
    login("application/x-www-form-urlencoded", good()).refused(415, "unsupported_media_type");
    login("application/json", vec![b' '; 16 * 1024 + 1]).refused(413, "payload_too_large");
    login("application/json", br#"{"login":"a","login":"b","password":"c"}"#.to_vec()).refused(400, "invalid_request");
    for body in ["", "null", "[]", "1", "{", "{\"login\"", "[[[[", "\"x\"", "{\"login\":{}}"] {
        login("application/json", body.into()).refused(400, "invalid_request");
    }
}
