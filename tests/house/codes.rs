use std::time::Duration;

use serde_json::json;

use crate::browser::Browser;
use crate::house::{CODES, House, KEY, NEW_PASSWORD, OTHER_KEY, PASSWORD, Tokens};
use crate::world::{Trouble, When};

impl House {
    fn with_codes() -> Self {
        let house = Self::with(&[CODES]);
        house.user("ada");
        house
    }

    fn code(&self) -> String {
        self.code_for("ada@example.com")
    }
}

/// A code of the right length that is not the right one.
fn wrong(code: &str) -> String {
    code.chars().map(|digit| if digit == '9' { '0' } else { char::from(digit as u8 + 1) }).collect()
}

#[test]
fn who_reads_the_mailbox_signs_in_with_a_code() {
    let house = House::with_codes();
    let reply = house.request_code("ADA@example.com").granted();
    assert_eq!(reply.json(), json!({ "message": "OTP sent to email", "expires_in": 300 }));
    let code = house.last_code();
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    let spaced = format!(" {} {}", &code[..3], &code[3..]);
    let tokens = Tokens::of(&house.verify_code("Ada@example.com", &spaced).granted());
    assert_eq!(house.me(&tokens.access).granted().json()["login"], "ada");
    assert_eq!(house.world.ask::<String>("SELECT factor FROM sessions"), "otp");
    house.verify_code("ada@example.com", &code).refused(401, "invalid_code");
}

#[test]
fn an_address_without_an_account_is_answered_and_recorded_like_one_with() {
    let house = House::with_codes();
    house.register("waiting", "waiting@example.com").granted();
    let sent = house.letters().len();
    let cost = |email: &str| {
        let before = (house.world.database_calls.get(), house.world.kv_calls.get());
        let face = house.request_code(email).face();
        (face, house.world.database_calls.get() - before.0, house.world.kv_calls.get() - before.1)
    };
    let unknown = cost("nobody@example.com");
    assert_eq!(cost("waiting@example.com"), unknown);
    let known = cost("ada@example.com");
    assert_eq!((&known.0, known.2), (&unknown.0, unknown.2));
    assert_eq!(house.letters().len(), sent + 1);
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM codes"), 3);
    // Tries are counted alike, too.
    let guess = wrong(&house.last_code());
    for _ in 0..3 {
        house.verify_code("nobody@example.com", &guess).refused(401, "invalid_code");
        house.verify_code("ada@example.com", &guess).refused(401, "invalid_code");
    }
    assert_eq!(
        house.verify_code("nobody@example.com", &guess).face(),
        house.verify_code("ada@example.com", &guess).face()
    );
}

#[test]
fn three_tries_and_no_more_right_or_wrong() {
    let house = House::with_codes();
    let code = house.code();
    for _ in 0..3 {
        house.verify_code("ada@example.com", &wrong(&code)).refused(401, "invalid_code");
    }
    house.pass_seconds(20);
    let reply = house.verify_code("ada@example.com", &code);
    reply.refused(429, "too_many_attempts");
    assert_eq!((reply.header("retry-after"), &reply.json()["data"]["retry_after"]), ("40", &json!(40)));
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM sessions"), 0);

    house.pass_seconds(40);
    let fresh = house.code();
    house.verify_code("ada@example.com", &fresh).granted();
}

#[test]
fn a_second_request_keeps_the_code_for_a_minute_and_then_voids_it() {
    let house = House::with_codes();
    let first = house.code();
    let sent = house.letters().len();
    house.pass_seconds(59);
    house.request_code("ada@example.com").granted();
    assert_eq!(house.letters().len(), sent, "nothing was sent");
    house.pass_seconds(1);
    let second = house.code();
    assert_eq!(house.letters().len(), sent + 1);
    house.verify_code("ada@example.com", &first).refused(401, "invalid_code");
    house.verify_code("ada@example.com", &second).granted();
}

