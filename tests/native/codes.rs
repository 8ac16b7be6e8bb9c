use std::time::Duration;

use serde_json::json;

use crate::app::{CODES, KEY, NEW_PASSWORD, OTHER_KEY, PASSWORD, TestApp, Tokens};
use crate::browser::Browser;
use crate::platform::{Failure, FailureTiming};

impl TestApp {
    fn with_codes() -> Self {
        let app = Self::with(&[CODES]);
        app.user("ada");
        app
    }

    fn code(&self) -> String {
        self.code_for("ada@example.com")
    }
}

/// A wrong code of the right length.
fn wrong(code: &str) -> String {
    code.chars().map(|digit| if digit == '9' { '0' } else { char::from(digit as u8 + 1) }).collect()
}

#[test]
fn who_reads_the_mailbox_signs_in_with_a_code() {
    let app = TestApp::with_codes();
    let reply = app.request_code("ADA@example.com").assert_ok();
    assert_eq!(reply.json(), json!({ "message": "OTP sent to email", "expires_in": 300 }));
    let code = app.last_code();
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    let spaced = format!(" {} {}", &code[..3], &code[3..]);
    let tokens = Tokens::of(&app.verify_code("Ada@example.com", &spaced).assert_ok());
    assert_eq!(app.me(&tokens.access).assert_ok().json()["login"], "ada");
    assert_eq!(app.platform.ask::<String>("SELECT factor FROM sessions"), "otp");
    app.verify_code("ada@example.com", &code).assert_error(401, "invalid_code");
}

#[test]
fn an_address_without_an_account_is_answered_and_recorded_like_one_with() {
    let app = TestApp::with_codes();
    app.register("waiting", "waiting@example.com").assert_ok();
    let sent = app.emails().len();
    let cost = |email: &str| {
        let before = (app.platform.database_calls.get(), app.platform.kv_calls.get());
        let observable = app.request_code(email).observable();
        (observable, app.platform.database_calls.get() - before.0, app.platform.kv_calls.get() - before.1)
    };
    let unknown = cost("nobody@example.com");
    assert_eq!(cost("waiting@example.com"), unknown);
    let known = cost("ada@example.com");
    assert_eq!((&known.0, known.2), (&unknown.0, unknown.2));
    assert_eq!(app.emails().len(), sent + 1);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM codes"), 3);
    // Tries are counted the same way, too.
    let guess = wrong(&app.last_code());
    for _ in 0..3 {
        app.verify_code("nobody@example.com", &guess).assert_error(401, "invalid_code");
        app.verify_code("ada@example.com", &guess).assert_error(401, "invalid_code");
    }
    assert_eq!(
        app.verify_code("nobody@example.com", &guess).observable(),
        app.verify_code("ada@example.com", &guess).observable()
    );
}

#[test]
fn three_tries_and_no_more_right_or_wrong() {
    let app = TestApp::with_codes();
    let code = app.code();
    for _ in 0..3 {
        app.verify_code("ada@example.com", &wrong(&code)).assert_error(401, "invalid_code");
    }
    app.pass_seconds(20);
    let reply = app.verify_code("ada@example.com", &code);
    reply.assert_error(429, "too_many_attempts");
    assert_eq!((reply.header("retry-after"), &reply.json()["data"]["retry_after"]), ("40", &json!(40)));
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions"), 0);

    app.pass_seconds(40);
    let fresh = app.code();
    app.verify_code("ada@example.com", &fresh).assert_ok();
}

#[test]
fn a_second_request_keeps_the_code_for_a_minute_and_then_voids_it() {
    let app = TestApp::with_codes();
    let first = app.code();
    let sent = app.emails().len();
    app.pass_seconds(59);
    app.request_code("ada@example.com").assert_ok();
    assert_eq!(app.emails().len(), sent, "nothing was sent");
    app.pass_seconds(1);
    let second = app.code();
    assert_eq!(app.emails().len(), sent + 1);
    app.verify_code("ada@example.com", &first).assert_error(401, "invalid_code");
    app.verify_code("ada@example.com", &second).assert_ok();
}

