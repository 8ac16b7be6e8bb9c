//! Signing in with a passkey, as an attacker with parts of one would try it.

use std::cell::RefCell;

use http::Method;
use serde_json::{Value, json};

use crate::app::{ORIGIN, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::authenticator::Authenticator;
use crate::second_factors::claims;

impl TestApp {
    /// A new key of a signed-in user.
    #[track_caller]
    pub fn add_key(&self, token: &str, key: &mut Authenticator, kind: &str) -> Reply {
        let options = self.post_as(token, "/api/auth/passkeys/options", &json!({ "kind": kind })).assert_ok().json();
        let credential = key.create(&options["publicKey"]);
        self.post_as(token, "/api/auth/passkeys", &json!({ "credential": credential, "kind": kind }))
    }

    /// A user with a passkey.
    pub fn user_with_passkey(&self, login: &str, seed: u8) -> Authenticator {
        let tokens = self.signed_in(login);
        let mut key = Authenticator::new(ORIGIN, seed);
        assert_eq!(self.add_key(&tokens.access, &mut key, "passkey").status, 201);
        key
    }

    pub fn passkey_options(&self) -> Value {
        self.post("/api/auth/passkey/options", &json!({})).assert_ok().json()["publicKey"].clone()
    }

    pub fn present(&self, credential: &Value) -> Reply {
        self.post("/api/auth/passkey", &json!({ "credential": credential }))
    }

    pub fn sign_in_with(&self, key: &mut Authenticator) -> Reply {
        self.present(&key.get(&self.passkey_options()))
    }
}

/// Ada with a passkey, and nobody signed in since.
fn with_ada() -> (TestApp, Authenticator) {
    let app = TestApp::with(&UNCOUNTED);
    let key = app.user_with_passkey("ada", 1);
    app.platform.tell("DELETE FROM sessions");
    (app, key)
}

/// The database calls and statements of a reply.
fn work(reply: &Reply) -> (usize, usize) {
    (reply.cost[0], reply.work[1])
}

#[test]
fn a_passkey_signs_in_alone_in_two_round_trips_and_without_a_hash() {
    let (app, mut key) = with_ada();
    let asked = app.post("/api/auth/passkey/options", &json!({})).assert_ok();
    assert_eq!((work(&asked), asked.cost[1]), ((0, 0), 0), "options cost no I/O");
    assert_eq!(asked.json()["publicKey"]["userVerification"], "required");
    assert_eq!(asked.json()["publicKey"]["allowCredentials"], json!([]));
    let reply = app.present(&key.get(&asked.json()["publicKey"])).assert_ok();
    assert_eq!((reply.cost[0], reply.work[0]), (2, 0));
    let tokens = Tokens::of(&reply);
    assert_eq!(claims(&tokens.access)["amr"], json!(["pop", "user", "mfa"]));
    assert_eq!(app.me(&tokens.access).assert_ok().json()["login"], "ada");
    let last = "SELECT act || ' ' || outcome || ' ' || factor FROM audit ORDER BY rowid DESC LIMIT 1";
    assert_eq!(app.platform.ask::<String>(last), "sign_in ok pop user mfa");
    assert_eq!(app.platform.ask::<i64>("SELECT last_used_at IS NOT NULL FROM passkeys"), 1);
}

#[test]
fn two_steps_are_not_asked_of_who_has_proved_both_at_once() {
    let (app, mut key) = with_ada();
    app.give_second_factor("ada");
    app.sign_in_with(&mut key).assert_ok();
    let app = TestApp::with(&[UNCOUNTED[0], UNCOUNTED[1], ("AUTH_MFA", "all")]);
    app.user("ada");
    assert_eq!(app.login("ada", PASSWORD).status, 403);
}

#[test]
fn an_assertion_works_once() {
    let (app, mut key) = with_ada();
    let credential = key.get(&app.passkey_options());
    app.present(&credential).assert_ok();
    for _ in 0..3 {
        app.present(&credential).assert_error(400, "invalid_token");
    }
    assert_eq!(app.platform.count("sessions"), 1);
    app.pass_seconds(300);
    app.present(&credential).assert_error(400, "invalid_token");
}

#[test]
fn of_one_assertion_sent_twice_at_once_one_signs_in() {
    for turn in 0.. {
        let (app, mut key) = with_ada();
        let app: &'static TestApp = Box::leak(Box::new(app));
        let credential: &'static Value = Box::leak(Box::new(key.get(&app.passkey_options())));
        let other: &'static RefCell<Option<Reply>> = Box::leak(Box::default());
        app.platform.before_call(turn, || *other.borrow_mut() = Some(app.present(credential)));
        let own = app.present(credential);
        let Some(other) = other.take() else {
            assert!(turn > 1, "nothing happened at once");
            break;
        };
        let mut statuses = [own.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!((statuses, app.platform.count("sessions")), ([200, 400], 1), "at {turn}");
    }
}

#[test]
fn a_challenge_of_anything_else_reaches_no_table() {
    let (app, mut key) = with_ada();
    let other = TestApp::with(&[("APP_KEY", crate::app::OTHER_KEY)]);
    let ada = app.sign_in("ada");
    let enrolment = app.post_as(&ada.access, "/api/auth/passkeys/options", &json!({})).assert_ok().json();
    let renewal = app.post_as(&ada.access, "/api/auth/reauthenticate/options", &json!({})).assert_ok().json();
    let mut options = app.passkey_options();
    let mut refuse = |challenge: &Value| {
        options["challenge"] = challenge.clone();
        let reply = app.present(&key.get(&options));
        reply.assert_error(400, "invalid_token");
        assert_eq!(work(&reply), (0, 0), "{challenge}");
    };
    refuse(&enrolment["publicKey"]["challenge"]);
    refuse(&renewal["publicKey"]["challenge"]);
    refuse(&other.passkey_options()["challenge"]);
    refuse(&json!(""));
    refuse(&json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    let old = app.passkey_options()["challenge"].clone();
    app.pass_seconds(300);
    refuse(&old);
}

#[test]
fn what_no_browser_of_ours_makes_reaches_no_table() {
    let (app, key) = with_ada();
    let refuse = |change: fn(&mut Authenticator), status, error: &str| {
        let mut key = key.clone();
        change(&mut key);
        let reply = app.sign_in_with(&mut key);
        reply.assert_error(status, error);
        assert_eq!(work(&reply), (0, 0));
    };
    refuse(|key| key.origin = "https://auth.example.com.evil.example".into(), 401, "invalid_credentials");
    refuse(|key| key.rp_id = Some("evil.example".into()), 401, "invalid_credentials");
    refuse(|key| key.user_present = false, 401, "invalid_credentials");
    refuse(|key| key.backup_eligible = false, 401, "invalid_credentials");
    refuse(|key| key.user_handle = Some("AAAA".into()), 400, "invalid_request");
    for credential in [json!(null), json!("{}"), json!({}), json!([]), json!(7)] {
        let reply = app.present(&credential);
        reply.assert_error(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], "credential");
        assert_eq!(work(&reply), (0, 0));
    }
    app.post("/api/auth/passkey", &json!({})).assert_error(400, "invalid_request");
}

#[test]
fn every_wrong_passkey_gets_one_answer_for_the_same_statements() {
    let (app, key) = with_ada();
    let mut security_key = Authenticator::new(ORIGIN, 9);
    app.give_second_factor("ada");
    app.platform.tell("UPDATE users SET disabled_at = 5 WHERE login = 'ada'");
    let bob = app.signed_in("bob");
    let mut bobs = Authenticator::new(ORIGIN, 2);
    assert_eq!(app.add_key(&bob.access, &mut bobs, "passkey").status, 201);
    app.give_second_factor("bob");
    app.platform.tell("UPDATE sessions SET factor = 'pwd otp mfa'");
    assert_eq!(app.add_key(&bob.access, &mut security_key, "security_key").status, 201);
    let told = |mut key: Authenticator| {
        app.platform.tell("DELETE FROM audit");
        let reply = app.sign_in_with(&mut key);
        reply.assert_error(401, "invalid_credentials");
        assert_eq!(app.platform.ask::<String>("SELECT group_concat(outcome) FROM audit"), "invalid_credentials");
        (reply.observable(), reply.cost, reply.work, reply.batches)
    };
    let unknown = Authenticator { user_handle: key.user_handle.clone(), ..Authenticator::new(ORIGIN, 3) };
    let expected = told(unknown);
    assert_eq!(told(key.clone()), expected, "a disabled account");
    assert_eq!(told(Authenticator { signs_wrongly: true, ..bobs.clone() }), expected, "a wrong signature");
    assert_eq!(told(Authenticator { user_verified: false, ..bobs.clone() }), expected, "nobody verified its user");
    assert_eq!(
        told(Authenticator { backed_up: false, backup_eligible: false, ..bobs.clone() }),
        expected,
        "BE has changed"
    );
    assert_eq!(
        told(Authenticator { user_handle: key.user_handle.clone(), ..bobs.clone() }),
        expected,
        "another user's"
    );
    assert_eq!(told(Authenticator { user_handle: None, ..bobs.clone() }), expected, "a key that names no user");
    assert_eq!(told(security_key.clone()), expected, "a key for the second step");
    let mut impostor = Authenticator::new(ORIGIN, 4);
    impostor.id.clone_from(&bobs.id);
    impostor.user_handle.clone_from(&bobs.user_handle);
    assert_eq!(told(impostor), expected, "another key under the same id");
    app.sign_in_with(&mut bobs).assert_ok();
}

#[test]
fn of_two_assertions_of_one_device_the_older_counts_as_a_copy() {
    for order in [[0, 1], [1, 0]] {
        let app = TestApp::with(&UNCOUNTED);
        let tokens = app.signed_in("ada");
        let mut key = Authenticator::new(ORIGIN, 1);
        (key.backup_eligible, key.backed_up, key.counter) = (false, false, 5);
        assert_eq!(app.add_key(&tokens.access, &mut key, "passkey").status, 201);
        let made = [key.get(&app.passkey_options()), key.get(&app.passkey_options())];
        let emails = app.emails().len();
        app.present(&made[order[0]]).assert_ok();
        let second = app.present(&made[order[1]]);
        if order == [0, 1] {
            second.assert_ok();
            assert_eq!(app.emails().len(), emails);
            continue;
        }
        second.assert_error(401, "invalid_credentials");
        let told = app.emails().pop().unwrap();
        assert_eq!((app.emails().len(), &told["to"][0]), (emails + 1, &json!("ada@example.com")));
        assert!(told["subject"].as_str().unwrap().contains("passkey"), "{told}");
        let last = "SELECT act || ' ' || outcome FROM audit ORDER BY rowid DESC LIMIT 1";
        assert_eq!(app.platform.ask::<String>(last), "sign_in invalid_credentials");
        assert_eq!(app.platform.ask::<i64>("SELECT sign_count FROM passkeys"), 7);
        // The owner is not locked out.
        app.sign_in_with(&mut key).assert_ok();
    }
}

#[test]
fn a_counter_that_was_outrun_between_the_look_and_the_act_loses() {
    let app = TestApp::with(&UNCOUNTED);
    let tokens = app.signed_in("ada");
    let mut key = Authenticator::new(ORIGIN, 1);
    (key.backup_eligible, key.backed_up, key.counter) = (false, false, 5);
    assert_eq!(app.add_key(&tokens.access, &mut key, "passkey").status, 201);
    let credential = key.get(&app.passkey_options());
    app.platform.before_batch(0, "UPDATE passkeys SET sign_count = 9");
    app.present(&credential).assert_error(401, "invalid_credentials");
    assert!(app.emails().pop().unwrap()["subject"].as_str().unwrap().contains("passkey"));
    let credential = Authenticator { counter: 20, ..key.clone() }.get(&app.passkey_options());
    app.platform.before_batch(0, "UPDATE users SET disabled_at = 5");
    app.present(&credential).assert_error(401, "invalid_credentials");
    app.platform.tell("UPDATE users SET disabled_at = NULL");
    app.platform.before_batch(0, "DELETE FROM passkeys");
    app.present(&credential).assert_error(401, "invalid_credentials");
    assert_eq!(app.platform.count("sessions"), 1);
}

#[test]
fn counters_of_synced_passkeys_and_of_keys_that_do_not_count_are_ignored() {
    let (app, mut key) = with_ada();
    for counter in [7, 3, 3, 0] {
        key.counter = counter;
        app.sign_in_with(&mut key).assert_ok();
    }
    let bob = app.signed_in("bob");
    let mut key = Authenticator::new(ORIGIN, 2);
    (key.backup_eligible, key.backed_up) = (false, false);
    assert_eq!(app.add_key(&bob.access, &mut key, "passkey").status, 201);
    for _ in 0..3 {
        app.sign_in_with(&mut key).assert_ok();
    }
}

#[test]
fn a_passkey_renews_the_proof_of_its_own_session_in_one_step() {
    let (app, mut key) = with_ada();
    app.give_second_factor("ada");
    let [ada, elsewhere] = [(); 2].map(|()| Tokens::of(&app.sign_in_with(&mut key).assert_ok()));
    app.pass_seconds(901);
    let [ada, elsewhere] = [ada, elsewhere].map(|tokens| Tokens::of(&app.refresh(&tokens.refresh).assert_ok()));
    let options = |tokens: &Tokens| {
        app.post_as(&tokens.access, "/api/auth/reauthenticate/options", &json!({})).assert_ok().json()["publicKey"]
            .clone()
    };
    let renew = |tokens: &Tokens, credential: &Value| {
        app.post_as(&tokens.access, "/api/auth/reauthenticate", &json!({ "credential": credential }))
    };
    let rename = |tokens: &Tokens| {
        let id = crate::authenticator::base64url(&Authenticator::new(ORIGIN, 1).id);
        app.post_as(&tokens.access, &format!("/api/auth/passkeys/{id}"), &json!({ "name": "Phone" }))
    };
    rename(&ada).assert_error(403, "reauthentication_required");
    let credential = key.get(&options(&ada));
    renew(&elsewhere, &credential).assert_error(400, "invalid_token");
    renew(&ada, &key.get(&app.passkey_options())).assert_error(400, "invalid_token");
    let weak = Authenticator { user_verified: false, ..key.clone() }.get(&options(&ada));
    renew(&ada, &weak).assert_error(401, "invalid_credentials");
    let reply = renew(&ada, &credential).assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Reauthenticated successfully" }));
    rename(&ada).assert_ok();
    rename(&elsewhere).assert_error(403, "reauthentication_required");
    app.pass_seconds(1);
    renew(&ada, &credential).assert_error(400, "invalid_token");
    app.user("bob");
    let bob = app.sign_in("bob");
    app.post_as(&bob.access, "/api/auth/reauthenticate/options", &json!({})).assert_error(404, "not_found");
}

#[test]
fn a_renewed_proof_uses_up_its_challenge_and_its_count_together() {
    let app = TestApp::with(&UNCOUNTED);
    let ada = app.signed_in("ada");
    let mut key = Authenticator::new(ORIGIN, 1);
    (key.backup_eligible, key.backed_up, key.counter) = (false, false, 5);
    assert_eq!(app.add_key(&ada.access, &mut key, "passkey").status, 201);
    app.platform.tell("DELETE FROM spent");
    let asked = app.post_as(&ada.access, "/api/auth/reauthenticate/options", &json!({})).assert_ok().json();
    let mut copy = key.clone();
    let credential = key.get(&asked["publicKey"]);
    let renew = |credential| app.post_as(&ada.access, "/api/auth/reauthenticate", &json!({ "credential": credential }));
    renew(credential).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT sign_count FROM passkeys WHERE last_used_at IS NOT NULL"), 6);
    assert_eq!(app.platform.count("spent"), 1);
    let last = "SELECT act || ' ' || outcome || ' ' || factor FROM audit ORDER BY rowid DESC LIMIT 1";
    assert_eq!(app.platform.ask::<String>(last), "reauthenticate ok pop user mfa");
    let asked = app.post_as(&ada.access, "/api/auth/reauthenticate/options", &json!({})).assert_ok().json();
    renew(copy.get(&asked["publicKey"])).assert_error(401, "invalid_credentials");
    assert!(app.emails().pop().unwrap()["subject"].as_str().unwrap().contains("passkey"));
}

#[test]
fn switched_off_there_are_no_passkeys() {
    let app = TestApp::with(&[("AUTH_PASSKEYS", "off")]);
    let ada = app.signed_in("ada");
    for (method, path) in [
        (Method::POST, "/api/auth/passkey/options"),
        (Method::POST, "/api/auth/passkey"),
        (Method::POST, "/api/auth/reauthenticate/options"),
        (Method::GET, "/api/auth/passkeys"),
        (Method::POST, "/api/auth/passkeys"),
        (Method::POST, "/api/auth/passkeys/options"),
        (Method::POST, "/api/auth/passkeys/AAAA"),
        (Method::DELETE, "/api/auth/passkeys/AAAA"),
        (Method::DELETE, "/api/auth/password"),
        (Method::GET, "/.well-known/webauthn"),
    ] {
        app.with_bearer(method, path, &ada.access).assert_error(404, "not_found");
    }
    app.post_as(&ada.access, "/api/auth/reauthenticate", &json!({ "credential": {} })).assert_error(404, "not_found");
}

#[test]
fn related_websites_are_listed_for_browsers() {
    assert_eq!(TestApp::new().get("/.well-known/webauthn").status, 404);
    let android = "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(TestApp::with(&[("AUTH_PASSKEY_ORIGINS", android)]).get("/.well-known/webauthn").status, 404);
    let listed = format!("https://app.example.org, {android}");
    let reply = TestApp::with(&[("AUTH_PASSKEY_ORIGINS", &listed)]).get("/.well-known/webauthn").assert_ok();
    assert_eq!(reply.json(), json!({ "origins": [ORIGIN, "https://app.example.org"] }));
}

#[test]
fn an_outage_while_a_passkey_signs_in_issues_nothing_twice() {
    use crate::platform::{Failure, FailureTiming};
    for timing in [FailureTiming::Before, FailureTiming::After] {
        for call in [0, 1] {
            let (app, mut key) = with_ada();
            let credential = key.get(&app.passkey_options());
            app.platform.trouble.set(Failure { database: Some((call, timing)), ..Failure::default() });
            let reply = app.present(&credential);
            if reply.status == 503 {
                app.present(&credential).assert_ok();
            } else {
                reply.assert_ok();
            }
            assert_eq!(app.platform.count("sessions"), 1);
        }
    }
}
