//! A change of address, from whoever owns it, from a thief, and back.

use http::Method;
use serde_json::json;

use crate::house::{House, PASSWORD, Reply, Tokens};
use crate::world::{Trouble, When};

const OLD: &str = "ada@example.com";
const NEW: &str = "ada@new.example";
const OTHER: &str = "a new password entirely";
const DAY: u64 = 86_400;

impl House {
    pub fn change_email(&self, token: &str, email: &str) -> Reply {
        self.change_email_with(token, email, PASSWORD)
    }

    fn change_email_with(&self, token: &str, email: &str, password: &str) -> Reply {
        self.post_as(token, "/api/auth/email", &json!({ "email": email, "current_password": password }))
    }

    pub fn confirm_email(&self, token: &str) -> Reply {
        self.post("/api/auth/email/confirm", &json!({ "token": token }))
    }

    pub fn undo_email(&self, token: &str, password: &str) -> Reply {
        self.post("/api/auth/email/undo", &json!({ "token": token, "password": password }))
    }

    /// Moves the account of a session to another address: the token that undoes it.
    fn moved(&self, token: &str, email: &str) -> String {
        self.moved_with(token, email, PASSWORD)
    }

    fn moved_with(&self, token: &str, email: &str, password: &str) -> String {
        self.change_email_with(token, email, password).granted();
        self.confirm_email(&self.last_link_token()).granted();
        self.last_link_token()
    }

    fn emails(&self) -> String {
        self.world.ask("SELECT group_concat(email, ' ') FROM (SELECT email FROM users ORDER BY login)")
    }

    fn post_form(&self, path: &str, body: String) -> Reply {
        let request = Self::request(Method::POST, path).header("Content-Type", "application/x-www-form-urlencoded");
        self.send(request.body(body.into_bytes()).unwrap())
    }
}

fn letter_to(house: &House, address: &str) -> (String, String) {
    let letter = house.letters().into_iter().rfind(|letter| letter["to"] == json!([address]));
    let letter = letter.unwrap_or_else(|| panic!("no letter to {address}"));
    let part = |name: &str| letter[name].as_str().unwrap().to_owned();
    (part("subject"), part("text"))
}

#[test]
fn an_account_moves_when_its_new_address_is_confirmed_and_sessions_stay() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let reply = house.change_email(&tokens.access, "Ada@New.example").granted();
    assert_eq!(reply.json(), json!({ "message": "Confirmation email sent" }));
    assert_eq!(house.emails(), OLD);
    let (subject, text) = letter_to(&house, "Ada@New.example");
    assert_eq!(subject, "Confirm your new Gatehouse address");
    assert!(text.contains("the Gatehouse account ada to have"), "{text}");
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
        assert_eq!(house.send(House::request(method, &path).body(Vec::new()).unwrap()).status, 200);
    }
    house.pass_seconds(3599);
    house.confirm_email(&token).granted();
    house.confirm_email(&token).refused(400, "invalid_token");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM email_undos"), 1);

    let tokens = Tokens::of(&house.login("ada", PASSWORD).granted());
    house.change_email(&tokens.access, "late@example.com").granted();
    house.pass_seconds(3600);
    house.confirm_email(&house.last_link_token()).refused(400, "invalid_token");
    assert_eq!(house.emails(), NEW);
}

#[test]
fn the_pages_of_both_links_do_what_the_doors_do() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.change_email(&tokens.access, NEW).granted();
    let confirmed = house.post_form("/account/email", format!("token={}", house.last_link_token()));
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    assert_eq!(house.emails(), NEW);

    let token = house.last_link_token();
    let page = house.get(&format!("/account/email/undo?token={token}"));
    assert!(page.text().contains("New password, at least 8 characters"), "{}", page.text());
    let weak = house.post_form("/account/email/undo", format!("token={token}&password=short"));
    assert_eq!(weak.status, 422);
    let undone = house.post_form("/account/email/undo", format!("token={token}&password=a+new+password+entirely"));
    assert_eq!(undone.status, 200, "{}", undone.text());
    house.login(OLD, OTHER).granted();
    assert_eq!(house.post_form("/account/email/undo", format!("token={token}&password=another+good+one")).status, 400);
}

