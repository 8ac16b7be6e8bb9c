//! An account gets a second factor and loses it: by its owner, and by a thief.

use data_encoding::BASE32_NOPAD;
use gatehouse::ports::Clock;
use http::Method;
use serde_json::{Value, json};

use crate::app::{NEW_PASSWORD, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::machine_clients::{basic, bearer};
use crate::second_factors::{code_of, suspended};
use crate::user_actions::email_to;

const ADA: &str = "ada@example.com";
const NEW: &str = "ada@new.example";
const DAY: u64 = 86_400;

impl TestApp {
    pub fn offer_app(&self, token: &str) -> Reply {
        self.post_as(token, "/api/auth/totp", &json!({}))
    }

    pub fn offer_codes(&self, token: &str) -> Value {
        self.post_as(token, "/api/auth/recovery-codes", &json!({})).assert_ok().json()
    }

    /// What the app with an offered secret shows now.
    pub fn shown_by(&self, offer: &Value) -> String {
        self.shown_with(offer["secret"].as_str().unwrap())
    }

    /// The same for the secret that a page shows.
    pub fn shown_on(&self, page: &Reply) -> String {
        let text = page.text();
        let (_, rest) = text.split_once("?secret=").or_else(|| text.split_once("data-copy=")).unwrap();
        let (_, rest) = rest.split_once('>').unwrap();
        self.shown_with(&rest.split('<').next().unwrap().replace(' ', ""))
    }

    fn shown_with(&self, secret: &str) -> String {
        code_of(&BASE32_NOPAD.decode(secret.as_bytes()).unwrap(), self.platform.now().seconds() / 30)
    }

    pub fn confirm_app(&self, token: &str, offer: &Value, code: &str) -> Reply {
        let body = json!({ "enrolment_token": offer["enrolment_token"], "code": code, "recovery_codes_saved": true });
        self.post_as(token, "/api/auth/totp/confirm", &body)
    }

    pub fn confirm_codes(&self, token: &str, offer: &Value) -> Reply {
        let body = json!({ "enrolment_token": offer["enrolment_token"], "recovery_codes_saved": true });
        self.post_as(token, "/api/auth/recovery-codes/confirm", &body)
    }

    /// Adds an authenticator app: the offer that it came from.
    #[track_caller]
    pub fn add_app(&self, token: &str) -> Value {
        let offer = self.offer_app(token).assert_ok().json();
        self.confirm_app(token, &offer, &self.shown_by(&offer)).assert_ok();
        offer
    }

    pub fn remove_app(&self, token: &str) -> Reply {
        self.with_bearer(Method::DELETE, "/api/auth/totp", token)
    }

    fn factors(&self, token: &str) -> Value {
        self.with_bearer(Method::GET, "/api/auth/factors", token).assert_ok().json()
    }

    pub fn undo_factor(&self, token: &str, password: &str) -> Reply {
        self.post("/api/auth/factors/undo", &json!({ "token": token, "password": password }))
    }
}

/// Outcomes of an act, in order.
pub fn outcomes(app: &TestApp, act: &str) -> String {
    app.platform.ask(&format!("SELECT ifnull(group_concat(outcome, ' '), '') FROM (SELECT outcome FROM audit WHERE act = '{act}' ORDER BY rowid)"))
}

#[test]
fn an_offer_stores_nothing_and_its_confirmation_turns_the_second_step_on() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let before = app.platform.dump();
    let offer = app.offer_app(&ada.access).assert_ok().json();
    assert_eq!(app.platform.dump(), before);
    let secret = offer["secret"].as_str().unwrap();
    assert!(
        offer["uri"]
            .as_str()
            .unwrap()
            .starts_with(&format!("otpauth://totp/Gatehouse:ada%40example.com?secret={secret}&"))
    );
    app.confirm_app(&ada.access, &offer, &app.shown_by(&offer)).assert_ok();

    let dump = app.platform.dump();
    assert!(!dump.contains(secret));
    for code in offer["recovery_codes"].as_array().unwrap() {
        assert!(!dump.contains(code.as_str().unwrap()) && !dump.contains(&code.as_str().unwrap().replace('-', "")));
    }
    let created_at = app.platform.now().to_string();
    let expected = json!({
        "password": true, "totp": { "created_at": created_at, "last_used_at": null }, "recovery_codes": { "left": 10 },
        "passkeys": [], "identities": [], "second_step": true
    });
    assert_eq!(app.factors(&ada.access), expected);
    assert_eq!(outcomes(&app, "add_factor"), "ok");
}

