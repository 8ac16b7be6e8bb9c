//! `APP_KEY` rotation: with three deploys it goes unnoticed; without them everything issued before is invalid.

use std::collections::BTreeSet;

use gatehouse::domain::oauth::client::ClientId;
use gatehouse::domain::oauth::client_secret;
use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, KEY, OTHER_KEY, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED_WITH_CODES};
use crate::browser::VERIFIER;
use crate::credentials::{Carrier, CredentialKind, Credentials};
use crate::jwt_forging::{ALGORITHMS, part};
use crate::machine_clients::{basic, bearer};
use crate::oauth_client::FORM;
use crate::oauth_device::GRANT as DEVICE_GRANT;
use crate::platform::{Failure, FailureTiming};

/// The deploys of a rotation. From the second on the list names both keys, so each step changes one secret atomically.
const BOTH: (&str, &str) = ("APP_KEY_PREVIOUS", "0123456789abcdefghijklmnopqrstuv,zyxwvutsrqponmlkjihgfedcba987654");
const BEFORE: [(&str, &str); 2] = [("APP_KEY", KEY), ("APP_KEY_PREVIOUS", "")];
const ADDED: [(&str, &str); 2] = [("APP_KEY", KEY), BOTH];
const SWAPPED: [(&str, &str); 2] = [("APP_KEY", OTHER_KEY), BOTH];
const DROPPED: [(&str, &str); 2] = [("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", "")];
const DEPLOYS: [[(&str, &str); 2]; 4] = [BEFORE, ADDED, SWAPPED, DROPPED];

/// The keys each of them accepts, the signing one first.
const BELIEVED: [&[&str]; 4] = [&[KEY], &[KEY, OTHER_KEY], &[OTHER_KEY, KEY], &[OTHER_KEY]];

/// Whether a credential serves its purpose.
fn works(credentials: &Credentials, kind: CredentialKind) -> bool {
    let (app, text) = (&credentials.app, credentials.text(kind));
    let post = |path: &str, body: Value| vec![app.post(path, &body)];
    let present =
        |way| ["/api/auth/me", "/api/auth/verify"].map(|path| credentials.try_at(&Method::GET, path, way, kind)).into();
    let secret = client_secret::spell(&app.settings().keys, &ClientId::parse("shop").unwrap(), 1);
    let shop = [("client_id", "shop"), ("client_secret", secret.as_str())];
    let as_shop = |fields: &[(&str, &str)]| app.form("/oauth/token", &[FORM], &[&shop[..], fields].concat());
    let replies: Vec<Reply> = match kind {
        CredentialKind::Access | CredentialKind::Private => present(Carrier::Bearer),
        CredentialKind::BrowserSession => present(Carrier::SessionCookie),
        CredentialKind::Ticket => vec![app.exchange(text)],
        CredentialKind::ApiKey => present(Carrier::Basic),
        CredentialKind::Portal | CredentialKind::PortalKey => present(Carrier::Token),
        // Twice: the second time is within the grace.
        CredentialKind::Refresh => vec![app.refresh(text), app.refresh(text)],
        CredentialKind::Code => post("/api/auth/otp/verify", json!({ "email": "other@example.com", "code": text })),
        // The wrong code: this tests whether the address in the credential can be read.
        CredentialKind::CodeSession => {
            let reply = app.post("/api/auth/otp/verify", &json!({ "session_id": text, "otp": "000000" }));
            assert!(matches!(reply.status.as_u16(), 400 | 401), "{}", reply.text());
            return reply.status == 401;
        }
        CredentialKind::RecoveryLink => {
            let checked = app.post("/api/auth/local/recover/check", &json!({ "token": text })).assert_ok();
            return checked.json()["valid"] == true;
        }
        CredentialKind::ActivationLink => post("/api/auth/local/activate", json!({ "token": text })),
        CredentialKind::EmailLink => post("/api/auth/email/confirm", json!({ "token": text })),
        CredentialKind::UndoLink => {
            post("/api/auth/email/undo", json!({ "token": text, "password": "a new password entirely" }))
        }
        CredentialKind::FactorUndoLink => {
            post("/api/auth/factors/undo", json!({ "token": text, "password": "a new password of hers" }))
        }
        CredentialKind::ClientAccess => vec![app.userinfo(text)],
        CredentialKind::AuthorizationCode => {
            vec![as_shop(&[("grant_type", "authorization_code"), ("code", text), ("code_verifier", VERIFIER)])]
        }
        CredentialKind::DeviceCode => {
            let fields = [("client_id", "tv-app"), ("grant_type", DEVICE_GRANT), ("device_code", text)];
            return app.form("/oauth/token", &[FORM], &fields).json()["error"] == "authorization_pending";
        }
        CredentialKind::PushedRequest => {
            // To the sign-in.
            return app.get(&format!("/oauth/authorize?client_id=shop&request_uri={text}")).status == 303;
        }
        // Twice, as above.
        CredentialKind::ClientRefresh => {
            let refresh = || as_shop(&[("grant_type", "refresh_token"), ("refresh_token", text)]);
            vec![refresh(), refresh()]
        }
        CredentialKind::ClientSecret => {
            let fields = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "shop")];
            let reply = app.form("/oauth/token", &[FORM], &[&fields[..], &[("client_secret", text)]].concat());
            return reply.json()["error"] == "invalid_grant";
        }
        CredentialKind::Device
        | CredentialKind::ServiceAccess
        | CredentialKind::IdToken
        | CredentialKind::LogoutToken
        | CredentialKind::ClientAssertion
        | CredentialKind::MaskedApiKey
        | CredentialKind::SessionId
        | CredentialKind::UserId
        | CredentialKind::Password
        | CredentialKind::Junk => {
            unreachable!()
        }
    };
    for reply in &replies {
        assert!(matches!(reply.status.as_u16(), 200 | 400 | 401), "{kind:?}: {}", reply.text());
    }
    let granted = replies.iter().filter(|reply| reply.status == 200).count();
    assert!(granted == 0 || granted == replies.len(), "{kind:?} works on one route and not on the other");
    granted > 0
}

