//! Back-channel logout: whatever ends a client's session leaves one notice, and it is delivered once.

use gatehouse::domain::crypto::jws::Jws;
use gatehouse::domain::crypto::signing::epoch_of;
use gatehouse::flows::oauth::logout_notices;
use gatehouse::flows::signing;
use gatehouse::ports::Clock;
use http::Method;
use pollster::block_on;
use serde_json::{Value, json};

use crate::app::{NEW_PASSWORD, PASSWORD, TestApp, Tokens};
use crate::browser::Browser;
use crate::fake_http::Host;
use crate::jwt_forging::part;
use crate::oauth_client::{OAuthClient, claims};
use crate::openid_logout::LANDING;
use crate::rsa_keys::RSA_KEY;
use crate::user_actions::email_to;

const HOST: &str = "shop.example.com";
const ADDRESS: &str = "https://shop.example.com/logout?tenant=1";

pub fn listening(app: &TestApp) -> OAuthClient<'_> {
    let mut client = OAuthClient::new(app);
    client.backchannel = Some(ADDRESS);
    client.post_logout = vec![LANDING];
    app.platform.hosts.borrow_mut().insert(HOST, Host::Answers(200, Vec::new()));
    client.registered()
}

fn answers(app: &TestApp, host: Host) {
    app.platform.hosts.borrow_mut().insert(HOST, host);
}

/// The logout tokens that the client has got.
pub fn received(app: &TestApp) -> Vec<String> {
    let asked = app.platform.asked.borrow();
    let token = |request: &http::Request<Vec<u8>>| {
        assert_eq!((request.method(), request.uri().to_string().as_str()), (&Method::POST, ADDRESS));
        assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
        let fields: Vec<_> = form_urlencoded::parse(request.body()).into_owned().collect();
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].0, "logout_token");
        fields[0].1.clone()
    };
    asked
        .iter()
        .map(|(request, bounds)| {
            assert_eq!(bounds.timeout.as_secs(), 5);
            token(request)
        })
        .collect()
}

pub fn state(app: &TestApp) -> String {
    app.platform.ask("SELECT iif(sent_at IS NOT NULL, 'sent', iif(dead_at IS NOT NULL, 'dead', 'waiting')) || ' ' || attempts FROM logout_notices")
}

impl TestApp {
    pub fn signs(&self, token: &str) -> bool {
        let settings = self.settings();
        let algorithm = gatehouse::domain::crypto::algorithm::Algorithm::Es256;
        let jws = Jws::parse(token).unwrap();
        let epoch = epoch_of(self.platform.now());
        let keys = block_on(signing::keys(&self.platform, settings.issuer.signing.with(algorithm), epoch)).unwrap();
        keys.iter().any(|key| block_on(signing::is_signed_by(&self.platform, &key.verifying, &jws)).unwrap())
    }
}

#[test]
fn the_token_has_the_algorithm_of_the_clients_id_tokens() {
    let app = TestApp::with(&[("AUTH_RSA_KEY", RSA_KEY)]);
    app.user("ada");
    let client = listening(&app);
    for (chosen, algorithm) in [("NULL", "RS256"), ("'EdDSA'", "EdDSA"), ("'ES256'", "ES256")] {
        app.platform.tell(&format!("UPDATE clients SET id_token_alg = {chosen}"));
        let mut browser = Browser::of(&app, "ada");
        client.tokens(&mut browser, &[]);
        browser.sign_out();
        assert_eq!(part(received(&app).last().unwrap(), 0)["alg"], algorithm);
    }
}

/// Ends the client's session, given the browser, the tokens of the client, and the client.
type Ending = fn(&TestApp, &mut Browser<'_>, &Value, &OAuthClient<'_>);

fn delete(app: &TestApp, by: &Tokens, path: &str) {
    let reply = app.with_bearer(Method::DELETE, path, &by.access);
    assert!(reply.status.is_success(), "{}", reply.text());
}

