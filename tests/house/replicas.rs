//! Reads from replicas that lag: what has just been done is seen by who did it, and what is over does not come back.

use std::time::Duration;

use http::Method;

use crate::browser::Browser;
use crate::doors::DOORS;
use crate::house::{House, KEY, NEW_PASSWORD, ORIGIN, PASSWORD, Reply, Tokens, UNCOUNTED};
use crate::programs::{basic, bearer};
use crate::replica::{BOOKMARK, LAG, sealed};
use crate::world::{Trouble, When};

#[test]
fn who_is_known_to_a_replica_costs_the_primary_nothing() {
    let house = House::replicated(&[]);
    let tokens = house.signed_in("ada");
    let key = basic(&house.make_key(&bearer(&tokens)));
    let private = house.private(&tokens.access, "n").data;
    house.me_with(&key).granted();
    house.pass_seconds(LAG);
    for reply in [house.me(&tokens.access), house.me(&private), house.me_with(&key)] {
        let reply = reply.granted();
        assert_eq!((reply.asked(), reply.json()["login"].as_str()), ((0, 1), Some("ada")));
        assert!(!reply.headers.contains_key(BOOKMARK), "the primary has said nothing");
    }
    let reply = house.verify_with(&key).granted();
    assert_eq!((reply.header("x-auth-role"), reply.header("x-auth-method")), ("user", "api_key"));
}

#[test]
fn a_use_is_noted_once_however_long_a_replica_does_not_show_it() {
    let house = House::replicated(&[]);
    let key = basic(&house.make_key(&bearer(&house.signed_in("ada"))));
    house.pass_seconds(LAG);
    let errands = [(); 3].map(|()| house.me_with(&key).granted().cost[2]);
    assert_eq!(errands, [1, 0, 0]);
}

#[test]
fn who_has_just_come_is_known_though_no_replica_knows_them() {
    let house = House::replicated(&[]);
    house.administrator("ada");
    let tokens = house.sign_in("ada");
    let key = basic(&house.make_key(&bearer(&tokens)));
    let portal = house.portal_token("ada");
    let private = house.private(&tokens.access, "n").data;
    let session = Browser::of(&house, "ada").cookie("__Host-session").unwrap().to_owned();
    for authorization in [bearer(&tokens), format!("Bearer {private}"), key, format!("Token {portal}")] {
        for path in ["/api/auth/me", "/api/auth/verify"] {
            house.knock(Method::GET, path, &[("Authorization", &authorization)], "").granted();
        }
    }
    let reply = house.knock(Method::GET, "/api/auth/verify", &[("Cookie", &format!("__Host-session={session}"))], "");
    assert_eq!(reply.granted().asked(), (1, 1));
}

#[test]
fn after_a_change_of_password_who_stays_is_known_and_who_is_out_is_out() {
    let house = House::replicated(&[]);
    let (stays, goes) = (house.signed_in("ada"), house.sign_in("ada"));
    house.pass_seconds(LAG);
    house.change_password(&stays.access, PASSWORD, NEW_PASSWORD).granted();
    house.me(&stays.access).granted();
    house.me(&goes.access).refused(401, "token_revoked");
    let renewed = Tokens::of(&house.refresh(&stays.refresh).granted());
    assert_eq!(house.me(&renewed.access).granted().asked(), (1, 1), "the replica has an older version of the user");
    let anew = Tokens::of(&house.login("ada", NEW_PASSWORD).granted());
    assert_eq!(house.me(&anew.access).granted().asked(), (1, 1));
    house.pass_seconds(LAG);
    assert_eq!(house.me(&renewed.access).granted().asked(), (0, 1));
    house.me(&goes.access).refused(401, "token_revoked");
}

#[test]
fn without_its_bookmark_a_session_is_over_with_kvs_mark_and_a_key_with_the_replicas_lag() {
    let house = House::replicated(&[]);
    let (kept, ended) = (house.signed_in("ada"), house.sign_in("ada"));
    let key = house.make_key(&bearer(&kept));
    let private = house.private(&kept.access, "n");
    house.pass_seconds(LAG);
    house.logout(&ended.access).granted();
    house.me(&ended.access).refused(401, "token_revoked");
    house.delete_private(&kept.access, &private.id).done();
    house.me(&private.data).refused(401, "token_revoked");
    house.delete_key(&bearer(&kept), &key).done();
    house.pass_seconds(LAG - 1);
    house.me_with(&basic(&key)).granted();
    house.pass_seconds(1);
    house.me_with(&basic(&key)).refused(401, "token_revoked");
    house.verify_with(&basic(&key)).refused(401, "token_revoked");
}

#[test]
fn where_kv_lags_too_a_session_is_over_when_the_replica_has_caught_up() {
    let mut house = House::replicated(&[]);
    let tokens = house.signed_in("ada");
    house.pass_seconds(LAG);
    house.world.kv_lag.set(Duration::from_secs(60));
    house.elsewhere(|house| house.logout(&tokens.access)).granted();
    house.pass_seconds(LAG - 1);
    house.me(&tokens.access).granted();
    house.pass_seconds(1);
    house.me(&tokens.access).refused(401, "token_revoked");
}

