//! Reads from lagging replicas: clients see their own writes, and ended credentials stay ended.

use std::time::Duration;

use http::Method;

use crate::app::{KEY, NEW_PASSWORD, ORIGIN, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::browser::Browser;
use crate::machine_clients::{basic, bearer};
use crate::platform::{Failure, FailureTiming};
use crate::replica::{BOOKMARK, LAG, sealed};
use crate::routes::ROUTES;

#[test]
fn who_is_known_to_a_replica_costs_the_primary_nothing() {
    let app = TestApp::replicated(&[]);
    let tokens = app.signed_in("ada");
    let key = basic(&app.make_key(&bearer(&tokens)));
    let private = app.private(&tokens.access, "n").data;
    app.me_with(&key).assert_ok();
    app.pass_seconds(LAG);
    for reply in [app.me(&tokens.access), app.me(&private), app.me_with(&key)] {
        let reply = reply.assert_ok();
        assert_eq!((reply.asked(), reply.json()["login"].as_str()), ((0, 1), Some("ada")));
        assert!(!reply.headers.contains_key(BOOKMARK), "the primary has said nothing");
    }
    let reply = app.verify_with(&key).assert_ok();
    assert_eq!((reply.header("x-auth-role"), reply.header("x-auth-method")), ("user", "api_key"));
}

#[test]
fn a_use_is_noted_once_however_long_a_replica_does_not_show_it() {
    let app = TestApp::replicated(&[]);
    let key = basic(&app.make_key(&bearer(&app.signed_in("ada"))));
    app.pass_seconds(LAG);
    let tasks = [(); 3].map(|()| app.me_with(&key).assert_ok().cost[2]);
    assert_eq!(tasks, [1, 0, 0]);
}

#[test]
fn who_has_just_come_is_known_though_no_replica_knows_them() {
    let app = TestApp::replicated(&[]);
    app.administrator("ada");
    let tokens = app.sign_in("ada");
    let key = basic(&app.make_key(&bearer(&tokens)));
    let portal = app.portal_token("ada");
    let private = app.private(&tokens.access, "n").data;
    let session = Browser::of(&app, "ada").cookie("__Host-session").unwrap().to_owned();
    for authorization in [bearer(&tokens), format!("Bearer {private}"), key, format!("Token {portal}")] {
        for path in ["/api/auth/me", "/api/auth/verify"] {
            app.request(Method::GET, path, &[("Authorization", &authorization)], "").assert_ok();
        }
    }
    let reply = app.request(Method::GET, "/api/auth/verify", &[("Cookie", &format!("__Host-session={session}"))], "");
    assert_eq!(reply.assert_ok().asked(), (1, 1));
}

#[test]
fn after_a_change_of_password_who_stays_is_known_and_who_is_out_is_out() {
    let app = TestApp::replicated(&[]);
    let (stays, goes) = (app.signed_in("ada"), app.sign_in("ada"));
    app.pass_seconds(LAG);
    app.change_password(&stays.access, PASSWORD, NEW_PASSWORD).assert_ok();
    app.me(&stays.access).assert_ok();
    app.me(&goes.access).assert_error(401, "token_revoked");
    let renewed = Tokens::of(&app.refresh(&stays.refresh).assert_ok());
    assert_eq!(app.me(&renewed.access).assert_ok().asked(), (1, 1), "the replica has an older version of the user");
    let anew = Tokens::of(&app.login("ada", NEW_PASSWORD).assert_ok());
    assert_eq!(app.me(&anew.access).assert_ok().asked(), (1, 1));
    app.pass_seconds(LAG);
    assert_eq!(app.me(&renewed.access).assert_ok().asked(), (0, 1));
    app.me(&goes.access).assert_error(401, "token_revoked");
}

#[test]
fn without_its_bookmark_a_session_is_over_with_kvs_mark_and_a_key_with_the_replicas_lag() {
    let app = TestApp::replicated(&[]);
    let (kept, ended) = (app.signed_in("ada"), app.sign_in("ada"));
    let key = app.make_key(&bearer(&kept));
    let private = app.private(&kept.access, "n");
    app.pass_seconds(LAG);
    app.logout(&ended.access).assert_ok();
    app.me(&ended.access).assert_error(401, "token_revoked");
    app.delete_private(&kept.access, &private.id).done();
    app.me(&private.data).assert_error(401, "token_revoked");
    app.delete_key(&bearer(&kept), &key).done();
    app.pass_seconds(LAG - 1);
    app.me_with(&basic(&key)).assert_ok();
    app.pass_seconds(1);
    app.me_with(&basic(&key)).assert_error(401, "token_revoked");
    app.verify_with(&basic(&key)).assert_error(401, "token_revoked");
}

#[test]
fn where_kv_lags_too_a_session_is_over_when_the_replica_has_caught_up() {
    let mut app = TestApp::replicated(&[]);
    let tokens = app.signed_in("ada");
    app.pass_seconds(LAG);
    app.platform.kv_lag.set(Duration::from_secs(60));
    app.elsewhere(|app| app.logout(&tokens.access)).assert_ok();
    app.pass_seconds(LAG - 1);
    app.me(&tokens.access).assert_ok();
    app.pass_seconds(1);
    app.me(&tokens.access).assert_error(401, "token_revoked");
}

#[test]
fn a_disabled_user_is_out_by_token_at_once_and_by_key_after_the_lag() {
    let app = TestApp::replicated(&[]);
    let ada = app.administrator("ada");
    let bob = app.signed_in("bob");
    let private = app.private(&bob.access, "n").data;
    let key = basic(&app.make_key(&bearer(&bob)));
    app.pass_seconds(LAG);
    app.administer(&ada, "bob", "disable").assert_ok();
    app.me(&bob.access).assert_error(401, "token_revoked");
    app.me(&private).assert_error(401, "token_revoked");
    app.me_with(&key).assert_ok();
    app.pass_seconds(LAG);
    app.me_with(&key).assert_error(401, "token_revoked");
}

#[test]
fn a_changed_role_is_seen_by_tokens_at_once() {
    let app = TestApp::replicated(&[("AUTH_RESPONSE_ENVELOPE", "fastschema")]);
    let ada = app.administrator("ada");
    let bob = app.signed_in("bob");
    let private = app.private(&bob.access, "n").data;
    app.pass_seconds(LAG);
    let role = |reply: Reply| reply.assert_ok().json()["role"].as_str().unwrap().to_owned();
    assert_eq!(role(app.me(&private)), "user");
    app.give_role(&ada, "bob", "admin").assert_ok();
    assert_eq!(role(app.me(&private)), "admin");
    assert_eq!(role(app.me(&app.sign_in("bob").access)), "admin");
    assert_eq!(app.me(&bob.access).status, 401);
}

#[test]
fn while_replicas_are_out_the_primary_answers_and_while_it_is_out_they_say_yes() {
    let app = TestApp::replicated(&[]);
    let (known, new) = (app.signed_in("ada"), app.sign_in("ada"));
    app.pass_seconds(LAG);
    let unknown = app.sign_in("ada");
    app.platform.trouble.set(Failure { replica: true, ..Failure::default() });
    assert_eq!(app.me(&known.access).assert_ok().asked(), (1, 1));
    assert!(app.platform.log.borrow().last().unwrap().contains("replica"), "and its operator reads of it");
    app.platform.trouble.set(Failure { database: Some((0, FailureTiming::Before)), ..Failure::default() });
    app.me(&new.access).assert_ok();
    app.me(&unknown.access).assert_error(503, "unavailable");
    app.platform.trouble.set(Failure {
        replica: true,
        database: Some((0, FailureTiming::After)),
        ..Failure::default()
    });
    app.me(&known.access).assert_error(503, "unavailable");
}

#[test]
fn while_kv_is_out_no_replica_is_believed_about_a_token_of_which_kv_would_know() {
    let app = TestApp::replicated(&[]);
    let tokens = app.signed_in("ada");
    let key = basic(&app.make_key(&bearer(&tokens)));
    app.me_with(&key).assert_ok();
    app.pass_seconds(LAG);
    app.logout(&tokens.access).assert_ok();
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    app.me(&tokens.access).assert_error(401, "token_revoked");
    assert_eq!(app.me_with(&key).assert_ok().asked(), (0, 1));
}

#[test]
fn every_other_route_asks_the_primary() {
    let app = TestApp::replicated(&UNCOUNTED);
    let ada = app.administrator("ada");
    let session = Browser::of(&app, "ada").cookie("__Host-session").unwrap().to_owned();
    let key = basic(&app.make_key(&bearer(&ada)));
    app.pass_seconds(LAG);
    for (method, path) in ROUTES.iter().cloned() {
        let cookie = format!("__Host-session={session}");
        for credential in [("Authorization", key.as_str()), ("Cookie", &cookie)] {
            let reply = app.request(method.clone(), path, &[credential, ("Origin", ORIGIN)], "");
            let late =
                [(Method::GET, "/api/auth/me"), (Method::GET, "/api/auth/verify")].contains(&(method.clone(), path));
            assert_eq!(reply.replica_reads, usize::from(late), "{method} {path} {}", credential.0);
        }
    }
}

#[test]
fn where_replicas_are_off_nobody_asks_one_and_bookmarks_are_nothing() {
    let app = TestApp::with(&[("AUTH_CORS_ORIGINS", "https://app.example.com")]);
    app.platform.replicate(Duration::ZERO);
    let tokens = app.signed_in("ada");
    let key = basic(&app.make_key(&bearer(&tokens)));
    for bookmark in ["", "x", &sealed(KEY, "00000001")] {
        for authorization in [&bearer(&tokens), &key] {
            for path in ["/api/auth/me", "/api/auth/verify"] {
                let headers = [("Authorization", authorization.as_str()), (BOOKMARK, bookmark)];
                let headers = [&headers[..], &[("Origin", "https://app.example.com")]].concat();
                let reply = app.request(Method::GET, path, &headers, "").assert_ok();
                assert_eq!(reply.replica_reads, 0);
                assert!(!reply.headers.contains_key(BOOKMARK));
                assert!(!reply.header("access-control-expose-headers").contains("Bookmark"));
            }
        }
    }
    assert_eq!(app.me(&tokens.access).cost, [1, 0, 0], "as it was before there were replicas");
}