/// Everything made with a key, in an order in which using one does not consume another.
const MADE_WITH_A_KEY: [CredentialKind; 21] = [
    CredentialKind::Access,
    CredentialKind::Refresh,
    CredentialKind::BrowserSession,
    CredentialKind::Ticket,
    CredentialKind::ApiKey,
    CredentialKind::Private,
    CredentialKind::Portal,
    CredentialKind::PortalKey,
    CredentialKind::ClientAccess,
    CredentialKind::ClientRefresh,
    CredentialKind::AuthorizationCode,
    CredentialKind::DeviceCode,
    CredentialKind::PushedRequest,
    CredentialKind::ClientSecret,
    CredentialKind::ActivationLink,
    CredentialKind::RecoveryLink,
    CredentialKind::CodeSession,
    CredentialKind::Code,
    CredentialKind::EmailLink,
    CredentialKind::FactorUndoLink,
    CredentialKind::UndoLink,
];

/// Each made by each deploy and used at each, including earlier ones: at every step two deploys serve at the same time. From
/// first to last is a rotation without a list, and its effect.
#[test]
fn what_a_deploy_makes_works_wherever_its_key_is_believed_and_nowhere_else() {
    for (made, makes) in DEPLOYS.iter().enumerate() {
        for (used, uses) in DEPLOYS.iter().enumerate() {
            let mut credentials = Credentials::with(makes);
            credentials.redeploy(uses);
            let believed = BELIEVED[used].contains(&BELIEVED[made][0]);
            for kind in MADE_WITH_A_KEY {
                assert_eq!(
                    works(&credentials, kind),
                    believed,
                    "{kind:?} made by deploy {made}, used at deploy {used}"
                );
            }
        }
    }
}

