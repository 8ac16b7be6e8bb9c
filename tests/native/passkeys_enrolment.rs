//! Passkeys and security keys of an account: added, renamed, removed, and used for the second step; and accounts without a password.

use http::Method;
use serde_json::{Value, json};

use crate::app::{NEW_PASSWORD, ORIGIN, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::authenticator::{Authenticator, base64url};
use crate::second_factors::{claims, suspended};

impl TestApp {
    fn keys_of(&self, tokens: &Tokens) -> Vec<Value> {
        let listed = self.with_bearer(Method::GET, "/api/auth/passkeys", &tokens.access).assert_ok().json();
        listed["passkeys"].as_array().unwrap().clone()
    }

    fn remove_key(&self, tokens: &Tokens, key: &Authenticator) -> Reply {
        self.with_bearer(Method::DELETE, &path_of(key), &tokens.access)
    }

    fn drop_password(&self, tokens: &Tokens) -> Reply {
        self.with_bearer(Method::DELETE, "/api/auth/password", &tokens.access)
    }

    fn creation_options(&self, tokens: &Tokens, kind: &str) -> Value {
        let reply = self.post_as(&tokens.access, "/api/auth/passkeys/options", &json!({ "kind": kind }));
        reply.assert_ok().json()["publicKey"].clone()
    }

    fn add(&self, tokens: &Tokens, credential: &Value) -> Reply {
        self.post_as(&tokens.access, "/api/auth/passkeys", &json!({ "credential": credential }))
    }

    fn second_step_with(&self, mfa_token: &str, key: &mut Authenticator) -> Reply {
        let options = self.post("/api/auth/mfa/options", &json!({ "mfa_token": mfa_token })).assert_ok().json();
        let credential = key.get(&options["publicKey"]);
        self.post("/api/auth/mfa/verify", &json!({ "mfa_token": mfa_token, "credential": credential }))
    }
}

fn path_of(key: &Authenticator) -> String {
    format!("/api/auth/passkeys/{}", base64url(&key.id))
}

fn key(seed: u8) -> Authenticator {
    Authenticator::new(ORIGIN, seed)
}

fn with_ada() -> (TestApp, Tokens) {
    let app = TestApp::with(&UNCOUNTED);
    let ada = app.signed_in("ada");
    (app, ada)
}

fn subjects(app: &TestApp) -> Vec<String> {
    app.emails().iter().map(|email| email["subject"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_key_is_named_by_its_product_and_renamed_by_its_user() {
    let (app, ada) = with_ada();
    let mut phone = key(1);
    phone.aaguid = 0xea9b8d66_4d01_1d21_3ce4_b6b48cb575d4_u128.to_be_bytes();
    let reply = app.add_key(&ada.access, &mut phone, "passkey");
    assert_eq!((reply.status.as_u16(), &reply.json()["name"]), (201, &json!("Google Password Manager")));
    assert_eq!(app.keys_of(&ada), [reply.json()]);
    assert_eq!(reply.json()["transports"], json!(["hybrid", "internal"]));
    app.add_key(&ada.access, &mut key(2), "passkey");
    let rename = |name: &Value| app.post_as(&ada.access, &path_of(&phone), &json!({ "name": name }));
    rename(&json!("  Ada's phone ")).assert_ok();
    for wrong in [json!(""), json!("x".repeat(65)), json!("a\nb"), json!(null), json!(7)] {
        rename(&wrong).assert_error(400, "invalid_request");
    }
    let names: Vec<_> = app.keys_of(&ada).iter().map(|key| key["name"].clone()).collect();
    assert!(names.contains(&json!("Ada's phone")) && names.contains(&json!("Passkey")), "{names:?}");
    app.post_as(&ada.access, "/api/auth/passkeys/AAAA", &json!({ "name": "x" })).assert_error(404, "not_found");
}

#[test]
fn the_options_of_a_new_key_exclude_what_the_account_has() {
    let (app, ada) = with_ada();
    app.add_key(&ada.access, &mut key(1), "passkey");
    let options = app.creation_options(&ada, "security_key");
    assert_eq!(options["excludeCredentials"][0]["id"], base64url(&key(1).id));
    assert_eq!(options["authenticatorSelection"]["residentKey"], "discouraged");
    assert_eq!(options["user"]["name"], "ada");
    app.post_as(&ada.access, "/api/auth/passkeys/options", &json!({ "kind": "x" }))
        .assert_error(400, "invalid_request");
}

#[test]
fn a_challenge_adds_one_key_in_its_own_session() {
    let (app, ada) = with_ada();
    let elsewhere = app.sign_in("ada");
    let options = app.creation_options(&ada, "passkey");
    let credential = key(1).create(&options);
    let refused = app.add(&elsewhere, &credential);
    refused.assert_error(400, "invalid_token");
    let mut wrong = options.clone();
    wrong["challenge"] = app.passkey_options()["challenge"].clone();
    app.add(&ada, &key(1).create(&wrong)).assert_error(400, "invalid_token");
    assert_eq!(app.add(&ada, &credential).status, 201);
    app.add(&ada, &credential).assert_error(400, "invalid_token");
    app.add(&ada, &key(2).create(&options)).assert_error(400, "invalid_token");
    let again = key(1).create(&app.creation_options(&ada, "passkey"));
    app.add(&ada, &again).assert_error(400, "invalid_request");
    let late = key(3).create(&app.creation_options(&ada, "passkey"));
    app.pass_seconds(300);
    app.add(&ada, &late).assert_error(400, "invalid_token");
    app.pass_seconds(601);
    let ada = Tokens::of(&app.refresh(&ada.refresh).assert_ok());
    app.post_as(&ada.access, "/api/auth/passkeys/options", &json!({})).assert_error(403, "reauthentication_required");
    assert_eq!(app.platform.count("passkeys"), 1);
}

#[test]
fn what_no_authenticator_of_ours_makes_is_not_added() {
    let (app, ada) = with_ada();
    let refuse = |change: fn(&mut Authenticator)| {
        let mut key = key(1);
        change(&mut key);
        app.add(&ada, &key.create(&app.creation_options(&ada, "passkey"))).assert_error(400, "invalid_request");
    };
    refuse(|key| key.origin = "https://evil.example".into());
    refuse(|key| key.rp_id = Some("evil.example".into()));
    refuse(|key| key.user_verified = false);
    refuse(|key| key.user_present = false);
    refuse(|key| key.backup_eligible = false);
    refuse(|key| key.id = vec![1; 1024]);
    for credential in [json!(null), json!({}), json!("x")] {
        app.add(&ada, &credential).assert_error(400, "invalid_request");
    }
    assert_eq!((app.platform.count("passkeys"), app.platform.count("spent")), (0, 0));
}

#[test]
fn the_twenty_first_key_is_refused() {
    let (app, ada) = with_ada();
    for seed in 0..20 {
        assert_eq!(app.add_key(&ada.access, &mut key(seed), "passkey").status, 201);
    }
    app.add_key(&ada.access, &mut key(20), "passkey").assert_error(400, "too_many_keys");
    assert_eq!(app.remove_key(&ada, &key(7)).status, 204);
    assert_eq!(app.add_key(&ada.access, &mut key(20), "passkey").status, 201);
}

#[test]
fn the_first_passkey_ends_nothing_and_can_be_undone_from_the_mailbox() {
    let (app, ada) = with_ada();
    let elsewhere = app.sign_in("ada");
    let mut phone = key(1);
    app.add_key(&ada.access, &mut phone, "passkey");
    app.me(&elsewhere.access).assert_ok();
    let undo = app.last_link_token();
    assert_eq!(
        app.platform.ask::<String>("SELECT factor FROM sessions ORDER BY length(factor) DESC"),
        "pwd pop user mfa"
    );
    app.add_key(&ada.access, &mut key(2), "passkey");
    assert!(!app.emails().pop().unwrap()["text"].as_str().unwrap().contains("token="), "a second one needs no undo");
    app.login("ada", PASSWORD).assert_ok();
    app.post("/api/auth/factors/undo", &json!({ "token": undo, "password": NEW_PASSWORD })).assert_ok();
    app.sign_in_with(&mut phone).assert_error(401, "invalid_credentials");
    assert_eq!(app.platform.count("passkeys"), 0);
    app.login("ada", NEW_PASSWORD).assert_ok();
}

#[test]
fn a_security_key_needs_recovery_codes_and_turns_the_second_step_on() {
    let (app, ada) = with_ada();
    let elsewhere = app.sign_in("ada");
    let mut usb = key(1);
    (usb.user_verified, usb.backup_eligible, usb.backed_up) = (false, false, false);
    app.add_key(&ada.access, &mut usb, "security_key").assert_error(409, "recovery_codes_required");
    app.me(&elsewhere.access).assert_ok();
    let offer = app.post_as(&ada.access, "/api/auth/recovery-codes", &json!({})).assert_ok().json();
    let confirm = json!({ "enrolment_token": offer["enrolment_token"], "recovery_codes_saved": true });
    app.post_as(&ada.access, "/api/auth/recovery-codes/confirm", &confirm).assert_ok();
    assert_eq!(app.add_key(&ada.access, &mut usb, "security_key").status, 201);
    app.me(&elsewhere.access).assert_error(401, "token_revoked");
    app.me(&ada.access).assert_ok();
    // The session has proved both factors.
    app.post_as(&ada.access, &path_of(&usb), &json!({ "name": "Key ring" })).assert_ok();
    let reply = app.login("ada", PASSWORD);
    assert_eq!(reply.json()["data"]["methods"], json!(["passkey", "recovery_code"]));
    let token = suspended(&reply);
    let tokens = Tokens::of(&app.second_step_with(&token, &mut usb).assert_ok());
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "pop", "mfa"]));
    app.sign_in_with(&mut usb).assert_error(401, "invalid_credentials");
    assert_eq!(app.remove_key(&tokens, &usb).status, 204);
    assert_eq!(app.platform.count("recovery_codes"), 0);
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn a_second_step_takes_any_key_of_its_own_account_once() {
    let (app, ada) = with_ada();
    let (mut phone, mut bobs) = (key(1), app.user_with_passkey("bob", 2));
    app.add_key(&ada.access, &mut phone, "passkey");
    app.give_second_factor("ada");
    let step = || suspended(&app.login("ada", PASSWORD));
    let [first, second] = [step(), step()];
    let verify = |token: &str, credential: &Value| {
        app.post("/api/auth/mfa/verify", &json!({ "mfa_token": token, "credential": credential }))
    };
    let options = |token: &str| {
        app.post("/api/auth/mfa/options", &json!({ "mfa_token": token })).assert_ok().json()["publicKey"].clone()
    };
    assert_eq!(options(&first)["allowCredentials"][0]["id"], base64url(&phone.id));
    verify(&first, &bobs.get(&options(&first))).assert_error(401, "invalid_code");
    let posing = Authenticator { user_handle: phone.user_handle.clone(), ..bobs.clone() }.get(&options(&first));
    verify(&first, &posing).assert_error(401, "invalid_code");
    let wrong = Authenticator { signs_wrongly: true, ..phone.clone() }.get(&options(&first));
    verify(&first, &wrong).assert_error(401, "invalid_code");
    let foreign = Authenticator { origin: "https://evil.example".into(), ..phone.clone() }.get(&options(&first));
    let reply = verify(&first, &foreign);
    reply.assert_error(401, "invalid_code");
    assert_eq!(reply.cost[0], 0);
    for challenge in [options(&second)["challenge"].clone(), app.passkey_options()["challenge"].clone()] {
        let reply = verify(&first, &phone.get(&json!({ "challenge": challenge, "rpId": "auth.example.com" })));
        reply.assert_error(400, "invalid_token");
        assert_eq!(reply.cost[0], 0);
    }
    // A touch is enough for the second step.
    phone.user_verified = false;
    let right = phone.get(&options(&first));
    let tokens = Tokens::of(&verify(&first, &right).assert_ok());
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "pop", "mfa"]));
    verify(&first, &right).assert_error(400, "invalid_token");
    app.post("/api/auth/mfa/options", &json!({ "mfa_token": "ghm_AAAA" })).assert_error(400, "invalid_token");
    verify(&second, &json!({})).assert_error(400, "invalid_request");
    phone.user_verified = true;
    let tokens = Tokens::of(&app.second_step_with(&second, &mut phone).assert_ok());
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "pop", "user", "mfa"]));
}

