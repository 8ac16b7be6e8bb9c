//! Races for a key: another request creates or ends one between the read and the write, or between the write and the query why it
//! failed.

use serde_json::json;

use crate::app::{PASSWORD, TestApp};
use crate::machine_clients::{EXPIRED, basic, bearer, mask};

const REVOKED: &str = "The credentials have been revoked.";
const FULL: &str = "You've reached the maximum number of keys. Delete one first.";
const NOT_FOUND: &str = "Not found.";

#[test]
fn nothing_is_made_for_who_lost_the_right_to_it_meanwhile() {
    let ended = "UPDATE tokens SET ended_at = 1780000000124, end_reason = 'ended'";
    let expired = "UPDATE tokens SET created_at = 1, expires_at = 1780000000123";
    let disabled = "UPDATE users SET disabled_at = 1780000000123";
    let risen = "UPDATE users SET auth_version = auth_version + 1";
    let gone = "DELETE FROM users";
    for (meanwhile, with_a_key) in [
        (ended, true),
        (expired, true),
        (disabled, true),
        (disabled, false),
        (risen, true),
        (risen, false),
        (gone, false),
    ] {
        let app = TestApp::new();
        let ada = bearer(&app.signed_in("ada"));
        let maker = app.make_key(&ada);
        let emails = app.emails().len();
        app.platform.before_batch(0, meanwhile);
        let request = json!({ "description": "too late", "expired": EXPIRED });
        let reply = app.create_key(&if with_a_key { basic(&maker) } else { ada }, &request);
        reply.is_problem(401, REVOKED);
        assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM tokens WHERE name = 'too late'"), 0, "{meanwhile}");
        assert_eq!(app.emails().len(), emails, "{meanwhile}");
        let last = "SELECT concat(act, ' ', outcome) FROM audit ORDER BY id DESC LIMIT 1";
        assert_eq!(app.platform.ask::<String>(last), "create_token token_revoked");
    }
}

#[test]
fn a_place_somebody_else_takes_meanwhile_is_taken() {
    let app = TestApp::with(&[("AUTH_API_KEYS_PER_USER", "2")]);
    let ada = bearer(&app.signed_in("ada"));
    app.make_key(&ada);
    let other = "INSERT INTO tokens (id, user_id, kind, created_at, expires_at)
                 SELECT '00000000-0000-0000-0000-000000000001', id, 'api_key', 1, 2 FROM users";
    app.platform.before_batch(0, other);
    let reply = app.create_key(&ada, &json!({ "expired": EXPIRED }));
    reply.is_problem(400, FULL);
    assert_eq!(app.platform.count("tokens"), 2);
}

#[test]
fn of_two_who_delete_one_key_the_second_finds_none() {
    let app = TestApp::new();
    let ada = bearer(&app.signed_in("ada"));
    let key = app.make_key(&ada);
    app.platform.before_batch(0, "UPDATE tokens SET ended_at = 1780000000124, end_reason = 'ended', op = 'another'");
    app.delete_key(&ada, &mask(&key)).is_problem(404, NOT_FOUND);
    assert_eq!(app.platform.ask::<String>("SELECT op FROM tokens"), "another");
}

#[test]
fn a_place_that_becomes_free_too_late_was_taken_and_the_credential_is_good() {
    let app = TestApp::with(&[("AUTH_API_KEYS_PER_USER", "2")]);
    let ada = bearer(&app.signed_in("ada"));
    let keys = [(); 2].map(|()| app.make_key(&ada));
    for authorization in [ada, basic(&keys[0])] {
        let deleted = "UPDATE tokens SET ended_at = 1780000000124, end_reason = 'ended'
                       WHERE rowid = (SELECT max(rowid) FROM tokens)";
        app.platform.before_query(1, deleted);
        app.create_key(&authorization, &json!({ "expired": EXPIRED })).is_problem(400, FULL);
        app.make_key(&authorization);
    }
}

#[test]
fn a_portal_token_given_back_too_late_was_held_and_the_password_is_right() {
    let app = TestApp::new();
    app.administrator("ada");
    let sign_in = || app.portal_login(&json!({ "username": "ada", "password": PASSWORD }));
    sign_in().assert_ok();
    app.platform.before_query(0, "UPDATE tokens SET ended_at = 1780000000124, end_reason = 'signed_out'");
    sign_in().says(403, &json!({ "error": "Maximum amount of tokens allowed per user exceeded." }));
    sign_in().assert_ok();
}