/// A client refreshes all the time, and each request reaches one deploy or the other.
#[test]
fn a_session_goes_on_through_a_rotation_whichever_deploy_answers() {
    let mut app = TestApp::with(&BEFORE);
    let mut tokens = app.signed_in("ada");
    for (one, next) in DEPLOYS.iter().zip(&DEPLOYS[1..]) {
        for deploy in [one, next, next, one, next] {
            app.redeploy(deploy);
            app.me(&tokens.access).assert_ok();
            app.verify(&tokens.access).assert_ok();
            app.pass_seconds(20);
            let spent = tokens.refresh.clone();
            tokens = Tokens::of(&app.refresh(&spent).assert_ok());
            // The response was lost, and the retry reaches the other deploy. Another key, so other bytes; the same generation.
            app.redeploy(if deploy == one { next } else { one });
            let again = Tokens::of(&app.refresh(&spent).assert_ok());
            app.me(&again.access).assert_ok();
            app.me(&tokens.access).assert_ok();
        }
    }
    assert_eq!(app.platform.ask::<i64>("SELECT generation FROM sessions"), 15, "no more than was asked for");
    app.redeploy(&DROPPED);
    app.refresh(&tokens.refresh).assert_ok();
}

/// Otherwise a rotation would be an opportunity for thieves.
#[test]
fn a_spent_token_is_one_for_either_key() {
    for thief in [ADDED, SWAPPED] {
        let mut app = TestApp::with(&ADDED);
        let spent = app.signed_in("ada").refresh;
        app.redeploy(&SWAPPED);
        let owner = Tokens::of(&app.refresh(&spent).assert_ok());
        app.pass_seconds(11);
        app.redeploy(&thief);
        app.refresh(&spent).assert_error(401, "refresh_token_reused");
        for deploy in [ADDED, SWAPPED] {
            app.redeploy(&deploy);
            app.refresh(&owner.refresh).assert_error(401, "invalid_refresh_token");
            app.me(&owner.access).assert_error(401, "token_revoked");
            app.verify(&owner.access).assert_error(401, "token_revoked");
        }
    }
}

/// A client that fetched the key set from the previous step or the next one knows this step's keys.
#[test]
fn the_key_set_of_each_step_has_what_its_neighbours_sign_with() {
    for algorithm in ALGORITHMS {
        let deploys = DEPLOYS.map(|deploy| [&deploy[..], &[("AUTH_SIGNING_ALG", algorithm)]].concat());
        let mut app = TestApp::new();
        app.user("ada");
        let mut steps = Vec::new();
        for deploy in &deploys {
            app.redeploy(deploy);
            let token = app.sign_in("ada").access;
            steps.push((published(&app), part(&token, 0)["kid"].as_str().unwrap().to_owned(), token));
        }
        assert_eq!(
            steps.iter().map(|(kids, ..)| kids.len()).collect::<Vec<_>>(),
            [6, 12, 12, 6],
            "three epochs of two algorithms a key"
        );
        for step in steps.windows(2) {
            let [(one_set, one, _), (next_set, next, _)] = step else { unreachable!() };
            assert!(next_set.contains(one) && one_set.contains(next), "{algorithm}");
        }
        assert_eq!((&steps[0].1, &steps[2].1), (&steps[1].1, &steps[3].1), "the key changes with the swap");
        assert_ne!(steps[1].1, steps[2].1);
        for (_, kid, token) in &steps {
            let alive = steps[3].1 == *kid;
            assert_eq!(app.me(token).status == 200, alive, "the old key is gone with the last step");
        }
    }
}

