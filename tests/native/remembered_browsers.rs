//! `AUTH_MFA_REMEMBER_DAYS`: a browser that has presented a second factor is not asked for it at each sign-in.

use crate::app::{NEW_PASSWORD, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::browser::Browser;
use crate::second_factors::suspended;

const DAY: u64 = 86_400;

/// Browsers are remembered for a week; ada has a second factor, and eve has none.
fn remembering() -> TestApp {
    let app = TestApp::with(&[("AUTH_MFA_REMEMBER_DAYS", "7"), UNCOUNTED[0], UNCOUNTED[1]]);
    for login in ["ada", "eve"] {
        app.user(login);
    }
    app.give_second_factor("ada");
    app
}

/// Whether a sign-in on the page wants the second step. If not, the browser is signed in.
fn is_asked(browser: &mut Browser<'_>) -> bool {
    asks(&browser.sign_in("ada", "/account"))
}

fn asks(reply: &Reply) -> bool {
    match reply.status.as_u16() {
        200 => true,
        303 => false,
        _ => panic!("{}", reply.text()),
    }
}

/// A browser in which ada has signed in with both factors and signed out again.
fn of_ada(app: &TestApp) -> Browser<'_> {
    let mut browser = Browser::new(app);
    enter(app, &mut browser);
    sign_out(&mut browser);
    browser
}

/// Signs in with both factors.
fn enter(app: &TestApp, browser: &mut Browser<'_>) {
    app.pass_seconds(30);
    let asked = browser.sign_in("ada", "/account");
    assert_eq!(browser.submit(&asked, "/account/signin/second", &[("code", &app.shown_code())]).status, 303);
}

fn sign_out(browser: &mut Browser<'_>) {
    assert_eq!(browser.press("/account/signout", &[]).status, 303);
    assert!(browser.cookie("__Host-session").is_none());
}

#[test]
fn a_browser_that_presented_both_is_asked_for_one_until_the_days_are_over() {
    let app = remembering();
    let mut browser = of_ada(&app);
    app.pass_seconds(6 * DAY);
    assert!(!is_asked(&mut browser));
    assert_eq!(app.platform.ask::<String>("SELECT factor FROM sessions ORDER BY created_at DESC LIMIT 1"), "pwd");
    sign_out(&mut browser);
    // A sign-in without the second factor does not begin the days anew.
    app.pass_seconds(DAY - 1);
    assert!(!is_asked(&mut browser));
    sign_out(&mut browser);
    app.pass_seconds(1);
    assert!(is_asked(&mut browser));
}

#[test]
fn unless_it_is_set_every_sign_in_asks() {
    let app = TestApp::new();
    app.user("ada");
    app.give_second_factor("ada");
    let mut browser = of_ada(&app);
    assert!(is_asked(&mut browser));
}

#[test]
fn another_browser_is_asked_and_so_is_every_program() {
    let app = remembering();
    let browser = of_ada(&app);
    assert!(is_asked(&mut Browser::new(&app)));
    suspended(&app.login("ada", PASSWORD));
    // The cookie of a device is not enough where it was not signed in from.
    let foreign = Browser::of(&app, "eve").cookie("__Host-device").unwrap().to_owned();
    let mut thief = Browser::new(&app);
    thief.keep("__Host-device", &foreign);
    assert!(is_asked(&mut thief));
    let mut forged = Browser::new(&app);
    let genuine = browser.cookie("__Host-device").unwrap();
    let end = if genuine.ends_with('A') { "B" } else { "A" };
    forged.keep("__Host-device", &format!("{}{end}", &genuine[..genuine.len() - 1]));
    assert!(is_asked(&mut forged));
}

#[test]
fn a_browser_without_the_password_is_none_that_is_remembered() {
    let app = remembering();
    let mut browser = of_ada(&app);
    let page = browser.get("/account/signin");
    let refused = browser.submit(&page, "/account/signin", &[("login", "ada"), ("password", "a wrong one")]);
    assert_eq!(refused.status, 401);
}

