//! `AUTH_MFA=admins` and `all`: who must have a second factor and has none is led to its enrolment, and to nothing else.

use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, NEW_PASSWORD, ORIGIN, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::authenticator::{Authenticator, base64url};
use crate::browser::Browser;
use crate::second_factors::{code_of, suspended};
use crate::second_factors_enrolment::outcomes;

const ALL: (&str, &str) = ("AUTH_MFA", "all");
const OPTIONAL: (&str, &str) = ("AUTH_MFA", "optional");
const ADMINS: (&str, &str) = ("AUTH_MFA", "admins");

/// The token that leads to the enrolment.
#[track_caller]
fn led(reply: &Reply) -> String {
    reply.assert_error(403, "second_factor_enrolment_required");
    reply.json()["data"]["mfa_token"].as_str().expect("no mfa_token").to_owned()
}

/// The secret of the app that a page offers, as text.
#[track_caller]
pub fn secret_on(page: &Reply) -> Vec<u8> {
    let text = page.text();
    let secret =
        text.split("data-copy=\"Copy\">").nth(1).expect("no secret").split('<').next().unwrap().replace(' ', "");
    data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap()
}

impl TestApp {
    fn offer(&self, mfa_token: &str) -> Value {
        self.post("/api/auth/mfa/enrol", &json!({ "mfa_token": mfa_token })).assert_ok().json()
    }

    fn enrol(&self, mfa_token: &str, offer: &Value, code: &str, saved: bool) -> Reply {
        let body = json!({
            "mfa_token": mfa_token,
            "enrolment_token": offer["enrolment_token"],
            "code": code,
            "recovery_codes_saved": saved,
        });
        self.post("/api/auth/mfa/enrol/confirm", &body)
    }

    /// What the offered app shows now.
    fn offered_code(&self, offer: &Value) -> String {
        let secret = offer["secret"].as_str().unwrap();
        let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
        code_of(&secret, self.step())
    }
}

#[test]
fn the_policy_says_who_needs_a_second_factor() {
    for (policy, user, admin) in [(ALL, 403, 403), (ADMINS, 200, 403), (("AUTH_MFA", "optional"), 200, 200)] {
        let app = TestApp::with(&[policy]);
        app.user("bob");
        app.user("ada");
        app.platform.tell("UPDATE users SET role = 'admin' WHERE login = 'ada'");
        let status = |login: &str| app.login(login, PASSWORD).status.as_u16();
        assert_eq!((status("bob"), status("ada")), (user, admin), "{policy:?}");
    }
    assert!(TestApp::with(&[("AUTH_MFA", "everyone")]).settings.is_err());
}

#[test]
fn who_must_and_has_none_adds_an_app_and_is_signed_in_with_it() {
    let app = TestApp::with(&[ALL]);
    app.user("ada");
    let token = led(&app.login("ada", PASSWORD));
    let writes = || app.platform.dump();
    let before = writes();
    let offer = app.offer(&token);
    assert_eq!(writes(), before, "an offer writes nothing");
    assert_eq!(offer["recovery_codes"].as_array().unwrap().len(), 10);
    let code = app.offered_code(&offer);
    app.enrol(&token, &offer, &code, false).assert_error(400, "invalid_request");
    app.enrol(&token, &offer, "000000", true).assert_error(401, "invalid_code");
    let tokens = Tokens::of(&app.enrol(&token, &offer, &code, true).assert_ok());
    assert_eq!(app.platform.ask::<String>("SELECT factor FROM sessions"), "pwd otp mfa");
    app.me(&tokens.access).assert_ok();
    assert!(app.emails().pop().unwrap()["text"].as_str().unwrap().contains("token="), "no undo link");

    // From now on it is asked for, and the enrolment's own code signs in no more.
    let step = suspended(&app.login("ada", PASSWORD));
    app.verify_second_factor(&step, &code).assert_error(401, "invalid_code");
    let saved = offer["recovery_codes"][3].as_str().unwrap();
    app.use_recovery_code(&step, saved).assert_ok();
}

#[test]
fn a_token_that_leads_to_the_enrolment_leads_nowhere_else_and_once() {
    let app = TestApp::with(&[ALL]);
    app.user("ada");
    let token = led(&app.login("ada", PASSWORD));
    app.verify_second_factor(&token, "123456").assert_error(401, "invalid_code");
    app.me(&token).assert_error(401, "token_invalid");
    app.post_as(&token, "/api/auth/totp", &json!({})).assert_error(401, "token_invalid");
    let (one, other) = (app.offer(&token), app.offer(&token));
    app.enrol(&token, &one, &app.offered_code(&other), true).assert_error(401, "invalid_code");
    app.enrol(&token, &one, &app.offered_code(&one), true).assert_ok();
    app.enrol(&token, &other, &app.offered_code(&other), true).assert_error(400, "invalid_token");
    app.enrol(&token, &one, &app.offered_code(&one), true).assert_error(400, "invalid_token");
    assert_eq!((app.platform.count("totp"), app.platform.count("sessions")), (1, 1));
}