#[test]
fn a_copied_key_loses_in_the_second_step_too() {
    let (app, ada) = with_ada();
    app.give_second_factor("ada");
    app.platform.tell("UPDATE sessions SET factor = 'pwd otp mfa'");
    let mut usb = key(1);
    (usb.backup_eligible, usb.backed_up, usb.counter) = (false, false, 5);
    assert_eq!(app.add_key(&ada.access, &mut usb, "security_key").status, 201);
    let mut copy = usb.clone();
    app.second_step_with(&suspended(&app.login("ada", PASSWORD)), &mut usb).assert_ok();
    let step = suspended(&app.login("ada", PASSWORD));
    app.second_step_with(&step, &mut copy).assert_error(401, "invalid_code");
    assert!(subjects(&app).pop().unwrap().contains("refused"));
    app.second_step_with(&step, &mut usb).assert_ok();
}

#[test]
fn an_account_keeps_its_last_way_in() {
    let (app, ada) = with_ada();
    let (mut phone, mut tablet) = (key(1), key(2));
    app.drop_password(&ada).assert_error(409, "last_way_in");
    app.add_key(&ada.access, &mut phone, "passkey");
    app.add_key(&ada.access, &mut tablet, "passkey");
    assert_eq!(app.drop_password(&ada).status, 204);
    app.drop_password(&ada).assert_error(404, "not_found");
    assert_eq!(app.remove_key(&ada, &tablet).status, 204);
    app.remove_key(&ada, &phone).assert_error(409, "last_way_in");
    app.remove_key(&ada, &tablet).assert_error(404, "not_found");
    app.sign_in_with(&mut phone).assert_ok();
}