const ENDINGS: [(&str, Ending); 14] = [
    ("signed_out", |_, browser, _, _| {
        browser.sign_out();
    }),
    ("ended from the list", |app, _, _, _| {
        let other = app.sign_in("ada");
        let root: String = app.platform.ask("SELECT root FROM sessions WHERE client IS NOT NULL");
        delete(app, &other, &format!("/api/auth/sessions/{root}"));
    }),
    ("the client's alone ended from the list", |app, _, tokens, _| {
        let other = app.sign_in("ada");
        let path = format!("/api/auth/sessions/{}", claims(&tokens["id_token"])["sid"].as_str().unwrap());
        delete(app, &other, &path);
    }),
    ("signed out everywhere", |app, _, _, _| {
        let other = app.sign_in("ada");
        assert!(app.with_bearer(Method::POST, "/api/auth/logout/all", &other.access).status.is_success());
    }),
    ("password changed", |app, _, _, _| {
        app.change_password(&app.sign_in("ada").access, PASSWORD, NEW_PASSWORD).assert_ok();
    }),
    ("recovered", |app, _, _, _| {
        app.recover("ada@example.com").assert_ok();
        app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
    }),
    ("address change undone", |app, _, _, _| {
        app.change_email(&app.sign_in("ada").access, "ada@new.example").assert_ok();
        app.confirm_email(&app.last_link_token()).assert_ok();
        let (_, text) = email_to(app, "ada@example.com");
        let (_, token) = text.split_once("token=").unwrap();
        app.undo_email(token.split_whitespace().next().unwrap(), NEW_PASSWORD).assert_ok();
    }),
    ("refresh token reused", |app, _, tokens, client| {
        let refresh = tokens["refresh_token"].as_str().unwrap();
        client.refresh(refresh).assert_ok();
        app.pass_seconds(600);
        client.refresh(refresh).assert_oauth(400, "invalid_grant");
    }),
    ("access removed", |_, browser, _, _| {
        let page = browser.get("/account/apps");
        browser.submit(&page, "/account/apps/remove", &[]);
    }),
    ("disabled", |app, _, _, _| {
        app.administer(&app.administrator("root"), "ada", "disable").assert_ok();
    }),
    ("all ended by an administrator", |app, _, _, _| {
        assert!(app.end_sessions_of(&app.administrator("root"), "ada").status.is_success());
    }),
    ("ended by an administrator", |app, _, _, _| {
        let root: String = app.platform.ask("SELECT root FROM sessions WHERE client IS NOT NULL");
        let admin = app.administrator("root");
        let path = format!("/api/admin/users/{}/sessions/{root}", app.id_of("ada"));
        delete(app, &admin, &path);
    }),
    ("reset by an administrator", |app, _, _, _| {
        app.administer(&app.administrator("root"), "ada", "reset").assert_ok();
    }),
    ("account deleted", |app, _, _, _| {
        delete(app, &app.sign_in("ada"), "/api/auth/me");
    }),
];

#[test]
fn whatever_ends_a_session_leaves_one_notice() {
    for (reason, end) in ENDINGS {
        let app = TestApp::new();
        app.user("ada");
        let client = listening(&app);
        let mut browser = Browser::of(&app, "ada");
        let tokens =
            client.tokens(&mut browser, &[("scope", "openid offline_access")][..usize::from(reason != "signed_out")]);
        let sid = claims(&tokens["id_token"])["sid"].clone();
        assert_eq!(app.platform.count("logout_notices"), 0, "{reason}");
        end(&app, &mut browser, &tokens, &client);
        assert_eq!(app.platform.count("logout_notices"), 1, "{reason}");
        app.cron();
        let told: Vec<_> = received(&app).iter().map(|token| claims(&json!(token))["sid"].clone()).collect();
        assert_eq!(told, [sid], "{reason}");
    }
}

#[test]
fn a_code_that_is_presented_again_ends_the_session_with_a_notice() {
    let app = TestApp::new();
    app.user("ada");
    let client = listening(&app);
    let code = client.code(&mut Browser::of(&app, "ada"), &[]);
    client.redeem(&code).assert_ok();
    app.pass_seconds(11);
    client.redeem(&code).assert_oauth(400, "invalid_grant");
    assert_eq!((state(&app).as_str(), received(&app).len()), ("sent 1", 1));
}

