use http::Method;
use serde_json::json;

use crate::app::{CODES, NEW_PASSWORD, PASSWORD, TestApp, Tokens};

/// Action, outcome and factor of every entry, in order.
fn told(app: &TestApp) -> Vec<String> {
    let database = app.platform.database.borrow();
    let mut query = database
        .prepare("SELECT concat(act, ' ', outcome, ' ', COALESCE(factor, '-')) FROM audit ORDER BY id")
        .unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn what_is_done_about_an_account_is_on_the_record_with_its_factor() {
    let app = TestApp::with(&[CODES]);
    let first = app.signed_in("ada");
    let ada = "ada@example.com";
    let before = told(&app).len();

    app.request_code(ada).assert_ok();
    app.verify_code(ada, "000000").assert_error(401, "invalid_code");
    let second = Tokens::of(&app.verify_code(ada, &app.last_code()).assert_ok());
    app.reauthenticate(&second.access, "wrong").assert_error(401, "invalid_credentials");
    app.reauthenticate(&second.access, PASSWORD).assert_ok();
    app.pass_seconds(60);
    app.request_code(ada).assert_ok();
    app.post_as(&second.access, "/api/auth/reauthenticate", &json!({ "code": "000000" }))
        .assert_error(401, "invalid_code");
    app.post_as(&second.access, "/api/auth/reauthenticate", &json!({ "code": app.last_code() })).assert_ok();
    app.change_password(&second.access, "wrong", NEW_PASSWORD).assert_error(401, "invalid_credentials");
    app.change_password(&second.access, PASSWORD, NEW_PASSWORD).assert_ok();
    app.refresh(&first.refresh).assert_error(401, "invalid_refresh_token");
    app.refresh(&second.refresh).assert_ok();
    app.pass_seconds(11);
    app.refresh(&second.refresh).assert_error(401, "refresh_token_reused");
    app.post("/api/auth/local/activate/send", &json!({ "email": ada })).assert_ok();
    app.recover(ada).assert_ok();
    let link = app.last_link_token();
    app.reset(&link, "another password").assert_ok();
    app.reset(&link, "another password").assert_error(400, "invalid_token");
    let third = Tokens::of(&app.login("ada", "another password").assert_ok());
    let session: String = app.platform.ask("SELECT id FROM sessions WHERE ended_at IS NULL");
    let fourth = Tokens::of(&app.login("ada", "another password").assert_ok());
    app.with_bearer(Method::DELETE, &format!("/api/auth/sessions/{session}"), &fourth.access);
    app.me(&third.access).assert_error(401, "token_revoked");
    app.post_as(&fourth.access, "/api/auth/logout/all", &json!({})).assert_ok();

    let expected = [
        "request_code ok -",
        "sign_in invalid_code otp",
        "sign_in ok otp",
        "reauthenticate invalid_credentials pwd",
        "reauthenticate ok pwd",
        "request_code ok -",
        "reauthenticate invalid_code otp",
        "reauthenticate ok otp",
        "change_password invalid_credentials pwd",
        "change_password ok pwd",
        "refresh invalid_refresh_token -",
        "refresh refresh_token_reused -",
        "send_activation ok -",
        "recover ok -",
        "reset_password ok -",
        "reset_password invalid_token -",
        "sign_in ok pwd",
        "sign_in ok pwd",
        "end_session ok -",
        "sign_out_all ok -",
    ];
    assert_eq!(told(&app)[before..], expected);
    assert_eq!(
        app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE user_id IS NULL AND session_id IS NOT NULL"),
        0
    );
}

#[test]
fn every_outcome_has_its_entry_with_who_where_from_and_when() {
    let app = TestApp::new();
    app.user("ada");
    app.login("ada", "wrong").assert_error(401, "invalid_credentials");
    let tokens = app.sign_in("ada");
    app.register("ada", "x@example.com").assert_error(409, "login_taken");
    app.activate(&app.last_link_token()).assert_error(400, "invalid_token");
    app.logout(&tokens.access).assert_ok();

    let expected = [
        "register ok -",
        "activate ok -",
        "sign_in invalid_credentials pwd",
        "sign_in ok pwd",
        "register login_taken -",
        "activate invalid_token -",
        "sign_out ok -",
    ];
    assert_eq!(told(&app), expected);
    let complete = "address = '203.0.113.7' AND agent = 'test/1.0' AND length(request_id) = 16 AND at = 1780000000123";
    assert_eq!(app.platform.ask::<i64>(&format!("SELECT count(*) FROM audit WHERE {complete}")), 7);
    let by_ada =
        "SELECT count(*) FROM audit WHERE act IN ('sign_in', 'sign_out', 'activate') AND outcome <> 'invalid_token'
                  AND user_id = (SELECT id FROM users)";
    assert_eq!(app.platform.ask::<i64>(by_ada), 4);
}

#[test]
fn a_flood_of_failures_is_one_row_a_minute() {
    let app = TestApp::new();
    for _ in 0..5 {
        app.login("nobody", "wrong").assert_error(401, "invalid_credentials");
    }
    app.login("somebody else", "wrong").assert_error(401, "invalid_credentials");
    let body = json!({ "login": "nobody", "password": "wrong" });
    app.post_from("198.51.100.9", "/api/auth/local/login", &body).assert_error(401, "invalid_credentials");
    assert_eq!(app.platform.ask::<i64>("SELECT max(count) FROM audit"), 5);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit"), 3);
    app.pass_seconds(60);
    app.login("nobody", "wrong").assert_error(401, "invalid_credentials");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit"), 4);
}

#[test]
fn a_leaked_dump_opens_nothing() {
    let app = TestApp::new();
    app.platform.provider_status.set(500);
    app.register("ada", "ada@example.com").assert_ok();
    let link = app.last_link_token();
    let waiting = app.platform.dump();
    app.activate(&link).assert_ok();
    let first = app.sign_in("ada");
    app.login("ada", "a mistyped password").assert_error(401, "invalid_credentials");
    let second = Tokens::of(&app.refresh(&first.refresh).assert_ok());
    let dump = waiting + &app.platform.dump() + &app.platform.log.borrow().join("\n");
    assert!(dump.contains("ada@example.com"), "the dump shows something");
    let secrets =
        [PASSWORD, "a mistyped password", &link[4..], &first.refresh[4..], &first.access, &second.refresh[4..]];
    for secret in secrets {
        assert!(!dump.contains(secret), "{secret} is in the dump");
    }
    // Not even the MAC of a token.
    assert!(!dump.contains(&first.refresh[first.refresh.len() - 21..]));
}

#[test]
fn failures_of_two_people_from_one_address_are_two_rows() {
    let app = TestApp::new();
    let (ada, bob) = (app.signed_in("ada"), app.signed_in("bob"));
    for tokens in [&ada, &bob, &ada] {
        app.reauthenticate(&tokens.access, "wrong").assert_error(401, "invalid_credentials");
    }
    let counts =
        "SELECT group_concat(count) FROM (SELECT count FROM audit WHERE outcome = 'invalid_credentials' ORDER BY id)";
    assert_eq!(app.platform.ask::<String>(counts), "2,1");
}
