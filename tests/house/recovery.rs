use http::Method;
use serde_json::json;

use crate::house::{House, NEW_PASSWORD, PASSWORD, Tokens};
use crate::world::{Trouble, When};

impl House {
    fn check(&self, token: &str) -> bool {
        let reply = self.post("/api/auth/local/recover/check", &json!({ "token": token })).granted();
        assert_eq!(reply.json().as_object().unwrap().len(), 1);
        reply.json()["valid"].as_bool().unwrap()
    }

    /// A user, and the token of a recovery letter to them.
    fn forgetful(&self) -> String {
        self.user("ada");
        assert_eq!(self.recover("ADA@example.com").granted().json(), json!({ "message": "Recovery email sent" }));
        self.last_link_token()
    }
}

#[test]
fn who_has_forgotten_the_password_chooses_another() {
    let house = House::new();
    let token = house.forgetful();
    assert!(token.starts_with("ghv_"));
    assert!(house.check(&token));
    let reply = house.reset(&token, NEW_PASSWORD).granted();
    assert_eq!(reply.json(), json!({ "message": "Password reset successfully" }));
    house.login("ada", NEW_PASSWORD).granted();
    house.login("ada", PASSWORD).refused(401, "invalid_credentials");
    let letter = house.letters().pop().unwrap();
    assert!(letter["subject"].as_str().unwrap().contains("password was changed"), "{letter}");
    assert!(!letter.to_string().contains(NEW_PASSWORD));
}

#[test]
fn a_reset_ends_every_session_and_its_tokens() {
    let house = House::new();
    let token = house.forgetful();
    let first = house.sign_in("ada");
    let second = house.sign_in("ada");
    house.reset(&token, NEW_PASSWORD).granted();
    for tokens in [&first, &second] {
        house.me(&tokens.access).refused(401, "token_revoked");
        house.verify(&tokens.access).refused(401, "token_revoked");
        house.refresh(&tokens.refresh).refused(401, "invalid_refresh_token");
    }
    let third = Tokens::of(&house.login("ada", NEW_PASSWORD).granted());
    house.verify(&third.access).granted();
}

#[test]
fn a_link_works_once_for_an_hour_and_looking_uses_nothing_up() {
    let house = House::new();
    let token = house.forgetful();
    for _ in 0..3 {
        assert!(house.check(&token));
        let path = format!("/account/recover?token={token}");
        assert_eq!(house.knock(Method::GET, &path, &[], "").status, 200);
    }
    house.pass_seconds(3599);
    assert!(house.check(&token));
    house.reset(&token, NEW_PASSWORD).granted();
    assert!(!house.check(&token));
    house.reset(&token, "yet another password").refused(400, "invalid_token");

    house.recover("ada@example.com").granted();
    let late = house.last_link_token();
    house.pass_seconds(3600);
    assert!(!house.check(&late));
    house.reset(&late, "yet another password").refused(400, "invalid_token");
    house.login("ada", NEW_PASSWORD).granted();
}

#[test]
fn a_reset_ends_the_links_asked_for_before() {
    let house = House::new();
    let first = house.forgetful();
    house.recover("ada@example.com").granted();
    let second = house.last_link_token();
    house.reset(&second, NEW_PASSWORD).granted();
    assert!(!house.check(&first));
    house.reset(&first, "yet another password").refused(400, "invalid_token");
}

#[test]
fn a_weak_password_leaves_the_link_as_it_was() {
    let house = House::new();
    let token = house.forgetful();
    house.reset(&token, "short").refused(422, "weak_password");
    house.reset(&token, "ada@example.com").refused(422, "weak_password");
    house.reset(&token, NEW_PASSWORD).granted();
}

#[test]
fn known_unknown_disabled_and_not_activated_addresses_are_answered_alike() {
    let house = House::new();
    house.user("ada");
    house.user("disabled");
    house.world.tell("UPDATE users SET disabled_at = 1 WHERE login = 'disabled'");
    house.register("waiting", "waiting@example.com").granted();
    let sent = house.letters().len();
    let expected = house.recover("nobody@example.com");
    for who in ["ada", "disabled", "waiting"] {
        assert_eq!(house.recover(&format!("{who}@example.com")).face(), expected.face(), "{who}");
    }
    // One letter, to the one who can use it.
    assert_eq!(house.letters().len(), sent + 1);
    let statements = house.world.database_calls.get();
    house.world.provider_status.set(500);
    house.recover("nobody@example.com");
    let unknown = house.world.database_calls.get() - statements;
    house.recover("disabled@example.com");
    assert_eq!(house.world.database_calls.get() - statements - unknown, unknown);
}

#[test]
fn a_disabled_users_link_is_dead_and_recovery_activates_nothing() {
    let house = House::new();
    let token = house.forgetful();
    house.world.tell("UPDATE users SET disabled_at = 1");
    assert!(!house.check(&token));
    house.reset(&token, NEW_PASSWORD).refused(400, "invalid_token");
    assert_eq!(house.world.ask::<i64>("SELECT auth_version FROM users"), 1);
}

#[test]
fn foreign_tokens_are_refused_before_any_io() {
    let house = House::new();
    let token = house.forgetful();
    let calls = house.world.database_calls.get();
    for foreign in [
        "",
        "ghv_",
        &token.replace("ghv_", "gha_"),
        &token.to_uppercase(),
        "ghv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        assert!(!house.check(foreign));
        house.reset(foreign, NEW_PASSWORD).refused(400, "invalid_token");
    }
    assert_eq!(house.world.database_calls.get(), calls);
    house.activate(&token).refused(400, "invalid_token");
}

#[test]
fn a_reset_whose_answer_was_lost_is_a_reset() {
    let house = House::new();
    let token = house.forgetful();
    house.world.trouble.set(Trouble { database: Some((2, When::After)), ..Trouble::default() });
    house.reset(&token, NEW_PASSWORD).granted();
    house.login("ada", NEW_PASSWORD).granted();
}

#[test]
fn a_mark_that_kv_did_not_take_is_repeated_by_cron() {
    let house = House::new();
    let token = house.forgetful();
    let tokens = house.sign_in("ada");
    house.world.trouble.set(Trouble { kv: Some(When::Before), ..Trouble::default() });
    house.reset(&token, NEW_PASSWORD).granted();
    house.world.trouble.set(Trouble::default());
    house.me(&tokens.access).refused(401, "token_revoked");
    house.verify(&tokens.access).granted();
    house.cron();
    house.verify(&tokens.access).refused(401, "token_revoked");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM users WHERE mark_pending = 1"), 0);
}

#[test]
fn an_older_mark_that_reaches_kv_after_a_newer_one_does_not_stay_there() {
    let house = House::new();
    let token = house.forgetful();
    let tokens = house.sign_in("ada");
    house.world.trouble.set(Trouble { kv: Some(When::Before), ..Trouble::default() });
    house.reset(&token, NEW_PASSWORD).granted();
    house.world.trouble.set(Trouble::default());
    // While cron tells of the reset somebody else raises the version again, and tells of that.
    house.world.before_batch(0, "UPDATE users SET auth_version = auth_version + 1, mark_pending = 0");
    house.cron();
    house.cron();
    let user: String = house.world.ask("SELECT id FROM users");
    assert_eq!(house.world.kv_entry(&format!("version:{user}")).unwrap().0, "3 - user");
    house.verify(&tokens.access).refused(401, "token_revoked");
}
