//! An administrator resets a user's factors.

use http::Method;
use serde_json::{Value, json};

use crate::app::{NEW_PASSWORD, PASSWORD, TestApp, Tokens, UNCOUNTED};
use crate::machine_clients::bearer;
use crate::second_factors::{SAVED, suspended};
use crate::user_actions::email_to;

const RESET: &str = "factors/reset";

/// Of bob: his second factor of every kind, his undo link, and what else he can be reached by.
const HAS_ALL: &str = "
    INSERT INTO passkeys (user_id, id, kind, rp_id, public_key, sign_count, backup_eligible, backed_up, transports, aaguid, name,
        created_at, op)
      SELECT users.id, kinds.value, kinds.value, 'auth.example.com', 'pQEC', 0, 0, 0, '', '00000000-0000-0000-0000-000000000000',
        'Key', 1, 'x' FROM users JOIN json_each('[\"passkey\",\"security_key\",\"later\"]') AS kinds WHERE login = 'bob';
    INSERT INTO factor_undos (id, user_id, created_at, expires_at) SELECT id, id, created_at, created_at + 604800000 FROM users
      WHERE login = 'bob'";

impl TestApp {
    /// A user with a factor of every kind, who is signed in with two of them.
    fn bob_with_factors(&self) -> Tokens {
        self.user("bob");
        self.give_second_factor("bob");
        self.platform.tell(HAS_ALL);
        let token = suspended(&self.login("bob", PASSWORD));
        Tokens::of(&self.verify_second_factor(&token, &self.shown_code()).assert_ok())
    }

    /// How many rows there are of what a reset removes, and how many undo links are valid.
    fn factor_rows(&self) -> [i64; 4] {
        let valid = self.platform.ask("SELECT count(*) FROM factor_undos WHERE used_at IS NULL");
        [self.platform.count("passkeys"), self.platform.count("totp"), self.platform.count("recovery_codes"), valid]
    }

    fn factors_of(&self, admin: &Tokens, login: &str) -> Value {
        self.look(admin, &format!("users/{}", self.id_of(login)))["factors"].clone()
    }
}

#[test]
fn whoever_has_lost_every_factor_signs_in_with_the_password_after_a_reset() {
    let app = TestApp::with(&UNCOUNTED);
    let ada = app.administrator("ada");
    let bob = app.bob_with_factors();
    let key = app.make_key(&bearer(&bob));
    let begun = suspended(&app.login("bob", PASSWORD));
    let has = json!({ "password": true, "passkey": true, "totp": true, "security_key": true, "identities": 0, "recovery_codes": 1 });
    assert_eq!(app.factors_of(&ada, "bob"), has);

    let reply = app.administer(&ada, "bob", RESET).assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Second factors removed" }));
    assert_eq!(app.factor_rows(), [0, 0, 0, 0]);
    let has = json!({ "password": true, "passkey": false, "totp": false, "security_key": false, "identities": 0, "recovery_codes": null });
    assert_eq!(app.factors_of(&ada, "bob"), has);
    app.has_no_way_in(&bob);
    app.pass_seconds(30);
    app.verify_second_factor(&begun, &app.shown_code()).assert_error(401, "invalid_code");
    app.use_recovery_code(&begun, SAVED).assert_error(401, "invalid_code");
    let basic = crate::machine_clients::basic(&key);
    app.request(Method::GET, "/api/auth/me", &[("Authorization", &basic)], "").assert_ok();
    app.login("bob", PASSWORD).assert_ok();
    assert_eq!(app.administered(), ["reset_factors ok ada bob"]);
}

#[test]
fn its_owner_is_told_and_not_who_did_it_or_from_where() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.bob_with_factors();
    app.administer(&ada, "bob", RESET).assert_ok();
    let (subject, text) = email_to(&app, "bob@example.com");
    assert_eq!(subject, "Two-step sign-in of your Gatehouse account was reset");
    assert!(text.contains("2026-05-28T20:26:40Z") && !text.contains("203.0.113.7") && !text.contains("ada"), "{text}");
}