#[test]
fn the_offer_of_one_user_adds_nothing_for_another() {
    let app = TestApp::with(&[ALL]);
    app.user("ada");
    app.user("eve");
    let [ada, eve] = ["ada", "eve"].map(|login| led(&app.login(login, PASSWORD)));
    let offer = app.offer(&eve);
    app.enrol(&ada, &offer, &app.offered_code(&offer), true).assert_error(400, "invalid_token");
    assert_eq!(app.platform.count("totp"), 0);
}

#[test]
fn nobody_replaces_a_second_factor_by_enrolling_another() {
    let app = TestApp::with(&[ALL]);
    app.user("ada");
    let token = led(&app.login("ada", PASSWORD));
    let offer = app.offer(&token);
    app.give_second_factor("ada");
    app.enrol(&token, &offer, &app.offered_code(&offer), true).assert_error(400, "invalid_token");
    let step = suspended(&app.login("ada", PASSWORD));
    app.post("/api/auth/mfa/enrol", &json!({ "mfa_token": step })).assert_ok();
    let offer = app.offer(&step);
    app.enrol(&step, &offer, &app.offered_code(&offer), true).assert_error(400, "invalid_token");
    app.verify_second_factor(&step, &app.shown_code()).assert_ok();
}

#[test]
fn an_emailed_code_leads_there_as_well_and_the_vendors_routes_offer_nothing() {
    let app = TestApp::with(&[ALL, CODES]);
    app.user("ada");
    let code = app.code_for("ada@example.com");
    let token = led(&app.verify_code("ada@example.com", &code));
    let offer = app.offer(&token);
    app.enrol(&token, &offer, &app.offered_code(&offer), true).assert_ok();
    let body = json!({ "username": "ada@example.com", "password": PASSWORD });
    let reply = app.post("/api/v1/auth/login", &body);
    assert_eq!((reply.status.as_u16(), &reply.json()["code"]), (403, &json!("second_factor_required")));
}

#[test]
fn a_session_from_before_the_policy_administers_nothing_until_it_has_enrolled() {
    let mut app = TestApp::with(&UNCOUNTED);
    let admin = app.administrator("ada");
    app.with_bearer(Method::GET, "/api/admin/users", &admin.access).assert_ok();
    app.redeploy(&[UNCOUNTED[0], UNCOUNTED[1], ADMINS]);
    let users = |app: &TestApp| app.with_bearer(Method::GET, "/api/admin/users", &admin.access);
    users(&app).assert_error(403, "reauthentication_required");
    app.change_password(&admin.access, PASSWORD, NEW_PASSWORD).assert_error(403, "reauthentication_required");
    let token = led(&app.reauthenticate(&admin.access, PASSWORD));
    let offer = app.offer(&token);
    let done = app.enrol(&token, &offer, &app.offered_code(&offer), true).assert_ok();
    assert_eq!(done.json(), json!({ "message": "Reauthenticated successfully" }));
    users(&app).assert_ok();
    let count = |table| app.platform.count(table);
    let added = (count("totp"), count("recovery_codes"), count("factor_undos"), count("spent"));
    assert_eq!(added, (1, 10, 1, 2), "all of it, and neither token works again");
}

#[test]
fn the_page_leads_there_and_on_to_where_the_user_wanted() {
    let app = TestApp::with(&[ALL]);
    app.user("ada");
    let mut browser = Browser::new(&app);
    let offered = browser.sign_in("ada", "/account/keys");
    assert_eq!(offered.status, 200);
    assert!(browser.cookie("__Host-session").is_none());
    let text = offered.text();
    assert!(text.contains("<svg") && text.contains("recovery_codes_saved"), "{text}");
    let secret = secret_on(&offered);
    let saved = ("recovery_codes_saved", "yes");
    let wrong = browser.submit(&offered, "/account/signin/enrol", &[("code", "000000"), saved]);
    assert_eq!(wrong.status, 401, "{}", wrong.text());
    assert!(wrong.text().contains("<svg"), "the same offer once more");
    let code = code_of(&secret, app.step());
    let landed = browser.submit(&wrong, "/account/signin/enrol", &[("code", &code), saved]);
    assert!(landed.header("location").ends_with("/account/keys"), "{}", landed.text());
    assert_eq!(browser.follow(&landed).status, 200);
}

#[test]
fn the_page_of_a_session_from_before_the_policy_leads_there_too() {
    let mut app = TestApp::new();
    app.user("ada");
    let cookies = {
        let mut browser = Browser::new(&app);
        browser.sign_in("ada", "/account");
        browser.cookies()
    };
    app.redeploy(&[ALL]);
    let mut browser = Browser::with(&app, &cookies);
    let asked = browser.get("/account/password");
    let asked = browser.follow(&asked);
    let offered = browser.submit(&asked, "/account/confirm", &[("password", PASSWORD)]);
    assert!(offered.text().contains("<svg"), "{}", offered.text());
    let code = code_of(&secret_on(&offered), app.step());
    let fields = [("code", code.as_str()), ("recovery_codes_saved", "yes")];
    let landed = browser.submit(&offered, "/account/confirm/enrol", &fields);
    assert_eq!(browser.follow(&landed).status, 200);
}