#[test]
fn the_first_factor_ends_every_session_that_has_not_proved_it() {
    let app = TestApp::new();
    let (thief, other) = (app.signed_in("ada"), app.sign_in("ada"));
    app.pass_seconds(1);
    let ada = app.sign_in("ada");
    app.add_app(&ada.access);
    for ended in [&thief, &other] {
        app.me(&ended.access).assert_error(401, "token_revoked");
        app.refresh(&ended.refresh).assert_error(401, "invalid_refresh_token");
    }
    app.me(&ada.access).assert_ok();
    let renewed = Tokens::of(&app.refresh(&ada.refresh).assert_ok());
    // It has proved both: it may remove the factor again.
    assert_eq!(app.remove_app(&renewed.access).status, 204);
    let reasons = "SELECT group_concat(DISTINCT end_reason) FROM sessions";
    assert_eq!(app.platform.ask::<String>(reasons), "factor_added");
}

#[test]
fn the_current_session_keeps_its_time_of_proof() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    app.pass_seconds(14 * 60);
    app.add_app(&ada.access);
    assert_eq!(app.platform.ask::<String>("SELECT factor FROM sessions"), "pwd otp mfa");
    app.pass_seconds(61);
    let ada = Tokens::of(&app.refresh(&ada.refresh).assert_ok());
    app.remove_app(&ada.access).assert_error(403, "reauthentication_required");
}

#[test]
fn the_code_that_confirmed_an_app_does_not_sign_in_and_the_next_one_does() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let offer = app.add_app(&ada.access);
    let token = suspended(&app.login("ada", PASSWORD));
    app.verify_second_factor(&token, &app.shown_by(&offer)).assert_error(401, "invalid_code");
    app.pass_seconds(30);
    app.verify_second_factor(&token, &app.shown_by(&offer)).assert_ok();
}

#[test]
fn a_code_that_was_offered_with_the_app_replaces_it_once() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let offer = app.add_app(&ada.access);
    let code = offer["recovery_codes"][7].as_str().unwrap();
    app.use_recovery_code(&suspended(&app.login("ada", PASSWORD)), code).assert_ok();
    app.use_recovery_code(&suspended(&app.login("ada", PASSWORD)), code).assert_error(401, "invalid_code");
    assert_eq!(app.factors(&ada.access)["recovery_codes"], json!({ "left": 9 }));
}

#[test]
fn an_offer_is_confirmed_once_also_after_its_app_was_removed() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let offer = app.add_app(&ada.access);
    app.offer_app(&ada.access).assert_error(409, "second_factor_held");
    app.confirm_app(&ada.access, &offer, &app.shown_by(&offer)).assert_error(400, "invalid_token");
    assert_eq!(app.remove_app(&ada.access).status, 204);
    app.confirm_app(&ada.access, &offer, &app.shown_by(&offer)).assert_error(400, "invalid_token");
    assert_eq!(app.platform.count("totp"), 0);
    assert_eq!(outcomes(&app, "add_factor"), "ok invalid_token");
}

#[test]
fn of_two_offers_one_becomes_the_app_and_no_batch_between_changes_that() {
    for turn in 0..3 {
        let app: &'static TestApp = Box::leak(Box::new(TestApp::new()));
        let ada = app.signed_in("ada");
        let [one, other] = [(); 2].map(|()| app.offer_app(&ada.access).assert_ok().json());
        let (access, faster) = (ada.access.clone(), one.clone());
        app.platform.before_call(turn, move || {
            app.confirm_app(&access, &faster, &app.shown_by(&faster)).assert_ok();
        });
        let late = app.confirm_app(&ada.access, &other, &app.shown_by(&other));
        late.assert_error(409, "second_factor_held");
        assert_eq!((app.platform.count("totp"), app.platform.count("recovery_codes")), (1, 10), "{turn}");
        assert_eq!(app.platform.count("factor_undos"), 1, "{turn}");
        let token = suspended(&app.login("ada", PASSWORD));
        app.pass_seconds(30);
        app.verify_second_factor(&token, &app.shown_by(&one)).assert_ok();
    }
}

