//! A change of address.

use serde_json::json;

use http::Method;

use crate::house::{CODES, House, NEW_PASSWORD, PASSWORD};
use crate::people::letter_to;
use crate::world::{Trouble, When};

const OLD: &str = "ada@example.com";
const NEW: &str = "ada@new.example";
impl House {
    /// Moves the account of a session to another address: the token that undoes it.
    pub fn moved(&self, token: &str, email: &str) -> String {
        self.moved_with(token, email, PASSWORD)
    }

    pub fn moved_with(&self, token: &str, email: &str, password: &str) -> String {
        self.change_email_with(token, email, password).granted();
        self.confirm_email(&self.last_link_token()).granted();
        self.last_link_token()
    }

    pub fn emails(&self) -> String {
        self.world.ask("SELECT group_concat(email, ' ') FROM (SELECT email FROM users ORDER BY login)")
    }
}

#[test]
fn an_account_moves_when_its_new_address_is_confirmed_and_sessions_stay() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let reply = house.change_email(&tokens.access, "Ada@New.example").granted();
    assert_eq!(reply.json(), json!({ "message": "Confirmation email sent" }));
    assert_eq!(house.emails(), OLD);
    let (subject, text) = letter_to(&house, "Ada@new.example");
    assert_eq!(subject, "Confirm your new Gatehouse address");
    assert!(text.contains("a Gatehouse account to have"), "{text}");
    assert!(text.contains("Asked for from 203.0.113.7. The link works once, until 2026-05-28T21:26:40Z."), "{text}");
    let token = house.last_link_token();
    assert!(token.starts_with("ghe_"));

    let reply = house.confirm_email(&token).granted();
    assert_eq!(reply.json(), json!({ "message": "Email changed successfully" }));
    assert_eq!(house.me(&tokens.access).granted().json()["email"], "Ada@New.example");
    house.verify(&tokens.access).granted();
    house.refresh(&tokens.refresh).granted();
    house.login("ada@new.EXAMPLE", PASSWORD).granted();
    house.login(OLD, PASSWORD).refused(401, "invalid_credentials");
}

#[test]
fn the_old_address_is_told_and_not_where_to() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.moved(&tokens.access, NEW);
    let (subject, text) = letter_to(&house, OLD);
    assert_eq!(subject, "Your Gatehouse account has another address now");
    assert!(text.contains("account ada has had another address since 2026-05-28T20:26:40Z"), "{text}");
    assert!(text.contains("until 2026-06-04T20:26:40Z"), "{text}");
    assert!(text.contains("https://auth.example.com/account/email/undo?token=ghu_"), "{text}");
    assert!(!text.contains("new.example"), "{text}");
}

#[test]
fn a_change_needs_the_password_and_a_proof_that_is_not_old() {
    let house = House::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = house.signed_in("ada");
    let letters = house.letters().len();
    house.change_email_with(&tokens.access, NEW, "wrong").refused(401, "invalid_credentials");
    house.change_email(&tokens.access, "nowhere").refused(400, "invalid_request");
    house.pass_seconds(901);
    house.change_email(&tokens.access, NEW).refused(403, "reauthentication_required");
    assert_eq!(house.letters().len(), letters);
    let failures = "SELECT count(*) FROM audit WHERE act = 'request_email_change' AND outcome = 'invalid_credentials'
           AND user_id = (SELECT id FROM users)";
    assert_eq!(house.world.ask::<i64>(failures), 1);
}

#[test]
fn an_address_with_an_account_is_asked_for_alike_and_only_its_owner_is_told() {
    let house = House::new();
    house.user("bob");
    let tokens = house.signed_in("ada");
    let ask = |email: &str| {
        let calls = house.world.database_calls.get();
        let reply = house.change_email(&tokens.access, email).granted();
        (reply.face(), house.world.database_calls.get() - calls)
    };
    assert_eq!(ask("BOB@example.com"), ask("free@example.com"));
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM email_changes"), 2);
    let (subject, text) = letter_to(&house, "bob@example.com");
    assert_eq!(subject, "You already have a Gatehouse account");
    assert!(text.contains("wanted it for another account"), "{text}");
    assert!(!text.contains("token="), "{text}");
}

#[test]
fn a_new_spelling_of_ones_own_address_is_no_other_account() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.moved(&tokens.access, "Ada@Example.com");
    assert_eq!(house.emails(), "Ada@Example.com");
}

#[test]
fn domains_bind_a_new_address_and_a_closed_door_does_not() {
    let asked = |registration: &str, email: &str| {
        let mut house = House::new();
        let tokens = house.signed_in("ada");
        house.redeploy(&[("AUTH_REGISTRATION", registration)]);
        (house.change_email(&tokens.access, email), house)
    };
    asked("closed", NEW).0.granted();
    asked("example.com,new.example", NEW).0.granted();
    let (reply, house) = asked("example.com", NEW);
    reply.refused(403, "forbidden");
    let refusals = "SELECT count(*) FROM audit WHERE act = 'request_email_change' AND outcome = 'forbidden'";
    assert_eq!(house.world.ask::<i64>(refusals), 1);
}

#[test]
fn a_link_works_once_for_an_hour_and_looking_uses_nothing_up() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.change_email(&tokens.access, NEW).granted();
    let token = house.last_link_token();
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let path = format!("/account/email?token={token}");
        assert_eq!(house.knock(method, &path, &[], "").status, 200);
    }
    house.pass_seconds(3599);
    house.confirm_email(&token).granted();
    house.confirm_email(&token).refused(400, "invalid_token");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM email_undos"), 1);

    let tokens = house.sign_in("ada");
    house.change_email(&tokens.access, "late@example.com").granted();
    house.pass_seconds(3600);
    house.confirm_email(&house.last_link_token()).refused(400, "invalid_token");
    assert_eq!(house.emails(), NEW);
}