#[test]
fn every_session_of_a_client_is_named_once_and_one_that_lives_on_is_not() {
    let app = TestApp::new();
    app.user("ada");
    let client = listening(&app);
    let mut browser = Browser::of(&app, "ada");
    let mut sids: Vec<_> = (0..2).map(|_| sid(&client.tokens(&mut browser, &[]))).collect();
    let lives_on = client.tokens(&mut browser, &[("scope", "openid offline_access")]);
    browser.sign_out();
    let mut told: Vec<_> = received(&app).iter().map(|token| claims(&json!(token))["sid"].to_string()).collect();
    sids.sort();
    told.sort();
    assert_eq!(told, sids);
    client.refresh(lives_on["refresh_token"].as_str().unwrap()).assert_ok();
}

fn sid(tokens: &Value) -> String {
    claims(&tokens["id_token"])["sid"].to_string()
}

#[test]
fn nothing_is_fetched_without_an_address() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    app.platform.hosts.borrow_mut().insert(HOST, Host::Answers(200, Vec::new()));
    let mut browser = Browser::of(&app, "ada");
    client.tokens(&mut browser, &[]);
    browser.sign_out();
    app.cron();
    assert_eq!(app.platform.count("logout_notices"), 0);
    // Nor for a session without an ID token: the client has no name for it.
    app.platform.tell(&format!("UPDATE clients SET backchannel_logout_uri = '{ADDRESS}'"));
    browser.sign_in("ada", "/account");
    client.tokens(&mut browser, &[("scope", "email")]);
    browser.sign_out();
    app.cron();
    assert_eq!(app.platform.count("logout_notices"), 0);
    assert!(received(&app).is_empty());
}

#[test]
fn an_address_that_was_removed_meanwhile_gets_nothing() {
    let app = TestApp::new();
    let client = ended_while_down(&app);
    for change in ["backchannel_logout_uri = NULL", "backchannel_logout_uri = 'javascript:alert(1)'"] {
        app.platform.tell("UPDATE logout_notices SET dead_at = NULL");
        app.platform.tell(&format!("UPDATE clients SET {change} WHERE id = '{}'", client.id));
        app.pass_seconds(120);
        app.cron();
        assert!(state(&app).starts_with("dead"));
    }
    assert_eq!(received(&app).len(), 1, "the attempt before");
}

/// A client that was down when its session ended.
fn ended_while_down(app: &TestApp) -> OAuthClient<'_> {
    app.user("ada");
    let client = listening(app);
    let mut browser = Browser::of(app, "ada");
    client.tokens(&mut browser, &[]);
    answers(app, Host::IsDown);
    browser.sign_out();
    assert_eq!(state(app), "waiting 1");
    client
}

#[test]
fn cron_tries_again() {
    let app = TestApp::new();
    ended_while_down(&app);
    app.cron();
    assert_eq!(received(&app).len(), 1, "not yet");
    for status in [500, 503, 429] {
        answers(&app, Host::Answers(status, b"trouble".to_vec()));
        app.pass_seconds(900);
        app.cron();
        assert!(state(&app).starts_with("waiting"), "{status}");
    }
    answers(&app, Host::Answers(204, Vec::new()));
    app.pass_seconds(1800);
    app.cron();
    assert_eq!(state(&app), "sent 5");
    let tokens = received(&app);
    let drawn: std::collections::BTreeSet<_> =
        tokens.iter().map(|token| claims(&json!(token))["jti"].to_string()).collect();
    assert_eq!(drawn.len(), 5, "each has its own jti");
    assert!(tokens.iter().all(|token| app.signs(token)));
}

#[test]
fn after_six_attempts_within_an_hour_a_notice_is_given_up() {
    let app = TestApp::new();
    ended_while_down(&app);
    for _ in 0..59 {
        app.pass_seconds(60);
        app.cron();
    }
    assert_eq!((state(&app).as_str(), received(&app).len()), ("dead 6", 6));
    let log = app.platform.log.borrow().join("\n");
    assert!(log.contains("shop is not told that session"), "{log}");
    app.pass_seconds(3600);
    app.cron();
    assert_eq!(received(&app).len(), 6);
}