#[test]
fn a_change_asked_for_under_another_password_is_dead() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.change_email(&tokens.access, NEW).granted();
    let token = house.last_link_token();
    let body = json!({ "current_password": PASSWORD, "new_password": OTHER });
    house.post_as(&tokens.access, "/api/auth/password", &body).granted();
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
    house.undo_email(&undo, OTHER).refused(400, "invalid_token");
    assert_eq!(house.emails(), NEW);
    house.world.tell("UPDATE users SET disabled_at = NULL");
    house.undo_email(&undo, OTHER).granted();
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
    let house = House::with(&[("AUTH_OTP_ENABLED", "true")]);
    let tokens = house.signed_in("ada");
    house.change_email(&tokens.access, NEW).granted();
    let change = house.last_link_token();
    house.change_email(&tokens.access, "third@example.com").granted();
    let second = house.last_link_token();
    house.post("/api/auth/local/recover", &json!({ "email": OLD })).granted();
    let recovery = house.last_link_token();
    house.post("/api/auth/otp/request", &json!({ "email": OLD })).granted();
    house.confirm_email(&change).granted();

    house.confirm_email(&second).refused(400, "invalid_token");
    let reset = json!({ "token": recovery, "password": OTHER });
    house.post("/api/auth/local/recover/reset", &reset).refused(400, "invalid_token");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM codes WHERE used_at IS NULL"), 0);
    assert_eq!(house.emails(), NEW);
}

#[test]
fn whoever_was_robbed_takes_the_account_back() {
    let house = House::with(&[("AUTH_OTP_ENABLED", "true")]);
    let thief = house.signed_in("ada");
    let undo = house.moved(&thief.access, NEW);
    assert!(undo.starts_with("ghu_"));
    // The thief does what thieves do.
    house.change_email(&thief.access, "lair@example.com").granted();
    let pending = house.last_link_token();
    house.post("/api/auth/local/recover", &json!({ "email": NEW })).granted();
    let recovery = house.last_link_token();
    house.post("/api/auth/otp/request", &json!({ "email": NEW })).granted();

    let reply = house.undo_email(&undo, OTHER).granted();
    assert_eq!(reply.json(), json!({ "message": "Email restored successfully" }));
    assert_eq!(house.emails(), OLD);
    house.login(OLD, OTHER).granted();
    house.login("ada", PASSWORD).refused(401, "invalid_credentials");
    house.me(&thief.access).refused(401, "token_revoked");
    house.verify(&thief.access).refused(401, "token_revoked");
    house.refresh(&thief.refresh).refused(401, "invalid_refresh_token");
    house.confirm_email(&pending).refused(400, "invalid_token");
    let reset = json!({ "token": recovery, "password": "the thief's own password" });
    house.post("/api/auth/local/recover/reset", &reset).refused(400, "invalid_token");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM codes WHERE used_at IS NULL"), 0);
    for address in [OLD, NEW] {
        assert_eq!(letter_to(&house, address).0, "Your Gatehouse password was changed", "{address}");
    }
    assert_eq!(house.world.ask::<String>("SELECT end_reason FROM sessions WHERE ended_at IS NOT NULL"), "email_undone");
}

#[test]
fn no_new_password_of_the_thief_takes_the_way_back_away() {
    let house = House::new();
    let thief = house.signed_in("ada");
    let undo = house.moved(&thief.access, NEW);
    let body = json!({ "current_password": PASSWORD, "new_password": "the thief's own password" });
    house.post_as(&thief.access, "/api/auth/password", &body).granted();
    house.post_as(&thief.access, "/api/auth/logout/all", &json!({})).granted();
    house.post("/api/auth/local/recover", &json!({ "email": NEW })).granted();
    let reset = json!({ "token": house.last_link_token(), "password": "and yet another password" });
    house.post("/api/auth/local/recover/reset", &reset).granted();
    house.undo_email(&undo, OTHER).granted();
    house.login(OLD, OTHER).granted();
}

#[test]
fn an_undo_works_once_for_a_week_and_looking_uses_nothing_up() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let undo = house.moved(&tokens.access, NEW);
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let path = format!("/account/email/undo?token={undo}");
        assert_eq!(house.send(House::request(method, &path).body(Vec::new()).unwrap()).status, 200);
    }
    house.pass_seconds(7 * DAY - 1);
    house.cron();
    house.undo_email(&undo, "short").refused(422, "weak_password");
    house.undo_email(&undo, OLD).refused(422, "weak_password");
    house.undo_email(&undo, OTHER).granted();
    house.undo_email(&undo, "yet another password").refused(400, "invalid_token");

    let tokens = Tokens::of(&house.login("ada", OTHER).granted());
    let late = house.moved_with(&tokens.access, NEW, OTHER);
    house.pass_seconds(7 * DAY);
    house.undo_email(&late, "yet another password").refused(400, "invalid_token");
    assert_eq!(house.emails(), NEW);
    let refusals = "SELECT count(*) FROM audit WHERE act = 'undo_email_change' AND outcome = 'invalid_token'";
    assert_eq!(house.world.ask::<i64>(refusals), 2);
}