#[test]
fn a_new_password_ends_a_step_towards_the_enrolment() {
    let app = TestApp::with(&[ALL]);
    app.user("ada");
    let token = led(&app.login("ada", PASSWORD));
    let offer = app.offer(&token);
    app.recover("ada@example.com").assert_ok();
    app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
    app.enrol(&token, &offer, &app.offered_code(&offer), true).assert_error(400, "invalid_token");
    assert_eq!((app.platform.count("totp"), app.platform.count("sessions")), (0, 0));
}

#[test]
fn a_step_from_before_the_undo_of_a_factor_adds_none_after_it() {
    let app = TestApp::new();
    app.user("ada");
    app.give_second_factor("ada");
    let thiefs = suspended(&app.login("ada", PASSWORD));
    // What the undo link does, as far as the token is concerned.
    app.platform.tell("DELETE FROM totp; DELETE FROM recovery_codes; UPDATE users SET auth_version = auth_version + 1");
    let offer = app.offer(&thiefs);
    app.enrol(&thiefs, &offer, &app.offered_code(&offer), true).assert_error(400, "invalid_token");
    assert_eq!((app.platform.count("totp"), app.platform.count("sessions")), (0, 0));
}

#[test]
fn a_renewed_proof_begun_before_a_new_password_is_none() {
    let app = TestApp::new();
    app.user("ada");
    app.give_second_factor("ada");
    let step = suspended(&app.login("ada", PASSWORD));
    let tokens = Tokens::of(&app.verify_second_factor(&step, &app.shown_code()).assert_ok());
    let step = suspended(&app.reauthenticate(&tokens.access, PASSWORD));
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_ok();
    app.pass_seconds(30);
    app.verify_second_factor(&step, &app.shown_code()).assert_error(400, "invalid_token");
}

#[test]
fn adding_a_required_app_is_on_record_beside_the_sign_in_it_completes() {
    let app = TestApp::with(&[ALL]);
    app.user("ada");
    let token = led(&app.login("ada", PASSWORD));
    let offer = app.offer(&token);
    app.enrol(&token, &offer, &app.offered_code(&offer), true).assert_ok();
    for act in ["sign_in", "add_factor"] {
        let found = format!("SELECT count(*) FROM audit WHERE act = '{act}' AND outcome = 'ok'");
        assert_eq!(app.platform.ask::<i64>(&found), 1, "{act}");
    }
}

#[test]
fn the_last_second_factor_stays_where_the_policy_asks_for_one() {
    let policies = [(ALL, "user", 409), (ADMINS, "user", 204), (ADMINS, "admin", 409), (OPTIONAL, "admin", 204)];
    for (policy, role, status) in policies {
        let mut app = TestApp::with(&UNCOUNTED);
        let ada = app.signed_in("ada");
        app.add_app(&ada.access);
        app.platform.tell(&format!("UPDATE users SET role = '{role}'"));
        app.redeploy(&[UNCOUNTED[0], UNCOUNTED[1], policy]);
        let reply = app.remove_app(&ada.access);
        assert_eq!(reply.status, status, "{policy:?} {role}: {}", reply.text());
        assert_eq!(app.platform.count("totp"), i64::from(status == 409), "{policy:?} {role}");
    }
}

#[test]
fn any_second_factor_can_go_while_another_stays() {
    let mut app = TestApp::with(&UNCOUNTED);
    let ada = app.signed_in("ada");
    app.add_app(&ada.access);
    app.redeploy(&[UNCOUNTED[0], UNCOUNTED[1], ALL]);
    let mut keys = [1, 2].map(|seed| Authenticator::new(ORIGIN, seed));
    app.add_key(&ada.access, &mut keys[0], "passkey");
    app.add_key(&ada.access, &mut keys[1], "security_key");
    let remove = |key: &Authenticator| {
        app.with_bearer(Method::DELETE, &format!("/api/auth/passkeys/{}", base64url(&key.id)), &ada.access)
    };
    // Two at once: the later one finds out in its own statement.
    app.platform.before_batch(0, "DELETE FROM passkeys WHERE kind = 'passkey'; DELETE FROM passkeys");
    app.remove_app(&ada.access).assert_error(409, "last_way_in");
    app.add_key(&ada.access, &mut keys[0], "passkey");
    app.add_key(&ada.access, &mut keys[1], "security_key");
    assert_eq!(app.remove_app(&ada.access).status, 204);
    assert_eq!(remove(&keys[1]).status, 204);
    remove(&keys[0]).assert_error(409, "last_way_in");
    assert_eq!(outcomes(&app, "remove_factor"), "last_way_in ok ok");
}