#[test]
fn nobody_else_resets_factors_and_no_administrator_without_a_recent_proof() {
    let app = TestApp::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let ada = app.administrator("ada");
    let key = app.make_key(&bearer(&ada));
    let bob = app.bob_with_factors();
    let eve = app.signed_in("eve");
    let path = format!("/api/admin/users/{}/{RESET}", app.id_of("bob"));
    let before = app.factor_rows();
    let post = |headers: &[(&str, &str)]| app.request(Method::POST, &path, headers, "");
    post(&[]).assert_error(401, "unauthorized");
    app.administer(&eve, "bob", RESET).assert_error(403, "forbidden");
    app.administer(&bob, "bob", RESET).assert_error(403, "forbidden");
    post(&[("Authorization", &crate::machine_clients::basic(&key))]).assert_error(403, "reauthentication_required");
    let cookie = format!("token={}", ada.access);
    post(&[("Cookie", &cookie), ("Origin", "https://evil.example")]).assert_error(403, "csrf_failed");
    app.pass_seconds(901);
    app.administer(&ada, "bob", RESET).assert_error(403, "reauthentication_required");
    assert_eq!(app.factor_rows(), before);
    app.me(&bob.access).assert_ok();
    assert_eq!(app.administered(), ["reset_factors forbidden eve bob", "reset_factors forbidden bob bob"].map(refused));
}

/// A refusal before the user was looked up names no target.
fn refused(entry: &str) -> String {
    entry.rsplit_once(' ').unwrap().0.to_owned() + " "
}

/// A thief at an administrator's browser has not proved the second factor.
#[test]
fn an_administrator_with_a_second_factor_proves_both_before_they_reset_one() {
    let app = TestApp::with(&UNCOUNTED);
    let ada = app.administrator("ada");
    app.bob_with_factors();
    app.give_second_factor("ada");
    app.administer(&ada, "bob", RESET).assert_error(403, "reauthentication_required");
    app.administer(&ada, "ada", RESET).assert_error(403, "reauthentication_required");
    let token = suspended(&app.reauthenticate(&ada.access, PASSWORD));
    app.verify_second_factor(&token, &app.shown_code()).assert_ok();
    app.administer(&ada, "bob", RESET).assert_ok();
    assert_eq!(app.factor_rows()[..3], [0, 1, 1]);
}

#[test]
fn the_last_administrator_resets_their_own_factors_and_stays_one() {
    let app = TestApp::with(&UNCOUNTED);
    app.administrator("ada");
    app.give_second_factor("ada");
    let token = suspended(&app.login("ada", PASSWORD));
    let ada = Tokens::of(&app.verify_second_factor(&token, &app.shown_code()).assert_ok());
    app.administer(&ada, "ada", RESET).assert_ok();
    app.has_no_way_in(&ada);
    assert_eq!(app.factor_rows()[..3], [0, 0, 0]);
    let ada = app.sign_in("ada");
    assert_eq!(app.verify(&ada.access).assert_ok().header("x-auth-role"), "admin");
}

#[test]
fn an_account_without_factors_is_left_as_it_is() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let bob = app.signed_in("bob");
    let emails = app.emails().len();
    app.administer(&ada, "bob", RESET).assert_ok();
    app.me(&bob.access).assert_ok();
    assert_eq!((app.emails().len(), app.administered().len()), (emails, 0));
    let nobody = "/api/admin/users/00000000-0000-4000-8000-000000000000/factors/reset";
    app.post_as(&ada.access, nobody, &json!({})).assert_error(404, "not_found");
}

#[test]
fn recovery_codes_and_keys_that_this_version_does_not_know_are_removed_too() {
    for rest in ["DELETE FROM totp; DELETE FROM passkeys", "DELETE FROM totp; DELETE FROM recovery_codes"] {
        let app = TestApp::new();
        let ada = app.administrator("ada");
        app.bob_with_factors();
        app.platform.tell(&format!("{rest}; DELETE FROM passkeys WHERE kind <> 'later'"));
        app.administer(&ada, "bob", RESET).assert_ok();
        assert_eq!(app.factor_rows(), [0, 0, 0, 0], "{rest}");
    }
}

#[test]
fn a_disabled_user_is_reset_as_well_and_stays_disabled() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.bob_with_factors();
    app.administer(&ada, "bob", "disable").assert_ok();
    app.administer(&ada, "bob", RESET).assert_ok();
    assert_eq!(app.factor_rows(), [0, 0, 0, 0]);
    app.login("bob", PASSWORD).assert_error(403, "account_disabled");
}

#[test]
fn a_new_password_is_no_way_around_a_factor_and_a_reset_chooses_none() {
    let app = TestApp::with(&UNCOUNTED);
    let ada = app.administrator("ada");
    app.bob_with_factors();
    app.administer(&ada, "bob", "reset").assert_ok();
    app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
    suspended(&app.login("bob", NEW_PASSWORD));
    let path = format!("/api/admin/users/{}/{RESET}", app.id_of("bob"));
    app.post_as(&ada.access, &path, &json!({ "password": PASSWORD, "new_password": PASSWORD })).assert_ok();
    app.login("bob", PASSWORD).assert_error(401, "invalid_credentials");
    app.login("bob", NEW_PASSWORD).assert_ok();
}
