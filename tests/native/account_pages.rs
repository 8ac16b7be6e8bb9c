//! The account pages: what users change there, and that other users cannot.

use http::Method;

use crate::app::{CODES, NEW_PASSWORD, PASSWORD, TestApp};
use crate::browser::{Browser, owned};
use crate::user_actions::email_to;

/// A page, the path its form posts to, and the fields filled in.
type Filled = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Every page that requires a recent proof.
const LATELY: [Filled; 5] = [
    ("/account/password", "/account/password", &[("current_password", PASSWORD), ("new_password", NEW_PASSWORD)]),
    ("/account/address", "/account/address", &[("email", "new@example.com"), ("current_password", PASSWORD)]),
    ("/account/sessions", "/account/sessions/others", &[]),
    ("/account/sessions", "/account/sessions/end", &[("id", "x")]),
    ("/account/delete", "/account/delete", &[("confirm_login", "ada")]),
];

#[test]
fn a_person_sees_their_profile_and_the_ways_to_change_it() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let text = browser.get("/account").assert_ok().text();
    for shown in ["<bdi>ada</bdi>", "<bdi>ada@example.com</bdi>", r#"<time datetime="2026-05-28T20:26:40Z">"#] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    for path in ["/account/password", "/account/address", "/account/export", "/account/delete", "/account/sessions"] {
        assert!(text.contains(&format!(r#"href="{path}""#)), "{path}");
        browser.get(path).assert_ok();
    }
    assert!(!text.contains("Administrator") && !text.contains("/admin"), "{text}");
    app.platform.tell("UPDATE users SET role = 'admin'");
    assert!(browser.get("/account").text().contains("Administrator"));
}

#[test]
fn a_password_changed_on_its_page_ends_every_session_but_this_one() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let (mut browser, mut elsewhere) = (Browser::of(&app, "ada"), Browser::of(&app, "ada"));
    let page = browser.get("/account/password").assert_ok();
    assert!(page.text().contains(r#"value="ada" autocomplete="username""#), "{}", page.text());
    let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
    let done = browser.submit(&page, "/account/password", &fields);
    assert!(browser.follow(&done).assert_ok().text().contains("Your password has been changed"));
    let out = elsewhere.get("/account/sessions");
    assert_eq!(out.header("location"), "https://auth.example.com/account/signin?r=%2Faccount%2Fsessions");
    app.verify(&tokens.access).assert_error(401, "token_revoked");
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
    app.login("ada", NEW_PASSWORD).assert_ok();
    assert!(email_to(&app, "ada@example.com").0.contains("password"));
}

#[test]
fn what_is_wrong_with_a_password_is_said_where_it_was_typed_and_no_password_is_repeated() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let page = browser.get("/account/password");
    for (present, new, status, said) in [
        ("wrong indeed", NEW_PASSWORD, 401, "Incorrect password."),
        (PASSWORD, "short", 422, "It's too short."),
        (PASSWORD, "ada@example.com", 422, "It's based on your username"),
    ] {
        let reply = browser.submit(&page, "/account/password", &[("current_password", present), ("new_password", new)]);
        assert_eq!(reply.status, status, "{}", reply.text());
        let text = reply.text();
        assert!(text.contains(said) && text.contains(r#"action="/account/password""#), "{text}");
        assert!(!text.contains(present) && !text.contains(&format!(r#""{new}""#)), "{text}");
    }
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn another_address_is_asked_for_and_nothing_tells_whose_it_is() {
    let app = TestApp::new();
    app.user("bob");
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let page = browser.get("/account/address").assert_ok();
    let mut ask = |email: &str, password: &str| {
        browser.submit(&page, "/account/address", &[("email", email), ("current_password", password)])
    };
    for (email, password, status) in [("nowhere", PASSWORD, 400), ("new@example.com", "wrong", 401)] {
        let reply = ask(email, password);
        assert_eq!(reply.status, status, "{}", reply.text());
        assert!(reply.text().contains(&format!(r#"value="{email}""#)), "{}", reply.text());
        assert_eq!(app.platform.count("email_changes"), 0);
    }
    let free = ask("new@example.com", PASSWORD).assert_ok();
    let token = app.last_link_token();
    let taken = ask("bob@example.com", PASSWORD).assert_ok();
    assert!(free.text().contains("<bdi>new@example.com</bdi>"), "{}", free.text());
    assert_eq!(free.observable().2.replace("new@", "bob@"), taken.observable().2);
    assert_eq!(free.cost, taken.cost);
    app.confirm_email(&token).assert_ok();
    assert!(browser.get("/account").assert_ok().text().contains("<bdi>new@example.com</bdi>"));
}

#[test]
fn pages_speak_the_language_that_was_chosen_until_it_is_left_to_the_browser() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let page = browser.get("/account").assert_ok();
    let done = browser.submit(&page, "/account/language", &[("language", "de")]);
    let german = browser.follow(&done).assert_ok();
    assert!(german.text().contains(r#"<html lang="de">"#) && german.text().contains("Ihre Sprache wurde gespeichert."));
    assert!(german.text().contains(r#"<option value="de" lang="de" selected>"#), "{}", german.text());
    assert!(Browser::of(&app, "ada").get("/account/sessions").text().contains("Sitzungen"));
    for wrong in ["tlh", "DE", "<script>"] {
        assert_eq!(browser.submit(&german, "/account/language", &[("language", wrong)]).status, 400, "{wrong}");
    }
    let done = browser.submit(&german, "/account/language", &[("language", "")]);
    assert!(browser.follow(&done).text().contains(r#"<html lang="en">"#));
}

#[test]
fn what_is_kept_is_taken_away_as_a_file_and_an_old_proof_leads_back_to_its_page() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    browser.get("/account/export").assert_ok();
    let file = browser.get("/account/export/file").assert_ok();
    assert_eq!(file.header("content-disposition"), r#"attachment; filename="account.json""#);
    assert_eq!(file.json()["user"]["login"], "ada");
    app.pass_seconds(901);
    let sent = browser.get("/account/export/file");
    assert_eq!(sent.header("location"), "https://auth.example.com/account/export");
    let confirm = browser.follow(&sent);
    let confirm = browser.follow(&confirm).assert_ok();
    let back = browser.submit(&confirm, "/account/confirm", &[("password", PASSWORD)]);
    assert!(browser.follow(&back).assert_ok().text().contains("/account/export/file"));
    browser.get("/account/export/file").assert_ok();
    assert_eq!(Browser::new(&app).get("/account/export/file").status, 303);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'export'"), 2);
}

#[test]
fn an_account_is_deleted_by_who_types_its_login_name() {
    let app = TestApp::new();
    app.user("bob");
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let mut page = browser.get("/account/delete").assert_ok();
    assert!(page.text().contains("365 days"), "{}", page.text());
    for typed in ["", "bob", "ada@example.com", "<script>alert(1)</script>"] {
        page = browser.submit(&page, "/account/delete", &[("confirm_login", typed)]);
        assert_eq!(page.status, 400, "{typed}");
        assert!(page.text().contains("This isn't your username."), "{}", page.text());
        assert!(!page.text().contains("<script>alert"), "{}", page.text());
    }
    let gone = browser.submit(&page, "/account/delete", &[("confirm_login", " Ada ")]).assert_ok();
    assert!(gone.text().contains("Your account has been deleted") && !gone.text().contains("<nav"), "{}", gone.text());
    assert!(browser.cookie("__Host-session").is_none() && !browser.cookies().contains("__Host-form"));
    assert_eq!(app.platform.ask::<String>("SELECT group_concat(login) FROM users"), "bob");
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
    assert_eq!(browser.get("/account").status, 303);
}

#[test]
fn an_old_proof_leads_to_a_new_one_and_back_and_until_then_nothing_happens() {
    let app = TestApp::new();
    app.user("ada");
    let session = Browser::of(&app, "ada").cookie("__Host-session").unwrap().to_owned();
    app.pass_seconds(901);
    let before = (app.platform.dump(), app.emails().len());
    for (page, action, fields) in LATELY {
        let mut browser = Browser::with_session(&app, &session);
        let asked = form_urlencoded::byte_serialize(page.as_bytes()).collect::<String>();
        let confirm = format!("https://auth.example.com/account/confirm?r={asked}");
        assert_eq!(browser.press(action, fields).header("location"), confirm);
        if page != "/account/sessions" {
            assert_eq!(browser.get(page).header("location"), confirm);
        }
    }
    assert_eq!((app.platform.dump(), app.emails().len()), before);
}

#[test]
fn whose_session_is_over_is_out_at_the_next_click_wherever_it_is() {
    let app = TestApp::with(&[CODES]);
    app.user("ada");
    let session = Browser::of(&app, "ada").cookie("__Host-session").unwrap().to_owned();
    for end in [
        "UPDATE users SET disabled_at = 1",
        "UPDATE sessions SET ended_at = 1, end_reason = 'ended', op = 'x'; UPDATE users SET disabled_at = NULL",
    ] {
        app.platform.tell(end);
        let before = (app.platform.dump(), app.emails().len());
        let pages =
            ["/account", "/account/export", "/account/confirm"].map(|page| (page, "/account/language", &[][..]));
        let proofs = ["/account/confirm", "/account/confirm/code", "/account/confirm/verify"]
            .map(|action| ("/account/sessions", action, &[("password", PASSWORD), ("code", "1")][..]));
        for (page, action, fields) in LATELY.into_iter().chain(pages).chain(proofs) {
            let mut browser = Browser::with_session(&app, &session);
            let sent = |location: &str| location.starts_with("https://auth.example.com/account/signin?r=%2Faccount");
            assert!(sent(browser.get(page).header("location")), "{page}");
            assert!(sent(browser.press(action, fields).header("location")), "{action}");
        }
        assert_eq!((app.platform.dump(), app.emails().len()), before);
    }
}

#[test]
fn a_form_of_somebody_elses_making_changes_nothing() {
    let app = TestApp::with(&[CODES]);
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    browser.get("/account").assert_ok();
    let strangers = Browser::new(&app).get("/account/signin").text();
    let (_, rest) = strangers.split_once(r#"name="seal" value=""#).unwrap();
    let strangers = rest.split('"').next().unwrap();
    let before = (app.platform.dump(), app.emails().len());
    let others = [
        ("", "/account/language", &[("language", "de")][..]),
        ("", "/account/confirm", &[("password", PASSWORD)]),
        ("", "/account/confirm/code", &[]),
        ("", "/account/confirm/verify", &[("code", "1")]),
        ("", "/account/signout", &[]),
    ];
    for (_, action, fields) in LATELY.into_iter().chain(others) {
        for seal in ["", strangers] {
            let reply = browser.post(action, &[owned(&[("seal", seal)]), owned(fields)].concat());
            assert_eq!(reply.status, 403, "{action}");
        }
        assert_eq!(browser.post(action, &owned(fields)).status, 403, "{action}");
        // A valid token, but sent from another browser.
        let sealed = browser.get("/account").text();
        let (_, rest) = sealed.split_once(r#"name="seal" value=""#).unwrap();
        let body = [owned(&[("seal", rest.split('"').next().unwrap())]), owned(fields)].concat();
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(body).finish();
        let from = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "https://evil.example")];
        assert_eq!(browser.send(Method::POST, action, &from, &body).status, 403, "{action}");
    }
    assert_eq!((app.platform.dump(), app.emails().len()), before);
}
