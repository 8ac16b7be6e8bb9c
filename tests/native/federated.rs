//! Sign-in with other providers, where time or another request comes between.

use crate::app::{NEW_PASSWORD, PASSWORD, TestApp, Tokens, UNCOUNTED};
use crate::browser::Browser;
use crate::discord::{DISCORD, arrive, begin, come_back, said};

fn app() -> TestApp {
    let app = TestApp::with(&[UNCOUNTED[0], UNCOUNTED[1], DISCORD[0], DISCORD[1]]);
    app.user("ada");
    app
}

/// Goes to the provider and back.
fn through(app: &TestApp, browser: &mut Browser<'_>) {
    assert_eq!(arrive(app, browser, &said("1", "ada@mail.example", false)).status, 303);
}

fn connect(browser: &mut Browser<'_>) {
    let page = browser.get("/account/connect");
    assert_eq!(browser.submit(&page, "/account/connect", &[]).status, 303);
}

#[test]
fn a_connection_that_ends_between_the_look_and_the_act_begins_no_session() {
    let app = app();
    let mut owner = Browser::of(&app, "ada");
    through(&app, &mut owner);
    connect(&mut owner);
    let mut visitor = Browser::new(&app);
    let state = begin(&mut visitor, "");
    app.platform.before_batch(0, "DELETE FROM identities");
    let sessions = app.platform.count("sessions");
    come_back(&app, &mut visitor, &state, &said("1", "ada@mail.example", false));
    assert_eq!((visitor.cookie("__Host-session"), app.platform.count("sessions")), (None, sessions));
    through(&app, &mut owner);
    connect(&mut owner);
    through(&app, &mut visitor);
    assert!(visitor.cookie("__Host-session").is_some());
}

#[test]
fn an_identity_that_waits_for_a_link_is_used_up_with_the_one_that_was_proved() {
    let app = app();
    let mut browser = Browser::new(&app);
    through(&app, &mut browser);
    let mut waiting = Browser::with(&app, &browser.cookies());
    let page = waiting.get("/account/connect");
    waiting.submit(&page, "/account/connect/register", &[("login", "bob"), ("email", "bob@example.com")]);
    let link = format!("/account/activate?token={}", app.last_link_token());

    let mut browser = Browser::with(&app, &browser.cookies());
    browser.sign_in("ada", "/account");
    connect(&mut browser);
    let page = browser.get("/account/security");
    assert_eq!(browser.submit(&page, "/account/security/identities/remove", &[]).status, 303);
    assert_eq!(app.platform.count("identities"), 0);
    app.pass_seconds(3600);
    app.cron();
    let page = waiting.get(&link);
    waiting.submit(&page, "/account/activate/identity", &[]);
    assert_eq!((app.platform.count("identities"), app.platform.count("users")), (0, 1));
}

#[test]
fn an_undo_of_a_change_of_address_leaves_no_identity_that_signs_in_alone() {
    let app = app();
    let ada = Tokens::of(&app.login("ada", PASSWORD).assert_ok());
    let mut thief = Browser::of(&app, "ada");
    let undo = app.moved(&ada.access, "thief@example.com");
    through(&app, &mut thief);
    connect(&mut thief);
    app.undo_email(&undo, NEW_PASSWORD).assert_ok();
    assert_eq!(app.platform.count("identities"), 0);
    let mut again = Browser::new(&app);
    through(&app, &mut again);
    assert_eq!(again.cookie("__Host-session"), None);
}

#[test]
fn an_identity_that_waits_for_a_link_does_not_wait_longer_than_for_the_first() {
    let app = app();
    let mut browser = Browser::new(&app);
    through(&app, &mut browser);
    for hours in [0, 20] {
        app.pass_seconds(hours * 3600);
        let page = browser.get("/account/connect");
        browser.submit(&page, "/account/connect/register", &[("login", "bob"), ("email", "bob@example.com")]);
    }
    app.pass_seconds(20 * 3600);
    let link = format!("/account/activate?token={}", app.last_link_token());
    let page = browser.get(&link);
    assert!(!page.text().contains("/account/activate/identity"), "{}", page.text());
    let page = browser.get("/account/connect");
    assert_eq!(page.status, 303);
}

#[test]
fn a_mailbox_cannot_remove_the_second_step_because_an_identity_was_connected() {
    let app = app();
    let mut owner = Browser::of(&app, "ada");
    app.give_second_factor("ada");
    app.platform.tell("UPDATE sessions SET factor = 'pwd otp mfa'");
    through(&app, &mut owner);
    connect(&mut owner);
    assert_eq!((app.platform.count("identities"), app.platform.count("factor_undos")), (1, 0));
    let told = app.emails().pop().unwrap()["text"].to_string();
    assert!(told.contains("another provider") && !told.contains("token="), "{told}");
}
