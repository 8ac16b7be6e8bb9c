//! The second step of a sign-in, and everything that must not step around it.

use gatehouse::domain::credentials::recovery_codes::RecoveryCode;
use gatehouse::domain::credentials::totp::TotpSecret;
use gatehouse::ports::Clock;
use hmac::{Hmac, Mac};
use http::Method;
use serde_json::{Value, json};
use sha1::Sha1;

use crate::app::{CODES, NEW_PASSWORD, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::browser::Browser;

/// The secret of every authenticator app here.
const SECRET: [u8; 20] = *b"12345678901234567890";

/// The recovery code with the number 3.
pub const SAVED: &str = "3-K7QF-9M2X-4DZA-T0WB";

/// What the app of [`SECRET`] shows.
fn shown(step: i64) -> String {
    code_of(&SECRET, step)
}

/// What an authenticator app shows: computed here, not by the service.
pub fn code_of(secret: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).unwrap();
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

impl TestApp {
    /// Gives a user an authenticator app, and the recovery code [`SAVED`].
    pub fn give_second_factor(&self, login: &str) {
        let user = self.id_of(login);
        let keys = &self.settings().keys;
        let sealed = TotpSecret::from_bytes(SECRET).seal(keys, user.parse().unwrap(), [7; 24]).unwrap();
        let hash = RecoveryCode::parse(SAVED).unwrap().hash(&self.platform, [3; 16]).unwrap();
        self.platform.tell(&format!(
            "INSERT INTO totp (user_id, sealed, app_key, last_step, created_at, op)
             VALUES ('{user}', '{sealed}', '{}', 0, 1, 'test');
             INSERT INTO recovery_codes (user_id, number, hash, created_at, op) VALUES ('{user}', 3, '{hash}', 1, 'test')",
            keys.key_name()
        ));
    }

    /// What the app shows now.
    pub fn shown_code(&self) -> String {
        shown(self.step())
    }

    pub fn step(&self) -> i64 {
        self.platform.now().seconds() / 30
    }

    pub fn verify_second_factor(&self, mfa_token: &str, code: &str) -> Reply {
        self.post("/api/auth/mfa/verify", &json!({ "mfa_token": mfa_token, "code": code }))
    }

    pub fn use_recovery_code(&self, mfa_token: &str, code: &str) -> Reply {
        self.post("/api/auth/mfa/verify", &json!({ "mfa_token": mfa_token, "recovery_code": code }))
    }

    fn begun_sessions(&self) -> i64 {
        self.platform.count("sessions")
    }
}

/// The token for the second step.
#[track_caller]
pub fn suspended(reply: &Reply) -> String {
    reply.assert_error(403, "second_factor_required");
    reply.json()["data"]["mfa_token"].as_str().expect("no mfa_token").to_owned()
}

/// An app with the user ada, who has an authenticator app and a recovery code.
fn with_ada(changes: &[(&str, &str)]) -> TestApp {
    let app = TestApp::with(changes);
    app.user("ada");
    app.give_second_factor("ada");
    app
}

pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    let bytes = data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn a_password_alone_is_answered_with_the_next_step_and_nothing_else() {
    let app = with_ada(&[]);
    let reply = app.login("ada", PASSWORD);
    let body = reply.json();
    assert_eq!(body["data"]["methods"], json!(["totp", "recovery_code"]));
    assert_eq!(reply.cost[0], 2, "a round trip for the password, one for what it led to");
    assert!(suspended(&reply).starts_with("ghm_"));
    assert_eq!((app.begun_sessions(), app.platform.count("tokens")), (0, 0));
    assert!(!reply.headers.contains_key("set-cookie"));
}

#[test]
fn both_factors_are_answered_as_a_sign_in() {
    let app = with_ada(&[]);
    app.user("bob");
    let keys = |reply: &Reply| reply.json().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let plain = app.login("bob", PASSWORD).assert_ok();
    let token = suspended(&app.login("ada", PASSWORD));
    let reply = app.verify_second_factor(&token, &app.shown_code()).assert_ok();
    assert_eq!(keys(&reply), keys(&plain));
    assert_eq!(reply.json()["expires"], plain.json()["expires"]);
    assert_eq!(reply.cost[0], 2);
    let tokens = Tokens::of(&reply);
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "otp", "mfa"]));
    assert_eq!(app.me(&tokens.access).assert_ok().json()["login"], "ada");
    assert_eq!(
        claims(&Tokens::of(&app.refresh(&tokens.refresh).assert_ok()).access)["amr"],
        json!(["pwd", "otp", "mfa"])
    );
}

