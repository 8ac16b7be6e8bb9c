//! The device authorization grant (RFC 8628): from the codes of a device to its tokens.

use serde_json::{Value, json};

use crate::app::{NEW_PASSWORD, ORIGIN, PASSWORD, Reply, TestApp, UNCOUNTED};
use crate::browser::Browser;
use crate::oauth_client::{FORM, OAuthClient, claims};

pub const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A TV, with an app that has no secret.
pub fn tv(app: &TestApp) -> OAuthClient<'_> {
    let grants = "authorization_code refresh_token urn:ietf:params:oauth:grant-type:device_code";
    OAuthClient { id: "tv-app", grants, ..OAuthClient::public(app) }.registered()
}

impl OAuthClient<'_> {
    /// The codes of a device.
    #[track_caller]
    pub fn device(&self, fields: &[(&str, &str)]) -> Value {
        self.send("/oauth/device_authorization", fields).assert_ok().json()
    }

    pub fn poll(&self, device: &Value) -> Reply {
        self.token(&[("grant_type", GRANT), ("device_code", device["device_code"].as_str().unwrap())])
    }
}

pub fn user_code(device: &Value) -> &str {
    device["user_code"].as_str().unwrap()
}

/// Types a code: the page that follows.
#[track_caller]
pub fn enter(browser: &mut Browser<'_>, code: &str) -> Reply {
    let page = browser.get("/account/device").assert_ok();
    let entered = browser.submit(&page, "/account/device", &[("user_code", code)]);
    if entered.status == 303 { browser.follow(&entered) } else { entered }
}

#[track_caller]
pub fn decide(browser: &mut Browser<'_>, question: &Reply, decision: &str) -> Reply {
    browser.submit(question, "/account/device/consent", &[("decision", decision)])
}

/// Allows the only request there is, without having been asked.
fn allow_unasked(app: &TestApp, browser: &mut Browser<'_>) -> Reply {
    let id: String = app.platform.ask("SELECT id FROM authorizations");
    browser.press("/account/device/consent", &[("id", id.as_str()), ("decision", "allow")])
}

#[test]
fn a_device_is_signed_in_with_the_code_that_it_shows() {
    let app = TestApp::new();
    app.user("ada");
    let client = tv(&app);
    let device = client.device(&[("scope", "openid email")]);
    assert!(device["device_code"].as_str().unwrap().starts_with("ghdc_"));
    assert_eq!((&device["expires_in"], &device["interval"]), (&json!(600), &json!(5)));
    assert_eq!(device["verification_uri"], format!("{ORIGIN}/account/device"));
    assert_eq!(
        device["verification_uri_complete"],
        format!("{ORIGIN}/account/device?user_code={}", user_code(&device))
    );
    client.poll(&device).assert_oauth(400, "authorization_pending");
    // The link leads to sign-in and back.
    let mut browser = Browser::new(&app);
    let page = browser.get("/account/device");
    assert_eq!(page.header("location"), format!("{ORIGIN}/account/signin?r=%2Faccount%2Fdevice"));
    let page = browser.follow(&page);
    let landed = browser.submit(&page, "/account/signin", &[("login", "ada"), ("password", PASSWORD)]);
    let page = browser.follow(&landed);
    let entered = browser.submit(
        &page,
        "/account/device",
        &[("user_code", &user_code(&device).to_lowercase().replace('-', " "))],
    );
    let question = browser.follow(&entered).assert_ok();
    for shown in ["The shop", "see your email address", "keep this access", "203.0.113.7", "someone sent you", "ada"] {
        assert!(question.text().contains(shown), "{shown}: {}", question.text());
    }
    client.poll(&device).assert_oauth(400, "slow_down");
    let emails = app.emails().len();
    let done = decide(&mut browser, &question, "allow");
    assert!(browser.follow(&done).text().contains("The device has been signed in."));
    let email = app.emails().pop().unwrap()["text"].as_str().unwrap().to_owned();
    assert!(app.emails().len() == emails + 1 && email.contains("The shop") && email.contains("203.0.113.7"), "{email}");
    let tokens = client.poll(&device).assert_ok().json();
    assert_eq!((&tokens["scope"], &claims(&tokens["id_token"])["aud"]), (&json!("openid email"), &json!("tv-app")));
    app.userinfo(tokens["access_token"].as_str().unwrap()).assert_ok();
    client.refresh(tokens["refresh_token"].as_str().unwrap()).assert_ok();
    let acts: String = app.platform.ask("SELECT group_concat(act) FROM (SELECT act FROM audit WHERE act LIKE '%device%' AND outcome = 'ok' ORDER BY at, rowid)");
    assert_eq!(acts, "enter_device_code,approve_device,redeem_device_code");
}

