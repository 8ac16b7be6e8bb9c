//! A client's location and device: reported only by the runtime, and shown to the account's owner.

use gatehouse::domain::devices::location::{Location, LocationReader};
use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, PASSWORD, Reply, TestApp, Tokens};

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0";

/// Posts from the location that the runtime reports.
fn post_from(app: &TestApp, place: Option<Location>, headers: &[(&str, &str)], path: &str, body: &Value) -> Reply {
    post_at(app, "203.0.113.7", place, headers, path, body)
}

fn post_at(
    app: &TestApp,
    address: &str,
    place: Option<Location>,
    headers: &[(&str, &str)],
    path: &str,
    body: &Value,
) -> Reply {
    let mut request = http::Request::post(path).header("Content-Type", "application/json");
    request = request.header("CF-Connecting-IP", address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(place) = place {
        request = request.extension(LocationReader::new(move || place.clone()));
    }
    app.send(request.body(body.to_string().into_bytes()).unwrap())
}

fn lyon() -> Option<Location> {
    Some(Location::new(Some("FR"), Some("Auvergne-Rhône-Alpes"), Some("Lyon")))
}

/// The session that a sign-in creates, as its owner sees it.
fn listed(app: &TestApp, place: Option<Location>, headers: &[(&str, &str)]) -> Value {
    let body = json!({ "login": "ada", "password": PASSWORD });
    let tokens = Tokens::of(&post_from(app, place, headers, "/api/auth/local/login", &body).assert_ok());
    let list = app.with_bearer(Method::GET, "/api/auth/sessions", &tokens.access).assert_ok().json();
    let sessions = list["sessions"].as_array().unwrap();
    sessions.iter().find(|session| session["current"] == true).unwrap().clone()
}

#[test]
fn a_session_says_on_what_and_where_it_began() {
    let app = TestApp::new();
    app.user("ada");
    let session = listed(&app, lyon(), &[("User-Agent", FIREFOX)]);
    assert_eq!((&session["device"], &session["place"]), (&json!("Firefox on Windows"), &json!("Lyon, FR")));
    let stored: String = app.platform.ask("SELECT agent FROM sessions WHERE place = 'Lyon, FR'");
    assert_eq!(stored, FIREFOX);
}

#[test]
fn who_is_nowhere_is_told_so_in_so_many_words() {
    let app = TestApp::new();
    app.user("ada");
    let session = listed(&app, None, &[]);
    assert_eq!((&session["device"], &session["place"]), (&json!("Unknown device"), &Value::Null));
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE place = ''"), 1);
}

#[test]
fn a_client_cannot_say_where_it_is() {
    let app = TestApp::new();
    app.user("ada");
    let forged = [
        ("CF-IPCountry", "CH"),
        ("CF-IPCity", "Zug"),
        ("CF-Region", "Zug"),
        ("X-Location", "Zug, CH"),
        ("cf", r#"{"country":"CH","city":"Zug"}"#),
    ];
    assert_eq!(listed(&app, None, &forged)["place"], Value::Null);
    assert_eq!(listed(&app, lyon(), &forged)["place"], "Lyon, FR");
}

#[test]
fn a_refresh_from_elsewhere_does_not_move_the_session() {
    let app = TestApp::new();
    app.user("ada");
    let body = json!({ "login": "ada", "password": PASSWORD });
    let tokens = Tokens::of(&post_from(&app, lyon(), &[], "/api/auth/local/login", &body).assert_ok());
    let body = json!({ "refresh_token": tokens.refresh });
    let zug = Location::new(Some("CH"), None, Some("Zug"));
    post_from(&app, Some(zug), &[], "/api/auth/token/refresh", &body).assert_ok();
    assert_eq!(app.platform.ask::<String>("SELECT place FROM sessions"), "Lyon, FR");
}

#[test]
fn emails_that_name_an_address_say_where_it_is() {
    let app = TestApp::with(&[CODES]);
    app.user("ada");
    let ada = json!({ "email": "ada@example.com" });
    let stranger = json!({ "login": "eve", "email": "eve@example.com", "password": PASSWORD });
    for (path, body) in [
        ("/api/auth/local/recover", &ada),
        ("/api/auth/otp/request", &ada),
        ("/api/auth/local/register", &stranger),
        ("/api/auth/local/activate/send", &json!({ "email": "eve@example.com" })),
    ] {
        post_from(&app, lyon(), &[], path, body).assert_ok();
        let text = app.emails().pop().unwrap()["text"].as_str().unwrap().to_owned();
        assert!(text.contains("from 203.0.113.7 (Lyon, FR)"), "{path}: {text}");
    }
}

impl TestApp {
    /// Signs in as a program; returns how many emails about new places there have been in all.
    fn told_after(&self, address: &str, asn: u32, country: &str) -> i64 {
        let place = Location::new(Some(country), None, None).by_way_of(Some(asn));
        let body = json!({ "login": "ada", "password": PASSWORD });
        post_at(self, address, Some(place), &[], "/api/auth/local/login", &body).assert_ok();
        self.told()
    }

    fn told(&self) -> i64 {
        self.platform.ask("SELECT count(*) FROM outbox WHERE kind = 'new_place'")
    }
}

#[test]
fn a_phone_on_eight_networks_of_one_carrier_is_told_of_once() {
    let app = TestApp::new();
    app.user("ada");
    let told: Vec<_> = (1..=8).map(|net| app.told_after(&format!("2001:db8:{net}::1"), 3320, "DE")).collect();
    assert_eq!(told, [1; 8]);
    assert_eq!(app.told_after("2001:db8:99::1", 3209, "DE"), 2, "another carrier");
    assert_eq!(app.told_after("2001:db8:1::1", 3209, "DE"), 2, "a network that is known");
    assert_eq!(app.told_after("2001:db8:98::1", 3320, "FR"), 3, "the same carrier abroad");
}

/// A carrier has millions of customers: their failures must not allow one of them more tries.
#[test]
fn a_carrier_is_no_home_for_tries() {
    let app = TestApp::with(&crate::app::UNCOUNTED);
    app.user("ada");
    app.told_after("2001:db8:1::1", 3320, "DE");
    let tried = |login: &str, password: &str| {
        let place = Location::new(Some("DE"), None, None).by_way_of(Some(3320));
        let body = json!({ "login": login, "password": password });
        post_at(&app, "2001:db8:2::1", Some(place), &[], "/api/auth/local/login", &body).status
    };
    assert!((0..10).all(|_| tried("ada", "wrong") == 401));
    assert_eq!(tried("ada", PASSWORD), 429);
}

#[test]
fn a_place_that_many_share_is_never_known() {
    for (address, asn, country) in [
        ("2a06:98c0:3600::103", 13335, "US"),
        ("2a06:98c0:3600::103", 64500, "US"),
        ("203.0.113.99", 36183, "FR"),
        ("203.0.113.99", 64500, "T1"),
    ] {
        let app = TestApp::new();
        app.user("ada");
        let told: Vec<_> = (0..3).map(|_| app.told_after(address, asn, country)).collect();
        assert_eq!(told, [1, 2, 3], "{address} AS{asn} {country}");
        assert_eq!(app.platform.count("networks"), 1, "where the account was activated");
    }
}

#[test]
fn a_browser_nobody_knows_is_told_of_whoever_carries_it() {
    let app = TestApp::new();
    app.user("ada");
    assert_eq!(app.told_after("2001:db8:1::1", 3320, "DE"), 1);
    let sign_in = |address: &'static str| {
        let place = Location::new(Some("DE"), None, None).by_way_of(Some(3320));
        let mut browser = crate::browser::Browser::new(&app);
        browser.travel(address);
        let page = browser.get("/account/signin");
        browser.be_placed(place);
        assert_eq!(browser.submit(&page, "/account/signin", &[("login", "ada"), ("password", PASSWORD)]).status, 303);
        app.told()
    };
    assert_eq!(sign_in("2001:db8:2::1"), 2);
    assert_eq!(sign_in("2001:db8:2::1"), 2, "the network is known by now");
}