#[test]
fn a_wrong_code_leaves_the_step_and_a_right_one_ends_it() {
    let app = with_ada(&[]);
    let token = suspended(&app.login("ada", PASSWORD));
    let wrong = shown(app.step() + 7);
    app.verify_second_factor(&token, &wrong).assert_error(401, "invalid_code");
    app.verify_second_factor(&token, "12345").assert_error(400, "invalid_request");
    app.verify_second_factor(&token, &app.shown_code()).assert_ok();
    app.pass_seconds(30);
    app.verify_second_factor(&token, &app.shown_code()).assert_error(400, "invalid_token");
    assert_eq!(app.begun_sessions(), 1);
}

#[test]
fn no_code_is_accepted_twice_nor_one_older_than_an_accepted_one() {
    let app = with_ada(&[]);
    let [first, second, third] = [(); 3].map(|()| suspended(&app.login("ada", PASSWORD)));
    let (before, now) = (shown(app.step() - 1), app.shown_code());
    app.verify_second_factor(&first, &before).assert_ok();
    app.verify_second_factor(&second, &before).assert_error(401, "invalid_code");
    app.verify_second_factor(&second, &now).assert_ok();
    app.verify_second_factor(&third, &now).assert_error(401, "invalid_code");
    app.verify_second_factor(&third, &before).assert_error(401, "invalid_code");
    app.verify_second_factor(&third, &shown(app.step() + 1)).assert_ok();
}

#[test]
fn the_step_is_over_after_five_minutes_a_new_password_and_at_once_for_the_disabled() {
    let app = with_ada(&UNCOUNTED);
    let late = suspended(&app.login("ada", PASSWORD));
    app.pass_seconds(300);
    app.verify_second_factor(&late, &app.shown_code()).assert_error(400, "invalid_token");

    let outdated = suspended(&app.login("ada", PASSWORD));
    app.recover("ada@example.com").assert_ok();
    app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
    app.verify_second_factor(&outdated, &app.shown_code()).assert_error(400, "invalid_token");

    let disabled = suspended(&app.login("ada", NEW_PASSWORD));
    app.platform.tell("UPDATE users SET disabled_at = 1");
    app.verify_second_factor(&disabled, &app.shown_code()).assert_error(400, "invalid_token");
    assert_eq!(app.begun_sessions(), 0);
}

#[test]
fn a_reset_by_email_keeps_the_second_factor() {
    let app = with_ada(&[]);
    app.recover("ada@example.com").assert_ok();
    app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
    let token = suspended(&app.login("ada", NEW_PASSWORD));
    app.verify_second_factor(&token, &app.shown_code()).assert_ok();
}

#[test]
fn a_code_by_email_is_a_first_factor_and_never_the_second() {
    let app = with_ada(&[CODES]);
    let code = app.code_for("ada@example.com");
    let reply = app.verify_code("ada@example.com", &code);
    let token = suspended(&reply);
    app.verify_second_factor(&token, &code).assert_error(401, "invalid_code");
    let tokens = Tokens::of(&app.verify_second_factor(&token, &app.shown_code()).assert_ok());
    assert_eq!(claims(&tokens.access)["amr"], json!(["otp", "mfa"]));
    app.pass_seconds(30);
    app.verify_code("ada@example.com", &code).assert_error(401, "invalid_code");
}

