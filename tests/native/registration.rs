use serde_json::json;

use crate::app::{PASSWORD, Reply, TestApp};
use crate::platform::{Failure, FailureTiming};

#[test]
fn a_stranger_becomes_a_user() {
    let app = TestApp::new();
    let reply = app.register("NewUser", "new@example.com").assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Registration successful. Please activate your account." }));
    app.login("newuser", PASSWORD).assert_error(403, "account_not_activated");

    let reply = app.activate(&app.last_link_token()).assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Account activated successfully" }));

    let tokens = app.sign_in("newuser");
    let me = app.me(&tokens.access).assert_ok().json();
    assert_eq!(me["login"], "newuser");
    assert_eq!(me["email"], "new@example.com");
    assert_eq!(me["activated"], true);
    let keys: Vec<_> = me.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["activated", "created_at", "email", "id", "login", "updated_at"]);
}

/// Counts what an outsider could measure: round trips to the database and to KV, and rows left behind.
fn cost_of_registering(app: &TestApp, login: &str, email: &str) -> (usize, usize, i64) {
    let before = (app.platform.database_calls.get(), app.platform.kv_calls.get());
    let rows =
        "SELECT (SELECT count(*) FROM registrations) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM audit)";
    let rows_before: i64 = app.platform.ask(rows);
    app.register(login, email).assert_ok();
    let rows_after: i64 = app.platform.ask(rows);
    (app.platform.database_calls.get() - before.0, app.platform.kv_calls.get() - before.1, rows_after - rows_before)
}

#[test]
fn an_address_with_an_account_is_answered_like_one_without() {
    let app = TestApp::new();
    app.user("ada");
    let known = app.register("somebody", "ADA@example.com");
    let unknown = app.register("somebody", "nobody@example.com");
    assert_eq!(known.observable(), unknown.observable());
    app.login("ADA@example.com", "wrong password").assert_error(401, "invalid_credentials");
    app.login("nobody@example.com", "wrong password").assert_error(401, "invalid_credentials");

    let known = cost_of_registering(&app, "x1", "ada@example.com");
    let unknown = cost_of_registering(&app, "x2", "nobody2@example.com");
    assert_eq!(known, unknown);
}