#[test]
fn an_offer_works_for_its_user_and_for_a_quarter_of_an_hour_only() {
    let app = TestApp::new();
    let (ada, bob) = (app.signed_in("ada"), app.signed_in("bob"));
    let (offer, codes) = (app.offer_app(&ada.access).assert_ok().json(), app.offer_codes(&ada.access));
    app.confirm_app(&bob.access, &offer, &app.shown_by(&offer)).assert_error(400, "invalid_token");
    app.confirm_codes(&bob.access, &codes).assert_error(400, "invalid_token");
    // Neither stands for the other, because the app's codes would be stored without its app.
    app.confirm_codes(&ada.access, &offer).assert_error(400, "invalid_token");
    app.confirm_app(&ada.access, &codes, "123456").assert_error(400, "invalid_token");
    app.pass_seconds(15 * 60);
    let ada = Tokens::of(&app.login("ada", PASSWORD).assert_ok());
    app.confirm_app(&ada.access, &offer, &app.shown_by(&offer)).assert_error(400, "invalid_token");
    app.confirm_codes(&ada.access, &codes).assert_error(400, "invalid_token");
    assert_eq!((app.platform.count("totp"), app.platform.count("recovery_codes")), (0, 0));
}

#[test]
fn a_session_that_a_new_password_has_ended_confirms_no_offer() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let thief = app.sign_in("ada");
    let offer = app.offer_app(&thief.access).assert_ok().json();
    app.change_password(&ada.access, PASSWORD, NEW_PASSWORD).assert_ok();
    app.confirm_app(&thief.access, &offer, &app.shown_by(&offer)).assert_error(401, "token_revoked");
    assert_eq!(app.platform.count("totp"), 0);
}

#[test]
fn a_session_that_is_not_recent_changes_no_factor_and_a_program_never_does() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let key = app.make_key(&bearer(&ada));
    let (offer, codes) = (app.offer_app(&ada.access).assert_ok().json(), app.offer_codes(&ada.access));
    let (app_token, codes_token) = (&offer["enrolment_token"], &codes["enrolment_token"]);
    let code = app.shown_by(&offer);
    let acts = [
        (Method::POST, "/api/auth/totp", json!({})),
        (
            Method::POST,
            "/api/auth/totp/confirm",
            json!({ "enrolment_token": app_token, "code": code, "recovery_codes_saved": true }),
        ),
        (Method::DELETE, "/api/auth/totp", json!({})),
        (Method::POST, "/api/auth/recovery-codes", json!({})),
        (
            Method::POST,
            "/api/auth/recovery-codes/confirm",
            json!({ "enrolment_token": codes_token, "recovery_codes_saved": true }),
        ),
    ];
    let ask = |authorization: &str| {
        for (method, path, body) in &acts {
            let headers = [("Authorization", authorization), ("Content-Type", "application/json")];
            let reply = app.request(method.clone(), path, &headers, &body.to_string());
            reply.assert_error(403, "reauthentication_required");
        }
    };
    ask(&basic(&key));
    app.pass_seconds(14 * 60 + 50);
    let ada = Tokens::of(&app.refresh(&ada.refresh).assert_ok());
    app.pass_seconds(11);
    ask(&format!("Bearer {}", ada.access));
    assert_eq!((app.platform.count("totp"), app.platform.count("recovery_codes")), (0, 0));
}

#[test]
fn wrong_codes_are_counted_and_leave_the_offer_valid() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let offer = app.offer_app(&ada.access).assert_ok().json();
    let wrong = if app.shown_by(&offer) == "000000" { "000001" } else { "000000" };
    app.confirm_app(&ada.access, &offer, "12345").assert_error(400, "invalid_request");
    for _ in 0..9 {
        app.confirm_app(&ada.access, &offer, wrong).assert_error(401, "invalid_code");
    }
    app.confirm_app(&ada.access, &offer, wrong).assert_error(401, "invalid_code");
    app.confirm_app(&ada.access, &offer, &app.shown_by(&offer)).assert_error(429, "rate_limited");
    // The same counter as that of the password in this session.
    app.reauthenticate(&ada.access, PASSWORD).assert_error(429, "rate_limited");
    app.pass_seconds(15);
    app.confirm_app(&ada.access, &offer, &app.shown_by(&offer)).assert_ok();
}

