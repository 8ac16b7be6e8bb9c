//! A key that is made in a browser wants a proof that is not old, at whichever door it is made.

use http::Method;

use crate::browser::{Browser, ticket, way_for};
use crate::house::{House, JSON, ORIGIN, PASSWORD, Reply, Tokens};
use crate::programs::{API_KEYS, EXPIRED, PRIVATE_TOKENS, basic, bearer};
use crate::purse::APP;

/// What a request is made with.
struct With {
    name: &'static str,
    headers: Vec<(&'static str, String)>,
    /// Whether a browser sends it by itself, or it comes of one.
    of_a_browser: bool,
}

/// Doors at which keys are made, and what they are sent.
fn doors() -> [(&'static str, String); 2] {
    let private = format!(r#"{{"name":"n","expiration_time":"{EXPIRED}"}}"#);
    [(API_KEYS, format!(r#"{{"expired":"{EXPIRED}"}}"#)), (PRIVATE_TOKENS, private)]
}

/// Buttons that make one.
const BUTTONS: [&str; 3] = ["/account/keys/api", "/account/keys/private", "/account/keys/portal"];

fn house() -> House {
    House::with(&[
        ("AUTH_REDIRECT_URIS", APP),
        ("AUTH_ACCESS_TOKEN_LIFETIME", "7200"),
        ("AUTH_API_KEYS_PER_USER", "100"),
    ])
}

/// Everything ada may make a key with.
fn credentials(house: &House, browser: &mut Browser<'_>) -> Vec<With> {
    let session = house.sign_in("ada");
    let traded = Tokens::of(&house.exchange(&ticket(&browser.get(&way_for(APP)))).granted());
    let refreshed = Tokens::of(&house.refresh(&traded.refresh).granted());
    let (key, private) = (house.make_key(&bearer(&session)), house.private(&session.access, "n").data);
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
        with("the short token", authorization(format!("Bearer {}", house.short_token("ada"))), false),
        with("an API key", authorization(basic(&key)), false),
        with("a private token", authorization(format!("Bearer {private}")), false),
    ]
}

fn make(house: &House, with: &With, (path, body): &(&str, String)) -> Reply {
    let mut headers: Vec<_> = with.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    headers.push(JSON);
    house.knock(Method::POST, path, &headers, body)
}

#[test]
fn what_a_browser_makes_keys_with_wants_a_proof_that_is_not_old_at_every_door() {
    let house = house();
    house.administrator("ada");
    let mut browser = Browser::of(&house, "ada");
    let all = credentials(&house, &mut browser);
    for door in &doors() {
        for with in &all {
            let reply = make(&house, with, door);
            assert!(matches!(reply.status.as_u16(), 200 | 201), "{} at {}: {}", with.name, door.0, reply.text());
        }
    }
    // Nobody may make so many within an hour.
    house.world.tell("UPDATE tokens SET created_at = 1");
    for button in BUTTONS {
        browser.press(button, &[("name", "n"), ("life", "90")]).granted();
    }

    house.pass_seconds(901);
    let made = house.world.count("tokens");
    for door in &doors() {
        for with in all.iter().filter(|with| with.of_a_browser) {
            let reply = make(&house, with, door);
            assert_eq!(reply.status, 403, "{} at {}: {}", with.name, door.0, reply.text());
        }
    }
    for button in BUTTONS {
        let sent = browser.press(button, &[("name", "n"), ("life", "90")]);
        assert_eq!(sent.header("location"), "https://auth.example.com/account/confirm?r=%2Faccount%2Fkeys", "{button}");
    }
    assert_eq!(house.world.count("tokens"), made);
    // What programs hold is as good as ever.
    house.pass_seconds(3600 - 901 - 1);
    for door in &doors() {
        for with in all.iter().filter(|with| !with.of_a_browser) {
            let reply = make(&house, with, door);
            assert!(matches!(reply.status.as_u16(), 200 | 201), "{} at {}: {}", with.name, door.0, reply.text());
        }
    }
    browser.press("/account/confirm", &[("password", PASSWORD)]);
    for door in &doors() {
        let reply = make(&house, &all[0], door);
        assert!(matches!(reply.status.as_u16(), 200 | 201), "{}", reply.text());
    }
}

#[test]
fn each_dialect_says_how_to_prove_it() {
    let house = house();
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    let all = credentials(&house, &mut browser);
    house.pass_seconds(901);
    let [keys, tokens] = doors();
    let refused = make(&house, &all[0], &keys);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    let (_, way) = detail.split_once("Open ").unwrap();
    let page = browser.get(way.split(',').next().unwrap()).granted();
    let back = browser.submit(&page, "/account/confirm", &[("password", PASSWORD)]);
    assert_eq!(back.header("location"), "https://auth.example.com/api/manage/v1/ApiKeys");
    make(&house, &all[0], &keys).granted();
    house.pass_seconds(901);
    let refused = make(&house, &all[0], &tokens);
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (403, &"reauthentication_required".into()));
}

#[test]
fn an_old_session_still_looks_at_keys_and_deletes_them() {
    let house = house();
    house.user("ada");
    let browser = Browser::of(&house, "ada");
    let key = house.make_key(&bearer(&house.sign_in("ada")));
    house.pass_seconds(901);
    let cookies = browser.cookies();
    let headers = [("Cookie", cookies.as_str()), ("Origin", ORIGIN), JSON];
    assert_eq!(house.at_api_keys(Method::GET, &headers, "").granted().json()["count"], 1);
    assert_eq!(house.at_api_keys(Method::DELETE, &headers, &format!(r#"{{"apiKey":"{key}"}}"#)).status, 204);
}