#[test]
fn a_disabled_user_is_out_by_token_at_once_and_by_key_after_the_lag() {
    let house = House::replicated(&[]);
    let ada = house.administrator("ada");
    let bob = house.signed_in("bob");
    let private = house.private(&bob.access, "n").data;
    let key = basic(&house.make_key(&bearer(&bob)));
    house.pass_seconds(LAG);
    house.administer(&ada, "bob", "disable").granted();
    house.me(&bob.access).refused(401, "token_revoked");
    house.me(&private).refused(401, "token_revoked");
    house.me_with(&key).granted();
    house.pass_seconds(LAG);
    house.me_with(&key).refused(401, "token_revoked");
}

#[test]
fn a_changed_role_is_seen_by_tokens_at_once() {
    let house = House::replicated(&[("AUTH_RESPONSE_ENVELOPE", "fastschema")]);
    let ada = house.administrator("ada");
    let bob = house.signed_in("bob");
    let private = house.private(&bob.access, "n").data;
    house.pass_seconds(LAG);
    let role = |reply: Reply| reply.granted().json()["role"].as_str().unwrap().to_owned();
    assert_eq!(role(house.me(&private)), "user");
    house.give_role(&ada, "bob", "admin").granted();
    assert_eq!(role(house.me(&private)), "admin");
    assert_eq!(role(house.me(&house.sign_in("bob").access)), "admin");
    assert_eq!(house.me(&bob.access).status, 401);
}

#[test]
fn while_replicas_are_out_the_primary_answers_and_while_it_is_out_they_say_yes() {
    let house = House::replicated(&[]);
    let (known, new) = (house.signed_in("ada"), house.sign_in("ada"));
    house.pass_seconds(LAG);
    let unknown = house.sign_in("ada");
    house.world.trouble.set(Trouble { replica: true, ..Trouble::default() });
    assert_eq!(house.me(&known.access).granted().asked(), (1, 1));
    assert!(house.world.log.borrow().last().unwrap().contains("replica"), "and its operator reads of it");
    house.world.trouble.set(Trouble { database: Some((0, When::Before)), ..Trouble::default() });
    house.me(&new.access).granted();
    house.me(&unknown.access).refused(503, "unavailable");
    house.world.trouble.set(Trouble { replica: true, database: Some((0, When::After)), ..Trouble::default() });
    house.me(&known.access).refused(503, "unavailable");
}

#[test]
fn while_kv_is_out_no_replica_is_believed_about_a_token_of_which_kv_would_know() {
    let house = House::replicated(&[]);
    let tokens = house.signed_in("ada");
    let key = basic(&house.make_key(&bearer(&tokens)));
    house.me_with(&key).granted();
    house.pass_seconds(LAG);
    house.logout(&tokens.access).granted();
    house.world.trouble.set(Trouble { kv: Some(When::Before), ..Trouble::default() });
    house.me(&tokens.access).refused(401, "token_revoked");
    assert_eq!(house.me_with(&key).granted().asked(), (0, 1));
}

#[test]
fn every_other_door_asks_the_primary() {
    let house = House::replicated(&UNCOUNTED);
    let ada = house.administrator("ada");
    let session = Browser::of(&house, "ada").cookie("__Host-session").unwrap().to_owned();
    let key = basic(&house.make_key(&bearer(&ada)));
    house.pass_seconds(LAG);
    for (method, path) in DOORS.iter().cloned() {
        let cookie = format!("__Host-session={session}");
        for credential in [("Authorization", key.as_str()), ("Cookie", &cookie)] {
            let reply = house.knock(method.clone(), path, &[credential, ("Origin", ORIGIN)], "");
            let late =
                [(Method::GET, "/api/auth/me"), (Method::GET, "/api/auth/verify")].contains(&(method.clone(), path));
            assert_eq!(reply.nearby, usize::from(late), "{method} {path} {}", credential.0);
        }
    }
}

#[test]
fn where_replicas_are_off_nobody_asks_one_and_bookmarks_are_nothing() {
    let house = House::with(&[("AUTH_CORS_ORIGINS", "https://app.example.com")]);
    house.world.replicate(Duration::ZERO);
    let tokens = house.signed_in("ada");
    let key = basic(&house.make_key(&bearer(&tokens)));
    for bookmark in ["", "x", &sealed(KEY, "00000001")] {
        for authorization in [&bearer(&tokens), &key] {
            for path in ["/api/auth/me", "/api/auth/verify"] {
                let headers = [("Authorization", authorization.as_str()), (BOOKMARK, bookmark)];
                let headers = [&headers[..], &[("Origin", "https://app.example.com")]].concat();
                let reply = house.knock(Method::GET, path, &headers, "").granted();
                assert_eq!(reply.nearby, 0);
                assert!(!reply.headers.contains_key(BOOKMARK));
                assert!(!reply.header("access-control-expose-headers").contains("Bookmark"));
            }
        }
    }
    assert_eq!(house.me(&tokens.access).cost, [1, 0, 0], "as it was before there were replicas");
}
