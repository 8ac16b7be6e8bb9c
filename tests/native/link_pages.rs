//! The pages behind the links for recovery and email changes, and the behaviour common to all link pages.

use http::Method;

use crate::app::{NEW_PASSWORD, PASSWORD, Reply, TestApp};
use crate::browser::Browser;
use crate::register_page::says;

const OLD: &str = "ada@example.com";
const NEW: &str = "ada@new.example";

impl Browser<'_> {
    fn open(&mut self, page: &str, token: &str) -> Reply {
        self.get(&format!("{page}?token={token}"))
    }
}

#[test]
fn who_has_forgotten_the_password_chooses_another_on_pages() {
    let app = TestApp::new();
    app.signed_in("ada");
    let mut browser = Browser::new(&app);
    says(&browser.get("/account/signin"), r#"<a href="/account/recover">"#);
    let page = browser.get("/account/recover").assert_ok();
    let malformed = browser.submit(&page, "/account/recover/send", &[("email", "ada@")]);
    assert_eq!(malformed.status, 400);
    says(&malformed, r#"value="ada@""#);
    let sent = browser.submit(&malformed, "/account/recover/send", &[("email", "ADA@example.com")]);
    says(&browser.follow(&sent), "If there is an account with this email, we've sent you a link");

    let token = app.last_link_token();
    let page = browser.open("/account/recover", &token).assert_ok();
    says(&page, r#"value="ada" autocomplete="username" readonly"#);
    let weak = browser.submit(&page, "/account/recover", &[("password", "short"), ("end_keys", "yes")]);
    assert_eq!(weak.status, 422);
    says(&weak, "It's too short.");
    says(&weak, r#"name="end_keys" value="yes" checked"#);
    let set = browser.submit(&weak, "/account/recover", &[("password", NEW_PASSWORD)]);
    says(&browser.follow(&set), "Your password has been changed, and all your sessions have ended.");
    app.login("ada", NEW_PASSWORD).assert_ok();

    let again = browser.submit(&weak, "/account/recover", &[("password", "yet another password")]);
    assert_eq!(again.status, 400);
    says(&again, "This link has expired");
    let another = browser.submit(&again, "/account/recover/send", &[("email", OLD)]);
    assert_eq!(another.status, 303);
    assert_ne!(app.last_link_token(), token);
}

#[test]
fn an_account_moves_and_comes_back_on_pages() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let mut browser = Browser::new(&app);
    browser.sign_in("ada", "/account");
    app.change_email(&tokens.access, NEW).assert_ok();
    let page = browser.open("/account/email", &app.last_link_token()).assert_ok();
    says(&page, "<bdi>ada</bdi>");
    says(&page, "<bdi>ada@new.example</bdi>");
    assert!(!page.text().contains(OLD), "the new mailbox may be a stranger's: {}", page.text());
    let moved = browser.submit(&page, "/account/email", &[]);
    // A signed-in user lands on their account page, which shows the message.
    let account = browser.follow(&moved);
    let account = browser.follow(&account);
    says(&account, "Your email has been changed.");
    says(&account, NEW);
    app.pass_seconds(10);
    assert_eq!(browser.submit(&page, "/account/email", &[]).status, 400);

    let token = app.last_link_token();
    let page = browser.open("/account/email/undo", &token).assert_ok();
    says(&page, "<bdi>ada@example.com</bdi>");
    assert!(!page.text().contains("new.example"), "the old mailbox may have another reader: {}", page.text());
    let weak = browser.submit(&page, "/account/email/undo", &[("password", OLD)]);
    assert_eq!(weak.status, 422);
    says(&weak, "It's based on your username");
    let back = browser.submit(&weak, "/account/email/undo", &[("password", NEW_PASSWORD)]);
    says(&browser.follow(&back), "Your old email has been restored.");
    app.login(OLD, NEW_PASSWORD).assert_ok();
    let again = browser.submit(&page, "/account/email/undo", &[("password", "another good one")]);
    assert_eq!(again.status, 400);
    says(&again, "This link doesn't work");
}

#[test]
fn an_undo_whose_address_another_account_has_says_so_and_works_once_that_is_gone() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let undo = app.moved(&tokens.access, NEW);
    let mut browser = Browser::new(&app);
    let before = browser.open("/account/email/undo", &undo).assert_ok();
    app.register("anew", OLD).assert_ok();
    app.activate(&app.last_link_token()).assert_ok();
    let late = browser.submit(&before, "/account/email/undo", &[("password", NEW_PASSWORD)]);
    for page in [browser.open("/account/email/undo", &undo), late] {
        assert_eq!(page.status, 400);
        says(&page, "Your old email now belongs to another account");
    }
    // Neither an expired link nor an invalid one reveals it.
    let forged = browser.open("/account/email/undo", "ghu_x");
    assert!(!forged.text().contains("another account"), "{}", forged.text());
    let anew = app.sign_in("anew");
    assert_eq!(app.delete_account(&anew.access).status, 204);
    let page = browser.open("/account/email/undo", &undo).assert_ok();
    assert_eq!(browser.submit(&page, "/account/email/undo", &[("password", NEW_PASSWORD)]).status, 303);
    app.login(OLD, NEW_PASSWORD).assert_ok();
}

#[test]
fn a_way_back_that_is_over_does_not_tell_who_has_its_address() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let undo = app.moved(&tokens.access, NEW);
    app.register("anew", OLD).assert_ok();
    app.activate(&app.last_link_token()).assert_ok();
    app.pass_seconds(7 * 86_400);
    let page = Browser::new(&app).open("/account/email/undo", &undo);
    assert_eq!(page.status, 400);
    assert!(!page.text().contains("another account"), "{}", page.text());
}

/// A test app in which an email has arrived.
struct Arrived {
    app: TestApp,
    /// The page its link leads to.
    path: &'static str,
    token: String,
    /// The fields that the page's button sends besides.
    fields: &'static [(&'static str, &'static str)],
}

impl Arrived {
    fn new(
        path: &'static str,
        fields: &'static [(&'static str, &'static str)],
        send: impl FnOnce(&TestApp) -> String,
    ) -> Self {
        let app = TestApp::new();
        let token = send(&app);
        Self { app, path, token, fields }
    }

    /// One of each kind.
    fn all() -> [Self; 5] {
        const CHOSEN: &[(&str, &str)] = &[("password", NEW_PASSWORD)];
        let activation = |app: &TestApp| {
            app.register("ada", OLD).assert_ok();
            app.last_link_token()
        };
        let recovery = |app: &TestApp| {
            app.user("ada");
            app.recover(OLD).assert_ok();
            app.last_link_token()
        };
        let change = |app: &TestApp| {
            app.change_email(&app.signed_in("ada").access, NEW).assert_ok();
            app.last_link_token()
        };
        let undo = |app: &TestApp| app.moved(&app.signed_in("ada").access, NEW);
        let factor = |app: &TestApp| {
            app.add_app(&app.signed_in("ada").access);
            app.last_link_token()
        };
        [
            Self::new("/account/activate", &[("password", PASSWORD)], activation),
            Self::new("/account/recover", CHOSEN, recovery),
            Self::new("/account/email", &[], change),
            Self::new("/account/email/undo", CHOSEN, undo),
            Self::new("/account/security/undo", CHOSEN, factor),
        ]
    }
}

#[test]
fn a_links_button_works_in_the_browser_its_page_was_opened_in_and_in_no_other() {
    for Arrived { app, path, token, fields } in Arrived::all() {
        let (mut ada, mut eve) = (Browser::new(&app), Browser::new(&app));
        let sealed_for_eve = eve.open(path, &token).assert_ok();
        let before = app.platform.dump();
        assert_eq!(ada.submit(&sealed_for_eve, path, fields).status, 403, "{path}: no cookie");
        let page = ada.open(path, &token).assert_ok();
        assert_eq!(ada.submit(&sealed_for_eve, path, fields).status, 403, "{path}: another browser's");
        let bare = [("token".to_owned(), token.clone())];
        assert_eq!(ada.post(path, &bare).status, 403, "{path}: no seal");
        let elsewhere = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "https://evil.example")];
        let body = format!("token={token}&password=x");
        assert_eq!(ada.send(Method::POST, path, &elsewhere, &body).status, 403, "{path}: from elsewhere");
        assert_eq!(app.platform.dump(), before, "{path}");
        assert_eq!(ada.submit(&page, path, fields).status, 303, "{path}");
    }
}