#[test]
fn codes_that_nobody_has_saved_are_not_stored() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let offer = app.offer_app(&ada.access).assert_ok().json();
    let code = app.shown_by(&offer);
    for saved in [json!(false), json!(null)] {
        let body = json!({ "enrolment_token": offer["enrolment_token"], "code": code, "recovery_codes_saved": saved });
        let reply = app.post_as(&ada.access, "/api/auth/totp/confirm", &body);
        reply.assert_error(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], "recovery_codes_saved");
    }
    let codes = app.offer_codes(&ada.access);
    let body = json!({ "enrolment_token": codes["enrolment_token"], "recovery_codes_saved": false });
    app.post_as(&ada.access, "/api/auth/recovery-codes/confirm", &body).assert_error(400, "invalid_request");
    assert_eq!((app.platform.count("totp"), app.platform.count("recovery_codes")), (0, 0));
}

#[test]
fn new_codes_replace_the_old_ones_when_they_are_confirmed_and_once() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let old = app.add_app(&ada.access);
    let code = |offer: &Value, number: usize| offer["recovery_codes"][number].as_str().unwrap().to_owned();
    let new = app.offer_codes(&ada.access);
    app.use_recovery_code(&suspended(&app.login("ada", PASSWORD)), &code(&old, 0)).assert_ok();
    app.confirm_codes(&ada.access, &new).assert_ok();
    let (subject, text) = email_to(&app, ADA);
    assert_eq!(subject, "Something was added to your Gatehouse sign-in");
    assert!(text.contains("new recovery codes") && !text.contains("token="), "{text}");
    app.use_recovery_code(&suspended(&app.login("ada", PASSWORD)), &code(&old, 1)).assert_error(401, "invalid_code");
    app.use_recovery_code(&suspended(&app.login("ada", PASSWORD)), &code(&new, 1)).assert_ok();
    // Confirmed again, they would bring a used code back.
    app.confirm_codes(&ada.access, &new).assert_error(400, "invalid_token");
    app.use_recovery_code(&suspended(&app.login("ada", PASSWORD)), &code(&new, 1)).assert_error(401, "invalid_code");
    assert_eq!(outcomes(&app, "renew_recovery_codes"), "ok invalid_token");
}

/// Whoever knew the password alone could have saved them.
#[test]
fn codes_from_before_the_second_step_was_on_end_with_its_beginning() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let planted = app.offer_codes(&ada.access);
    app.confirm_codes(&ada.access, &planted).assert_ok();
    app.login("ada", PASSWORD).assert_ok();
    let offer = app.add_app(&ada.access);
    let code = |offer: &Value| offer["recovery_codes"][2].as_str().unwrap().to_owned();
    app.use_recovery_code(&suspended(&app.login("ada", PASSWORD)), &code(&planted)).assert_error(401, "invalid_code");
    app.use_recovery_code(&suspended(&app.login("ada", PASSWORD)), &code(&offer)).assert_ok();
}

/// Emails about new codes have no link, and are of the same kind.
#[test]
fn no_flood_of_emails_keeps_back_the_one_with_the_undo_link() {
    let app = TestApp::with(&UNCOUNTED);
    let ada = app.signed_in("ada");
    for _ in 0..6 {
        let codes = app.offer_codes(&ada.access);
        app.confirm_codes(&ada.access, &codes).assert_ok();
    }
    app.add_app(&ada.access);
    let (_, text) = email_to(&app, ADA);
    assert!(text.contains("security/undo?token="), "{text}");
}

#[test]
fn recovery_codes_go_with_the_last_second_factor() {
    let key = "INSERT INTO passkeys (user_id, id, kind, rp_id, public_key, sign_count, backup_eligible, backed_up, transports,
                 aaguid, name, created_at, op)
               SELECT id, 'AAAA', '{kind}', 'auth.example.com', 'AAAA', 0, 0, 0, 'usb', '00000000-0000-0000-0000-000000000000',
                 'Blue key', 5, 'op' FROM users";
    for (kind, left) in [("", 0), ("passkey", 0), ("security_key", 10)] {
        let app = TestApp::new();
        let ada = app.signed_in("ada");
        app.add_app(&ada.access);
        if !kind.is_empty() {
            app.platform.tell(&key.replace("{kind}", kind));
        }
        assert_eq!(app.remove_app(&ada.access).status, 204);
        assert_eq!((app.platform.count("totp"), app.platform.count("recovery_codes")), (0, left), "{kind}");
        let (subject, text) = email_to(&app, ADA);
        assert_eq!(subject, "Something was removed from your Gatehouse sign-in");
        assert!(text.contains("an authenticator app"), "{text}");
        app.remove_app(&ada.access).assert_error(404, "not_found");
        assert_eq!(outcomes(&app, "remove_factor"), "ok not_found");
    }
}