#[test]
fn a_code_works_for_five_minutes() {
    let house = House::with_codes();
    let code = house.code();
    house.pass_seconds(300);
    house.verify_code("ada@example.com", &code).refused(401, "invalid_code");
    let code = house.code();
    house.pass_seconds(299);
    house.verify_code("ada@example.com", &code).granted();
}

#[test]
fn of_two_who_have_the_code_one_comes_in() {
    let house = House::with_codes();
    let code = house.code();
    house.world.before_batch(1, "UPDATE codes SET used_at = created_at");
    house.verify_code("ada@example.com", &code).refused(401, "invalid_code");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM sessions"), 0);
}

#[test]
fn a_kv_that_lags_costs_time_and_no_try() {
    let house = House::with_codes();
    house.world.kv_lag.set(Duration::from_secs(60));
    let code = house.code();
    for _ in 0..15 {
        let reply = house.verify_code("ada@example.com", &code);
        reply.refused(503, "unavailable");
        assert_eq!(reply.header("retry-after"), "5");
    }
    // The value is visible after its lag, the miss that was cached forgotten after as long again.
    house.pass_seconds(60);
    house.verify_code("ada@example.com", &code).granted();
}

#[test]
fn a_code_asked_for_anew_is_never_met_by_an_older_value() {
    let house = House::with_codes();
    let first = house.code();
    house.verify_code("ada@example.com", &wrong(&first)).refused(401, "invalid_code");
    house.pass_seconds(60);
    house.world.kv_lag.set(Duration::from_secs(30));
    let second = house.code();
    house.verify_code("ada@example.com", &first).refused(503, "unavailable");
    house.pass_seconds(61);
    house.verify_code("ada@example.com", &first).refused(401, "invalid_code");
    house.verify_code("ada@example.com", &second).granted();
}

#[test]
fn while_kv_is_down_no_code_is_made_and_none_believed() {
    let house = House::with_codes();
    let code = house.code();
    house.world.trouble.set(Trouble { kv: Some(When::Before), ..Trouble::default() });
    house.verify_code("ada@example.com", &code).refused(503, "unavailable");
    house.pass_seconds(60);
    house.request_code("ada@example.com").refused(503, "unavailable");
    house.request_code("nobody@example.com").refused(503, "unavailable");
    house.world.trouble.set(Trouble::default());
    house.verify_code("ada@example.com", &code).granted();
}

#[test]
fn a_sign_in_by_code_whose_answer_was_lost_is_one() {
    let house = House::with_codes();
    let code = house.code();
    house.world.trouble.set(Trouble { database: Some((2, When::After)), ..Trouble::default() });
    house.verify_code("ada@example.com", &code).granted();
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM sessions"), 1);
}

#[test]
fn a_disabled_user_gets_no_code_and_none_works() {
    let house = House::with_codes();
    let code = house.code();
    let sent = house.letters().len();
    house.world.tell("UPDATE users SET disabled_at = 1");
    house.verify_code("ada@example.com", &code).refused(401, "invalid_code");
    house.pass_seconds(60);
    house.request_code("ada@example.com").granted();
    assert_eq!(house.letters().len(), sent);
}

#[test]
fn a_new_password_ends_pending_codes() {
    let house = House::with_codes();
    house.recover("ada@example.com").granted();
    let link = house.last_link_token();
    let code = house.code();
    house.reset(&link, NEW_PASSWORD).granted();
    house.verify_code("ada@example.com", &code).refused(401, "invalid_code");
}

