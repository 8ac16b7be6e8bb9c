//! Passkeys that a browser creates without asking, after a sign-in with a password (`mediation: "conditional"`).

use serde_json::{Value, json};

use crate::app::{NEW_PASSWORD, ORIGIN, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::authenticator::Authenticator;
use crate::browser::{Browser, passkey_options};

const PAGE: &str = "/account/security/passkeys";
const MARK: &str = r#"data-passkey="conditional""#;

impl TestApp {
    fn conditional(&self, tokens: &Tokens) -> Reply {
        self.post_as(&tokens.access, "/api/auth/passkeys/options", &json!({ "mediation": "conditional" }))
    }

    fn conditional_options(&self, tokens: &Tokens) -> Value {
        self.conditional(tokens).assert_ok().json()["publicKey"].clone()
    }

    fn add_unasked(&self, tokens: &Tokens, credential: &Value) -> Reply {
        let body = json!({ "credential": credential, "mediation": "conditional" });
        self.post_as(&tokens.access, "/api/auth/passkeys", &body)
    }
}

fn with_ada() -> (TestApp, Tokens) {
    let app = TestApp::with(&UNCOUNTED);
    let ada = app.signed_in("ada");
    (app, ada)
}

/// A password manager: nobody is at it while it creates the passkey.
fn manager() -> Authenticator {
    Authenticator { user_present: false, user_verified: false, ..Authenticator::new(ORIGIN, 1) }
}

#[test]
fn a_passkey_that_nobody_was_asked_for_signs_in_later_and_proves_nothing_now() {
    let (app, ada) = with_ada();
    let mut key = manager();
    let options = app.conditional_options(&ada);
    assert_eq!(options["authenticatorSelection"]["userVerification"], "preferred");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    key.user_verified = true;
    assert_eq!(app.add_unasked(&ada, &key.create(&options)).status, 201);
    assert_eq!(app.platform.ask::<String>("SELECT factor FROM sessions"), "pwd");
    let undo = app.last_link_token();
    (key.user_present, key.user_verified) = (true, false);
    app.sign_in_with(&mut key).assert_error(401, "invalid_credentials");
    key.user_verified = true;
    app.sign_in_with(&mut key).assert_ok();
    app.login("ada", PASSWORD).assert_ok();
    app.post("/api/auth/factors/undo", &json!({ "token": undo, "password": NEW_PASSWORD })).assert_ok();
    app.sign_in_with(&mut key).assert_error(401, "invalid_credentials");
}

#[test]
fn a_challenge_of_one_way_to_create_is_worth_nothing_in_the_other() {
    let (app, ada) = with_ada();
    let mut key = manager();
    let unasked = key.create(&app.conditional_options(&ada));
    app.post_as(&ada.access, "/api/auth/passkeys", &json!({ "credential": unasked }))
        .assert_error(400, "invalid_token");
    let options = app.post_as(&ada.access, "/api/auth/passkeys/options", &json!({})).assert_ok().json();
    let requested = key.create(&options["publicKey"]);
    app.add_unasked(&ada, &requested).assert_error(400, "invalid_token");
    // The options asked for a touch.
    app.post_as(&ada.access, "/api/auth/passkeys", &json!({ "credential": requested }))
        .assert_error(400, "invalid_request");
    let wrong = [json!({ "mediation": "silent" }), json!({ "mediation": "conditional", "kind": "security_key" })];
    for body in wrong {
        app.post_as(&ada.access, "/api/auth/passkeys/options", &body).assert_error(400, "invalid_request");
    }
    assert_eq!((app.platform.count("passkeys"), app.platform.count("spent")), (0, 0));
    assert_eq!(app.add_unasked(&ada, &unasked).status, 201);
    app.add_unasked(&ada, &unasked).assert_error(400, "invalid_request");
}

#[test]
fn only_a_session_with_a_recent_password_may() {
    let rows = [
        ("factor = 'otp'", "invalid_request"),
        ("factor = 'pop user mfa'", "invalid_request"),
        ("auth_time = 0", "reauthentication_required"),
    ];
    for (change, error) in rows {
        let app = TestApp::with(&UNCOUNTED);
        app.user("ada");
        let mut browser = Browser::of(&app, "ada");
        let ada = app.sign_in("ada");
        assert!(browser.get("/account").text().contains(MARK));
        let credential = manager().create(&app.conditional_options(&ada));
        app.platform.tell(&format!("UPDATE sessions SET {change}"));
        for refused in [app.conditional(&ada), app.add_unasked(&ada, &credential)] {
            assert_eq!(refused.error(), error, "{change}");
        }
        assert!(!browser.get("/account").assert_ok().text().contains(MARK), "{change}");
        assert_eq!(app.platform.count("passkeys"), 0, "{change}");
    }
}

#[test]
fn who_has_a_passkey_or_a_second_step_is_offered_none() {
    let (app, ada) = with_ada();
    let credential = manager().create(&app.conditional_options(&ada));
    app.add_key(&ada.access, &mut Authenticator::new(ORIGIN, 2), "passkey");
    app.conditional(&ada).assert_error(400, "invalid_request");
    app.add_unasked(&ada, &credential).assert_error(400, "invalid_request");
    let (app, ada) = with_ada();
    let credential = manager().create(&app.conditional_options(&ada));
    app.give_second_factor("ada");
    app.platform.tell("UPDATE sessions SET factor = 'pwd otp mfa'");
    app.conditional(&ada).assert_error(400, "invalid_request");
    app.add_unasked(&ada, &credential).assert_error(400, "invalid_request");
    assert_eq!(app.platform.count("passkeys"), 0);
}

#[test]
fn the_account_page_offers_it_with_no_further_query() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let page = browser.get("/account").assert_ok();
    assert_eq!(page.cost[0], 1);
    let mut key = manager();
    let credential = key.create(&passkey_options(&page, PAGE)).to_string();
    let sent = browser.submit(&page, PAGE, &[("credential", &credential)]);
    assert_eq!((sent.status.as_u16(), app.platform.count("passkeys")), (303, 1), "{}", sent.text());
    let page = browser.get("/account").assert_ok();
    assert!(page.text().contains("has been added") && !page.text().contains(MARK));
    let without = TestApp::with(&[UNCOUNTED[0], UNCOUNTED[1], ("AUTH_PASSKEYS", "off")]);
    without.user("ada");
    assert!(!Browser::of(&without, "ada").get("/account").assert_ok().text().contains(MARK));
}