#[test]
fn a_device_code_works_once() {
    let app = TestApp::new();
    app.user("ada");
    let (client, mut browser) = (tv(&app), Browser::of(&app, "ada"));
    let device = client.device(&[]);
    let question = enter(&mut browser, user_code(&device));
    decide(&mut browser, &question, "allow");
    let tokens = client.poll(&device).assert_ok().json();
    for seconds in [0, 11, 600] {
        app.pass_seconds(seconds);
        client.poll(&device).assert_oauth(400, "invalid_grant");
    }
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE client = 'tv-app'"), 1);
    client.refresh(tokens["refresh_token"].as_str().unwrap()).assert_ok();
    // Nor is it asked about again.
    assert_eq!(enter(&mut browser, user_code(&device)).status, 401);
}

#[test]
fn the_device_outlives_the_sign_out_of_the_browser_and_not_the_theft_of_its_session() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let client = tv(&app);
    let approved = |browser: &mut Browser<'_>| {
        let device = client.device(&[]);
        let question = enter(browser, user_code(&device));
        assert_eq!(decide(browser, &question, "allow").status, 303);
        device
    };
    // Signed out before the device polls.
    let mut browser = Browser::of(&app, "ada");
    let device = approved(&mut browser);
    browser.sign_out();
    let tokens = client.poll(&device).assert_ok().json();
    client.refresh(tokens["refresh_token"].as_str().unwrap()).assert_ok();
    // The session was ended, or everything was revoked.
    let endings: [fn(&TestApp, &mut Browser<'_>); 3] = [
        |app, _| {
            app.platform.tell("UPDATE sessions SET ended_at = created_at, end_reason = 'ended' WHERE client IS NULL")
        },
        |app, _| app.platform.tell("UPDATE users SET disabled_at = 5"),
        |app, browser| {
            browser.sign_out();
            app.recover("ada@example.com").assert_ok();
            app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
        },
    ];
    for end in endings {
        let mut browser = Browser::of(&app, "ada");
        let device = approved(&mut browser);
        end(&app, &mut browser);
        // What a revocation has deleted is as good as expired.
        let error = client.poll(&device).json()["error"].clone();
        assert!(error == "expired_token" || error == "invalid_grant", "{error}");
        app.platform.tell("UPDATE users SET disabled_at = NULL");
    }
}

#[test]
fn only_the_session_that_typed_the_code_approves_it() {
    let app = TestApp::new();
    app.user("ada");
    app.user("eve");
    let client = tv(&app);
    let device = client.device(&[]);
    let (mut ada, mut eve) = (Browser::of(&app, "ada"), Browser::of(&app, "eve"));
    let question = enter(&mut ada, user_code(&device)).assert_ok();
    // Neither another user nor another session of the same user sees it, claims it, or decides.
    let id: String = app.platform.ask("SELECT id FROM authorizations");
    for other in [&mut eve, &mut Browser::of(&app, "ada")] {
        assert_eq!(other.get(&format!("/account/device/consent?id={id}")).status, 401);
        assert_eq!(enter(other, user_code(&device)).status, 401);
        for decision in ["allow", "deny"] {
            let fields = [("id", id.as_str()), ("decision", decision)];
            assert_eq!(other.press("/account/device/consent", &fields).status, 401);
        }
    }
    client.poll(&device).assert_oauth(400, "authorization_pending");
    decide(&mut ada, &question, "allow");
    let tokens = client.poll(&device).assert_ok().json();
    let userinfo = app.userinfo(tokens["access_token"].as_str().unwrap());
    userinfo.assert_oauth(403, "insufficient_scope");
    assert_eq!(
        app.platform.ask::<i64>(
            "SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.client = 'tv-app' AND u.login = 'ada'"
        ),
        1
    );
}

#[test]
fn a_code_that_nobody_has_typed_cannot_be_approved() {
    let app = TestApp::new();
    app.user("ada");
    let client = tv(&app);
    let device = client.device(&[]);
    assert_eq!(allow_unasked(&app, &mut Browser::of(&app, "ada")).status, 401);
    client.poll(&device).assert_oauth(400, "authorization_pending");
}

