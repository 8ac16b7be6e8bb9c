//! Clients that describe themselves in a document at their `client_id`: what is fetched, for whom, and what such a client gets.

use std::time::Duration;

use gatehouse::domain::policy;
use serde_json::{Value, json};

use crate::app::{ORIGIN, PASSWORD, TestApp};
use crate::browser::{Browser, CHALLENGE};
use crate::fake_http::Host;
use crate::oauth_client::{FORM, OAuthClient, answer, claims};

const URL: &str = "https://client.example/oauth/client.json";
const HOST: &str = "client.example";
const RETURN: &str = "http://127.0.0.1/callback";
const MCP: &str = "https://mcp.example.com/mcp";

/// As Claude Code publishes it.
fn document() -> Value {
    json!({
        "client_id": URL,
        "client_name": "Code Tool",
        "client_uri": "https://client.example",
        "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    })
}

fn serve(app: &TestApp, document: &Value) {
    respond(app, Host::Serves(200, vec![("Content-Type", "application/json")], document.to_string().into_bytes()));
}

fn respond(app: &TestApp, host: Host) {
    app.platform.hosts.borrow_mut().insert(HOST, host);
}

fn fetched(app: &TestApp) -> usize {
    app.platform.asked.borrow().len()
}

fn client(app: &TestApp) -> OAuthClient<'_> {
    OAuthClient { id: URL, redirects: vec![RETURN], ..OAuthClient::public(app) }
}

/// With a user and the usual document.
fn app() -> TestApp {
    let app = TestApp::new();
    app.user("ada");
    serve(&app, &document());
    app
}

#[test]
fn a_client_that_nobody_registered_signs_a_user_in() {
    let app = app();
    let client = client(&app);
    let mut browser = Browser::new(&app);
    let request = client.request(&[
        ("redirect_uri", "http://localhost:51234/callback"),
        ("scope", "openid email offline_access"),
        ("login_hint", "ada"),
    ]);
    let sent = browser.get(&request);
    assert!(sent.header("location").starts_with(&format!("{ORIGIN}/account/signin?r=")), "{}", sent.text());
    assert_eq!(fetched(&app), 0, "D3: nothing is fetched for a stranger");
    let page = browser.follow(&sent);
    let landed = browser.submit(&page, "/account/signin", &[("login", "ada"), ("password", PASSWORD)]);
    let question = browser.follow(&landed).assert_ok();
    let text = question.text();
    assert!(text.contains("Sign in to \u{2068}Code Tool\u{2069}"), "{text}");
    assert!(text.contains("It describes itself at <strong><bdi>client.example</bdi></strong>"), "{text}");
    assert!(text.contains("a program on this device") && !text.contains("An administrator of this site registered"));
    let answer = answer(&browser.submit(&question, "/oauth/consent", &[("decision", "allow")]));
    let tokens = client.redeem(&answer["code"]).assert_ok().json();
    assert_eq!(tokens["scope"], "openid email offline_access");
    assert_eq!(
        (&claims(&tokens["id_token"])["aud"], &claims(&tokens["access_token"])["client_id"]),
        (&json!(URL), &json!(URL))
    );
    app.userinfo(tokens["access_token"].as_str().unwrap()).assert_ok();
    // The document is asked for when the user is asked, and never again.
    respond(&app, Host::IsDown);
    app.pass_seconds(60);
    client.refresh(tokens["refresh_token"].as_str().unwrap()).assert_ok();
    assert_eq!(fetched(&app), 1);
    let (asked, bounds) = app.platform.asked.borrow()[0].clone();
    assert_eq!((asked.method().as_str(), asked.uri().to_string().as_str(), asked.body().len()), ("GET", URL, 0));
    assert_eq!((bounds.timeout, bounds.body_limit), (Duration::from_secs(5), 5 * 1024));
    assert_eq!(app.platform.ask::<String>("SELECT client_name FROM sessions WHERE client IS NOT NULL"), "Code Tool");
}

/// What the grammar refuses is asked of nobody.
#[test]
fn a_url_that_could_lead_elsewhere_is_never_fetched() {
    let app = TestApp::new();
    app.user("ada");
    let client = client(&app);
    let mut browsers = [Browser::of(&app, "ada"), Browser::new(&app)];
    let long = format!("https://client.example/{}", "a".repeat(512));
    for wrong in [
        "http://client.example/c",
        "https://client.example",
        "https://client.example/",
        "https://client.example:443/c",
        "https://client.example:8443/c",
        "https://ada@client.example/c",
        "https://client.example/c?x",
        "https://client.example/c#x",
        "https://client.example/a/../c",
        "https://client.example/a/%2e%2E/c",
        "https://client.example/a/.%2e/c",
        "https://client.example./c",
        "https://127.0.0.1/c",
        "https://127.1/c",
        "https://2130706433/c",
        "https://0x7f000001/c",
        "https://0x7f.1/c",
        "https://0177.0.0.1/c",
        "https://169.254.169.254/c",
        "https://[::1]/c",
        "https://[::ffff:169.254.169.254]/c",
        "https://localhost/c",
        "https://a.localhost/c",
        "https://router/c",
        "https://router.local/c",
        "https://metadata.google.internal/c",
        "https://nas.home.arpa/c",
        "https://client.test/c",
        "https://client.invalid/c",
        "https://auth.example.com/c",
        "https://clïent.example/c",
        "https://CLIENT.example/c",
        long.as_str(),
    ] {
        for browser in &mut browsers {
            let reply = browser.get(&client.request(&[("client_id", wrong)]));
            assert_eq!((reply.status.as_u16(), reply.header("location")), (400, ""), "{wrong}");
        }
        let fields = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", wrong)];
        app.form("/oauth/token", &[crate::oauth_client::FORM], &fields).assert_oauth(401, "invalid_client");
    }
    assert_eq!((fetched(&app), app.platform.count("authorizations")), (0, 0));
}

/// A document that is not one leads nowhere, and the page says whose it is.
#[test]
fn a_document_that_cannot_be_used_is_a_page_of_ours() {
    let json = || vec![("Content-Type", "application/json")];
    let body = || document().to_string().into_bytes();
    let changed = |name: &str, value: Value| {
        let mut document = document();
        document[name] = value;
        Host::Serves(200, json(), document.to_string().into_bytes())
    };
    let padded = |length: usize| {
        let mut document = document().to_string();
        document.insert_str(1, &" ".repeat(length - document.len()));
        Host::Serves(200, json(), document.into_bytes())
    };
    let app = app();
    let mut browser = Browser::of(&app, "ada");
    respond(&app, padded(5 * 1024));
    browser.get(&client(&app).request(&[])).assert_ok();
    for (turn, host) in [
        padded(5 * 1024 + 1),
        Host::IsDown,
        Host::BreaksOff(200),
        Host::Serves(301, vec![("Location", "https://client.example/other"), json()[0]], body()),
        Host::Serves(302, vec![("Location", "http://169.254.169.254/"), json()[0]], body()),
        Host::Serves(304, json(), body()),
        Host::Serves(203, json(), body()),
        Host::Serves(404, json(), body()),
        Host::Serves(500, json(), body()),
        Host::Serves(200, vec![], body()),
        Host::Serves(200, vec![("Content-Type", "text/html")], body()),
        Host::Serves(200, json(), b"<html>".to_vec()),
        Host::Serves(200, json(), b"[]".to_vec()),
        changed("client_id", json!("https://client.example/oauth/other.json")),
        changed("client_secret", json!("s")),
        changed("client_secret_expires_at", json!(0)),
        changed("token_endpoint_auth_method", json!("client_secret_post")),
        changed("redirect_uris", json!([])),
        changed("redirect_uris", json!(["javascript:alert(1)", RETURN])),
    ]
    .into_iter()
    .enumerate()
    {
        // Past what is remembered, and the window of the limit.
        app.platform.pass(policy::CLIENT_DOCUMENT_MAX_AGE);
        respond(&app, host.clone());
        let before = fetched(&app);
        let reply = browser.get(&client(&app).request(&[]));
        assert_eq!((reply.status.as_u16(), reply.header("location")), (400, ""), "{host:?}");
        assert!(reply.text().contains("describes itself at client.example"), "{}", reply.text());
        assert_eq!(fetched(&app), before + 1, "{turn}: nothing is followed");
    }
    assert_eq!(app.platform.count("authorizations"), 0);
}

/// No other address in a document, and none in a request, is asked or shown.
#[test]
fn only_the_document_itself_is_fetched() {
    let app = TestApp::new();
    app.user("ada");
    let mut document = document();
    for member in
        ["client_uri", "logo_uri", "tos_uri", "policy_uri", "jwks_uri", "sector_identifier_uri", "software_statement"]
    {
        document[member] = json!("https://evil.example/x");
    }
    serve(&app, &document);
    let client = client(&app);
    let page = Browser::of(&app, "ada").get(&client.request(&[])).assert_ok();
    assert!(!page.text().contains("evil.example"));
    assert_eq!(fetched(&app), 1);
    let refused = client.request(&[("request_uri", "https://evil.example/r")]);
    Browser::of(&app, "ada").get(&refused).assert_error_page("request_uri_not_supported");
    assert_eq!(fetched(&app), 1);
}

#[test]
fn a_document_is_remembered_as_long_as_it_says_and_a_failure_for_a_minute() {
    let app = TestApp::new();
    app.user("ada");
    let client = client(&app);
    let mut browser = Browser::of(&app, "ada");
    let mut look = |status: u16| {
        assert_eq!(browser.get(&client.request(&[])).status.as_u16(), status);
        fetched(&app)
    };
    respond(&app, Host::IsDown);
    assert_eq!([look(400), look(400)], [1, 1]);
    let body = document().to_string().into_bytes();
    let lasting = [("Content-Type", "application/json"), ("Cache-Control", "public, max-age=86400")];
    respond(&app, Host::Serves(200, lasting.to_vec(), body.clone()));
    assert_eq!(look(400), 1);
    app.pass_seconds(60);
    assert_eq!([look(200), look(200)], [2, 2]);
    app.pass_seconds(3599);
    assert_eq!(look(200), 2);
    app.pass_seconds(1);
    assert_eq!(look(200), 3);
    let fleeting = [("Content-Type", "application/json"), ("Cache-Control", "no-store")];
    respond(&app, Host::Serves(200, fleeting.to_vec(), body));
    app.pass_seconds(3600);
    assert_eq!([look(200), look(200)], [4, 5]);
}

/// A user cannot make this service send requests to others without end.
#[test]
fn a_user_has_few_documents_fetched_at_a_time() {
    let app = TestApp::new();
    app.user("ada");
    app.user("bob");
    let client = client(&app);
    let [mut ada, mut bob] = ["ada", "bob"].map(|login| Browser::of(&app, login));
    respond(&app, Host::IsDown);
    let limit = policy::EMAILS as usize;
    for number in 0..limit + 5 {
        let url = format!("https://client.example/{number}");
        let status = ada.get(&client.request(&[("client_id", &url)])).status.as_u16();
        assert_eq!(status, if number < limit { 400 } else { 429 }, "{number}");
    }
    assert_eq!(fetched(&app), limit);
    assert_eq!(bob.get(&client.request(&[])).status, 400, "another user has a count of their own");
    assert_eq!(fetched(&app), limit + 1);
}

/// Nobody knows who such a client is, so its user is asked each time.
#[test]
fn a_consent_to_it_is_never_remembered() {
    let app = TestApp::new();
    app.user("ada");
    let mut website = document();
    website["redirect_uris"] = json!(["https://client.example/cb"]);
    serve(&app, &website);
    let client = OAuthClient { redirects: vec!["https://client.example/cb"], ..client(&app) };
    let mut browser = Browser::of(&app, "ada");
    client.code(&mut browser, &[]);
    browser.get(&client.request(&[])).assert_ok();
    browser.get(&client.request(&[("prompt", "none")])).assert_error_page("consent_required");
    assert_eq!(app.platform.count("consents"), 0);
}

/// The answer to a question is not the answer to another one with another name.
#[test]
fn a_client_cannot_change_its_name_while_the_user_decides() {
    let app = app();
    let client = client(&app);
    let mut browser = Browser::of(&app, "ada");
    let question = browser.get(&client.request(&[])).assert_ok();
    let mut renamed = document();
    renamed["client_name"] = json!("The bank");
    serve(&app, &renamed);
    app.pass_seconds(61);
    let again = browser.submit(&question, "/oauth/consent", &[("decision", "allow")]).assert_ok();
    assert!(again.text().contains("The bank"));
    assert_eq!(app.platform.count("authorizations"), 0);
}

#[test]
fn its_requests_are_as_strict_as_those_of_any_public_client() {
    let app = app();
    OAuthClient::api(&app, MCP, "files:read").registered();
    let client = client(&app);
    let mut browser = Browser::of(&app, "ada");
    for (wrong, error) in [
        (("code_challenge", ""), "invalid_request"),
        (("scope", "openid role"), "invalid_scope"),
        (("scope", "openid files:read"), "invalid_scope"),
        (("resource", MCP), "invalid_target"),
        (("resource", "https://auth.example.com"), "invalid_target"),
        (("resource", "https://other.example"), "invalid_target"),
    ] {
        browser.get(&client.request(&[wrong])).assert_error_page(error);
    }
    for wrong in ["https://evil.example/cb", "http://127.0.0.1/other", "http://127.0.0.1.evil.example/callback"] {
        let reply = browser.get(&client.request(&[("redirect_uri", wrong)]));
        assert_eq!((reply.status.as_u16(), reply.header("location")), (400, ""), "{wrong}");
    }
    // The API becomes open to every client.
    app.platform.tell("UPDATE clients SET resource_open = 1");
    let tokens = client.tokens(&mut browser, &[("resource", MCP), ("scope", "files:read offline_access")]);
    let access = claims(&tokens["access_token"]);
    assert_eq!((&access["aud"], &access["scope"]), (&json!(MCP), &json!("files:read offline_access")));
    assert!(access["role"].is_null());
}

/// A code and a refresh token are of one client, whoever else can spell its `client_id`.
#[test]
fn its_codes_and_tokens_are_no_other_clients() {
    let app = app();
    let client = client(&app);
    let other = OAuthClient { id: "https://client.example/oauth/other.json", ..OAuthClient::public(&app) };
    let registered = OAuthClient::public(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    let code = client.code(&mut browser, &[]);
    for thief in [&other, &registered] {
        thief.redeem(&code).assert_oauth(400, "invalid_grant");
    }
    let tokens = client.redeem(&code).assert_ok().json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    for thief in [&other, &registered] {
        thief.refresh(refresh).assert_oauth(400, "invalid_grant");
    }
    let with_secret = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_secret", "s")];
    client.token(&with_secret).assert_oauth(401, "invalid_client");
    for grant in ["client_credentials", "urn:ietf:params:oauth:grant-type:device_code"] {
        assert_ne!(client.token(&[("grant_type", grant), ("device_code", "x")]).status, 200);
    }
    client.refresh(refresh).assert_ok();
    // Its code once more, later: it is in two hands.
    app.pass_seconds(11);
    client.redeem(&code).assert_oauth(400, "invalid_grant");
    client.refresh(refresh).assert_oauth(400, "invalid_grant");
}

/// It proves nothing, so it may end what it holds and learn nothing. An API learns of tokens of every client.
#[test]
fn it_ends_its_own_tokens_and_learns_of_none() {
    let app = app();
    let api = OAuthClient::api(&app, MCP, "files:read").registered();
    app.platform.tell("UPDATE clients SET resource_open = 1");
    let client = client(&app);
    let other = OAuthClient { id: "https://client.example/oauth/other.json", ..OAuthClient::public(&app) };
    let registered = OAuthClient::public(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    for kind in ["access_token", "refresh_token"] {
        let tokens = client.tokens(&mut browser, &[("resource", MCP), ("scope", "files:read offline_access")]);
        let (access, token) = (tokens["access_token"].as_str().unwrap(), tokens[kind].as_str().unwrap());
        client.send("/oauth/introspect", &[("token", token)]).assert_oauth(401, "invalid_client");
        let told = api.introspect(access);
        assert_eq!((&told["active"], &told["client_id"], &told["aud"]), (&json!(true), &json!(URL), &json!(MCP)));
        for stranger in [&other, &registered] {
            stranger.revoke(token).assert_ok();
        }
        assert_eq!(api.introspect(access)["active"], true);
        client.send("/oauth/revoke", &[("token", token), ("client_secret", "s")]).assert_oauth(401, "invalid_client");
        client.revoke(token).assert_ok();
        assert_eq!(api.introspect(access), json!({ "active": false }));
        client.revoke(token).assert_ok();
        client.refresh(tokens["refresh_token"].as_str().unwrap()).assert_oauth(400, "invalid_grant");
    }
    client.revoke("none").assert_ok();
    assert_eq!(fetched(&app), 1, "for the page alone");
}

/// What it says about itself counts on the page of its signed-in user alone: it can do nothing before.
#[test]
fn it_asks_for_nothing_without_its_users_browser() {
    let app = app();
    let client = client(&app);
    let request = client.request(&[]);
    let (_, query) = request.split_once('?').unwrap();
    let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let parameters: Vec<_> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.form("/oauth/par", &[FORM], &parameters).assert_oauth(401, "invalid_client");
    client.send("/oauth/device_authorization", &[("scope", "openid")]).assert_oauth(401, "invalid_client");
    let own = [("grant_type", "client_credentials"), ("resource", MCP)];
    client.token(&own).assert_oauth(401, "invalid_client");
    assert_eq!((app.platform.count("authorizations"), fetched(&app)), (0, 0));
    // Nor does it use what a registered client has pushed.
    let shop = OAuthClient::new(&app).registered();
    let pushed = [("response_type", "code"), ("redirect_uri", shop.redirects[0]), ("scope", "openid")];
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let pushed = shop.send("/oauth/par", &[&pushed[..], &pkce].concat()).json();
    let request = client.request(&[("request_uri", pushed["request_uri"].as_str().unwrap())]);
    for mut browser in [Browser::of(&app, "ada"), Browser::new(&app)] {
        let reply = browser.get(&request);
        assert_eq!((reply.status.as_u16(), reply.header("location")), (400, ""));
    }
    assert_eq!(fetched(&app), 0);
}

#[test]
fn a_user_takes_its_access_away() {
    let app = app();
    let client = client(&app);
    let mut browser = Browser::of(&app, "ada");
    let tokens = client.tokens(&mut browser, &[("scope", "openid offline_access")]);
    let page = browser.get("/account/apps").assert_ok();
    assert!(page.text().contains("<bdi>Code Tool</bdi>"));
    browser.submit(&page, "/account/apps/remove", &[]);
    client.refresh(tokens["refresh_token"].as_str().unwrap()).assert_oauth(400, "invalid_grant");
}

#[test]
fn an_operator_can_do_without() {
    let app = TestApp::with(&[("AUTH_CLIENT_ID_DOCUMENTS", "false")]);
    app.user("ada");
    serve(&app, &document());
    let metadata = app.get("/.well-known/oauth-authorization-server").json();
    assert_eq!(metadata["client_id_metadata_document_supported"], false);
    let client = client(&app);
    assert_eq!(Browser::of(&app, "ada").get(&client.request(&[])).status, 400);
    client.refresh("x").assert_oauth(401, "invalid_client");
    assert_eq!(fetched(&app), 0);
    let metadata = TestApp::new().get("/.well-known/oauth-authorization-server").json();
    assert_eq!(metadata["client_id_metadata_document_supported"], true);
    assert!(metadata["token_endpoint_auth_methods_supported"].as_array().unwrap().contains(&json!("none")));
}

/// The same by a document, for users who are signed in.
#[test]
fn a_client_document_is_no_open_redirector() {
    let app = TestApp::new();
    app.user("ada");
    let url = "https://evil.example/c.json";
    let document = json!({ "client_id": url, "redirect_uris": ["https://evil.example/login"] });
    let headers = vec![("Content-Type", "application/json")];
    app.platform
        .hosts
        .borrow_mut()
        .insert("evil.example", Host::Serves(200, headers, document.to_string().into_bytes()));
    let reply = Browser::of(&app, "ada").get(&format!("/oauth/authorize?client_id={url}&response_type=x"));
    assert!(!reply.header("location").starts_with("https://evil.example"), "{}", reply.header("location"));
}