#[test]
fn one_emailed_code_leads_to_one_session_however_many_steps_it_has_opened() {
    let app = with_ada(&[CODES]);
    let code = app.code_for("ada@example.com");
    let [one, other] = [(); 2].map(|()| suspended(&app.verify_code("ada@example.com", &code)));
    app.verify_second_factor(&one, &app.shown_code()).assert_ok();
    app.pass_seconds(30);
    app.verify_second_factor(&other, &app.shown_code()).assert_error(400, "invalid_token");
    assert_eq!(app.begun_sessions(), 1);
}

#[test]
fn a_recovery_code_replaces_the_second_factor_once() {
    let app = with_ada(&[]);
    let token = suspended(&app.login("ada", PASSWORD));
    app.use_recovery_code(&token, "3-K7QF-9M2X-4DZA-T0WC").assert_error(401, "invalid_code");
    app.use_recovery_code(&token, "4-K7QF-9M2X-4DZA-T0WB").assert_error(401, "invalid_code");
    app.use_recovery_code(&token, "no code").assert_error(400, "invalid_request");
    let tokens = Tokens::of(&app.use_recovery_code(&token, &SAVED.to_lowercase()).assert_ok());
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "mfa"]));
    let told = app.emails().pop().unwrap();
    assert_eq!(
        (&told["to"][0], &told["subject"]),
        (&json!("ada@example.com"), &json!("A Gatehouse recovery code was used"))
    );
    assert!(told["text"].as_str().unwrap().contains("Unused codes: 0."), "{told}");
    let again = suspended(&app.login("ada", PASSWORD));
    app.use_recovery_code(&again, SAVED).assert_error(401, "invalid_code");
    assert_eq!(app.begun_sessions(), 1);
}

#[test]
fn a_recovery_code_does_not_depend_on_the_app_key() {
    let mut app = with_ada(&[]);
    app.redeploy(&[("APP_KEY", crate::app::OTHER_KEY)]);
    let token = suspended(&app.login("ada", PASSWORD));
    app.use_recovery_code(&token, SAVED).assert_ok();
    // The app's secret is encrypted under a key that is gone: our fault, never "wrong code".
    let token = suspended(&app.login("ada", PASSWORD));
    app.verify_second_factor(&token, &app.shown_code()).assert_error(503, "unavailable");
}

#[test]
fn guesses_are_counted_over_all_steps_and_only_the_first_factor_leads_there() {
    let app = with_ada(&UNCOUNTED);
    for guess in 0..10 {
        let token = suspended(&app.login("ada", PASSWORD));
        app.verify_second_factor(&token, &shown(app.step() + 10 + guess)).assert_error(401, "invalid_code");
    }
    let token = suspended(&app.login("ada", PASSWORD));
    let refused = app.verify_second_factor(&token, &app.shown_code());
    refused.assert_error(429, "rate_limited");
    app.use_recovery_code(&token, SAVED).assert_error(429, "rate_limited");
    for hostile in ["", "ghm_", "ghm_AAAA", &token[4..], &format!("{token}A")] {
        app.verify_second_factor(hostile, &app.shown_code()).assert_error(400, "invalid_token");
    }
    app.pass_seconds(86_400);
    let token = suspended(&app.login("ada", PASSWORD));
    app.verify_second_factor(&token, &app.shown_code()).assert_ok();
}

#[test]
fn a_thief_with_the_password_cannot_lock_out_the_owners_network() {
    let app = with_ada(&UNCOUNTED);
    let token = suspended(&app.login("ada", PASSWORD));
    app.verify_second_factor(&token, &app.shown_code()).assert_ok();
    let from = |path: &str, body: &Value| app.post_from("198.51.100.9", path, body);
    for guess in 0..11 {
        let reply = from("/api/auth/local/login", &json!({ "login": "ada", "password": PASSWORD }));
        let body = json!({ "mfa_token": suspended(&reply), "code": shown(app.step() + 10 + guess) });
        let status = from("/api/auth/mfa/verify", &body).status;
        assert_eq!(status, if guess < 10 { 401 } else { 429 });
    }
    app.pass_seconds(30);
    let token = suspended(&app.login("ada", PASSWORD));
    app.verify_second_factor(&token, &app.shown_code()).assert_ok();
}