#[test]
fn even_a_first_party_client_that_was_allowed_before_is_asked_about() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient { grants: GRANT, first_party: true, redirects: vec![], ..OAuthClient::new(&app) };
    let client = client.registered();
    let mut browser = Browser::of(&app, "ada");
    for _ in 0..2 {
        let device = client.device(&[("scope", "openid")]);
        let question = enter(&mut browser, user_code(&device)).assert_ok();
        client.poll(&device).assert_oauth(400, "authorization_pending");
        decide(&mut browser, &question, "allow");
        let tokens = client.poll(&device).assert_ok().json();
        assert!(tokens["refresh_token"].is_null());
    }
}

#[test]
fn a_link_with_a_code_only_fills_it_in() {
    let app = TestApp::new();
    app.user("ada");
    let client = tv(&app);
    let device = client.device(&[]);
    let mut browser = Browser::of(&app, "ada");
    let path = device["verification_uri_complete"].as_str().unwrap().strip_prefix(ORIGIN).unwrap();
    let page = browser.get(path).assert_ok();
    assert!(page.text().contains(&format!(r#"value="{}""#, user_code(&device))));
    assert!(page.text().contains("Compare this code with the one on your device."));
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM authorizations WHERE session_id IS NOT NULL"), 0);
    // What is no code is not repeated on the page.
    assert!(!browser.get("/account/device?user_code=%3Cb%3Ehello").assert_ok().text().contains("hello"));
}

#[test]
fn wrong_codes_are_counted_by_user_and_a_right_one_gives_no_more_tries() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("eve");
    app.user("ada");
    let client = tv(&app);
    let own = client.device(&[]);
    let mut guesses = ["BBBB", "CCCC", "DDDD", "FFFF", "GGGG", "HHHH", "JJJJ", "KKKK", "LLLL"].into_iter();
    // Each in a session of its own, and with a code of her own in between.
    for guess in guesses.by_ref().take(5) {
        assert_eq!(enter(&mut Browser::of(&app, "eve"), &format!("{guess}-{guess}")).status, 401);
    }
    assert_eq!(enter(&mut Browser::of(&app, "eve"), user_code(&own)).status, 200);
    for guess in guesses {
        assert_eq!(enter(&mut Browser::of(&app, "eve"), &format!("{guess}-{guess}")).status, 401);
    }
    let right = client.device(&[]);
    assert_eq!(enter(&mut Browser::of(&app, "eve"), "MMMM-MMMM").status, 401, "the tenth");
    assert_eq!(enter(&mut Browser::of(&app, "eve"), user_code(&right)).status, 429);
    // What cannot be a code is no guess, and others have tries of their own.
    assert_eq!(enter(&mut Browser::of(&app, "ada"), "hello").status, 401);
    assert_eq!(enter(&mut Browser::of(&app, "ada"), user_code(&right)).status, 200);
    assert_eq!(app.platform.ask::<i64>("SELECT min(failures) FROM attempts"), 0);
}

#[test]
fn a_device_that_is_denied_is_told_so() {
    let app = TestApp::new();
    app.user("ada");
    let (client, mut browser) = (tv(&app), Browser::of(&app, "ada"));
    let device = client.device(&[]);
    let question = enter(&mut browser, user_code(&device));
    let emails = app.emails().len();
    let done = decide(&mut browser, &question, "deny");
    assert!(browser.follow(&done).text().contains("The device has not been signed in."));
    assert_eq!(app.emails().len(), emails);
    client.poll(&device).assert_oauth(400, "access_denied");
    // It stays denied.
    assert_eq!(allow_unasked(&app, &mut browser).status, 401);
    client.poll(&device).assert_oauth(400, "access_denied");
}

#[test]
fn a_code_ends_after_ten_minutes() {
    let app = TestApp::new();
    app.user("ada");
    let (client, mut browser) = (tv(&app), Browser::of(&app, "ada"));
    let [typed, approved] = [client.device(&[]), client.device(&[])];
    app.pass_seconds(599);
    let question = enter(&mut browser, user_code(&typed)).assert_ok();
    let other = enter(&mut browser, user_code(&approved)).assert_ok();
    decide(&mut browser, &other, "allow");
    app.pass_seconds(1);
    assert_eq!(decide(&mut browser, &question, "allow").status, 401);
    for device in [&typed, &approved] {
        client.poll(device).assert_oauth(400, "expired_token");
    }
    assert_eq!(enter(&mut browser, user_code(&typed)).status, 401);
    // Also once its row is gone.
    app.pass_seconds(1);
    app.cron();
    assert_eq!(app.platform.count("authorizations"), 0);
    client.poll(&typed).assert_oauth(400, "expired_token");
}

#[test]
fn who_polls_too_often_is_slowed_down() {
    let app = TestApp::new();
    let client = tv(&app);
    let device = client.device(&[]);
    let poll = |seconds, error| {
        app.pass_seconds(seconds);
        client.poll(&device).assert_oauth(400, error);
    };
    poll(0, "authorization_pending");
    poll(3, "slow_down");
    // It waits five seconds longer from now on, counted from the last poll that was in time.
    poll(5, "slow_down");
    poll(8, "authorization_pending");
    poll(15, "authorization_pending");
    for _ in 0..30 {
        poll(0, "slow_down");
    }
    poll(60, "authorization_pending");
    // A second too early is in time: requests are not equally fast.
    let device = client.device(&[]);
    client.poll(&device).assert_oauth(400, "authorization_pending");
    app.pass_seconds(4);
    client.poll(&device).assert_oauth(400, "authorization_pending");
}

#[test]
fn early_polls_write_little() {
    let app = TestApp::with(&UNCOUNTED);
    let client = tv(&app);
    let device = client.device(&[]);
    client.poll(&device).assert_oauth(400, "authorization_pending");
    let changes = || app.platform.ask::<i64>("SELECT total_changes()");
    let before = changes();
    for _ in 0..100 {
        client.poll(&device).assert_oauth(400, "slow_down");
    }
    // From 5 to 60 seconds, by 5 each time.
    assert_eq!(changes() - before, 11);
}

#[test]
fn a_code_of_one_kind_is_no_code_of_another() {
    let app = TestApp::new();
    app.user("ada");
    let (client, mut browser) = (tv(&app), Browser::of(&app, "ada"));
    let device = client.device(&[]);
    let question = enter(&mut browser, user_code(&device));
    decide(&mut browser, &question, "allow");
    let code = client.code(&mut browser, &[]);
    client.redeem(device["device_code"].as_str().unwrap()).assert_oauth(400, "invalid_grant");
    client.redeem(user_code(&device)).assert_oauth(400, "invalid_grant");
    let swapped = code.replacen("ghac_", "ghdc_", 1);
    for wrong in [code.as_str(), &swapped, user_code(&device), "ghdc_", ""] {
        let reply = client.poll(&json!({ "device_code": wrong }));
        reply.assert_oauth(400, if wrong.is_empty() { "invalid_request" } else { "invalid_grant" });
    }
    let swapped = device["device_code"].as_str().unwrap().replacen("ghdc_", "ghac_", 1);
    client.redeem(&swapped).assert_oauth(400, "invalid_grant");
    client.redeem(&code).assert_ok();
    client.poll(&device).assert_ok();
}

#[test]
fn a_device_code_is_its_clients_own() {
    let app = TestApp::new();
    app.user("ada");
    let (client, mut browser) = (tv(&app), Browser::of(&app, "ada"));
    let other = OAuthClient { id: "other", grants: GRANT, redirects: vec![], ..OAuthClient::new(&app) }.registered();
    let device = client.device(&[]);
    other.poll(&device).assert_oauth(400, "invalid_grant");
    let question = enter(&mut browser, user_code(&device));
    decide(&mut browser, &question, "allow");
    other.poll(&device).assert_oauth(400, "invalid_grant");
    let fields =
        [("grant_type", GRANT), ("device_code", device["device_code"].as_str().unwrap()), ("client_id", "other")];
    app.form("/oauth/token", &[FORM], &fields).assert_oauth(401, "invalid_client");
    app.platform.tell("UPDATE clients SET disabled_at = 5 WHERE id = 'tv-app'");
    client.poll(&device).assert_oauth(401, "invalid_client");
    app.platform.tell("UPDATE clients SET disabled_at = NULL");
    client.poll(&device).assert_ok();
}

#[test]
fn what_a_device_may_not_ask_for_is_refused_at_once() {
    let app = TestApp::new();
    let client = tv(&app);
    let asks = |client: &OAuthClient<'_>, fields: &[(&str, &str)]| client.send("/oauth/device_authorization", fields);
    asks(&client, &[("scope", "admin")]).assert_oauth(400, "invalid_scope");
    asks(&client, &[("resource", "https://files.example.com")]).assert_oauth(400, "invalid_target");
    asks(&client, &[("scope", "openid"), ("scope", "email")]).assert_oauth(400, "invalid_request");
    let spa = OAuthClient::public(&app).registered();
    asks(&spa, &[]).assert_oauth(400, "unauthorized_client");
    app.form("/oauth/device_authorization", &[FORM], &[]).assert_oauth(401, "invalid_client");
    app.form("/oauth/device_authorization", &[FORM], &[("client_id", "nobody")]).assert_oauth(401, "invalid_client");
    assert_eq!(app.platform.count("authorizations"), 0);
}

#[test]
fn a_device_may_name_a_resource() {
    let app = TestApp::new();
    app.user("ada");
    OAuthClient::api(&app, "https://files.example.com", "files").registered();
    let client =
        OAuthClient { id: "tv-app", grants: GRANT, scopes: "files", redirects: vec![], ..OAuthClient::public(&app) };
    let (client, mut browser) = (client.registered(), Browser::of(&app, "ada"));
    let device = client.device(&[("scope", "files"), ("resource", "https://files.example.com")]);
    let question = enter(&mut browser, user_code(&device));
    assert!(question.text().contains("https://files.example.com"));
    decide(&mut browser, &question, "allow");
    let tokens = client.poll(&device).assert_ok().json();
    assert_eq!(claims(&tokens["access_token"])["aud"], "https://files.example.com");
}

#[test]
fn where_the_account_wants_two_steps_one_is_not_enough() {
    let app = TestApp::with(&[("AUTH_MFA", "admins")]);
    app.user("ada");
    let (client, mut browser) = (tv(&app), Browser::of(&app, "ada"));
    let device = client.device(&[]);
    let question = enter(&mut browser, user_code(&device)).assert_ok();
    app.platform.tell("UPDATE users SET role = 'admin'");
    let refused = decide(&mut browser, &question, "allow");
    let again = browser.follow(&refused);
    assert!(
        again.header("location").starts_with(&format!("{ORIGIN}/account/confirm?r=%2Faccount%2Fdevice%2Fconsent%3Fid"))
    );
    client.poll(&device).assert_oauth(400, "authorization_pending");
    app.platform.tell("UPDATE users SET role = 'user'");
    let id: String = app.platform.ask("SELECT id FROM authorizations");
    let question = browser.get(&format!("/account/device/consent?id={id}")).assert_ok();
    decide(&mut browser, &question, "allow");
    client.poll(&device).assert_ok();
}

#[test]
fn the_database_has_no_code_that_could_be_typed() {
    let app = TestApp::new();
    let client = tv(&app);
    let device = client.device(&[]);
    let dump = app.platform.dump();
    for code in [user_code(&device).to_owned(), user_code(&device).replace('-', "")] {
        assert!(!format!("{dump:?}").contains(&code));
    }
}

#[test]
fn clients_without_a_secret_have_a_ceiling() {
    let app = TestApp::new();
    let client = tv(&app);
    client.device(&[]);
    app.platform.tell("UPDATE quotas SET spent = 1000 WHERE id LIKE 'requests % from %'");
    client.send("/oauth/device_authorization", &[]).assert_oauth(429, "rate_limited");
    assert_eq!(app.platform.count("authorizations"), 1);
    let backend = OAuthClient { grants: GRANT, redirects: vec![], ..OAuthClient::new(&app) }.registered();
    backend.device(&[]);
}

/// The victim of device-code phishing reads the email, and changes their password in the browser where they approved.
#[test]
fn an_approved_device_does_not_survive_a_new_password() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let client = tv(&app);
    let mut browser = Browser::of(&app, "ada");
    let device = client.device(&[("scope", "openid email")]);
    let question = enter(&mut browser, user_code(&device));
    assert_eq!(decide(&mut browser, &question, "allow").status, 303);
    app.pass_seconds(60);
    let page = browser.get("/account/password");
    let done = browser.submit(
        &page,
        "/account/password",
        &[("current_password", PASSWORD), ("new_password", NEW_PASSWORD), ("password", NEW_PASSWORD)],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let poll = client.poll(&device);
    assert_eq!(poll.status, 400, "{}", poll.text());
}