#[test]
fn a_code_is_a_fresh_proof_too() {
    let house = House::with(&[CODES, ("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = house.signed_in("ada");
    house.pass_seconds(901);
    let all = |house: &House| house.post_as(&tokens.access, "/api/auth/logout/all", &json!({}));
    all(&house).refused(403, "reauthentication_required");
    let code = house.code();
    let prove = |code: &str| house.post_as(&tokens.access, "/api/auth/reauthenticate", &json!({ "code": code }));
    prove(&wrong(&code)).refused(401, "invalid_code");
    prove(&code).granted();
    prove(&code).refused(401, "invalid_code");
    all(&house).granted();
}

#[test]
fn where_codes_are_off_there_are_no_doors_for_them() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.request_code("ada@example.com").refused(404, "not_found");
    house.verify_code("ada@example.com", "123456").refused(404, "not_found");
    house.post_as(&tokens.access, "/api/auth/reauthenticate", &json!({ "code": "1" })).refused(404, "not_found");
    house.post_as(&tokens.access, "/api/auth/reauthenticate", &json!({ "password": PASSWORD })).granted();
}

#[test]
fn length_life_and_tries_are_settings_within_bounds() {
    let changes = [CODES, ("AUTH_OTP_LENGTH", "8"), ("AUTH_OTP_EXPIRATION", "600"), ("AUTH_OTP_MAX_ATTEMPTS", "1")];
    let house = House::with(&changes);
    house.user("ada");
    assert_eq!(house.request_code("ada@example.com").granted().json()["expires_in"], 600);
    let code = house.last_code();
    assert_eq!(code.len(), 8);
    house.verify_code("ada@example.com", &wrong(&code)).refused(401, "invalid_code");
    house.verify_code("ada@example.com", &code).refused(429, "too_many_attempts");
    for (name, value) in [("AUTH_OTP_LENGTH", "5"), ("AUTH_OTP_EXPIRATION", "601"), ("AUTH_OTP_MAX_ATTEMPTS", "6")] {
        assert!(House::with(&[(name, value)]).get("/health/ready").text().contains(name));
    }
}

#[test]
fn neither_database_nor_kv_holds_a_code() {
    let house = House::with_codes();
    house.world.provider_status.set(500);
    let code = house.code();
    let id: String = house.world.ask("SELECT id FROM codes");
    let (value, expires_at) = house.world.kv_entry(&format!("code:{id}")).unwrap();
    assert!(!value.contains(&code) && !house.world.dump().contains(&code));
    assert_eq!(expires_at.to_string(), "2026-05-28T20:32:40.123Z");
}

#[test]
fn a_code_on_its_way_survives_a_planned_change_of_the_key_and_no_other() {
    for (previous, status) in [(KEY, 200), ("", 401)] {
        let mut house = House::with_codes();
        let code = house.code();
        house.redeploy(&[CODES, ("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", previous)]);
        assert_eq!(house.verify_code("ada@example.com", &code).status, status, "{previous:?}");
        assert_eq!(house.verify_code("ada@example.com", &code).status, 401, "{previous:?}");
    }
}

#[test]
fn a_code_asked_for_under_the_new_key_voids_the_one_from_under_the_old() {
    let mut house = House::with_codes();
    let old = house.code();
    house.redeploy(&[CODES, ("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", KEY)]);
    house.pass_seconds(60);
    let new = house.code();
    house.verify_code("ada@example.com", &old).refused(401, "invalid_code");
    house.verify_code("ada@example.com", &new).granted();
}

/// A code as somebody writes it whose zero is another.
fn in_digits_from(zero: char, code: &str) -> String {
    code.chars().map(|digit| char::from_u32(u32::from(zero) + digit.to_digit(10).unwrap()).unwrap()).collect()
}

#[test]
fn a_code_is_taken_as_people_type_it() {
    let house = House::with_codes();
    let spellings: [fn(&str) -> String; 5] = [
        |code| in_digits_from('٠', code),
        |code| in_digits_from('０', code),
        |code| format!("{}\u{2013}{}.", &code[..3], &code[3..]),
        |code| format!("\u{200b}{}\u{a0}{}\u{feff}", &code[..3], &code[3..]),
        |code| format!("\u{202a}{}\u{202c}\r\n", in_digits_from('०', code)),
    ];
    for spell in spellings {
        let typed = spell(&house.code());
        house.verify_code("ada@example.com", &typed).granted();
    }
}

#[test]
fn what_is_no_code_costs_no_try_and_is_answered_alike_for_everybody() {
    let house = House::with_codes();
    let code = house.code();
    let tokens = house.sign_in("ada");
    for typed in ["", "12345", "1234567", "12345a", "l23456", "①②③④⑤⑥", "123456 is your code"] {
        let answers = ["ada@example.com", "nobody@example.com"].map(|email| house.verify_code(email, typed));
        for answer in &answers {
            answer.refused(400, "invalid_request");
            assert_eq!((&answer.json()["data"]["field"], answer.cost), (&json!("code"), [0; 3]), "{typed}");
        }
        assert_eq!(answers[0].face(), answers[1].face());
        let proof = house.post_as(&tokens.access, "/api/auth/reauthenticate", &json!({ "code": typed }));
        proof.refused(400, "invalid_request");
    }
    house.verify_code("ada@example.com", &code).granted();
}

#[test]
fn strangers_cannot_spend_the_tries_of_who_asked_for_a_code() {
    let house = House::with_codes();
    let code = house.code();
    let from = |address: &str, code: &str| {
        house.post_from(address, "/api/auth/otp/verify", &json!({ "email": "ada@example.com", "code": code }))
    };
    // Wherever they come from, all of them together have three.
    for stranger in ["198.51.100.1", "198.51.100.2", "2001:db8::1"] {
        from(stranger, &wrong(&code)).refused(401, "invalid_code");
    }
    for stranger in ["198.51.100.1", "198.51.100.3"] {
        from(stranger, &code).refused(429, "too_many_attempts");
    }
    for _ in 0..2 {
        house.verify_code("ada@example.com", &wrong(&code)).refused(401, "invalid_code");
    }
    house.verify_code("ada@example.com", &code).granted();
}

#[test]
fn who_asked_for_a_code_has_three_tries_and_everybody_else_three_more() {
    let house = House::with_codes();
    let code = house.code();
    for status in [401, 401, 401, 429, 429] {
        assert_eq!(house.verify_code("ada@example.com", &wrong(&code)).status, status);
    }
    house.verify_code("ada@example.com", &code).refused(429, "too_many_attempts");
    // Asked for at home, read on the way.
    let elsewhere = json!({ "email": "ada@example.com", "code": code });
    house.post_from("198.51.100.1", "/api/auth/otp/verify", &elsewhere).granted();
}

#[test]
fn a_browser_that_asked_for_a_code_has_its_tries_on_whatever_network_it_is() {
    let house = House::with_codes();
    let mut browser = Browser::new(&house);
    let page = browser.get("/account/signin");
    let fields = [("login", "ada@example.com"), ("password", "")];
    let page = browser.submit(&page, "/account/signin/code", &fields).granted();
    let code = house.last_code();
    for _ in 0..3 {
        let guess = json!({ "email": "ada@example.com", "code": wrong(&code) });
        house.post_from("198.51.100.1", "/api/auth/otp/verify", &guess).refused(401, "invalid_code");
    }
    browser.travel("198.51.100.9");
    let refused = browser.submit(&page, "/account/signin/verify", &[("code", "12 34 5")]);
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("That is not a whole code."), "{}", refused.text());
    assert_eq!(browser.submit(&page, "/account/signin/verify", &[("code", &code)]).status, 303);
}

#[test]
fn a_try_that_could_not_be_compared_is_given_back_to_whom_it_was_taken_from() {
    let house = House::with_codes();
    house.world.kv_lag.set(Duration::from_secs(60));
    let code = house.code();
    let elsewhere = json!({ "email": "ada@example.com", "code": code });
    for _ in 0..5 {
        house.verify_code("ada@example.com", &code).refused(503, "unavailable");
        house.post_from("198.51.100.1", "/api/auth/otp/verify", &elsewhere).refused(503, "unavailable");
    }
    assert_eq!(house.world.ask::<i64>("SELECT tries + tries_elsewhere FROM codes"), 0);
}