#[test]
fn nothing_tells_before_the_password_whether_there_is_a_second_factor() {
    let app = with_ada(&UNCOUNTED);
    app.user("bob");
    let felt = |login: &str| {
        let reply = app.login(login, "a wrong password");
        (reply.observable(), reply.cost, reply.work)
    };
    assert_eq!(felt("ada"), felt("bob"));
    assert_eq!(felt("ada"), felt("nobody"));
}

#[test]
fn the_step_is_no_credential() {
    let app = with_ada(&[]);
    let token = suspended(&app.login("ada", PASSWORD));
    app.me(&token).assert_error(401, "token_invalid");
    app.verify(&token).assert_error(401, "token_invalid");
    app.refresh(&token).assert_error(401, "invalid_refresh_token");
    app.reset(&token, NEW_PASSWORD).assert_error(400, "invalid_token");
    app.post("/api/auth/exchange", &json!({ "code": token, "code_verifier": "x" })).assert_error(400, "invalid_token");
    let tokens = Tokens::of(&app.verify_second_factor(&token, &app.shown_code()).assert_ok());
    for other in [&tokens.access, &tokens.refresh] {
        app.verify_second_factor(other, &app.shown_code()).assert_error(400, "invalid_token");
    }
}

#[test]
fn sensitive_changes_want_both_factors_again() {
    let app = with_ada(&[]);
    let token = suspended(&app.login("ada", PASSWORD));
    let tokens = Tokens::of(&app.verify_second_factor(&token, &app.shown_code()).assert_ok());
    app.pass_seconds(901);
    let tokens = Tokens::of(&app.refresh(&tokens.refresh).assert_ok());
    let change = || app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD);
    change().assert_error(403, "reauthentication_required");
    let step = suspended(&app.reauthenticate(&tokens.access, PASSWORD));
    change().assert_error(403, "reauthentication_required");
    let reply = app.verify_second_factor(&step, &app.shown_code()).assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Reauthenticated successfully" }));
    change().assert_ok();
    assert_eq!(app.begun_sessions(), 1);
}

#[test]
fn a_session_from_before_the_second_factor_changes_nothing_sensitive() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.give_second_factor("ada");
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_error(403, "reauthentication_required");
    let step = suspended(&app.reauthenticate(&tokens.access, PASSWORD));
    app.logout(&tokens.access).assert_ok();
    app.verify_second_factor(&step, &app.shown_code()).assert_error(401, "token_revoked");
}

#[test]
fn the_page_asks_for_the_second_step_and_signs_in_after_it() {
    let app = with_ada(&[]);
    let mut browser = Browser::new(&app);
    let asked = browser.sign_in("ada", "/account/keys");
    assert_eq!(asked.status, 200, "{}", asked.text());
    assert!(browser.cookie("__Host-session").is_none());
    let wrong = browser.submit(&asked, "/account/signin/second", &[("code", "000000")]);
    assert_eq!(wrong.status, 401, "{}", wrong.text());
    let landed = browser.submit(&wrong, "/account/signin/second", &[("code", &app.shown_code())]);
    assert_eq!((landed.status.as_u16(), landed.header("location").ends_with("/account/keys")), (303, true));
    assert_eq!(browser.follow(&landed).status, 200);
    assert_eq!(app.platform.ask::<String>("SELECT factor FROM sessions"), "pwd otp mfa");
}

#[test]
fn the_page_begins_anew_once_the_step_is_over() {
    let app = with_ada(&[]);
    let mut browser = Browser::new(&app);
    let asked = browser.sign_in("ada", "/account/keys");
    app.pass_seconds(300);
    let over = browser.submit(&asked, "/account/signin/second", &[("code", &app.shown_code())]);
    assert_eq!(over.status, 400);
    let asked = browser.submit(&over, "/account/signin", &[("login", "ada"), ("password", PASSWORD)]);
    let landed = browser.submit(&asked, "/account/signin/second", &[("code", &app.shown_code())]);
    assert!(landed.header("location").ends_with("/account/keys"), "{}", landed.text());
}