#[test]
fn a_refusal_is_final_and_no_redirect_is_followed() {
    for status in [302, 307, 400, 401, 404, 410, 501] {
        let app = TestApp::new();
        app.user("ada");
        let client = listening(&app);
        answers(&app, Host::Answers(status, Vec::new()));
        let mut browser = Browser::of(&app, "ada");
        client.tokens(&mut browser, &[]);
        browser.sign_out();
        let expected = if status >= 500 { "waiting 1" } else { "dead 1" };
        assert_eq!(state(&app), expected, "{status}");
        assert_eq!(received(&app).len(), 1);
    }
}

#[test]
fn the_body_of_an_answer_does_not_matter() {
    for host in [Host::Answers(200, vec![b'x'; 100_000]), Host::BreaksOff(200)] {
        let app = TestApp::new();
        app.user("ada");
        let client = listening(&app);
        answers(&app, host);
        let mut browser = Browser::of(&app, "ada");
        client.tokens(&mut browser, &[]);
        browser.sign_out();
        assert_eq!(state(&app), "sent 1");
    }
}

#[test]
fn of_two_runs_at_once_one_delivers() {
    let app = TestApp::new();
    ended_while_down(&app);
    let id: String = app.platform.ask("SELECT id FROM logout_notices");
    let deliver = || block_on(logout_notices::deliver(&app.platform, app.settings(), id.parse().unwrap())).unwrap();
    app.pass_seconds(61);
    // Another isolate has claimed it, and has not reported yet.
    let lease = app.platform.now().millis() + 30_000;
    app.platform.tell(&format!("UPDATE logout_notices SET lease_until = {lease}, attempts = attempts + 1"));
    deliver();
    app.cron();
    assert_eq!(received(&app).len(), 1);
    // It has died.
    app.pass_seconds(31);
    answers(&app, Host::Answers(200, Vec::new()));
    deliver();
    deliver();
    assert_eq!((state(&app).as_str(), received(&app).len()), ("sent 3", 2));
}

#[test]
fn a_run_of_cron_is_bounded_and_begins_with_what_nobody_has_tried() {
    let app = TestApp::new();
    ended_while_down(&app);
    app.pass_seconds(61);
    for number in 0..40 {
        app.platform.tell(&format!(
            "INSERT INTO logout_notices (id, user_id, client, created_at, next_at)
             VALUES ('01234567-89ab-4def-8123-4567890000{number:02}', '01234567-89ab-4def-8123-456789abcdef', 'shop', 5, 5)"
        ));
    }
    answers(&app, Host::Answers(200, Vec::new()));
    app.cron();
    assert_eq!(
        app.platform.ask::<i64>("SELECT count(*) FROM logout_notices WHERE sent_at IS NOT NULL AND attempts = 1"),
        40
    );
    app.cron();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM logout_notices WHERE sent_at IS NULL"), 0);
}

#[test]
fn a_sign_out_tells_five_clients_at_once_and_cron_the_others() {
    let app = TestApp::new();
    app.user("ada");
    let client = listening(&app);
    let mut browser = Browser::of(&app, "ada");
    for _ in 0..7 {
        client.tokens(&mut browser, &[]);
    }
    browser.sign_out();
    assert_eq!(received(&app).len(), 5);
    app.cron();
    assert_eq!(received(&app).len(), 7);
}

#[test]
fn a_notice_is_kept_for_a_day_and_while_it_waits() {
    let app = TestApp::new();
    ended_while_down(&app);
    app.pass_seconds(3 * 86_400);
    app.platform.tell("UPDATE logout_notices SET next_at = next_at + 7 * 86400000");
    app.cron();
    assert_eq!(state(&app), "waiting 1");
    app.platform.tell("UPDATE logout_notices SET next_at = 5");
    answers(&app, Host::Answers(200, Vec::new()));
    app.cron();
    assert_eq!(state(&app), "sent 2");
    app.cron();
    assert_eq!(app.platform.count("logout_notices"), 0);
}
