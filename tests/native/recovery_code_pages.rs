//! After a recovery code, a browser is led by way of the page that says how many are left, and gets where it was going.

use crate::app::{PASSWORD, Reply, TestApp};
use crate::browser::{Browser, ticket, way_for};
use crate::second_factors::SAVED;

const APP: &str = "https://app.example.com/in?x=1";
const USED: &str = "used a recovery code";

fn with_ada() -> TestApp {
    let app = TestApp::with(&[("AUTH_REDIRECT_URIS", APP)]);
    app.user("ada");
    app.give_second_factor("ada");
    app
}

/// Ada has come to `page` and used her recovery code there: where that leads.
fn used_at<'a>(app: &'a TestApp, page: &str) -> (Browser<'a>, Reply) {
    let mut browser = Browser::new(app);
    let page = browser.get(page).assert_ok();
    let asked = browser.submit(&page, "/account/signin", &[("login", "ada"), ("password", PASSWORD)]);
    let landed = browser.submit(&asked, "/account/signin/second", &[("code", SAVED)]);
    let codes = browser.follow(&landed).assert_ok();
    assert!(codes.text().contains(USED) && codes.text().contains("0 of 10 codes are left."), "{}", codes.text());
    (browser, codes)
}

/// The target of the link beside the form's button.
fn onward(page: &Reply) -> String {
    let text = page.text();
    let (before, _) = text.split_once(">Continue without new codes<").expect("it leads nowhere else");
    let (_, target) = before.rsplit_once("href=\"").unwrap();
    target.trim_end_matches('"').replace("&amp;", "&")
}

#[test]
fn a_used_recovery_code_leads_to_new_ones_and_on_to_the_page_that_was_asked_for() {
    let app = with_ada();
    let (mut browser, codes) = used_at(&app, "/account/signin?r=/account/keys");
    assert_eq!(onward(&codes), "/account/keys");
    let unsaved = browser.submit(&codes, "/account/security/codes", &[]);
    assert_eq!((unsaved.status.as_u16(), &*onward(&unsaved)), (400, "/account/keys"));
    let done = browser.submit(&unsaved, "/account/security/codes", &[("recovery_codes_saved", "yes")]);
    assert!(done.header("location").ends_with("/account/keys"), "{}", done.header("location"));
    assert!(browser.follow(&done).text().contains("Your new recovery codes work from now on."));
}

#[test]
fn on_the_way_to_an_application_it_still_gets_its_ticket_and_no_notice_stays_behind() {
    let app = with_ada();
    let way = format!("{}&state=a%26b", way_for(APP));
    for renews in [false, true] {
        app.give_another_code();
        let (mut browser, codes) = used_at(&app, &way);
        let way = onward(&codes);
        if renews {
            let done = browser.submit(&codes, "/account/security/codes", &[("recovery_codes_saved", "yes")]);
            assert!(done.header("location").ends_with(&way), "{} {way}", done.header("location"));
        }
        let landed = browser.get(&way);
        assert!(landed.header("location").starts_with(APP), "{}", landed.header("location"));
        assert!(landed.header("location").ends_with("&state=a%26b"), "{}", landed.header("location"));
        app.exchange(&ticket(&landed)).assert_ok();
        let page = browser.get("/account/security").text();
        assert!(!page.contains("class=\"notice\""), "{page}");
    }
}

#[test]
fn a_target_too_long_to_be_named_twice_is_reached_at_once() {
    let app = with_ada();
    let long = format!("/account/keys?{}", "x%2F".repeat(900));
    let mut browser = Browser::new(&app);
    let asked = browser.sign_in("ada", &long);
    let landed = browser.submit(&asked, "/account/signin/second", &[("code", SAVED)]);
    assert!(landed.header("location").ends_with(&long), "{}", landed.header("location"));
}

#[test]
fn a_proof_by_recovery_code_takes_the_same_way() {
    let app = with_ada();
    let (mut browser, _) = used_at(&app, "/account/signin");
    app.pass_seconds(901);
    for (next, way) in [
        ("/account/password", "/account/security/codes?r=%2Faccount%2Fpassword"),
        ("/account/security/codes", "/account/security/codes"),
    ] {
        app.give_another_code();
        let confirm = browser.get(&format!("/account/confirm?r={next}")).assert_ok();
        let asked = browser.submit(&confirm, "/account/confirm", &[("password", PASSWORD)]);
        let landed = browser.submit(&asked, "/account/confirm/second", &[("code", SAVED)]);
        assert!(landed.header("location").ends_with(way), "{} {}", landed.header("location"), landed.text());
        assert!(browser.follow(&landed).assert_ok().text().contains(USED));
        app.pass_seconds(901);
    }
}

#[test]
fn the_page_of_new_codes_leads_nowhere_else() {
    let app = TestApp::with(&[("AUTH_REDIRECT_URIS", APP)]);
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    for r in ["https://evil.example/", "//evil.example/", APP, "javascript:alert(1)"] {
        let r: String = form_urlencoded::byte_serialize(r.as_bytes()).collect();
        let page = browser.get(&format!("/account/security/codes?r={r}")).assert_ok().text();
        assert!(page.contains(">Back<") && !page.contains("evil") && !page.contains("name=\"r\""), "{page}");
    }
}

impl TestApp {
    /// Makes ada's one code usable again.
    fn give_another_code(&self) {
        self.platform.tell("DELETE FROM totp; DELETE FROM recovery_codes");
        self.give_second_factor("ada");
    }
}