#[test]
fn keys_are_listed_with_what_their_owner_needs_to_tell_them_apart() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    app.platform.tell(
        "INSERT INTO passkeys (user_id, id, kind, rp_id, public_key, sign_count, backup_eligible, backed_up, transports, aaguid,
           name, created_at, op)
         SELECT id, 'AAAA', 'passkey', 'auth.example.com', 'AAAA', 0, 1, 1, 'internal hybrid',
           '00000000-0000-0000-0000-000000000000', 'Phone', 1000, 'op' FROM users",
    );
    let listed = json!([{
        "id": "AAAA", "kind": "passkey", "name": "Phone", "transports": ["internal", "hybrid"], "synced": true,
        "created_at": "1970-01-01T00:00:01Z", "last_used_at": null
    }]);
    let factors = app.factors(&ada.access);
    assert_eq!((&factors["passkeys"], &factors["second_step"]), (&listed, &json!(false)));
}

/// A thief who knows the password adds the first factor: the undo link that ada gets.
fn robbed(app: &TestApp) -> (Tokens, String) {
    app.user("ada");
    let thief = app.sign_in("ada");
    app.make_key(&bearer(&thief));
    app.add_app(&thief.access);
    let (subject, text) = email_to(app, ADA);
    assert_eq!(subject, "Something was added to your Gatehouse sign-in");
    assert!(text.contains("/account/security/undo?token=ghf_"), "{text}");
    (thief, app.last_link_token())
}

#[test]
fn the_mailbox_takes_an_account_back_that_a_thief_has_closed_with_a_factor() {
    let app = TestApp::new();
    let (thief, undo) = robbed(&app);
    // The thief's usual steps: each raises the version.
    let new = app.offer_codes(&thief.access);
    app.confirm_codes(&thief.access, &new).assert_ok();
    app.change_password(&thief.access, PASSWORD, "the thief's own password").assert_ok();

    let reply = app.undo_factor(&undo, NEW_PASSWORD).assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Account recovered successfully" }));
    for table in ["totp", "recovery_codes", "passkeys"] {
        assert_eq!(app.platform.count(table), 0, "{table}");
    }
    app.me(&thief.access).assert_error(401, "token_revoked");
    app.refresh(&thief.refresh).assert_error(401, "invalid_refresh_token");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM tokens WHERE ended_at IS NULL"), 0);
    app.login("ada", "the thief's own password").assert_error(401, "invalid_credentials");
    app.login("ada", NEW_PASSWORD).assert_ok();
    assert_eq!(outcomes(&app, "undo_factor"), "ok");
    let told = app.emails().iter().filter(|email| email["subject"] == "Your Gatehouse password was changed").count();
    assert_eq!(told, 2, "of the thief's new password, and of ada's");
}

#[test]
fn an_undo_works_once_for_a_week_and_looking_uses_nothing_up() {
    let app = TestApp::new();
    let (_, undo) = robbed(&app);
    app.pass_seconds(7 * DAY - 1);
    app.cron();
    app.get(&format!("/account/security/undo?token={undo}"));
    app.undo_factor(&undo, "short").assert_error(422, "weak_password");
    app.undo_factor(&undo, ADA).assert_error(422, "weak_password");
    app.undo_factor(&undo, NEW_PASSWORD).assert_ok();
    app.undo_factor(&undo, "yet another password").assert_error(400, "invalid_token");
    app.login("ada", NEW_PASSWORD).assert_ok();

    let late = TestApp::new();
    let (_, undo) = robbed(&late);
    late.pass_seconds(7 * DAY);
    late.undo_factor(&undo, NEW_PASSWORD).assert_error(400, "invalid_token");
    assert_eq!((late.platform.count("totp"), outcomes(&late, "undo_factor").as_str()), (1, "invalid_token"));
}