#[test]
fn the_first_address_of_a_chain_comes_back_and_the_later_links_die() {
    let house = House::new();
    let thief = house.signed_in("ada");
    let first = house.moved(&thief.access, NEW);
    let second = house.moved(&thief.access, "lair@example.com");
    house.undo_email(&first, OTHER).granted();
    assert_eq!(house.emails(), OLD);
    house.undo_email(&second, "the thief's own password").refused(400, "invalid_token");
    house.login(OLD, OTHER).granted();
}

#[test]
fn the_last_link_of_a_chain_does_not_take_the_first_one_away() {
    let house = House::new();
    let thief = house.signed_in("ada");
    let first = house.moved(&thief.access, NEW);
    let second = house.moved(&thief.access, "lair@example.com");
    house.undo_email(&second, "the thief's own password").granted();
    assert_eq!(house.emails(), NEW);
    house.undo_email(&first, OTHER).granted();
    assert_eq!(house.emails(), OLD);
}

#[test]
fn a_chain_made_while_clocks_disagree_is_undone_in_its_order() {
    let house = House::new();
    let thief = house.signed_in("ada");
    let first = house.moved(&thief.access, NEW);
    let second = house.moved(&thief.access, "lair@example.com");
    house.world.tell("UPDATE email_undos SET created_at = created_at - 60000 WHERE number = 2");
    house.undo_email(&first, OTHER).granted();
    house.undo_email(&second, "the thief's own password").refused(400, "invalid_token");
}

#[test]
fn an_address_somebody_else_has_by_now_does_not_come_back() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let undo = house.moved(&tokens.access, NEW);
    house.register("eve", OLD).granted();
    house.activate(&house.last_link_token()).granted();
    house.undo_email(&undo, OTHER).refused(400, "invalid_token");
    assert_eq!(house.emails(), format!("{NEW} {OLD}"));
    house.me(&tokens.access).granted();
    house.login(NEW, PASSWORD).granted();
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM email_undos WHERE used_at IS NULL"), 1);
}

#[test]
fn an_address_given_away_while_the_new_password_is_hashed_does_not_come_back() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let undo = house.moved(&tokens.access, NEW);
    let eve = "INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at,
                     updated_at) SELECT '00000000-0000-4000-8000-000000000001', 'eve', 'ada@example.com',
                     'ada@example.com', password_hash, 'user', 1, 1, 1 FROM users";
    house.world.before_batch(0, eve);
    house.undo_email(&undo, OTHER).refused(400, "invalid_token");
    house.me(&tokens.access).granted();
    house.login("ada", PASSWORD).granted();
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
        house.undo_email(foreign, OTHER).refused(400, "invalid_token");
        assert_eq!(house.get(&format!("/account/email/undo?token={foreign}")).status, 400);
    }
    assert_eq!(house.world.database_calls.get(), calls);
    house.activate(&change).refused(400, "invalid_token");
    let reset = json!({ "token": undo, "password": OTHER });
    house.post("/api/auth/local/recover/reset", &reset).refused(400, "invalid_token");
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
    house.undo_email(&house.last_link_token(), OTHER).granted();
    assert_eq!(house.world.trouble.get().database, None);
    house.login(OLD, OTHER).granted();
}

#[test]
fn the_letters_can_be_put_in_other_words() {
    let house = House::with(&[
        ("MAIL_EMAIL_CHANGING_SUBJECT", "{{.Login}}?"),
        ("MAIL_EMAIL_CHANGING_BODY", "{{.Login}}, {{.Address}}, {{.WorksUntil}}\n{{.Link}}"),
        ("MAIL_EMAIL_CHANGED_SUBJECT", "{{.Login}}!"),
        ("MAIL_EMAIL_CHANGED_BODY", "{{.Login}}, {{.Address}}, {{.ChangedAt}}, {{.WorksUntil}}\n{{.Link}}"),
    ]);
    let tokens = house.signed_in("ada");
    house.moved(&tokens.access, NEW);
    let (subject, text) = letter_to(&house, NEW);
    assert_eq!(subject, "ada?");
    assert!(text.starts_with("ada, 203.0.113.7, 2026-05-28T21:26:40Z\nhttps://auth.example.com/account/email?token="));
    let (subject, text) = letter_to(&house, OLD);
    assert_eq!(subject, "ada!");
    let told =
        "ada, 203.0.113.7, 2026-05-28T20:26:40Z, 2026-06-04T20:26:40Z\nhttps://auth.example.com/account/email/undo?";
    assert!(text.starts_with(told), "{text}");
    for (variable, body) in [("MAIL_EMAIL_CHANGING_BODY", "{{.Link}}"), ("MAIL_EMAIL_CHANGED_BODY", "{{.Login}}")] {
        let ready = House::with(&[(variable, body)]).get("/health/ready");
        assert!(ready.json()["checks"][variable].as_str().unwrap().contains("must have"), "{}", ready.text());
    }
}