/// The key ids other services can verify with.
fn published(app: &TestApp) -> Vec<String> {
    let set = app.get("/.well-known/jwks.json").assert_ok().json();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// This lets each step of a rotation change one secret. Libraries refuse a key set with a duplicate id.
#[test]
fn a_key_that_is_listed_twice_is_one_key() {
    let both = format!("{OTHER_KEY}, {KEY},{OTHER_KEY}");
    for key in [KEY, OTHER_KEY] {
        let app = TestApp::with(&[("APP_KEY", key), ("APP_KEY_PREVIOUS", &both)]);
        let kids = published(&app);
        let distinct: BTreeSet<_> = kids.iter().collect();
        assert_eq!((kids.len(), distinct.len()), (12, 12), "three epochs and two algorithms of two keys");
        let token = app.signed_in("ada").access;
        assert!(kids.iter().any(|kid| part(&token, 0)["kid"] == kid.as_str()));
    }
}

/// Otherwise a rotation would split the key in two.
#[test]
fn a_key_has_no_comma() {
    let halves = format!("{KEY},{OTHER_KEY}");
    let app = TestApp::with(&[("APP_KEY", &halves)]);
    assert!(app.get("/health/ready").text().contains("APP_KEY"));
    app.get("/.well-known/jwks.json").assert_error(503, "unavailable");
}

/// A link's MAC is made when its email is written, so after the swap the same email has other text. Resend then reports that it
/// already has the email, which is true.
#[test]
fn an_email_whose_answer_got_lost_before_the_swap_counts_as_sent_after_it() {
    for (answer, waits) in [("invalid_idempotent_request", 0), ("concurrent_idempotent_requests", 1)] {
        let mut app = TestApp::with(&ADDED);
        app.platform.trouble.set(Failure { mail: Some(FailureTiming::After), ..Failure::default() });
        app.register("ada", "ada@example.com").assert_ok();
        app.platform.trouble.set(Failure::default());
        app.redeploy(&SWAPPED);
        app.platform.provider_status.set(409);
        *app.platform.provider_body.borrow_mut() = format!(r#"{{"statusCode":409,"name":"{answer}"}}"#);
        app.pass_seconds(60);
        app.cron();
        let texts: BTreeSet<_> = app.emails().iter().map(|email| email["text"].to_string()).collect();
        assert_eq!(texts.len(), 2, "the link is another one");
        assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE sent_at IS NULL"), waits, "{answer}");
    }
}

#[test]
fn an_email_that_waits_is_read_with_the_key_it_was_sealed_with_and_stamped_with_the_new_one() {
    let mut app = TestApp::with(&ADDED);
    app.platform.provider_status.set(503);
    app.register("ada", "ada@example.com").assert_ok();
    app.redeploy(&SWAPPED);
    app.platform.provider_status.set(200);
    app.pass_seconds(60);
    app.cron();
    let link = app.last_link_token();
    app.redeploy(&DROPPED);
    app.activate(&link).assert_ok();
}

#[test]
fn an_email_whose_key_was_taken_away_is_given_up_and_told_and_holds_up_no_other() {
    let mut app = TestApp::with(&BEFORE);
    app.platform.provider_status.set(503);
    app.register("ada", "ada@example.com").assert_ok();
    let tried = app.emails().len();
    app.redeploy(&DROPPED);
    app.platform.provider_status.set(200);
    app.register("bob", "bob@example.com").assert_ok();
    app.activate(&app.last_link_token()).assert_ok();
    for _ in 0..24 * 6 {
        app.pass_seconds(600);
        app.cron();
    }
    assert_eq!(app.emails().len(), tried + 1, "nobody can read it");
    assert!(app.platform.log.borrow().iter().any(|line| line.contains("sealed under another key")));
    assert_eq!(app.get("/health/ready").json()["checks"]["mail"], "some emails were not delivered");
}

/// Failures are counted under a MAC of the name. The new key makes another MAC, so the swap resets them: once, at a moment chosen
/// by the operator.
#[test]
fn the_swap_forgets_failures_once_and_no_other_step_does() {
    let mut app = TestApp::with(&[&UNCOUNTED_WITH_CODES[..], &BEFORE].concat());
    app.user("ada");
    let mut at = |deploy: &[(&str, &str)], password| {
        app.redeploy(&[&UNCOUNTED_WITH_CODES[..], deploy].concat());
        let from = json!({ "login": "ada", "password": password });
        app.post_from("198.51.100.1", "/api/auth/local/login", &from).status.as_u16()
    };
    let mut fail = |deploy: &[(&str, &str)], expected| {
        for turn in 0..10 {
            assert_eq!(at(deploy, "wrong"), expected, "{turn}");
        }
        assert_eq!(at(deploy, PASSWORD), 429);
    };
    fail(&BEFORE, 401);
    fail(&ADDED, 429);
    fail(&SWAPPED, 401);
    fail(&DROPPED, 429);
    fail(&SWAPPED, 429);
    // Switching back and forth gains nothing.
    fail(&ADDED, 429);
}

/// A code is found under the MACs of its address with every key, so its few tries keep counting.
#[test]
fn the_swap_gives_a_code_no_try_and_a_mailbox_no_email_more() {
    let on = |deploy: [(&'static str, &'static str); 2]| [&UNCOUNTED_WITH_CODES[..], &deploy].concat();
    let mut app = TestApp::with(&on(ADDED));
    app.user("ada");
    let code = app.code_for("ada@example.com");
    for _ in 0..2 {
        app.verify_code("ada@example.com", "000000").assert_error(401, "invalid_code");
    }
    app.redeploy(&on(SWAPPED));
    app.verify_code("ada@example.com", "000000").assert_error(401, "invalid_code");
    app.verify_code("ada@example.com", &code).assert_error(429, "too_many_attempts");

    for turn in 0..9 {
        app.redeploy(&on(if turn % 2 == 0 { ADDED } else { SWAPPED }));
        app.pass_seconds(61);
        app.request_code("ada@example.com").assert_ok();
    }
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE kind = 'code' AND withheld = 0"), 5);
}

/// The list computes each key's text: with the new `APP_KEY` the same row has another text, which outlives the old one.
#[test]
fn an_api_key_is_spelled_anew_by_the_list() {
    let always = ("AUTH_API_KEY_REVEAL", "0");
    let on = |deploy: [(&'static str, &'static str); 2]| [&deploy[..], &[always, CODES]].concat();
    let mut credentials = Credentials::with(&on(ADDED));
    let first = credentials.text(CredentialKind::ApiKey).to_owned();
    credentials.redeploy(&on(SWAPPED));
    let listed = credentials.app.listed_keys(&bearer(&credentials.app.sign_in("ada")), "value").remove(0);
    let listed = listed.as_str().unwrap();
    assert_eq!(first[..25], listed[..25], "the id is the same");
    assert_ne!(first, listed);
    let opens = |app: &TestApp, key: &str| app.me_with(&basic(key)).status == 200;
    assert!(opens(&credentials.app, &first) && opens(&credentials.app, listed));
    credentials.redeploy(&on(DROPPED));
    assert!(!opens(&credentials.app, &first) && opens(&credentials.app, listed));
}

/// Its row does not record that its token can no longer be presented.
#[test]
fn a_portal_token_whose_key_was_taken_away_keeps_its_place_until_it_is_ended() {
    let mut app = TestApp::with(&BEFORE);
    app.administrator("ada");
    let login = json!({ "username": "ada", "password": PASSWORD });
    app.portal_login(&login).assert_ok();
    app.redeploy(&DROPPED);
    assert_eq!(app.portal_login(&login).status, 403);
    let admin = app.sign_in("ada");
    let path = format!("/api/admin/users/{}/tokens", app.id_of("ada"));
    let held = app.with_bearer(Method::GET, &path, &admin.access).assert_ok().json();
    let id = held["tokens"][0]["id"].as_str().unwrap_or_else(|| panic!("{held}")).to_owned();
    assert_eq!(app.with_bearer(Method::DELETE, &format!("{path}/{id}"), &admin.access).status, 204);
    app.portal_login(&login).assert_ok();
}

#[test]
fn the_log_names_whoever_failed_otherwise_after_the_swap() {
    let mut app = TestApp::new();
    let names = DEPLOYS.map(|deploy| {
        app.redeploy(&deploy);
        app.login("nobody", "wrong").assert_error(401, "invalid_credentials");
        app.pass_seconds(60);
        app.platform.ask::<String>("SELECT identifier FROM audit ORDER BY at DESC LIMIT 1")
    });
    assert_eq!((&names[0], &names[2]), (&names[1], &names[3]));
    assert_ne!(names[1], names[2]);
}
