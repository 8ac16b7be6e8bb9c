use crate::house::{House, PASSWORD, Tokens};

#[test]
fn every_outcome_has_its_entry_with_who_whence_and_when() {
    let house = House::new();
    house.user("ada");
    house.login("ada", "wrong").refused(401, "invalid_credentials");
    let tokens = Tokens::of(&house.login("ada", PASSWORD).granted());
    house.register("ada", "x@example.com").refused(409, "login_taken");
    house.activate(&house.last_link_token()).refused(400, "invalid_token");
    house.logout(&tokens.access).granted();

    let database = house.world.database.borrow();
    let mut query = database.prepare("SELECT act, outcome FROM audit ORDER BY id").unwrap();
    let told: Vec<(String, String)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let told: Vec<_> = told.iter().map(|(act, outcome)| (act.as_str(), outcome.as_str())).collect();
    let expected = [
        ("register", "ok"),
        ("activate", "ok"),
        ("sign_in", "invalid_credentials"),
        ("sign_in", "ok"),
        ("register", "login_taken"),
        ("activate", "invalid_token"),
        ("sign_out", "ok"),
    ];
    assert_eq!(told, expected);
    let complete = "address = '203.0.113.7' AND agent = 'test/1.0' AND length(request_id) = 16 AND at = 1780000000123";
    drop(query);
    drop(database);
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
    let body = serde_json::json!({ "login": "nobody", "password": "wrong" }).to_string();
    let elsewhere = http::Request::post("/api/auth/local/login").header("CF-Connecting-IP", "198.51.100.9");
    let elsewhere = elsewhere.header("Content-Type", "application/json").body(body.into_bytes()).unwrap();
    house.send(elsewhere).refused(401, "invalid_credentials");
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
    let first = Tokens::of(&house.login("ada", PASSWORD).granted());
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