#[test]
fn a_security_key_is_no_way_in() {
    let (app, ada) = with_ada();
    app.give_second_factor("ada");
    app.platform.tell("UPDATE sessions SET factor = 'pwd otp mfa'");
    let (mut usb, mut phone) = (key(1), key(2));
    assert_eq!(app.add_key(&ada.access, &mut usb, "security_key").status, 201);
    app.drop_password(&ada).assert_error(409, "last_way_in");
    assert_eq!(app.add_key(&ada.access, &mut phone, "passkey").status, 201);
    assert_eq!(app.drop_password(&ada).status, 204);
    app.remove_key(&ada, &phone).assert_error(409, "last_way_in");
    assert_eq!(app.remove_key(&ada, &usb).status, 204);
}

#[test]
fn the_last_passkey_and_the_password_cannot_both_go_at_once() {
    let (app, ada) = with_ada();
    app.add_key(&ada.access, &mut key(1), "passkey");
    app.platform.before_batch(0, "DELETE FROM passkeys");
    app.drop_password(&ada).assert_error(409, "last_way_in");
    app.add_key(&ada.access, &mut key(2), "passkey");
    app.platform.before_batch(0, "DELETE FROM passwords");
    app.remove_key(&ada, &key(2)).assert_error(409, "last_way_in");
    assert_eq!(app.platform.count("passkeys"), 1);
}