#[test]
fn a_code_works_for_five_minutes() {
    let app = TestApp::with_codes();
    let code = app.code();
    app.pass_seconds(300);
    app.verify_code("ada@example.com", &code).assert_error(401, "invalid_code");
    let code = app.code();
    app.pass_seconds(299);
    app.verify_code("ada@example.com", &code).assert_ok();
}

#[test]
fn of_two_who_have_the_code_one_comes_in() {
    let app = TestApp::with_codes();
    let code = app.code();
    app.platform.before_batch(1, "UPDATE codes SET used_at = created_at");
    app.verify_code("ada@example.com", &code).assert_error(401, "invalid_code");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions"), 0);
}

#[test]
fn a_kv_that_lags_costs_time_and_no_try() {
    let app = TestApp::with_codes();
    app.platform.kv_lag.set(Duration::from_secs(60));
    let code = app.code();
    for _ in 0..15 {
        let reply = app.verify_code("ada@example.com", &code);
        reply.assert_error(503, "unavailable");
        assert_eq!(reply.header("retry-after"), "5");
    }
    // The value is visible after KV's lag; the cached miss expires after the same time again.
    app.pass_seconds(60);
    app.verify_code("ada@example.com", &code).assert_ok();
}

#[test]
fn a_code_asked_for_anew_is_never_met_by_an_older_value() {
    let app = TestApp::with_codes();
    let first = app.code();
    app.verify_code("ada@example.com", &wrong(&first)).assert_error(401, "invalid_code");
    app.pass_seconds(60);
    app.platform.kv_lag.set(Duration::from_secs(30));
    let second = app.code();
    app.verify_code("ada@example.com", &first).assert_error(503, "unavailable");
    app.pass_seconds(61);
    app.verify_code("ada@example.com", &first).assert_error(401, "invalid_code");
    app.verify_code("ada@example.com", &second).assert_ok();
}

#[test]
fn while_kv_is_down_no_code_is_made_and_none_believed() {
    let app = TestApp::with_codes();
    let code = app.code();
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    app.verify_code("ada@example.com", &code).assert_error(503, "unavailable");
    app.pass_seconds(60);
    app.request_code("ada@example.com").assert_error(503, "unavailable");
    app.request_code("nobody@example.com").assert_error(503, "unavailable");
    app.platform.trouble.set(Failure::default());
    app.verify_code("ada@example.com", &code).assert_ok();
}

#[test]
fn a_sign_in_by_code_whose_answer_was_lost_is_one() {
    let app = TestApp::with_codes();
    let code = app.code();
    app.platform.trouble.set(Failure { database: Some((2, FailureTiming::After)), ..Failure::default() });
    app.verify_code("ada@example.com", &code).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions"), 1);
}

#[test]
fn a_disabled_user_gets_no_code_and_none_works() {
    let app = TestApp::with_codes();
    let code = app.code();
    let sent = app.emails().len();
    app.platform.tell("UPDATE users SET disabled_at = 1");
    app.verify_code("ada@example.com", &code).assert_error(401, "invalid_code");
    app.pass_seconds(60);
    app.request_code("ada@example.com").assert_ok();
    assert_eq!(app.emails().len(), sent);
}

#[test]
fn a_new_password_ends_pending_codes() {
    let app = TestApp::with_codes();
    app.recover("ada@example.com").assert_ok();
    let link = app.last_link_token();
    let code = app.code();
    app.reset(&link, NEW_PASSWORD).assert_ok();
    app.verify_code("ada@example.com", &code).assert_error(401, "invalid_code");
}

