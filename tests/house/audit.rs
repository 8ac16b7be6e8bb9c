use http::Method;
use serde_json::json;

use crate::house::{CODES, House, NEW_PASSWORD, PASSWORD, Tokens};

/// Act, outcome and factor of every entry, in their order.
fn told(house: &House) -> Vec<String> {
    let database = house.world.database.borrow();
    let mut query = database
        .prepare("SELECT concat(act, ' ', outcome, ' ', COALESCE(factor, '-')) FROM audit ORDER BY id")
        .unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn what_is_done_about_an_account_is_on_the_record_with_its_factor() {
    let house = House::with(&[CODES]);
    let first = house.signed_in("ada");
    let ada = "ada@example.com";
    let before = told(&house).len();

    house.request_code(ada).granted();
    house.verify_code(ada, "000000").refused(401, "invalid_code");
    let second = Tokens::of(&house.verify_code(ada, &house.last_code()).granted());
    house.reauthenticate(&second.access, "wrong").refused(401, "invalid_credentials");
    house.reauthenticate(&second.access, PASSWORD).granted();
    house.pass_seconds(60);
    house.request_code(ada).granted();
    house
        .post_as(&second.access, "/api/auth/reauthenticate", &json!({ "code": "000000" }))
        .refused(401, "invalid_code");
    house.post_as(&second.access, "/api/auth/reauthenticate", &json!({ "code": house.last_code() })).granted();
    house.change_password(&second.access, "wrong", NEW_PASSWORD).refused(401, "invalid_credentials");
    house.change_password(&second.access, PASSWORD, NEW_PASSWORD).granted();
    house.refresh(&first.refresh).refused(401, "invalid_refresh_token");
    house.refresh(&second.refresh).granted();
    house.pass_seconds(11);
    house.refresh(&second.refresh).refused(401, "refresh_token_reused");
    house.post("/api/auth/local/activate/send", &json!({ "email": ada })).granted();
    house.recover(ada).granted();
    let link = house.last_link_token();
    house.reset(&link, "another password").granted();
    house.reset(&link, "another password").refused(400, "invalid_token");
    let third = Tokens::of(&house.login("ada", "another password").granted());
    let session: String = house.world.ask("SELECT id FROM sessions WHERE ended_at IS NULL");
    let fourth = Tokens::of(&house.login("ada", "another password").granted());
    house.with_bearer(Method::DELETE, &format!("/api/auth/sessions/{session}"), &fourth.access);
    house.me(&third.access).refused(401, "token_revoked");
    house.post_as(&fourth.access, "/api/auth/logout/all", &json!({})).granted();

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
    assert_eq!(told(&house)[before..], expected);
    assert_eq!(
        house.world.ask::<i64>("SELECT count(*) FROM audit WHERE user_id IS NULL AND session_id IS NOT NULL"),
        0
    );
}

#[test]
fn every_outcome_has_its_entry_with_who_whence_and_when() {
    let house = House::new();
    house.user("ada");
    house.login("ada", "wrong").refused(401, "invalid_credentials");
    let tokens = house.sign_in("ada");
    house.register("ada", "x@example.com").refused(409, "login_taken");
    house.activate(&house.last_link_token()).refused(400, "invalid_token");
    house.logout(&tokens.access).granted();

    let expected = [
        "register ok -",
        "activate ok -",
        "sign_in invalid_credentials pwd",
        "sign_in ok pwd",
        "register login_taken -",
        "activate invalid_token -",
        "sign_out ok -",
    ];
    assert_eq!(told(&house), expected);
    let complete = "address = '203.0.113.7' AND agent = 'test/1.0' AND length(request_id) = 16 AND at = 1780000000123";
    assert_eq!(house.world.ask::<i64>(&format!("SELECT count(*) FROM audit WHERE {complete}")), 7);
    let by_ada =
        "SELECT count(*) FROM audit WHERE act IN ('sign_in', 'sign_out', 'activate') AND outcome <> 'invalid_token'
                  AND user_id = (SELECT id FROM users)";
    assert_eq!(house.world.ask::<i64>(by_ada), 4);
}

#[test]
fn a_flood_of_failures_is_one_row_a_minute() {
    let house = House::new();
    for _ in 0..5 {
        house.login("nobody", "wrong").refused(401, "invalid_credentials");
    }
    house.login("somebody else", "wrong").refused(401, "invalid_credentials");
    let body = json!({ "login": "nobody", "password": "wrong" });
    house.post_from("198.51.100.9", "/api/auth/local/login", &body).refused(401, "invalid_credentials");
    assert_eq!(house.world.ask::<i64>("SELECT max(count) FROM audit"), 5);
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM audit"), 3);
    house.pass_seconds(60);
    house.login("nobody", "wrong").refused(401, "invalid_credentials");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM audit"), 4);
}

#[test]
fn a_leaked_dump_opens_nothing() {
    let house = House::new();
    house.world.provider_status.set(500);
    house.register("ada", "ada@example.com").granted();
    let link = house.last_link_token();
    let waiting = house.world.dump();
    house.activate(&link).granted();
    let first = house.sign_in("ada");
    house.login("ada", "a mistyped password").refused(401, "invalid_credentials");
    let second = Tokens::of(&house.refresh(&first.refresh).granted());
    let dump = waiting + &house.world.dump() + &house.world.log.borrow().join("\n");
    assert!(dump.contains("ada@example.com"), "the dump shows something");
    let secrets =
        [PASSWORD, "a mistyped password", &link[4..], &first.refresh[4..], &first.access, &second.refresh[4..]];
    for secret in secrets {
        assert!(!dump.contains(secret), "{secret} is in the dump");
    }
    // Not even the part of a token that makes it genuine.
    assert!(!dump.contains(&first.refresh[first.refresh.len() - 21..]));
}

#[test]
fn failures_of_two_people_from_one_address_are_two_rows() {
    let house = House::new();
    let (ada, bob) = (house.signed_in("ada"), house.signed_in("bob"));
    for tokens in [&ada, &bob, &ada] {
        house.reauthenticate(&tokens.access, "wrong").refused(401, "invalid_credentials");
    }
    let counts =
        "SELECT group_concat(count) FROM (SELECT count FROM audit WHERE outcome = 'invalid_credentials' ORDER BY id)";
    assert_eq!(house.world.ask::<String>(counts), "2,1");
}
