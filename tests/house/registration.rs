use serde_json::json;

use crate::house::{House, PASSWORD, Reply};
use crate::world::{Trouble, When};

#[test]
fn a_stranger_becomes_a_user() {
    let house = House::new();
    let reply = house.register("NewUser", "new@example.com").granted();
    assert_eq!(reply.json(), json!({ "message": "Registration successful. Please activate your account." }));
    house.login("newuser", PASSWORD).refused(403, "account_not_activated");

    let reply = house.activate(&house.last_link_token()).granted();
    assert_eq!(reply.json(), json!({ "message": "Account activated successfully" }));

    let tokens = house.sign_in("newuser");
    let me = house.me(&tokens.access).granted().json();
    assert_eq!(me["login"], "newuser");
    assert_eq!(me["email"], "new@example.com");
    assert_eq!(me["activated"], true);
    let keys: Vec<_> = me.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["activated", "created_at", "email", "id", "login", "updated_at"]);
}

/// Counts what an outsider could feel: round trips to the database and to KV, and rows left behind.
fn cost_of_registering(house: &House, login: &str, email: &str) -> (usize, usize, i64) {
    let before = (house.world.database_calls.get(), house.world.kv_calls.get());
    let rows =
        "SELECT (SELECT count(*) FROM registrations) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM audit)";
    let rows_before: i64 = house.world.ask(rows);
    house.register(login, email).granted();
    let rows_after: i64 = house.world.ask(rows);
    (house.world.database_calls.get() - before.0, house.world.kv_calls.get() - before.1, rows_after - rows_before)
}

#[test]
fn an_address_with_an_account_is_answered_like_one_without() {
    let house = House::new();
    house.user("ada");
    let known = house.register("somebody", "ADA@example.com");
    let unknown = house.register("somebody", "nobody@example.com");
    assert_eq!(known.face(), unknown.face());
    house.login("ADA@example.com", "wrong password").refused(401, "invalid_credentials");
    house.login("nobody@example.com", "wrong password").refused(401, "invalid_credentials");

    let known = cost_of_registering(&house, "x1", "ada@example.com");
    let unknown = cost_of_registering(&house, "x2", "nobody2@example.com");
    assert_eq!(known, unknown);
}

#[test]
fn a_registration_for_a_known_address_behaves_like_any_other_until_it_expires() {
    let house = House::new();
    house.user("ada");
    let body = |login, email| json!({ "login": login, "email": email, "password": "another password" });
    house.post("/api/auth/local/register", &body("eve1", "ada@example.com")).granted();
    house.post("/api/auth/local/register", &body("eve2", "nobody@example.com")).granted();
    for who in ["eve1", "eve2", "ada@example.com", "nobody@example.com"] {
        house.login(who, "another password").refused(403, "account_not_activated");
    }
    house.pass_seconds(86_400);
    for who in ["eve1", "eve2", "ada@example.com", "nobody@example.com"] {
        house.login(who, "another password").refused(401, "invalid_credentials");
    }
    house.login("ada", PASSWORD).granted();
}

#[test]
fn the_owner_of_an_address_is_told_at_its_stored_local_part() {
    let house = House::new();
    house.register("ada", "Ada@Example.com").granted();
    house.activate(&house.last_link_token()).granted();
    house.register("eve", "ADA@EXAMPLE.COM").granted();
    let letters = house.letters();
    let letter = letters.last().unwrap();
    assert_eq!(letter["to"], json!(["Ada@example.com"]));
    assert!(letter["subject"].as_str().unwrap().contains("already have"), "{letter}");
    assert!(!letter["text"].as_str().unwrap().contains("token="), "{letter}");
    assert_eq!(letters.len(), 2);
}

#[test]
fn a_login_name_is_taken_by_users_and_not_by_registrations() {
    let house = House::new();
    house.register("ada", "first@example.com").granted();
    house.register("ADA", "second@example.com").granted();
    house.activate(&house.last_link_token()).granted();
    house.register("Ada", "third@example.com").refused(409, "login_taken");
    let left: i64 = house.world.ask("SELECT count(*) FROM registrations WHERE email_folded = 'third@example.com'");
    assert_eq!(left, 0);
    assert_eq!(house.letters().len(), 2);
}

#[test]
fn what_is_missing_or_malformed_is_named() {
    let house = House::new();
    let register = |body| house.post("/api/auth/local/register", &body);
    let named = |reply: Reply| {
        reply.refused(400, "invalid_request");
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
    register(unequal).granted();
}

#[test]
fn a_registration_whose_answer_was_lost_is_not_reported_as_failed() {
    let house = House::new();
    house.world.trouble.set(Trouble { database: Some((0, When::After)), ..Trouble::default() });
    house.register("ada", "ada@example.com").granted();
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM registrations"), 1);
    house.activate(&house.last_link_token()).granted();
}

#[test]
fn registration_can_be_closed_or_kept_to_mail_domains() {
    let house = House::with(&[("AUTH_REGISTRATION", "closed")]);
    house.register("ada", "ada@example.com").refused(403, "forbidden");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM registrations"), 0);
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM audit WHERE outcome = 'forbidden'"), 1);

    let house = House::with(&[("AUTH_REGISTRATION", "Example.com, corp.example")]);
    house.register("ada", "ada@EXAMPLE.com").granted();
    house.register("bob", "bob@corp.example").granted();
    for outside in ["x@evil.com", "x@sub.example.com", "x@example.com.evil.com", "x@notexample.com"] {
        house.register("eve", outside).refused(403, "forbidden");
    }
    for wrong in ["nonsense", "open,closed", "a@b.com"] {
        assert!(
            House::with(&[("AUTH_REGISTRATION", wrong)]).get("/health/ready").text().contains("AUTH_REGISTRATION"),
            "{wrong}"
        );
    }
}

#[test]
fn a_weak_password_is_refused_with_every_reason() {
    let house = House::new();
    let reply = house
        .post("/api/auth/local/register", &json!({ "login": "gate", "email": "gate@example.com", "password": "gate" }));
    reply.refused(422, "weak_password");
    assert_eq!(reply.json()["data"]["reasons"], json!(["too_short", "context_word"]));
    assert_eq!(house.world.database_calls.get(), 0);
}

#[test]
fn a_common_password_is_refused_and_a_passphrase_is_not() {
    let house = House::new();
    let register = |password: &str| {
        let body = json!({ "login": "ada", "email": "ada@example.com", "password": password });
        house.post("/api/auth/local/register", &body)
    };
    for common in ["password", "12345678", "IloveYou", "qwertyuiop", "princess1", "Password2026!", "ｐａｓｓｗｏｒｄ"]
    {
        let reply = register(common);
        reply.refused(422, "weak_password");
        assert_eq!(reply.json()["data"], json!({ "error": "weak_password", "reasons": ["common"] }), "{common}");
    }
    assert_eq!(house.world.database_calls.get(), 0);
    for good in ["correct horse battery", "7 green bottles", "mein Passwort ist lang"] {
        register(good).granted();
    }
}