#[test]
fn a_code_is_a_fresh_proof_too() {
    let app = TestApp::with(&[CODES, ("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = app.signed_in("ada");
    app.pass_seconds(901);
    let all = |app: &TestApp| app.post_as(&tokens.access, "/api/auth/logout/all", &json!({}));
    all(&app).assert_error(403, "reauthentication_required");
    let code = app.code();
    let prove = |code: &str| app.post_as(&tokens.access, "/api/auth/reauthenticate", &json!({ "code": code }));
    prove(&wrong(&code)).assert_error(401, "invalid_code");
    prove(&code).assert_ok();
    prove(&code).assert_error(401, "invalid_code");
    all(&app).assert_ok();
}

#[test]
fn where_codes_are_off_there_are_no_routes_for_them() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.request_code("ada@example.com").assert_error(404, "not_found");
    app.verify_code("ada@example.com", "123456").assert_error(404, "not_found");
    app.post_as(&tokens.access, "/api/auth/reauthenticate", &json!({ "code": "1" })).assert_error(404, "not_found");
    app.post_as(&tokens.access, "/api/auth/reauthenticate", &json!({ "password": PASSWORD })).assert_ok();
}

#[test]
fn length_life_and_tries_are_settings_within_bounds() {
    let changes = [CODES, ("AUTH_OTP_LENGTH", "8"), ("AUTH_OTP_EXPIRATION", "600"), ("AUTH_OTP_MAX_ATTEMPTS", "1")];
    let app = TestApp::with(&changes);
    app.user("ada");
    assert_eq!(app.request_code("ada@example.com").assert_ok().json()["expires_in"], 600);
    let code = app.last_code();
    assert_eq!(code.len(), 8);
    app.verify_code("ada@example.com", &wrong(&code)).assert_error(401, "invalid_code");
    app.verify_code("ada@example.com", &code).assert_error(429, "too_many_attempts");
    for (name, value) in [("AUTH_OTP_LENGTH", "5"), ("AUTH_OTP_EXPIRATION", "601"), ("AUTH_OTP_MAX_ATTEMPTS", "6")] {
        assert!(TestApp::with(&[(name, value)]).get("/health/ready").text().contains(name));
    }
}

#[test]
fn neither_database_nor_kv_holds_a_code() {
    let app = TestApp::with_codes();
    app.platform.provider_status.set(500);
    let code = app.code();
    let id: String = app.platform.ask("SELECT id FROM codes");
    let (value, expires_at) = app.platform.kv_entry(&format!("code:{id}")).unwrap();
    assert!(!value.contains(&code) && !app.platform.dump().contains(&code));
    assert_eq!(expires_at.to_string(), "2026-05-28T20:32:40.123Z");
}

#[test]
fn a_code_on_its_way_survives_a_planned_change_of_the_key_and_no_other() {
    for (previous, status) in [(KEY, 200), ("", 401)] {
        let mut app = TestApp::with_codes();
        let code = app.code();
        app.redeploy(&[CODES, ("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", previous)]);
        assert_eq!(app.verify_code("ada@example.com", &code).status, status, "{previous:?}");
        assert_eq!(app.verify_code("ada@example.com", &code).status, 401, "{previous:?}");
    }
}

#[test]
fn a_code_asked_for_under_the_new_key_voids_the_one_from_under_the_old() {
    let mut app = TestApp::with_codes();
    let old = app.code();
    app.redeploy(&[CODES, ("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", KEY)]);
    app.pass_seconds(60);
    let new = app.code();
    app.verify_code("ada@example.com", &old).assert_error(401, "invalid_code");
    app.verify_code("ada@example.com", &new).assert_ok();
}

/// A code typed with another script's zero.
fn in_digits_from(zero: char, code: &str) -> String {
    code.chars().map(|digit| char::from_u32(u32::from(zero) + digit.to_digit(10).unwrap()).unwrap()).collect()
}

#[test]
fn a_code_is_taken_as_people_type_it() {
    let app = TestApp::with_codes();
    let spellings: [fn(&str) -> String; 5] = [
        |code| in_digits_from('٠', code),
        |code| in_digits_from('０', code),
        |code| format!("{}\u{2013}{}.", &code[..3], &code[3..]),
        |code| format!("\u{200b}{}\u{a0}{}\u{feff}", &code[..3], &code[3..]),
        |code| format!("\u{202a}{}\u{202c}\r\n", in_digits_from('०', code)),
    ];
    for spell in spellings {
        let typed = spell(&app.code());
        app.verify_code("ada@example.com", &typed).assert_ok();
    }
}

#[test]
fn what_is_no_code_costs_no_try_and_is_answered_alike_for_everybody() {
    let app = TestApp::with_codes();
    let code = app.code();
    let tokens = app.sign_in("ada");
    for typed in ["", "12345", "1234567", "12345a", "l23456", "①②③④⑤⑥", "123456 is your code"] {
        let answers = ["ada@example.com", "nobody@example.com"].map(|email| app.verify_code(email, typed));
        for answer in &answers {
            answer.assert_error(400, "invalid_request");
            assert_eq!((&answer.json()["data"]["field"], answer.cost), (&json!("code"), [0; 3]), "{typed}");
        }
        assert_eq!(answers[0].observable(), answers[1].observable());
        let proof = app.post_as(&tokens.access, "/api/auth/reauthenticate", &json!({ "code": typed }));
        proof.assert_error(400, "invalid_request");
    }
    app.verify_code("ada@example.com", &code).assert_ok();
}

#[test]
fn strangers_cannot_spend_the_tries_of_who_asked_for_a_code() {
    let app = TestApp::with_codes();
    let code = app.code();
    let from = |address: &str, code: &str| {
        app.post_from(address, "/api/auth/otp/verify", &json!({ "email": "ada@example.com", "code": code }))
    };
    // Three in all, from all networks together.
    for stranger in ["198.51.100.1", "198.51.100.2", "2001:db8::1"] {
        from(stranger, &wrong(&code)).assert_error(401, "invalid_code");
    }
    for stranger in ["198.51.100.1", "198.51.100.3"] {
        from(stranger, &code).assert_error(429, "too_many_attempts");
    }
    for _ in 0..2 {
        app.verify_code("ada@example.com", &wrong(&code)).assert_error(401, "invalid_code");
    }
    app.verify_code("ada@example.com", &code).assert_ok();
}

#[test]
fn who_asked_for_a_code_has_three_tries_and_everybody_else_three_more() {
    let app = TestApp::with_codes();
    let code = app.code();
    for status in [401, 401, 401, 429, 429] {
        assert_eq!(app.verify_code("ada@example.com", &wrong(&code)).status, status);
    }
    app.verify_code("ada@example.com", &code).assert_error(429, "too_many_attempts");
    // Requested at home, read on the way.
    let elsewhere = json!({ "email": "ada@example.com", "code": code });
    app.post_from("198.51.100.1", "/api/auth/otp/verify", &elsewhere).assert_ok();
}

#[test]
fn a_browser_that_asked_for_a_code_has_its_tries_on_whatever_network_it_is() {
    let app = TestApp::with_codes();
    let mut browser = Browser::new(&app);
    let page = browser.get("/account/signin");
    let fields = [("login", "ada@example.com"), ("password", "")];
    let page = browser.submit(&page, "/account/signin/code", &fields).assert_ok();
    let code = app.last_code();
    for _ in 0..3 {
        let guess = json!({ "email": "ada@example.com", "code": wrong(&code) });
        app.post_from("198.51.100.1", "/api/auth/otp/verify", &guess).assert_error(401, "invalid_code");
    }
    browser.travel("198.51.100.9");
    let refused = browser.submit(&page, "/account/signin/verify", &[("code", "12 34 5")]);
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("The code is incomplete."), "{}", refused.text());
    assert_eq!(browser.submit(&page, "/account/signin/verify", &[("code", &code)]).status, 303);
}

#[test]
fn a_try_that_could_not_be_compared_is_given_back_to_whom_it_was_taken_from() {
    let app = TestApp::with_codes();
    app.platform.kv_lag.set(Duration::from_secs(60));
    let code = app.code();
    let elsewhere = json!({ "email": "ada@example.com", "code": code });
    for _ in 0..5 {
        app.verify_code("ada@example.com", &code).assert_error(503, "unavailable");
        app.post_from("198.51.100.1", "/api/auth/otp/verify", &elsewhere).assert_error(503, "unavailable");
    }
    assert_eq!(app.platform.ask::<i64>("SELECT tries + tries_elsewhere FROM codes"), 0);
}
