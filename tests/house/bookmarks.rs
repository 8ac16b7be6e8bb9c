//! Bookmarks: who brings one is answered from nothing older, and nobody can do or learn anything else with one.

use std::time::Duration;

use http::Method;
use serde_json::json;

use crate::house::{House, JSON, KEY, NEW_PASSWORD, OTHER_KEY, PASSWORD, Reply, Tokens, UNCOUNTED_WITH_CODES};
use crate::programs::{basic, bearer};
use crate::replica::{BOOKMARK, LAG, sealed};

#[test]
fn what_has_ended_is_refused_at_once_with_the_bookmark_of_its_end() {
    let mut house = House::replicated(&[]);
    house.world.kv_lag.set(Duration::from_secs(60));
    let (kept, ended) = (house.signed_in("ada"), house.sign_in("ada"));
    let key = house.make_key(&bearer(&kept));
    house.pass_seconds(LAG);
    let out = house.elsewhere(|house| house.logout(&ended.access)).granted().bookmark();
    let without = house.delete_key(&bearer(&kept), &key).bookmark();
    house.ask_since("/api/auth/me", &bearer(&ended), &out).refused(401, "token_revoked");
    house.ask_since("/api/auth/me", &basic(&key), &without).refused(401, "token_revoked");
    house.ask_since("/api/auth/verify", &basic(&key), &without).refused(401, "token_revoked");
    let reply = house.ask_since("/api/auth/me", &bearer(&kept), &without).granted();
    assert_eq!(reply.asked(), (0, 1), "a replica that is new enough is believed");
}

#[test]
fn a_new_address_is_seen_with_the_bookmark_of_its_change() {
    let house = House::replicated(&[]);
    let tokens = house.signed_in("ada");
    house.pass_seconds(LAG);
    house.change_email(&tokens.access, "new@example.com").granted();
    let moved = house.confirm_email(&house.last_link_token()).granted().bookmark();
    let address = |reply: Reply| reply.granted().json()["email"].as_str().unwrap().to_owned();
    assert_eq!(address(house.me(&tokens.access)), "ada@example.com");
    assert_eq!(address(house.ask_since("/api/auth/me", &bearer(&tokens), &moved)), "new@example.com");
}

#[test]
fn an_old_bookmark_asks_for_no_more_than_it_has_seen() {
    let house = House::replicated(&[]);
    let old = house.register("bob", "bob@example.com").granted().bookmark();
    let tokens = house.signed_in("ada");
    house.pass_seconds(LAG);
    house.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).granted();
    house.pass_seconds(30 * 60);
    let tokens = Tokens::of(&house.refresh(&tokens.refresh).granted());
    house.pass_seconds(LAG);
    assert_eq!(house.ask_since("/api/auth/me", &bearer(&tokens), &old).granted().asked(), (0, 1));
}

#[test]
fn what_is_no_bookmark_of_ours_is_answered_by_the_primary() {
    let house = House::replicated(&[]);
    let tokens = house.signed_in("ada");
    let ours = house.me(&tokens.access).granted().bookmark();
    house.pass_seconds(LAG);
    let key = house.make_key(&bearer(&tokens));
    house.pass_seconds(LAG);
    house.delete_key(&bearer(&tokens), &key);
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
        let reply = house.ask_since("/api/auth/me", &basic(&key), &bookmark);
        assert_eq!(reply.asked(), (1, 0), "{bookmark}");
        reply.refused(401, "token_revoked");
        house.ask_since("/api/auth/me", &bearer(&tokens), &bookmark).granted();
    }
    let key = basic(&key);
    let twice = [("Authorization", key.as_str()), (BOOKMARK, &ours), (BOOKMARK, &ours)];
    let reply = house.knock(Method::GET, "/api/auth/me", &twice, "");
    assert_eq!(reply.asked(), (1, 0));
    reply.refused(401, "token_revoked");
}

#[test]
fn a_bookmark_that_the_database_refuses_is_answered_by_the_primary() {
    let house = House::replicated(&[]);
    let tokens = house.signed_in("ada");
    house.pass_seconds(LAG);
    house.logout(&tokens.access).granted();
    // Of a database that was restored since, or of another: D1 has not come so far.
    for lost in ["ffffff", "of another make", "-1", ""] {
        let reply = house.ask_since("/api/auth/me", &bearer(&tokens), &sealed(KEY, lost));
        assert_eq!(reply.asked(), (1, 1), "{lost}");
        reply.refused(401, "token_revoked");
        assert!(reply.bookmark().len() > 40, "and the client has a good one now");
    }
}

#[test]
fn a_bookmark_tells_neither_how_much_was_written_nor_for_whom() {
    let house = House::replicated(&[]);
    house.signed_in("ada");
    let mut seen = Vec::new();
    for email in ["ada@example.com", "stranger@example.com", "ada@example.com", "other@example.com"] {
        seen.push(house.recover(email).granted().bookmark());
    }
    assert!(seen.iter().all(|one| one.len() == seen[0].len()), "{seen:?}");
    for (place, one) in seen.iter().enumerate() {
        // Under one nonce what differs would show where it does.
        let nonce = |bookmark: &String| bookmark[..32].to_owned();
        assert!(seen[..place].iter().all(|other| nonce(other) != nonce(one)), "{seen:?}");
    }
}

#[test]
fn known_and_unknown_addresses_are_given_a_bookmark_alike() {
    let email = |login: &str| json!({ "email": format!("{login}@example.com") });
    let doors = ["local/register", "local/login", "local/activate/send", "local/recover", "otp/request"];
    for door in doors {
        let looks = |login: &str| {
            let house = House::replicated(&UNCOUNTED_WITH_CODES);
            house.user("ada");
            let body = match door {
                "local/register" => json!({ "login": "new", "email": email(login)["email"], "password": PASSWORD }),
                "local/login" => json!({ "login": login, "password": "wrong" }),
                _ => email(login),
            };
            let (status, mut headers, text) = house.post(&format!("/api/auth/{door}"), &body).face();
            let (_, bookmark) = headers.iter_mut().find(|(name, _)| name == BOOKMARK).expect(door);
            *bookmark = bookmark.len().to_string();
            (status, headers, text)
        };
        assert_eq!(looks("ada"), looks("stranger"), "{door}");
    }
}

#[test]
fn scripts_of_listed_origins_may_bring_bookmarks_and_read_them() {
    let house = House::replicated(&[("AUTH_CORS_ORIGINS", "https://app.example.com")]);
    let origin = ("Origin", "https://app.example.com");
    let preflight = house.knock(Method::OPTIONS, "/api/auth/me", &[origin], "");
    assert_eq!(preflight.header("access-control-allow-headers"), "Authorization, Content-Type, X-D1-Bookmark");
    let body = json!({ "login": "nobody", "password": PASSWORD }).to_string();
    let reply = house.knock(Method::POST, "/api/auth/local/login", &[origin, JSON], &body);
    assert!(reply.header("access-control-expose-headers").ends_with(", X-D1-Bookmark"));
    reply.bookmark();
}