#[test]
fn an_account_lives_without_a_password_and_sets_one_again() {
    let (app, ada) = with_ada();
    let elsewhere = app.sign_in("ada");
    let mut phone = key(1);
    app.add_key(&ada.access, &mut phone, "passkey");
    let set =
        |tokens: &Tokens| app.post_as(&tokens.access, "/api/auth/password", &json!({ "new_password": NEW_PASSWORD }));
    set(&ada).assert_error(400, "invalid_request");
    assert_eq!(app.drop_password(&ada).status, 204);
    assert_eq!(subjects(&app).pop().unwrap(), "Your Gatehouse password was removed");
    app.me(&elsewhere.access).assert_error(401, "token_revoked");
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
    app.reauthenticate(&ada.access, PASSWORD).assert_error(401, "invalid_credentials");
    let ada = Tokens::of(&app.sign_in_with(&mut phone).assert_ok());
    app.platform.tell("UPDATE sessions SET factor = 'otp'");
    set(&ada).assert_error(403, "reauthentication_required");
    let moves = || app.post_as(&ada.access, "/api/auth/email", &json!({ "email": "ada@new.example" }));
    moves().assert_error(403, "reauthentication_required");
    app.platform.tell("UPDATE sessions SET factor = 'pop user mfa'");
    moves().assert_ok();
    assert_eq!(set(&ada).assert_ok().json(), json!({ "message": "Password set successfully" }));
    set(&ada).assert_error(400, "invalid_request");
    moves().assert_error(400, "invalid_request");
    app.login("ada", NEW_PASSWORD).assert_ok();
}

#[test]
fn nobody_touches_another_users_keys() {
    let (app, ada) = with_ada();
    let bobs = app.user_with_passkey("bob", 2);
    app.post_as(&ada.access, &path_of(&bobs), &json!({ "name": "mine" })).assert_error(404, "not_found");
    app.remove_key(&ada, &bobs).assert_error(404, "not_found");
    assert_eq!(app.keys_of(&ada), Vec::<Value>::new());
    assert_eq!(app.platform.ask::<String>("SELECT name FROM passkeys"), "Passkey");
    // Two accounts may have keys with the same id: authenticators choose ids.
    assert_eq!(app.add_key(&ada.access, &mut key(2), "passkey").status, 201);
}
