//! `/account/security`: what the account can be signed in to with, in a browser.

use http::Method;

use crate::app::{NEW_PASSWORD, PASSWORD, Reply, TestApp};
use crate::browser::{Browser, filled_in};

fn says(page: &Reply, text: &str) {
    assert!(page.text().contains(text), "{text}: {}", page.text());
}

/// Ada in her browser, with the page that offers an app.
fn offered(app: &TestApp) -> (Browser<'_>, Reply) {
    app.user("ada");
    let mut browser = Browser::of(app, "ada");
    let page = browser.get("/account/security/app").assert_ok();
    (browser, page)
}

#[test]
fn an_app_is_set_up_used_and_removed_on_pages() {
    let app = TestApp::new();
    let (mut browser, page) = offered(&app);
    says(&page, r#"<svg class="qr" role="img" aria-label="QR code for the authenticator app""#);
    assert_eq!(page.text().matches("<li>").count(), 10);
    let fields = [("code", &*app.shown_on(&page)), ("recovery_codes_saved", "yes")];
    let done = browser.submit(&page, "/account/security/app", &fields);
    assert_eq!(done.status, 303, "{}", done.text());
    let security = browser.follow(&done);
    says(&security, "The authenticator app has been added.");
    says(&security, "Two-step sign-in is on.");
    says(&security, "10 of 10 codes are left.");
    assert_eq!(browser.get("/account/security/app").status, 303, "there is nothing to set up any more");

    let gone = browser.submit(&security, "/account/security/app/remove", &[]);
    says(&browser.follow(&gone), "Two-step sign-in is off.");
    assert_eq!((app.platform.count("totp"), app.platform.count("recovery_codes")), (0, 0));
}

#[test]
fn a_wrong_code_keeps_the_offer_and_shows_the_same_secret() {
    let app = TestApp::new();
    let (mut browser, page) = offered(&app);
    let code = app.shown_on(&page);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for (typed, status) in [(wrong, 401), ("12", 400)] {
        let fields = [("code", typed), ("recovery_codes_saved", "yes")];
        let refused = browser.submit(&page, "/account/security/app", &fields);
        assert_eq!(refused.status, status, "{}", refused.text());
        assert_eq!(app.shown_on(&refused), code, "the app has been set up with the first one");
    }
    let unsaved = browser.submit(&page, "/account/security/app", &[("code", &code)]);
    assert_eq!(unsaved.status, 400);
    says(&unsaved, "I have saved these recovery codes");
    let fields = [("code", &*code), ("recovery_codes_saved", "yes")];
    assert_eq!(browser.submit(&unsaved, "/account/security/app", &fields).status, 303);
}

#[test]
fn new_codes_are_shown_and_work_once_they_are_confirmed() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let page = browser.get("/account/security/codes").assert_ok();
    let unsaved = browser.submit(&page, "/account/security/codes", &[]);
    assert_eq!((unsaved.status.as_u16(), app.platform.count("recovery_codes")), (400, 0));
    let done = browser.submit(&unsaved, "/account/security/codes", &[("recovery_codes_saved", "yes")]);
    says(&browser.follow(&done), "Your new recovery codes work from now on.");
    assert_eq!(app.platform.count("recovery_codes"), 10);
}

#[test]
fn an_offer_of_another_browsers_user_is_refused() {
    let app = TestApp::new();
    let (_, page) = offered(&app);
    app.user("eve");
    let mut eve = Browser::of(&app, "eve");
    let own = eve.get("/account/security/app").assert_ok();
    let token = |page: &Reply| {
        let fields = filled_in(page, "/account/security/app", &[]);
        fields.into_iter().find(|(name, _)| name == "enrolment_token").unwrap()
    };
    let mut fields = filled_in(&own, "/account/security/app", &[("recovery_codes_saved", "yes")]);
    fields.retain(|(name, _)| name != "enrolment_token");
    fields.extend([token(&page), ("code".to_owned(), app.shown_on(&page))]);
    assert_eq!(eve.post("/account/security/app", &fields).status, 400);
    assert_eq!(app.platform.count("totp"), 0);
}

#[test]
fn who_has_not_proved_themselves_recently_is_asked_to_and_changes_nothing() {
    let app = TestApp::new();
    let (mut browser, page) = offered(&app);
    let code = app.shown_on(&page);
    app.pass_seconds(15 * 60 + 1);
    assert_eq!(browser.get("/account/security").status, 200);
    let to_confirm = |reply: &Reply| {
        assert_eq!(reply.status, 303, "{}", reply.text());
        assert!(reply.header("location").contains("/account/confirm"), "{}", reply.header("location"));
    };
    for path in ["/account/security/app", "/account/security/codes"] {
        to_confirm(&browser.get(path));
    }
    to_confirm(&browser.submit(&page, "/account/security/app", &[("code", &code), ("recovery_codes_saved", "yes")]));
    assert_eq!(app.platform.count("totp"), 0);
}

#[test]
fn the_undo_page_asks_for_a_new_password_and_signs_nobody_in() {
    let app = TestApp::new();
    let thief = app.signed_in("ada");
    app.add_app(&thief.access);
    let path = format!("/account/security/undo?token={}", app.last_link_token());
    let mut browser = Browser::new(&app);
    assert_eq!(browser.send(Method::HEAD, &path, &[], "").status, 200);
    let page = browser.get(&path).assert_ok();
    let weak = browser.submit(&page, "/account/security/undo", &[("password", "ada@example.com")]);
    assert_eq!(weak.status, 422);
    let done = browser.submit(&weak, "/account/security/undo", &[("password", NEW_PASSWORD)]);
    says(&browser.follow(&done), "Two-step sign-in is off. Sign in with your new password.");
    assert!(browser.cookie("__Host-session").is_none());
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
    app.login("ada", NEW_PASSWORD).assert_ok();
    let used = browser.get(&path);
    assert_eq!(used.status, 400);
}