#[test]
fn a_sign_in_with_one_factor_alone_is_nothing_to_remember() {
    let app = remembering();
    app.platform.tell("DELETE FROM totp; DELETE FROM recovery_codes");
    let mut browser = Browser::of(&app, "ada");
    sign_out(&mut browser);
    app.give_second_factor("ada");
    assert!(is_asked(&mut browser));
}

/// With the tokens of another session of ada.
type End = fn(&TestApp, &Tokens);

/// Whatever ends the browser's session from elsewhere makes it ask again.
#[test]
fn a_browser_whose_session_was_ended_from_elsewhere_is_asked_again() {
    let ends: [(&str, End); 6] = [
        ("a new password", |app, ada| drop(app.change_password(&ada.access, PASSWORD, NEW_PASSWORD).assert_ok())),
        ("every other session", |app, ada| {
            assert!(app.post_as(&ada.access, "/api/auth/logout/all", &serde_json::json!({})).status.is_success());
        }),
        ("another app", |app, ada| {
            assert!(app.remove_app(&ada.access).status.is_success());
            app.add_app(&ada.access);
        }),
        ("a recovery", |app, _| {
            app.recover("ada@example.com").assert_ok();
            app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
        }),
        ("an administrator", |app, _| {
            let root = app.administrator("root");
            assert_eq!(app.end_sessions_of(&root, "ada").status, 204);
        }),
        ("a reset of the factors", |app, _| {
            let root = app.administrator("root");
            app.administer(&root, "ada", "factors/reset").assert_ok();
            app.give_second_factor("ada");
        }),
    ];
    for (how, end) in ends {
        let app = remembering();
        let mut browser = Browser::new(&app);
        enter(&app, &mut browser);
        app.pass_seconds(30);
        let token = suspended(&app.login("ada", PASSWORD));
        let elsewhere = Tokens::of(&app.verify_second_factor(&token, &app.shown_code()).assert_ok());
        end(&app, &elsewhere);
        for password in [PASSWORD, NEW_PASSWORD] {
            let page = browser.get("/account/signin");
            let reply = browser.submit(&page, "/account/signin", &[("login", "ada"), ("password", password)]);
            assert!(reply.status == 401 || asks(&reply), "{how}");
            assert_eq!(browser.get("/account").status, 303, "{how}: signed in");
        }
    }
}

#[test]
fn a_sensitive_change_asks_for_both_all_the_same() {
    let app = remembering();
    let mut browser = of_ada(&app);
    assert!(!is_asked(&mut browser));
    // Even right after the sign-in, which proved one factor.
    let confirm = browser.get("/account/password");
    let confirm = browser.follow(&confirm);
    let asked = browser.submit(&confirm, "/account/confirm", &[("password", PASSWORD)]);
    assert!(asks(&asked));
    assert_eq!(browser.get("/account/password").status, 303);
    app.pass_seconds(30);
    let landed = browser.submit(&asked, "/account/confirm/second", &[("code", &app.shown_code())]);
    browser.follow(&landed).assert_ok();
}

#[test]
fn its_user_sees_how_many_browsers_are_remembered_and_has_them_forgotten() {
    let app = remembering();
    let mut browser = Browser::new(&app);
    enter(&app, &mut browser);
    let page = browser.get("/account/security").assert_ok();
    assert!(page.text().contains("1 browser is remembered."), "{}", page.text());
    let landed = browser.submit(&page, "/account/security/browsers/forget", &[]);
    let page = browser.follow(&landed).assert_ok();
    assert!(page.text().contains("No browser is remembered."), "{}", page.text());
    assert_eq!(app.platform.ask::<String>("SELECT act FROM audit ORDER BY rowid DESC LIMIT 1"), "forget_browsers");
    sign_out(&mut browser);
    assert!(is_asked(&mut browser));
}
