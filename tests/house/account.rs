use http::Method;

use crate::house::House;

#[test]
fn a_credential_has_three_answers() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    for path in ["/api/auth/me", "/api/auth/verify", "/api/auth/me/"] {
        let nothing = house.get(path);
        nothing.refused(401, "unauthorized");
        assert_eq!(nothing.header("www-authenticate"), "Bearer realm=\"api\"");
        let bad = house.with_bearer(Method::GET, path, "nonsense");
        bad.refused(401, "token_invalid");
        assert!(bad.header("www-authenticate").contains(", error=\"invalid_token\""));
        house.with_bearer(Method::GET, path, &tokens.access).granted();
    }
}

#[test]
fn the_header_is_read_as_the_rfcs_say() {
    let house = House::new();
    let token = house.signed_in("ada").access;
    let me = |values: &[&str]| {
        let headers: Vec<_> = values.iter().map(|value| ("Authorization", *value)).collect();
        house.knock(Method::GET, "/api/auth/me", &headers, "")
    };
    me(&[&format!("bearer {token}")]).granted();
    me(&[&format!("BEARER   {token}")]).granted();
    me(&[&format!("Bearer {token}"), "Bearer x"]).refused(400, "invalid_request");
    me(&[&format!("Bearer {token}, Bearer x")]).refused(400, "invalid_request");
    for wrong in
        ["", "Bearer", "Bearer ", &token, "Basic YTpi", &format!("Bearer{token}"), &format!("Bearer {token} x")]
    {
        me(&[wrong]).refused(401, "token_invalid");
    }
}

#[test]
fn a_gateway_learns_who_it_is_without_the_database() {
    let house = House::new();
    let token = house.signed_in("ada").access;
    let calls = house.world.database_calls.get();
    let reply = house.verify(&token).granted();
    assert_eq!(house.world.database_calls.get(), calls);
    assert_eq!(reply.header("x-auth-user"), house.world.ask::<String>("SELECT id FROM users"));
    assert_eq!(reply.header("x-auth-session"), house.world.ask::<String>("SELECT id FROM sessions"));
    assert_eq!(reply.header("x-auth-role"), "user");
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[test]
fn a_disabled_or_deleted_user_is_nobody_at_once() {
    for sql in ["UPDATE users SET disabled_at = 1", "DELETE FROM users"] {
        let house = House::new();
        let token = house.signed_in("ada").access;
        house.world.tell(sql);
        house.me(&token).refused(401, "token_revoked");
    }
}
