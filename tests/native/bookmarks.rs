//! Bookmarks: a request with one is answered from data at least as new, and a bookmark grants no access to anything else.

use std::time::Duration;

use http::Method;
use serde_json::json;

use crate::app::{JSON, KEY, NEW_PASSWORD, OTHER_KEY, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED_WITH_CODES};
use crate::machine_clients::{basic, bearer};
use crate::replica::{BOOKMARK, LAG, sealed};

#[test]
fn what_has_ended_is_refused_at_once_with_the_bookmark_of_its_end() {
    let mut app = TestApp::replicated(&[]);
    app.platform.kv_lag.set(Duration::from_secs(60));
    let (kept, ended) = (app.signed_in("ada"), app.sign_in("ada"));
    let key = app.make_key(&bearer(&kept));
    app.pass_seconds(LAG);
    let out = app.elsewhere(|app| app.logout(&ended.access)).assert_ok().bookmark();
    let without = app.delete_key(&bearer(&kept), &key).bookmark();
    app.ask_since("/api/auth/me", &bearer(&ended), &out).assert_error(401, "token_revoked");
    app.ask_since("/api/auth/me", &basic(&key), &without).assert_error(401, "token_revoked");
    app.ask_since("/api/auth/verify", &basic(&key), &without).assert_error(401, "token_revoked");
    let reply = app.ask_since("/api/auth/me", &bearer(&kept), &without).assert_ok();
    assert_eq!(reply.asked(), (0, 1), "a replica that is new enough is believed");
}

#[test]
fn a_new_address_is_seen_with_the_bookmark_of_its_change() {
    let app = TestApp::replicated(&[]);
    let tokens = app.signed_in("ada");
    app.pass_seconds(LAG);
    app.change_email(&tokens.access, "new@example.com").assert_ok();
    let moved = app.confirm_email(&app.last_link_token()).assert_ok().bookmark();
    let address = |reply: Reply| reply.assert_ok().json()["email"].as_str().unwrap().to_owned();
    assert_eq!(address(app.me(&tokens.access)), "ada@example.com");
    assert_eq!(address(app.ask_since("/api/auth/me", &bearer(&tokens), &moved)), "new@example.com");
}

#[test]
fn an_old_bookmark_asks_for_no_more_than_it_has_seen() {
    let app = TestApp::replicated(&[]);
    let old = app.register("bob", "bob@example.com").assert_ok().bookmark();
    let tokens = app.signed_in("ada");
    app.pass_seconds(LAG);
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_ok();
    app.pass_seconds(30 * 60);
    let tokens = Tokens::of(&app.refresh(&tokens.refresh).assert_ok());
    app.pass_seconds(LAG);
    assert_eq!(app.ask_since("/api/auth/me", &bearer(&tokens), &old).assert_ok().asked(), (0, 1));
}

#[test]
fn what_is_no_bookmark_of_ours_is_answered_by_the_primary() {
    let app = TestApp::replicated(&[]);
    let tokens = app.signed_in("ada");
    let ours = app.me(&tokens.access).assert_ok().bookmark();
    app.pass_seconds(LAG);
    let key = app.make_key(&bearer(&tokens));
    app.pass_seconds(LAG);
    app.delete_key(&bearer(&tokens), &key);
    let foreign = [
        String::new(),
        "first-unconstrained".into(),
        "first-primary".into(),
        "00000000".into(),
        "ffffffff-ffffffff-ffffffff-ffffffffffffffffffffffffffffffff".into(),
        sealed(OTHER_KEY, "00000001"),
        sealed(KEY, &"0".repeat(500)),
        ours[..ours.len() - 1].to_owned(),
        format!("{ours}A"),
        format!("{ours}, {ours}"),
        "A".repeat(100_000),
        "é".into(),
        "\u{fffd} OR 1".into(),
        tokens.refresh.clone(),
    ];
    for bookmark in foreign {
        let reply = app.ask_since("/api/auth/me", &basic(&key), &bookmark);
        assert_eq!(reply.asked(), (1, 0), "{bookmark}");
        reply.assert_error(401, "token_revoked");
        app.ask_since("/api/auth/me", &bearer(&tokens), &bookmark).assert_ok();
    }
    let key = basic(&key);
    let twice = [("Authorization", key.as_str()), (BOOKMARK, &ours), (BOOKMARK, &ours)];
    let reply = app.request(Method::GET, "/api/auth/me", &twice, "");
    assert_eq!(reply.asked(), (1, 0));
    reply.assert_error(401, "token_revoked");
}

