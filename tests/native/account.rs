use http::Method;

use crate::app::TestApp;

#[test]
fn a_credential_has_three_answers() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    for path in ["/api/auth/me", "/api/auth/verify", "/api/auth/me/"] {
        let nothing = app.get(path);
        nothing.assert_error(401, "unauthorized");
        assert_eq!(nothing.header("www-authenticate"), "Bearer realm=\"api\"");
        let bad = app.with_bearer(Method::GET, path, "nonsense");
        bad.assert_error(401, "token_invalid");
        assert!(bad.header("www-authenticate").contains(", error=\"invalid_token\""));
        app.with_bearer(Method::GET, path, &tokens.access).assert_ok();
    }
}

#[test]
fn the_header_is_read_as_the_rfcs_say() {
    let app = TestApp::new();
    let token = app.signed_in("ada").access;
    let me = |values: &[&str]| {
        let headers: Vec<_> = values.iter().map(|value| ("Authorization", *value)).collect();
        app.request(Method::GET, "/api/auth/me", &headers, "")
    };
    me(&[&format!("bearer {token}")]).assert_ok();
    me(&[&format!("BEARER   {token}")]).assert_ok();
    me(&[&format!("Bearer {token}"), "Bearer x"]).assert_error(400, "invalid_request");
    me(&[&format!("Bearer {token}, Bearer x")]).assert_error(400, "invalid_request");
    for wrong in
        ["", "Bearer", "Bearer ", &token, "Basic YTpi", &format!("Bearer{token}"), &format!("Bearer {token} x")]
    {
        me(&[wrong]).assert_error(401, "token_invalid");
    }
}

#[test]
fn a_gateway_learns_who_it_is_without_the_database() {
    let app = TestApp::new();
    let token = app.signed_in("ada").access;
    let calls = app.platform.database_calls.get();
    let reply = app.verify(&token).assert_ok();
    assert_eq!(app.platform.database_calls.get(), calls);
    assert_eq!(reply.header("x-auth-user"), app.platform.ask::<String>("SELECT id FROM users"));
    assert_eq!(reply.header("x-auth-session"), app.platform.ask::<String>("SELECT id FROM sessions"));
    assert_eq!(reply.header("x-auth-role"), "user");
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[test]
fn a_disabled_or_deleted_user_is_nobody_at_once() {
    for sql in ["UPDATE users SET disabled_at = 1", "DELETE FROM users"] {
        let app = TestApp::new();
        let token = app.signed_in("ada").access;
        app.platform.tell(sql);
        app.me(&token).assert_error(401, "token_revoked");
    }
}
