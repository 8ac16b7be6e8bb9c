//! Where a browser goes on that leaves the sign-in page to register, or to choose a new password.

use crate::app::{PASSWORD, Reply, TestApp};
use crate::browser::{Browser, ticket, way_for};
use crate::discord::{DISCORD, begin, come_back, said};
use crate::register_page::says;

const APP: &str = "https://app.example.com/in";
const ADA: [(&str, &str); 3] = [("login", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)];

fn app() -> TestApp {
    TestApp::with(&[("AUTH_REDIRECT_URIS", APP)])
}

/// The address of a link on a page, as a browser reads it.
#[track_caller]
fn link_to(page: &Reply, path: &str) -> String {
    let text = page.text();
    let (_, rest) = text.split_once(&format!(r#"href="{path}"#)).unwrap_or_else(|| panic!("no link to {path}: {text}"));
    format!("{path}{}", rest.split('"').next().unwrap().replace("&amp;", "&"))
}

#[track_caller]
fn signs_in_for_the_app(browser: &mut Browser<'_>, landed: &Reply, password: &str) {
    let page = browser.follow(landed).assert_ok();
    let entered = browser.submit(&page, "/account/signin", &[("login", "ada"), ("password", password)]);
    assert!(entered.header("location").starts_with(APP), "{}", entered.header("location"));
    assert!(!ticket(&entered).is_empty());
}

#[test]
fn who_registers_on_the_way_to_an_application_gets_there() {
    let app = app();
    let mut browser = Browser::new(&app);
    let page = browser.get(&way_for(APP)).assert_ok();
    let page = browser.get(&link_to(&page, "/account/register")).assert_ok();
    let registered = browser.submit(&page, "/account/register", &ADA);
    browser.follow(&registered).assert_ok();
    let page = browser.get(&format!("/account/activate?token={}", app.last_link_token())).assert_ok();
    let active = browser.submit(&page, "/account/activate", &[]);
    says(&browser.clone().follow(&active), "Your account is active.");
    signs_in_for_the_app(&mut browser, &active, PASSWORD);
    assert_eq!(browser.cookie("__Host-return"), None);
}

#[test]
fn who_chooses_a_new_password_on_the_way_to_an_application_gets_there() {
    let app = app();
    app.signed_in("ada");
    let mut browser = Browser::new(&app);
    let page = browser.get(&way_for(APP)).assert_ok();
    let page = browser.get(&link_to(&page, "/account/recover")).assert_ok();
    let sent = browser.submit(&page, "/account/recover/send", &[("email", "ada@example.com")]);
    browser.follow(&sent).assert_ok();
    let page = browser.get(&format!("/account/recover?token={}", app.last_link_token())).assert_ok();
    let chosen = browser.submit(&page, "/account/recover", &[("password", "another long password")]);
    signs_in_for_the_app(&mut browser, &chosen, "another long password");
}

/// A browser holds every redirect after a form to the page's `form-action`.
#[test]
fn a_form_on_the_way_to_an_application_may_lead_there() {
    let app = TestApp::with(&[("AUTH_REDIRECT_URIS", APP), DISCORD[0], DISCORD[1]]);
    let leads_there =
        |page: &Reply| page.header("content-security-policy").contains("form-action 'self' https://app.example.com;");
    let way: String = form_urlencoded::byte_serialize(way_for(APP).as_bytes()).collect();
    assert!(leads_there(&Browser::new(&app).get(&format!("/account/signin?r={way}"))));

    let mut browser = Browser::new(&app);
    let state = begin(&mut browser, &format!("?r={way}"));
    let back = come_back(&app, &mut browser, &state, &said("1", "bob@mail.example", true));
    let page = browser.follow(&back);
    says(&page, "Create account");
    assert!(leads_there(&page), "{}", page.header("content-security-policy"));
    browser.submit(&page, "/account/connect/register", &[("login", "bob"), ("email", "bob@example.com")]);
    let page = browser.get(&format!("/account/activate?token={}", app.last_link_token())).assert_ok();
    let active = browser.submit(&page, "/account/activate/identity", &[]);
    let page = browser.follow(&active);
    says(&page, "Your account is active.");
    assert!(leads_there(&page), "{}", page.header("content-security-policy"));
}

/// A link of a stranger names another site, or a page of the service itself.
#[test]
fn the_pages_before_a_sign_in_lead_nowhere_else() {
    let app = app();
    for page in ["/account/register", "/account/recover"] {
        for wrong in ["https://evil.example/", "//evil.example", "https://app.example.com/in"] {
            let r: String = form_urlencoded::byte_serialize(wrong.as_bytes()).collect();
            assert_eq!(Browser::new(&app).get(&format!("{page}?r={r}")).status, 400, "{page} {wrong}");
        }
    }
    // A cookie that somebody has written leads where the sign-in page would lead, and no further.
    let mut browser = Browser::with(&app, "__Host-return=r=https%3A%2F%2Fevil.example%2F");
    app.register("ada", "ada@example.com").assert_ok();
    let page = browser.get(&format!("/account/activate?token={}", app.last_link_token())).assert_ok();
    let active = browser.submit(&page, "/account/activate", &[("password", PASSWORD)]);
    assert!(
        active.header("location").starts_with("https://auth.example.com/account/signin?r="),
        "{}",
        active.header("location")
    );
    assert_eq!(browser.follow(&active).status, 400);
}

#[test]
fn a_registration_that_goes_nowhere_forgets_where_an_earlier_one_went() {
    let app = app();
    let mut browser = Browser::new(&app);
    let page = browser.get(&way_for(APP)).assert_ok();
    let page = browser.get(&link_to(&page, "/account/register")).assert_ok();
    browser.submit(&page, "/account/register", &ADA);
    assert!(browser.cookie("__Host-return").is_some());
    let page = browser.get("/account/register").assert_ok();
    browser.submit(
        &page,
        "/account/register",
        &[("login", "bob"), ("email", "bob@example.com"), ("password", PASSWORD)],
    );
    assert_eq!(browser.cookie("__Host-return"), None);
}
