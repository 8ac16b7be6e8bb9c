//! Clients that register themselves (RFC 7591): their `client_id` is all there is of them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatehouse::domain::crypto::keyring::Purpose;
use gatehouse::domain::crypto::stamp;
use serde_json::{Value, json};

use crate::app::{Reply, TestApp, UNCOUNTED};
use crate::browser::{Browser, VERIFIER};
use crate::oauth_client::{FORM, OAuthClient, claims};

const OPEN: (&str, &str) = ("AUTH_OPEN_REGISTRATION", "true");
const RETURN: &str = "http://localhost/callback";

fn open() -> TestApp {
    TestApp::with(&[OPEN])
}

fn register(app: &TestApp, metadata: &Value) -> Reply {
    app.post("/oauth/register", metadata)
}

/// A registered client's id.
#[track_caller]
fn registered(app: &TestApp, name: &str) -> String {
    let reply = register(app, &json!({ "client_name": name, "redirect_uris": [RETURN] }));
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["client_id"].as_str().unwrap().to_owned()
}

/// What its requests have in common.
fn client(app: &TestApp) -> OAuthClient<'_> {
    OAuthClient { redirects: vec![RETURN], ..OAuthClient::public(app) }
}

fn token(app: &TestApp, id: &str, fields: &[(&str, &str)]) -> Reply {
    app.form("/oauth/token", &[FORM], &[&[("client_id", id)], fields].concat())
}

fn refresh(app: &TestApp, id: &str, tokens: &Value) -> Reply {
    let refresh = tokens["refresh_token"].as_str().unwrap();
    token(app, id, &[("grant_type", "refresh_token"), ("refresh_token", refresh)])
}

/// The tokens that a client gets in this browser.
#[track_caller]
fn tokens(app: &TestApp, browser: &mut Browser<'_>, id: &str) -> Value {
    let code = client(app).code(browser, &[("client_id", id), ("scope", "openid offline_access")]);
    let code = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    token(app, id, &code).assert_ok().json()
}

