//! Creating a key with a browser session requires a recent proof, on every route.

use http::Method;

use crate::app::{JSON, ORIGIN, PASSWORD, Reply, TestApp, Tokens};
use crate::browser::{Browser, ticket, way_for};
use crate::credentials::APP;
use crate::machine_clients::{API_KEYS, EXPIRED, PRIVATE_TOKENS, basic, bearer};

/// The credential of a request.
struct With {
    name: &'static str,
    headers: Vec<(&'static str, String)>,
    /// Whether a browser sends it by itself, or it derives from such a session.
    of_a_browser: bool,
}

/// Routes that create keys, and their request bodies.
fn routes() -> [(&'static str, String); 2] {
    let private = format!(r#"{{"name":"n","expiration_time":"{EXPIRED}"}}"#);
    [(API_KEYS, format!(r#"{{"expired":"{EXPIRED}"}}"#)), (PRIVATE_TOKENS, private)]
}

/// Buttons that create one.
const BUTTONS: [&str; 3] = ["/account/keys/api", "/account/keys/private", "/account/keys/portal"];

fn app() -> TestApp {
    TestApp::with(&[
        ("AUTH_REDIRECT_URIS", APP),
        ("AUTH_ACCESS_TOKEN_LIFETIME", "7200"),
        ("AUTH_API_KEYS_PER_USER", "100"),
    ])
}

/// Everything Ada may create a key with.
fn credentials(app: &TestApp, browser: &mut Browser<'_>) -> Vec<With> {
    let session = app.sign_in("ada");
    let traded = Tokens::of(&app.exchange(&ticket(&browser.get(&way_for(APP)))).assert_ok());
    let refreshed = Tokens::of(&app.refresh(&traded.refresh).assert_ok());
    let (key, private) = (app.make_key(&bearer(&session)), app.private(&session.access, "n").data);
    let authorization = |text: String| vec![("Authorization", text)];
    let cookie = |text: String| vec![("Cookie", text), ("Origin", ORIGIN.to_owned())];
    let in_browser = format!("__Host-session={}", browser.cookie("__Host-session").unwrap());
    let with = |name, headers, of_a_browser| With { name, headers, of_a_browser };
    vec![
        with("the browser's session", cookie(in_browser), true),
        with("the token cookie", cookie(format!("token={}", session.access)), true),
        with("an access token of a ticket's session", authorization(bearer(&traded)), true),
        with("the next one of it", authorization(bearer(&refreshed)), true),
        with("an access token", authorization(bearer(&session)), false),
        with("the short token", authorization(format!("Bearer {}", app.short_token("ada"))), false),
        with("an API key", authorization(basic(&key)), false),
        with("a private token", authorization(format!("Bearer {private}")), false),
    ]
}

fn make(app: &TestApp, with: &With, (path, body): &(&str, String)) -> Reply {
    let mut headers: Vec<_> = with.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    headers.push(JSON);
    app.request(Method::POST, path, &headers, body)
}

#[test]
fn what_a_browser_makes_keys_with_wants_a_proof_that_is_not_old_on_every_route() {
    let app = app();
    app.administrator("ada");
    let mut browser = Browser::of(&app, "ada");
    let all = credentials(&app, &mut browser);
    for route in &routes() {
        for with in &all {
            let reply = make(&app, with, route);
            assert!(matches!(reply.status.as_u16(), 200 | 201), "{} at {}: {}", with.name, route.0, reply.text());
        }
    }
    // The limit does not allow so many within an hour.
    app.platform.tell("UPDATE tokens SET created_at = 1");
    for button in BUTTONS {
        browser.press(button, &[("name", "n"), ("life", "90")]).assert_ok();
    }

    app.pass_seconds(901);
    let made = app.platform.count("tokens");
    for route in &routes() {
        for with in all.iter().filter(|with| with.of_a_browser) {
            let reply = make(&app, with, route);
            assert_eq!(reply.status, 403, "{} at {}: {}", with.name, route.0, reply.text());
        }
    }
    for button in BUTTONS {
        let sent = browser.press(button, &[("name", "n"), ("life", "90")]);
        assert_eq!(sent.header("location"), "https://auth.example.com/account/confirm?r=%2Faccount%2Fkeys", "{button}");
    }
    assert_eq!(app.platform.count("tokens"), made);
    // Credentials of programs remain valid.
    app.pass_seconds(3600 - 901 - 1);
    for route in &routes() {
        for with in all.iter().filter(|with| !with.of_a_browser) {
            let reply = make(&app, with, route);
            assert!(matches!(reply.status.as_u16(), 200 | 201), "{} at {}: {}", with.name, route.0, reply.text());
        }
    }
    browser.press("/account/confirm", &[("password", PASSWORD)]);
    for route in &routes() {
        let reply = make(&app, &all[0], route);
        assert!(matches!(reply.status.as_u16(), 200 | 201), "{}", reply.text());
    }
}

#[test]
fn each_dialect_says_how_to_prove_it() {
    let app = app();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let all = credentials(&app, &mut browser);
    app.pass_seconds(901);
    let [keys, tokens] = routes();
    let refused = make(&app, &all[0], &keys);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    let (_, way) = detail.split_once("Open ").unwrap();
    let page = browser.get(way.split(',').next().unwrap()).assert_ok();
    let back = browser.submit(&page, "/account/confirm", &[("password", PASSWORD)]);
    assert_eq!(back.header("location"), "https://auth.example.com/api/manage/v1/ApiKeys");
    make(&app, &all[0], &keys).assert_ok();
    app.pass_seconds(901);
    let refused = make(&app, &all[0], &tokens);
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (403, &"reauthentication_required".into()));
}

#[test]
fn an_old_session_still_looks_at_keys_and_deletes_them() {
    let app = app();
    app.user("ada");
    let browser = Browser::of(&app, "ada");
    let key = app.make_key(&bearer(&app.sign_in("ada")));
    app.pass_seconds(901);
    let cookies = browser.cookies();
    let headers = [("Cookie", cookies.as_str()), ("Origin", ORIGIN), JSON];
    assert_eq!(app.at_api_keys(Method::GET, &headers, "").assert_ok().json()["count"], 1);
    assert_eq!(app.at_api_keys(Method::DELETE, &headers, &format!(r#"{{"apiKey":"{key}"}}"#)).status, 204);
}
