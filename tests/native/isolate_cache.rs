//! What an isolate caches about a token it has just seen: for how long, and which checks the cache must not replace.

use std::time::Duration;

use gatehouse::domain::policy;
use serde_json::json;

use crate::app::{TestApp, Tokens};
use crate::jwt_forging::{encode, part};

/// How many KV reads a response took.
fn looks(app: &TestApp, tokens: &Tokens) -> usize {
    app.verify(&tokens.access).assert_ok().cost[1]
}

#[test]
fn a_gateway_that_asks_again_within_a_moment_costs_no_look_into_kv() {
    let app = TestApp::new();
    let (ada, bob) = (app.signed_in("ada"), app.signed_in("bob"));
    assert_eq!((looks(&app, &ada), looks(&app, &ada)), (1, 0));
    assert_eq!(looks(&app, &bob), 1, "one person's marks say nothing of another's");
    app.platform.pass(policy::RECALL - Duration::from_millis(1));
    assert_eq!(looks(&app, &ada), 0);
    app.platform.pass(Duration::from_millis(1));
    assert_eq!(looks(&app, &ada), 1);
    let second = app.sign_in("ada");
    assert_eq!(looks(&app, &second), 1, "another session may have a mark of its own");
}

#[test]
fn what_ends_in_another_isolate_is_refused_a_moment_after_kv_shows_it() {
    let mut app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.verify(&tokens.access).assert_ok();
    app.elsewhere(|app| app.logout(&tokens.access)).assert_ok();
    app.elsewhere(|app| app.verify(&tokens.access)).assert_error(401, "token_revoked");
    app.platform.pass(policy::RECALL - Duration::from_millis(1));
    app.verify(&tokens.access).assert_ok();
    app.platform.pass(Duration::from_millis(1));
    app.verify(&tokens.access).assert_error(401, "token_revoked");
    app.verify(&tokens.access).assert_error(401, "token_revoked");
}

#[test]
fn what_ends_in_this_isolate_is_refused_at_once_however_late_kv_is() {
    let app = TestApp::new();
    app.platform.kv_lag.set(Duration::from_secs(60));
    let admin = app.administrator("ada");
    let [bob, eve] = ["bob", "eve"].map(|login| app.signed_in(login));
    for tokens in [&bob, &eve] {
        app.verify(&tokens.access).assert_ok();
    }
    app.logout(&bob.access).assert_ok();
    app.administer(&admin, "eve", "disable").assert_ok();
    for moment in [0, 4, 4, 60] {
        app.pass_seconds(moment);
        for tokens in [&bob, &eve] {
            app.verify(&tokens.access).assert_error(401, "token_revoked");
        }
    }
}

#[test]
fn what_has_ended_here_stays_ended_though_much_else_has_been_remembered_since() {
    let app = TestApp::new();
    app.platform.kv_lag.set(Duration::from_secs(60));
    let tokens = app.signed_in("ada");
    app.verify(&tokens.access).assert_ok();
    app.logout(&tokens.access).assert_ok();
    for number in 0..=policy::RECALL_MAX {
        app.cache.marks.insert(number.to_string(), None, gatehouse::ports::Clock::now(&app.platform));
    }
    app.verify(&tokens.access).assert_error(401, "token_revoked");
}

#[test]
fn an_older_mark_that_is_late_does_not_hide_a_newer_one() {
    let app = TestApp::new();
    app.platform.kv_lag.set(Duration::from_secs(60));
    let admin = app.administrator("ada");
    let bob = app.signed_in("bob");
    app.administer(&admin, "bob", "disable").assert_ok();
    app.platform.tell("UPDATE users SET auth_version = 1, mark_pending = 1, disabled_at = NULL WHERE login = 'bob'");
    app.cron();
    app.verify(&bob.access).assert_error(401, "token_revoked");
}

#[test]
fn a_signature_is_known_again_with_the_very_token_it_is_on() {
    let app = TestApp::new();
    let (ada, bob) = (app.signed_in("ada").access, app.signed_in("bob").access);
    for token in [&ada, &bob] {
        app.verify(token).assert_ok();
    }
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (ours, theirs) = (parts(&ada), parts(&bob));
    let mut claims = part(&ada, 1);
    claims["role"] = json!("admin");
    let promoted = encode(claims.to_string());
    let other = if ours[2].starts_with('A') { "B" } else { "A" };
    let bent = format!("{other}{}", &ours[2][1..]);
    for [header, claims, signature] in [
        [&ours[0], &promoted, &ours[2]],
        [&ours[0], &theirs[1], &ours[2]],
        [&ours[0], &ours[1], &theirs[2]],
        [&ours[0], &ours[1], &bent],
        [&ours[0], &ours[1], &String::new()],
    ] {
        app.verify(&format!("{header}.{claims}.{signature}")).assert_error(401, "token_invalid");
    }
    app.verify(&ada).assert_ok();
}

#[test]
fn a_token_ends_in_its_time_though_its_signature_is_remembered() {
    // Not a multiple of the cache lifetime: else the entry would expire together with the token.
    let app = TestApp::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "62")]);
    let tokens = app.signed_in("ada");
    let granted = (0..100).take_while(|_| {
        let granted = app.verify(&tokens.access).status == 200;
        app.pass_seconds(1);
        granted
    });
    assert_eq!(granted.count(), 62);
    app.verify(&tokens.access).assert_error(401, "token_expired");
}