#[test]
fn a_client_registers_itself_and_signs_a_user_in() {
    let app = open();
    app.user("ada");
    assert_eq!(
        app.get("/.well-known/oauth-authorization-server").json()["registration_endpoint"],
        "https://auth.example.com/oauth/register"
    );
    let asked = json!({
        "client_name": "Tool",
        "redirect_uris": [RETURN, "cursor://tool/callback"],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "scope": "files:read",
        "resource": "https://mcp.example.com/mcp",
        "jwks_uri": "https://evil.example/keys",
    });
    let reply = register(&app, &asked);
    assert_eq!((reply.status.as_u16(), reply.header("cache-control")), (201, "no-store"));
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    let client = reply.json();
    assert_eq!(client["token_endpoint_auth_method"], "none");
    assert_eq!(client["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(client["redirect_uris"], asked["redirect_uris"]);
    assert_eq!(client["client_id_issued_at"], 1_780_000_000);
    let id = client["client_id"].as_str().unwrap();

    let mut browser = Browser::of(&app, "ada");
    let question = browser.get(&self::client(&app).request(&[("client_id", id)])).assert_ok().text();
    assert!(question.contains("This application has registered itself."), "{question}");
    let tokens = tokens(&app, &mut browser, id);
    assert_eq!(claims(&tokens["id_token"])["aud"], id);
    let next = refresh(&app, id, &tokens).assert_ok().json();
    assert_eq!(claims(&next["id_token"])["aud"], id);
    app.userinfo(next["access_token"].as_str().unwrap()).assert_ok();
    // Asked each time.
    browser.get(&self::client(&app).request(&[("client_id", id)])).assert_ok();
    assert_eq!(app.platform.count("consents"), 0);
    let stored: String = app.platform.ask("SELECT client FROM sessions WHERE client IS NOT NULL");
    assert!(stored.starts_with("dcr:") && stored.len() == 47, "{stored}");
    assert!(!app.platform.dump().contains(id));
    assert!(app.platform.asked.borrow().is_empty());
}

#[test]
fn a_client_is_told_which_of_its_scopes_it_may_ask_for() {
    let app = open();
    let scope = |asked: Value| {
        register(&app, &json!({ "redirect_uris": [RETURN], "scope": asked })).json().get("scope").cloned()
    };
    let told = Some(json!("openid email offline_access files:read"));
    assert_eq!(scope(json!("openid email role offline_access files:read")), told);
    for nothing_to_tell in [Value::Null, json!(["openid"]), json!("a\"b")] {
        assert_eq!(scope(nothing_to_tell), None);
    }
}

#[test]
fn a_thousand_registrations_store_nothing() {
    let app = TestApp::with(&[OPEN, UNCOUNTED[0], UNCOUNTED[1]]);
    let before = app.platform.dump();
    for number in 0..1000 {
        let reply = register(&app, &json!({ "client_name": number.to_string(), "redirect_uris": [RETURN] }));
        assert_eq!((reply.status.as_u16(), reply.cost), (201, [0, 0, 0]));
    }
    for refused in [json!({}), json!({ "redirect_uris": ["javascript:alert(1)"] })] {
        assert_eq!(register(&app, &refused).cost, [0, 0, 0]);
    }
    assert_eq!(app.platform.dump(), before);
}

#[test]
fn a_registration_ends_after_ninety_days() {
    let app = open();
    app.user("ada");
    let id = registered(&app, "Tool");
    let mut browser = Browser::of(&app, "ada");
    let mut held = tokens(&app, &mut browser, &id);
    for _ in 0..15 {
        app.pass_seconds(6 * 24 * 60 * 60);
        held = match refresh(&app, &id, &held) {
            reply if reply.status == 200 => reply.json(),
            // The session has a shorter life than the registration.
            _ => tokens(&app, &mut Browser::of(&app, "ada"), &id),
        };
    }
    app.pass_seconds(24 * 60 * 60);
    refresh(&app, &id, &held).assert_oauth(401, "invalid_client");
    let reply = Browser::of(&app, "ada").get(&client(&app).request(&[("client_id", &id)]));
    assert_eq!((reply.status.as_u16(), reply.header("location")), (400, ""));
    assert_ne!(registered(&app, "Tool"), id);
}

#[test]
fn a_client_that_registered_itself_ends_its_own_tokens() {
    let app = open();
    app.user("ada");
    let (id, other) = (registered(&app, "Code Tool"), registered(&app, "Another tool"));
    let tokens = tokens(&app, &mut Browser::of(&app, "ada"), &id);
    let token = tokens["access_token"].as_str().unwrap();
    let send = |path: &str, id: &str| app.form(path, &[FORM], &[("client_id", id), ("token", token)]);
    send("/oauth/introspect", &id).assert_oauth(401, "invalid_client");
    send("/oauth/revoke", &other).assert_ok();
    app.userinfo(token).assert_ok();
    send("/oauth/revoke", &id).assert_ok();
    assert_eq!(app.userinfo(token).status, 401);
    refresh(&app, &id, &tokens).assert_oauth(400, "invalid_grant");
    for path in ["/oauth/par", "/oauth/device_authorization"] {
        send(path, &id).assert_oauth(401, "invalid_client");
    }
}

#[test]
fn an_id_that_was_not_given_out_is_nobodys() {
    let app = open();
    app.user("ada");
    let id = registered(&app, "Tool");
    let content = URL_SAFE_NO_PAD.decode(id.strip_prefix("ghdr_").unwrap()).unwrap();
    let content = &content[..content.len() - stamp::STAMP_BYTES];
    let of_purpose = |purpose| {
        let stamped = stamp::append_mac(&app.settings().keys, purpose, content);
        format!("ghdr_{}", URL_SAFE_NO_PAD.encode(stamped))
    };
    assert_eq!(of_purpose(Purpose::SelfRegistration), id);
    let stored = format!("dcr:{}", "A".repeat(43));
    let mut forged = vec![
        of_purpose(Purpose::ClientSecret),
        of_purpose(Purpose::AuthorizationCode),
        format!("ghdr_{}", URL_SAFE_NO_PAD.encode(content)),
        format!("{id}A"),
        id.replace("ghdr_", "ghcs_"),
        "ghdr_".to_owned(),
        stored,
    ];
    forged.extend((1..40).map(|cut| id[..id.len() - cut].to_owned()));
    let mut browser = Browser::of(&app, "ada");
    for wrong in &forged {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", "x")];
        token(&app, wrong, &fields).assert_oauth(401, "invalid_client");
        assert_eq!(browser.get(&client(&app).request(&[("client_id", wrong)])).status, 400, "{wrong}");
    }
    // Another service's ids are not ours.
    let other = TestApp::with(&[OPEN, ("APP_KEY", crate::app::OTHER_KEY)]);
    assert_ne!(registered(&other, "Tool"), id);
    token(&other, &id, &[("grant_type", "refresh_token"), ("refresh_token", "x")]).assert_oauth(401, "invalid_client");
}

/// A stranger chooses the name, and it is shown as one.
#[test]
fn a_hostile_name_is_shown_as_text_on_one_line() {
    let app = open();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    for (name, shown) in [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\"><img src=x onerror=alert(1)>", "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"),
        ("a\u{202e}b\u{2069}\u{2069}c\nd\0e", "a b c d e"),
        ("\u{200b}", "localhost"),
        (&"ü".repeat(100), &"ü".repeat(32)),
    ] {
        let id = registered(&app, name);
        let page = browser.get(&client(&app).request(&[("client_id", &id)])).assert_ok().text();
        assert!(page.contains(&format!("Sign in to \u{2068}{shown}\u{2069}")), "{page}");
        assert!(page.contains("a program on this device"), "where it leads is ours to say");
        let tokens = tokens(&app, &mut browser, &id);
        let list = browser.get("/account/apps").assert_ok().text();
        assert!(list.contains(&format!("<bdi>{shown}</bdi>")), "{list}");
        refresh(&app, &id, &tokens).assert_ok();
    }
}

#[test]
fn metadata_that_cannot_be_registered_is_refused() {
    let app = open();
    let long = format!("https://client.example/{}", "a".repeat(480));
    for (wrong, error) in [
        (json!({}), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": RETURN }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [RETURN, 1] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["http://client.example/cb"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["javascript:alert(1)"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["https://client.example/#x"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": vec![RETURN; 6] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [long, long, long] }), "invalid_client_metadata"),
        (json!({ "redirect_uris": [RETURN], "client_name": 7 }), "invalid_client_metadata"),
        (json!([]), "invalid_client_metadata"),
        (json!("x"), "invalid_client_metadata"),
    ] {
        register(&app, &wrong).assert_oauth(400, error);
    }
    app.form("/oauth/register", &[FORM], &[("redirect_uris", RETURN)]).assert_oauth(415, "invalid_request");
}

#[test]
fn registration_is_closed_unless_it_is_opened() {
    let app = TestApp::new();
    let reply = register(&app, &json!({ "redirect_uris": [RETURN] }));
    reply.assert_oauth(404, "not_found");
    assert!(app.get("/.well-known/oauth-authorization-server").json()["registration_endpoint"].is_null());
    let id = registered(&open(), "Tool");
    app.user("ada");
    assert_eq!(Browser::of(&app, "ada").get(&client(&app).request(&[("client_id", &id)])).status, 400);
    token(&app, &id, &[("grant_type", "refresh_token"), ("refresh_token", "x")]).assert_oauth(401, "invalid_client");
}

#[test]
fn a_request_of_a_stranger_leads_to_the_sign_in_and_errors_to_nobody() {
    let app = open();
    let id = registered(&app, "Tool");
    let mut browser = Browser::new(&app);
    let silent = browser.get(&client(&app).request(&[("client_id", &id), ("prompt", "none")]));
    silent.assert_error_page("login_required");
    let reply = browser.get(&client(&app).request(&[("client_id", &id)]));
    assert!(reply.header("location").contains("/account/signin?r="));
}

/// Anybody registers a client, and sends people who are not signed in to a place of their own.
#[test]
fn a_self_registered_client_is_no_open_redirector() {
    let app = TestApp::with(&[("AUTH_OPEN_REGISTRATION", "true")]);
    let evil = json!({ "client_name": "x", "redirect_uris": ["https://evil.example/login"] });
    let id = app.post("/oauth/register", &evil).json()["client_id"].as_str().unwrap().to_owned();
    for broken in ["response_type=x", "response_type=code&prompt=none&code_challenge_method=S256"] {
        let reply = app.get(&format!("/oauth/authorize?client_id={id}&{broken}"));
        assert!(!reply.header("location").starts_with("https://evil.example"), "{}", reply.header("location"));
    }
}