#[test]
fn a_bookmark_that_the_database_refuses_is_answered_by_the_primary() {
    let app = TestApp::replicated(&[]);
    let tokens = app.signed_in("ada");
    app.pass_seconds(LAG);
    app.logout(&tokens.access).assert_ok();
    // Of a database that was restored since, or of another one: D1 has not reached this point.
    for lost in ["ffffff", "of another make", "-1", ""] {
        let reply = app.ask_since("/api/auth/me", &bearer(&tokens), &sealed(KEY, lost));
        assert_eq!(reply.asked(), (1, 1), "{lost}");
        reply.assert_error(401, "token_revoked");
        assert!(reply.bookmark().len() > 40, "and the client has a good one now");
    }
}

#[test]
fn a_bookmark_tells_neither_how_much_was_written_nor_for_whom() {
    let app = TestApp::replicated(&[]);
    app.signed_in("ada");
    let mut seen = Vec::new();
    for email in ["ada@example.com", "stranger@example.com", "ada@example.com", "other@example.com"] {
        seen.push(app.recover(email).assert_ok().bookmark());
    }
    assert!(seen.iter().all(|one| one.len() == seen[0].len()), "{seen:?}");
    for (place, one) in seen.iter().enumerate() {
        // Under one nonce, any difference would show in its place.
        let nonce = |bookmark: &String| bookmark[..32].to_owned();
        assert!(seen[..place].iter().all(|other| nonce(other) != nonce(one)), "{seen:?}");
    }
}

#[test]
fn known_and_unknown_addresses_are_given_a_bookmark_alike() {
    let email = |login: &str| json!({ "email": format!("{login}@example.com") });
    let routes = ["local/register", "local/login", "local/activate/send", "local/recover", "otp/request"];
    for route in routes {
        let looks = |login: &str| {
            let app = TestApp::replicated(&UNCOUNTED_WITH_CODES);
            app.user("ada");
            let body = match route {
                "local/register" => json!({ "login": "new", "email": email(login)["email"], "password": PASSWORD }),
                "local/login" => json!({ "login": login, "password": "wrong" }),
                _ => email(login),
            };
            let (status, mut headers, text) = app.post(&format!("/api/auth/{route}"), &body).observable();
            let (_, bookmark) = headers.iter_mut().find(|(name, _)| name == BOOKMARK).expect(route);
            *bookmark = bookmark.len().to_string();
            (status, headers, text)
        };
        assert_eq!(looks("ada"), looks("stranger"), "{route}");
    }
}

#[test]
fn scripts_of_listed_origins_may_bring_bookmarks_and_read_them() {
    let app = TestApp::replicated(&[("AUTH_CORS_ORIGINS", "https://app.example.com")]);
    let origin = ("Origin", "https://app.example.com");
    let preflight = app.request(Method::OPTIONS, "/api/auth/me", &[origin], "");
    assert_eq!(preflight.header("access-control-allow-headers"), "Authorization, Content-Type, X-D1-Bookmark");
    let body = json!({ "login": "nobody", "password": PASSWORD }).to_string();
    let reply = app.request(Method::POST, "/api/auth/local/login", &[origin, JSON], &body);
    assert!(reply.header("access-control-expose-headers").ends_with(", X-D1-Bookmark"));
    reply.bookmark();
}
