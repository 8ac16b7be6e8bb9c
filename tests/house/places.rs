//! Where a visitor is, and on what: told to the account's owner, by nobody but the runtime.

use gatehouse::domain::place::{Place, PlaceReader};
use http::Method;
use serde_json::{Value, json};

use crate::house::{CODES, House, PASSWORD, Reply, Tokens};

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0";

/// Posts from where the runtime says the caller is.
fn post_from(house: &House, place: Option<Place>, headers: &[(&str, &str)], path: &str, body: &Value) -> Reply {
    let mut request = http::Request::post(path).header("Content-Type", "application/json");
    request = request.header("CF-Connecting-IP", "203.0.113.7");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(place) = place {
        request = request.extension(PlaceReader::new(move || place.clone()));
    }
    house.send(request.body(body.to_string().into_bytes()).unwrap())
}

fn lyon() -> Option<Place> {
    Some(Place::new(Some("FR"), Some("Auvergne-Rhône-Alpes"), Some("Lyon")))
}

/// The session a sign-in makes, as its owner sees it.
fn listed(house: &House, place: Option<Place>, headers: &[(&str, &str)]) -> Value {
    let body = json!({ "login": "ada", "password": PASSWORD });
    let tokens = Tokens::of(&post_from(house, place, headers, "/api/auth/local/login", &body).granted());
    let list = house.with_bearer(Method::GET, "/api/auth/sessions", &tokens.access).granted().json();
    let sessions = list["sessions"].as_array().unwrap();
    sessions.iter().find(|session| session["current"] == true).unwrap().clone()
}

#[test]
fn a_session_says_on_what_and_where_it_began() {
    let house = House::new();
    house.user("ada");
    let session = listed(&house, lyon(), &[("User-Agent", FIREFOX)]);
    assert_eq!((&session["device"], &session["place"]), (&json!("Firefox on Windows"), &json!("Lyon, FR")));
    let stored: String = house.world.ask("SELECT agent FROM sessions WHERE place = 'Lyon, FR'");
    assert_eq!(stored, FIREFOX);
}

#[test]
fn who_is_nowhere_is_told_so_in_so_many_words() {
    let house = House::new();
    house.user("ada");
    let session = listed(&house, None, &[]);
    assert_eq!((&session["device"], &session["place"]), (&json!("Unknown device"), &Value::Null));
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM sessions WHERE place = ''"), 1);
}

#[test]
fn a_client_cannot_say_where_it_is() {
    let house = House::new();
    house.user("ada");
    let forged = [
        ("CF-IPCountry", "CH"),
        ("CF-IPCity", "Zug"),
        ("CF-Region", "Zug"),
        ("X-Place", "Zug, CH"),
        ("cf", r#"{"country":"CH","city":"Zug"}"#),
    ];
    assert_eq!(listed(&house, None, &forged)["place"], Value::Null);
    assert_eq!(listed(&house, lyon(), &forged)["place"], "Lyon, FR");
}

#[test]
fn a_refresh_from_elsewhere_does_not_move_the_session() {
    let house = House::new();
    house.user("ada");
    let body = json!({ "login": "ada", "password": PASSWORD });
    let tokens = Tokens::of(&post_from(&house, lyon(), &[], "/api/auth/local/login", &body).granted());
    let body = json!({ "refresh_token": tokens.refresh });
    let zug = Place::new(Some("CH"), None, Some("Zug"));
    post_from(&house, Some(zug), &[], "/api/auth/token/refresh", &body).granted();
    assert_eq!(house.world.ask::<String>("SELECT place FROM sessions"), "Lyon, FR");
}

#[test]
fn letters_that_name_an_address_say_where_it_is() {
    let house = House::with(&[CODES]);
    house.user("ada");
    let ada = json!({ "email": "ada@example.com" });
    let stranger = json!({ "login": "eve", "email": "eve@example.com", "password": PASSWORD });
    for (path, body) in [
        ("/api/auth/local/recover", &ada),
        ("/api/auth/otp/request", &ada),
        ("/api/auth/local/register", &stranger),
        ("/api/auth/local/activate/send", &json!({ "email": "eve@example.com" })),
    ] {
        post_from(&house, lyon(), &[], path, body).granted();
        let text = house.letters().pop().unwrap()["text"].as_str().unwrap().to_owned();
        assert!(text.contains("from 203.0.113.7 (Lyon, FR)"), "{path}: {text}");
    }
}