#[test]
fn a_later_factor_is_told_without_a_link_and_ends_nothing() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    app.platform.tell(
        "INSERT INTO passkeys (user_id, id, kind, rp_id, public_key, sign_count, backup_eligible, backed_up, transports, aaguid,
           name, created_at, op)
         SELECT id, 'AAAA', 'security_key', 'auth.example.com', 'AAAA', 0, 0, 0, 'usb', '00000000-0000-0000-0000-000000000000',
           'Blue key', 1, 'op' FROM users;
         UPDATE sessions SET factor = 'pwd pop mfa'",
    );
    app.add_app(&ada.access);
    let (_, text) = email_to(&app, ADA);
    assert!(text.contains("an authenticator app") && !text.contains("token="), "{text}");
    assert_eq!(app.platform.count("factor_undos"), 0);
    assert_eq!(app.platform.ask::<i64>("SELECT auth_version FROM users"), 1);
    assert_eq!(app.platform.ask::<String>("SELECT factor FROM sessions"), "pwd pop mfa");
}

#[test]
fn a_reset_that_an_administrator_starts_voids_every_undo_of_a_factor() {
    let app = TestApp::new();
    let root = app.administrator("root");
    let (_, undo) = robbed(&app);
    app.administer(&root, "ada", "reset").assert_ok();
    app.undo_factor(&undo, NEW_PASSWORD).assert_error(400, "invalid_token");
    assert_eq!(app.platform.count("totp"), 1);
}

#[test]
fn an_undo_of_a_disabled_account_and_a_forged_one_do_nothing() {
    let app = TestApp::new();
    let root = app.administrator("root");
    let (_, undo) = robbed(&app);
    app.administer(&root, "ada", "disable").assert_ok();
    app.undo_factor(&undo, NEW_PASSWORD).assert_error(400, "invalid_token");
    let other_kind = undo.replace("ghf_", "ghu_");
    for forged in ["ghf_x", "", &other_kind] {
        app.undo_factor(forged, NEW_PASSWORD).assert_error(400, "invalid_token");
    }
    app.undo_email(&undo.replace("ghf_", "ghu_"), NEW_PASSWORD).assert_error(400, "invalid_token");
    assert_eq!(app.platform.count("totp"), 1);
}

#[test]
fn an_email_undo_removes_what_was_added_since_and_the_thiefs_own_undo_link() {
    let app = TestApp::new();
    let thief = app.signed_in("ada");
    let undo = app.moved(&thief.access, NEW);
    app.add_app(&thief.access);
    let thiefs = app.last_link_token();
    assert!(thiefs.starts_with("ghf_"));
    app.undo_email(&undo, NEW_PASSWORD).assert_ok();
    assert_eq!((app.platform.count("totp"), app.platform.count("recovery_codes")), (0, 0));
    app.undo_factor(&thiefs, "the thief's own password").assert_error(400, "invalid_token");
    app.login(ADA, NEW_PASSWORD).assert_ok();
}

#[test]
fn an_email_undo_leaves_the_owners_second_factor_and_no_passkey_of_any_age() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let offer = app.add_app(&ada.access);
    let owners = app.last_link_token();
    app.platform.tell(
        "INSERT INTO passkeys (user_id, id, kind, rp_id, public_key, sign_count, backup_eligible, backed_up, transports, aaguid,
           name, created_at, op)
         SELECT users.id, kinds.value, kinds.value, 'auth.example.com', 'AAAA', 0, 0, 0, 'usb',
           '00000000-0000-0000-0000-000000000000', 'A key', 1, 'op'
         FROM users, json_each('[\"passkey\",\"security_key\"]') AS kinds",
    );
    app.pass_seconds(120);
    let undo = app.moved(&ada.access, NEW);
    app.undo_email(&undo, NEW_PASSWORD).assert_ok();
    assert_eq!((app.platform.count("totp"), app.platform.count("recovery_codes")), (1, 10));
    assert_eq!(app.platform.ask::<String>("SELECT group_concat(kind) FROM passkeys"), "security_key");
    let token = suspended(&app.login(ADA, NEW_PASSWORD));
    app.verify_second_factor(&token, &app.shown_by(&offer)).assert_ok();
    // A factor that a thief added before the change is undone by the email about it.
    app.undo_factor(&owners, "yet another password").assert_ok();
}