#[test]
fn a_step_of_the_api_is_none_of_the_page_and_the_other_way_round() {
    let app = with_ada(&[]);
    let mut browser = Browser::new(&app);
    let asked = browser.sign_in("ada", "/account");
    let hidden = crate::browser::hidden(&asked.text());
    let of_page = &hidden.iter().find(|(name, _)| name == "mfa_token").unwrap().1;
    app.verify_second_factor(of_page, &app.shown_code()).assert_error(400, "invalid_token");
    let of_api = suspended(&app.login("ada", PASSWORD));
    let mut fields = crate::browser::filled_in(&asked, "/account/signin/second", &[("code", &app.shown_code())]);
    fields.iter_mut().filter(|(name, _)| name == "mfa_token").for_each(|(_, value)| value.clone_from(&of_api));
    assert_eq!(browser.post("/account/signin/second", &fields).status, 400);
    assert_eq!(app.begun_sessions(), 0);
}

#[test]
fn the_page_confirms_an_identity_by_both_factors() {
    let app = with_ada(&[]);
    let mut browser = Browser::new(&app);
    let asked = browser.sign_in("ada", "/account/password");
    let landed = browser.submit(&asked, "/account/signin/second", &[("code", &app.shown_code())]);
    app.pass_seconds(901);
    let confirm = browser.follow(&landed);
    let confirm = browser.follow(&confirm);
    let asked = browser.submit(&confirm, "/account/confirm", &[("password", PASSWORD)]);
    assert_eq!(asked.status, 200, "{}", asked.text());
    let refused = browser.get("/account/password");
    assert_eq!(refused.status, 303, "one factor renews nothing");
    let landed = browser.submit(&asked, "/account/confirm/second", &[("code", &app.shown_code())]);
    assert_eq!(browser.follow(&landed).status, 200);
}

#[test]
fn a_success_of_the_first_factor_is_on_record_as_what_it_is() {
    let app = with_ada(&[]);
    let token = suspended(&app.login("ada", PASSWORD));
    let last = "SELECT act || ' ' || outcome || ' ' || factor FROM audit ORDER BY rowid DESC LIMIT 1";
    assert_eq!(app.platform.ask::<String>(last), "sign_in second_factor_required pwd");
    app.verify_second_factor(&token, &app.shown_code()).assert_ok();
    assert_eq!(app.platform.ask::<String>(last), "sign_in ok pwd otp mfa");
}

#[test]
fn an_outage_between_the_steps_issues_nothing_and_loses_nothing() {
    use crate::platform::{Failure, FailureTiming};
    for timing in [FailureTiming::Before, FailureTiming::After] {
        let app = with_ada(&[]);
        let token = suspended(&app.login("ada", PASSWORD));
        app.platform.trouble.set(Failure { database: Some((1, timing)), ..Failure::default() });
        let reply = app.verify_second_factor(&token, &app.shown_code());
        assert!(reply.status == 503 || reply.status == 200, "{}", reply.text());
        if reply.status == 503 {
            app.verify_second_factor(&token, &app.shown_code()).assert_ok();
        }
        assert_eq!(app.begun_sessions(), 1);
    }
}

#[test]
fn an_unknown_method_says_so() {
    let app = with_ada(&[]);
    let token = suspended(&app.login("ada", PASSWORD));
    let body = |body: Value| app.post("/api/auth/mfa/verify", &body);
    body(json!({ "mfa_token": token })).assert_error(400, "invalid_request");
    body(json!({ "mfa_token": token, "code": "123456", "recovery_code": SAVED })).assert_error(400, "invalid_request");
    body(json!({ "code": "123456" })).assert_error(400, "invalid_request");
    app.request(Method::GET, "/api/auth/mfa/verify", &[], "").assert_error(405, "method_not_allowed");
}
