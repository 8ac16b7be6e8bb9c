//! Connected identities in what concerns the whole account: its export, its record, and whatever takes everything back.

use http::Method;
use serde_json::json;

use crate::app::{NEW_PASSWORD, TestApp, UNCOUNTED};
use crate::browser::Browser;
use crate::discord::{DISCORD, arrive, said};

fn app() -> TestApp {
    let app = TestApp::with(&[UNCOUNTED[0], UNCOUNTED[1], DISCORD[0], DISCORD[1]]);
    app.user("ada");
    app
}

/// Ada, who has connected an account.
fn connected(app: &TestApp) -> Browser<'_> {
    let mut browser = Browser::of(app, "ada");
    arrive(app, &mut browser, &said("1", "ada@mail.example", false));
    let page = browser.get("/account/connect");
    assert_eq!(browser.submit(&page, "/account/connect", &[]).status, 303);
    browser
}

#[test]
fn an_identity_is_exported_without_its_tokens_and_goes_with_its_account() {
    let app = app();
    connected(&app);
    let access = app.sign_in("ada").access;
    let exported = app.export(&access).assert_ok();
    let expected = json!([{
        "issuer": "https://discord.com", "subject": "1", "provider": "discord", "email": "ada@mail.example",
        "created_at": "2026-05-28T20:26:40.123Z", "last_used_at": null
    }]);
    assert_eq!(exported.json()["identities"], expected);
    assert!(!exported.text().contains("an access token"));
    assert_eq!(app.with_bearer(Method::DELETE, "/api/auth/me", &access).status, 204);
    assert_eq!(app.platform.count("identities"), 0);
}

#[test]
fn what_is_connected_used_and_disconnected_is_on_record() {
    let app = app();
    let mut owner = connected(&app);
    arrive(&app, &mut Browser::new(&app), &said("1", "ada@mail.example", false));
    let page = owner.get("/account/security");
    owner.submit(&page, "/account/security/identities/remove", &[]);
    let acts =
        "SELECT group_concat(act || ' ' || outcome, ', ') FROM (SELECT * FROM audit WHERE factor = 'fed' ORDER BY id)";
    assert_eq!(app.platform.ask::<String>(acts), "add_factor ok, sign_in ok, remove_factor ok");
    let told: Vec<_> = app.emails().iter().rev().take(2).map(|email| email["text"].to_string()).collect();
    assert!(told.iter().all(|text| text.contains("another provider")), "{told:?}");
}

#[test]
fn an_identity_that_a_thief_has_connected_goes_with_the_undo_link_and_with_an_administrators_reset() {
    let app = app();
    connected(&app);
    let link = format!("/account/security/undo?token={}", app.last_link_token());
    let mut mailbox = Browser::new(&app);
    let page = mailbox.get(&link);
    assert_eq!(mailbox.submit(&page, "/account/security/undo", &[("password", NEW_PASSWORD)]).status, 303);
    assert_eq!(app.platform.count("identities"), 0);

    let app = self::app();
    connected(&app);
    let admin = app.administrator("root").access;
    app.post_as(&admin, &format!("/api/admin/users/{}/factors/reset", app.id_of("ada")), &json!({})).assert_ok();
    assert_eq!(app.platform.count("identities"), 0);
}