#[test]
fn a_registration_for_a_known_address_behaves_like_any_other_until_it_expires() {
    let app = TestApp::new();
    app.user("ada");
    let body = |login, email| json!({ "login": login, "email": email, "password": "another password" });
    app.post("/api/auth/local/register", &body("eve1", "ada@example.com")).assert_ok();
    app.post("/api/auth/local/register", &body("eve2", "nobody@example.com")).assert_ok();
    for who in ["eve1", "eve2", "ada@example.com", "nobody@example.com"] {
        app.login(who, "another password").assert_error(403, "account_not_activated");
    }
    app.pass_seconds(86_400);
    for who in ["eve1", "eve2", "ada@example.com", "nobody@example.com"] {
        app.login(who, "another password").assert_error(401, "invalid_credentials");
    }
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn the_owner_of_an_address_is_told_at_its_stored_local_part() {
    let app = TestApp::new();
    app.register("ada", "Ada@Example.com").assert_ok();
    app.activate(&app.last_link_token()).assert_ok();
    app.register("eve", "ADA@EXAMPLE.COM").assert_ok();
    let emails = app.emails();
    let email = emails.last().unwrap();
    assert_eq!(email["to"], json!(["Ada@example.com"]));
    assert!(email["subject"].as_str().unwrap().contains("already have"), "{email}");
    assert!(!email["text"].as_str().unwrap().contains("token="), "{email}");
    assert_eq!(emails.len(), 2);
}

#[test]
fn a_login_name_is_taken_by_users_and_not_by_registrations() {
    let app = TestApp::new();
    app.register("ada", "first@example.com").assert_ok();
    app.register("ADA", "second@example.com").assert_ok();
    app.activate(&app.last_link_token()).assert_ok();
    app.register("Ada", "third@example.com").assert_error(409, "login_taken");
    let left: i64 = app.platform.ask("SELECT count(*) FROM registrations WHERE email_folded = 'third@example.com'");
    assert_eq!(left, 0);
    assert_eq!(app.emails().len(), 2);
}

#[test]
fn what_is_missing_or_malformed_is_named() {
    let app = TestApp::new();
    let register = |body| app.post("/api/auth/local/register", &body);
    let named = |reply: Reply| {
        reply.assert_error(400, "invalid_request");
        reply.json()["data"]["field"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(named(register(json!({ "email": "a@b.com", "password": PASSWORD }))), "login");
    assert_eq!(named(register(json!({ "login": "a", "password": PASSWORD }))), "email");
    assert_eq!(named(register(json!({ "login": "a", "email": "a@b.com" }))), "password");
    assert_eq!(named(register(json!({ "login": "a@b", "email": "a@b.com", "password": PASSWORD }))), "login");
    assert_eq!(named(register(json!({ "login": "a", "email": "nowhere", "password": PASSWORD }))), "email");
    assert_eq!(named(register(json!({ "login": 7, "email": "a@b.com", "password": PASSWORD }))), "login");
    let mut unequal = json!({ "login": "a", "email": "a@b.com", "password": PASSWORD, "confirm_password": "x" });
    assert_eq!(named(register(unequal.clone())), "confirm_password");
    unequal["confirm_password"] = json!(PASSWORD);
    register(unequal).assert_ok();
}

#[test]
fn a_registration_whose_answer_was_lost_is_not_reported_as_failed() {
    let app = TestApp::new();
    app.platform.trouble.set(Failure { database: Some((0, FailureTiming::After)), ..Failure::default() });
    app.register("ada", "ada@example.com").assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM registrations"), 1);
    app.activate(&app.last_link_token()).assert_ok();
}

#[test]
fn registration_can_be_closed_or_kept_to_mail_domains() {
    let app = TestApp::with(&[("AUTH_REGISTRATION", "closed")]);
    app.register("ada", "ada@example.com").assert_error(403, "forbidden");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM registrations"), 0);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE outcome = 'forbidden'"), 1);

    let app = TestApp::with(&[("AUTH_REGISTRATION", "Example.com, corp.example")]);
    app.register("ada", "ada@EXAMPLE.com").assert_ok();
    app.register("bob", "bob@corp.example").assert_ok();
    for outside in ["x@evil.com", "x@sub.example.com", "x@example.com.evil.com", "x@notexample.com"] {
        app.register("eve", outside).assert_error(403, "forbidden");
    }
    for wrong in ["nonsense", "open,closed", "a@b.com"] {
        assert!(
            TestApp::with(&[("AUTH_REGISTRATION", wrong)]).get("/health/ready").text().contains("AUTH_REGISTRATION"),
            "{wrong}"
        );
    }
}

#[test]
fn a_weak_password_is_refused_with_every_reason() {
    let app = TestApp::new();
    let reply = app
        .post("/api/auth/local/register", &json!({ "login": "gate", "email": "gate@example.com", "password": "gate" }));
    reply.assert_error(422, "weak_password");
    assert_eq!(reply.json()["data"]["reasons"], json!(["too_short", "context_word"]));
    assert_eq!(app.platform.database_calls.get(), 0);
}

#[test]
fn a_common_password_is_refused_and_a_passphrase_is_not() {
    let app = TestApp::new();
    let register = |password: &str| {
        let body = json!({ "login": "ada", "email": "ada@example.com", "password": password });
        app.post("/api/auth/local/register", &body)
    };
    for common in ["password", "12345678", "IloveYou", "qwertyuiop", "princess1", "Password2026!", "ｐａｓｓｗｏｒｄ"]
    {
        let reply = register(common);
        reply.assert_error(422, "weak_password");
        assert_eq!(reply.json()["data"], json!({ "error": "weak_password", "reasons": ["common"] }), "{common}");
    }
    assert_eq!(app.platform.database_calls.get(), 0);
    for good in ["correct horse battery", "7 green bottles", "mein Passwort ist lang"] {
        register(good).assert_ok();
    }
}