#[test]
fn a_change_asked_for_under_another_password_is_dead() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.change_email(&tokens.access, NEW).granted();
    let token = house.last_link_token();
    house.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).granted();
    house.confirm_email(&token).refused(400, "invalid_token");
    assert_eq!(house.emails(), OLD);
    let refusals = "SELECT count(*) FROM audit WHERE act = 'change_email' AND outcome = 'invalid_token'";
    assert_eq!(house.world.ask::<i64>(refusals), 1);
}

#[test]
fn a_change_asked_for_while_the_password_changes_is_not_written() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.world.before_batch(1, "UPDATE users SET auth_version = auth_version + 1");
    let letters = house.letters().len();
    house.change_email(&tokens.access, NEW).refused(401, "token_revoked");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM email_changes"), 0);
    assert_eq!(house.letters().len(), letters);
}

#[test]
fn a_disabled_user_neither_moves_nor_comes_back() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let undo = house.moved(&tokens.access, NEW);
    house.change_email(&tokens.access, "newer@example.com").granted();
    let change = house.last_link_token();
    house.world.tell("UPDATE users SET disabled_at = 1");
    house.confirm_email(&change).refused(400, "invalid_token");
    house.undo_email(&undo, NEW_PASSWORD).refused(400, "invalid_token");
    assert_eq!(house.emails(), NEW);
    house.world.tell("UPDATE users SET disabled_at = NULL");
    house.undo_email(&undo, NEW_PASSWORD).granted();
}

#[test]
fn of_two_who_want_one_address_the_first_to_confirm_has_it() {
    let house = House::new();
    let (ada, bob) = (house.signed_in("ada"), house.signed_in("bob"));
    house.change_email(&ada.access, NEW).granted();
    let adas = house.last_link_token();
    house.change_email(&bob.access, NEW).granted();
    let bobs = house.last_link_token();
    house.confirm_email(&bobs).granted();
    house.confirm_email(&adas).refused(400, "invalid_token");
    assert_eq!(house.emails(), format!("{OLD} {NEW}"));
}

#[test]
fn an_address_that_was_activated_meanwhile_is_not_taken_over() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.change_email(&tokens.access, "eve@example.com").granted();
    let token = house.last_link_token();
    let eve = "INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at,
                     updated_at) SELECT '00000000-0000-4000-8000-000000000001', 'eve', 'eve@example.com',
                     'eve@example.com', password_hash, 'user', 1, 1, 1 FROM users";
    house.world.before_batch(0, eve);
    house.confirm_email(&token).refused(400, "invalid_token");
    assert_eq!(house.emails(), "ada@example.com eve@example.com");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM email_undos"), 0);
}

#[test]
fn what_was_on_its_way_to_the_old_address_dies_with_the_change() {
    let house = House::with(&[CODES]);
    let tokens = house.signed_in("ada");
    house.change_email(&tokens.access, NEW).granted();
    let change = house.last_link_token();
    house.change_email(&tokens.access, "third@example.com").granted();
    let second = house.last_link_token();
    house.recover(OLD).granted();
    let recovery = house.last_link_token();
    house.request_code(OLD).granted();
    house.confirm_email(&change).granted();

    house.confirm_email(&second).refused(400, "invalid_token");
    house.reset(&recovery, NEW_PASSWORD).refused(400, "invalid_token");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM codes WHERE used_at IS NULL"), 0);
    assert_eq!(house.emails(), NEW);
}

#[test]
fn foreign_tokens_are_refused_before_any_io() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.change_email(&tokens.access, NEW).granted();
    let change = house.last_link_token();
    let undo = house.moved(&tokens.access, "third@example.com");
    let calls = house.world.database_calls.get();
    for foreign in ["", "ghe_", "ghu_", &undo, &undo.replace("ghu_", "ghe_"), &change.to_uppercase()] {
        house.confirm_email(foreign).refused(400, "invalid_token");
        assert_eq!(house.get(&format!("/account/email?token={foreign}")).status, 400);
    }
    for foreign in ["", "ghe_", "ghu_", &change, &change.replace("ghe_", "ghu_"), &undo.to_uppercase()] {
        house.undo_email(foreign, NEW_PASSWORD).refused(400, "invalid_token");
        assert_eq!(house.get(&format!("/account/email/undo?token={foreign}")).status, 400);
    }
    assert_eq!(house.world.database_calls.get(), calls);
    house.activate(&change).refused(400, "invalid_token");
    house.reset(&undo, NEW_PASSWORD).refused(400, "invalid_token");
}

#[test]
fn changes_whose_answers_were_lost_are_changes() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    // The session, the account, and then the batch; a link is looked at before its batch.
    house.world.trouble.set(Trouble { database: Some((2, When::After)), ..Trouble::default() });
    house.change_email(&tokens.access, NEW).granted();
    house.world.trouble.set(Trouble { database: Some((1, When::After)), ..Trouble::default() });
    house.confirm_email(&house.last_link_token()).granted();
    house.world.trouble.set(Trouble { database: Some((1, When::After)), ..Trouble::default() });
    house.undo_email(&house.last_link_token(), NEW_PASSWORD).granted();
    assert_eq!(house.world.trouble.get().database, None);
    house.login(OLD, NEW_PASSWORD).granted();
}
