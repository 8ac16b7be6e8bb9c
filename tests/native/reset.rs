use serde_json::json;

use crate::app::{NEW_PASSWORD, PASSWORD, TestApp};
use crate::user_actions::email_to;

#[test]
fn a_reset_shuts_the_old_password_out_and_its_owner_alone_chooses_the_next() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let bob = app.signed_in("bob");
    let reply = app.administer(&ada, "bob", "reset").assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Recovery email sent" }));
    app.has_no_way_in(&bob);
    assert_eq!(app.login("bob", PASSWORD).observable(), app.login("nobody", PASSWORD).observable());
    let (subject, text) = email_to(&app, "bob@example.com");
    assert_eq!(subject, "Choose a new Gatehouse password");
    assert!(text.contains("until 2026-05-28T21:26:40Z") && !text.contains("203.0.113.7"), "{text}");
    let choose = |link: &str| app.reset(link, NEW_PASSWORD);
    let first = app.last_link_token();
    // A second one voids the first.
    app.administer(&ada, "bob", "reset").assert_ok();
    choose(&first).assert_error(400, "invalid_token");
    choose(&app.last_link_token()).assert_ok();
    app.login("bob", NEW_PASSWORD).assert_ok();
    app.login("bob", PASSWORD).assert_error(401, "invalid_credentials");
    assert_eq!(app.administered(), ["start_reset ok ada bob"; 2]);
}

#[test]
fn an_administrator_cannot_choose_a_password() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.user("bob");
    let path = format!("/api/admin/users/{}/reset", app.id_of("bob"));
    app.post_as(&ada.access, &path, &json!({ "password": NEW_PASSWORD, "new_password": NEW_PASSWORD })).assert_ok();
    app.login("bob", NEW_PASSWORD).assert_error(401, "invalid_credentials");
}

#[test]
fn whose_email_was_too_late_or_lost_asks_for_another_themselves() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.user("bob");
    app.administer(&ada, "bob", "reset").assert_ok();
    app.pass_seconds(3600);
    app.recover("bob@example.com").assert_ok();
    app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
    app.login("bob", NEW_PASSWORD).assert_ok();
}

#[test]
fn a_disabled_user_or_one_who_moves_meanwhile_is_not_reset() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.user("bob");
    let emails = app.emails().len();
    app.platform.before_batch(0, "UPDATE users SET email_folded = 'new@example.com' WHERE login = 'bob'");
    app.administer(&ada, "bob", "reset").assert_error(403, "forbidden");
    app.platform.tell("UPDATE users SET email_folded = 'bob@example.com' WHERE login = 'bob'");
    app.login("bob", PASSWORD).assert_ok();
    assert_eq!(app.emails().len(), emails);
    app.administer(&ada, "bob", "disable").assert_ok();
    app.administer(&ada, "bob", "reset").assert_error(403, "account_disabled");
    app.administer(&ada, "bob", "enable").assert_ok();
    app.login("bob", PASSWORD).assert_ok();
}