#[test]
fn looking_at_a_page_of_a_link_changes_nothing_and_its_token_goes_nowhere_else() {
    for Arrived { app, path, token, fields } in Arrived::all() {
        let before = app.platform.dump();
        let mut browser = Browser::new(&app);
        for method in [Method::GET, Method::HEAD, Method::GET] {
            let reply = browser.send(method, &format!("{path}?token={token}"), &[], "");
            assert_eq!((reply.status.as_u16(), reply.cost[0]), (200, 1), "{path}");
            assert_eq!(reply.header("referrer-policy"), "same-origin");
            assert_eq!(reply.header("cache-control"), "no-store");
        }
        assert_eq!(app.platform.dump(), before, "{path}");
        let page = browser.open(path, &token);
        let done = browser.submit(&page, path, fields);
        assert_eq!(done.header("location"), "https://auth.example.com/account/signin", "{path}");
        assert!(!done.headers.iter().any(|(_, value)| value.to_str().unwrap().contains(&token)), "{path}");
    }
}

#[test]
fn a_link_of_one_kind_opens_no_page_of_another() {
    let links = Arrived::all();
    for Arrived { app, path, .. } in &links {
        for other in links.iter().filter(|other| other.path != *path) {
            let reply = Browser::new(app).open(path, &other.token);
            assert_eq!((reply.status.as_u16(), reply.cost[0]), (400, 0), "{path} with a link to {}", other.path);
        }
    }
}

#[test]
fn pages_of_links_work_for_who_is_signed_in() {
    for Arrived { app, path, token, fields } in Arrived::all().into_iter().skip(1) {
        let mut browser = Browser::new(&app);
        browser.sign_in("ada", "/account");
        let page = browser.open(path, &token).assert_ok();
        assert_eq!(browser.submit(&page, path, fields).status, 303, "{path}");
    }
    let app = TestApp::new();
    app.user("bob");
    let mut browser = Browser::new(&app);
    browser.sign_in("bob", "/account");
    app.register("ada", OLD).assert_ok();
    let page = browser.open("/account/activate", &app.last_link_token()).assert_ok();
    let active = browser.submit(&page, "/account/activate", &[("password", PASSWORD)]);
    let account = browser.follow(&active);
    says(&browser.follow(&account), "bob@example.com");
    app.login("ada", PASSWORD).assert_ok();
}
