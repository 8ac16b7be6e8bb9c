//! The page where users prove their identity again.

use crate::app::{CODES, JSON, ORIGIN, PASSWORD, TestApp};
use crate::browser::Browser;

#[test]
fn a_proof_leads_on_to_what_wanted_it_and_is_asked_for_once() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    app.pass_seconds(901);
    let sent = browser.get("/account/password");
    let page = browser.follow(&sent).assert_ok();
    assert!(page.text().contains(r#"value="ada" autocomplete="username""#), "{}", page.text());
    assert!(page.text().contains("You won't be asked again for 15 minutes."), "{}", page.text());
    assert!(!page.text().contains("Email me a code"));
    let back = browser.submit(&page, "/account/confirm", &[("password", PASSWORD)]);
    assert_eq!(back.header("location"), "https://auth.example.com/account/password");
    browser.follow(&back).assert_ok();
    assert_eq!(
        browser.get("/account/confirm?r=/account/delete").header("location"),
        "https://auth.example.com/account/delete"
    );
    app.pass_seconds(901);
    browser.get("/account/confirm").assert_ok();
}

#[test]
fn a_wrong_password_is_said_there_and_the_way_on_is_kept() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    app.pass_seconds(901);
    let page = browser.get("/account/confirm?r=/account/delete%3Fx=%22%3E").assert_ok();
    let wrong = browser.submit(&page, "/account/confirm", &[("password", "wrong indeed")]);
    assert_eq!(wrong.status, 401);
    assert!(wrong.text().contains("Incorrect password.") && !wrong.text().contains("wrong indeed"), "{}", wrong.text());
    let back = browser.submit(&wrong, "/account/confirm", &[("password", PASSWORD)]);
    assert_eq!(back.header("location"), r#"https://auth.example.com/account/delete?x=">"#);
}

#[test]
fn it_leads_nowhere_but_to_a_path_of_ours() {
    let elsewhere = "https://app.example.com/in";
    let app = TestApp::with(&[("AUTH_REDIRECT_URIS", elsewhere)]);
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    for r in
        [elsewhere, "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "account", ""]
    {
        let asked: String = form_urlencoded::byte_serialize(r.as_bytes()).collect();
        let on = browser.get(&format!("/account/confirm?r={asked}"));
        assert_eq!((on.status.as_u16(), on.header("location")), (303, "https://auth.example.com/account"), "{r}");
        let on = browser.press("/account/confirm", &[("password", PASSWORD)]);
        assert_eq!(on.header("location"), "https://auth.example.com/account", "{r}");
    }
    app.pass_seconds(901);
    for r in [elsewhere, "//evil.example"] {
        let page = browser.get(&format!("/account/confirm?r={r}")).assert_ok();
        assert!(!page.text().contains("evil.example") && !page.text().contains("app.example.com"), "{}", page.text());
    }
}

#[test]
fn a_code_by_mail_proves_it_too() {
    let app = TestApp::with(&[CODES]);
    app.user("ada");
    app.user("bob");
    let mut browser = Browser::of(&app, "ada");
    app.pass_seconds(901);
    let page = browser.get("/account/confirm?r=/account/delete").assert_ok();
    let coded = browser.submit(&page, "/account/confirm/code", &[("password", "")]).assert_ok();
    assert!(coded.text().contains("<bdi>ada@example.com</bdi>"), "{}", coded.text());
    let code = app.last_code();
    app.request_code("bob@example.com").assert_ok();
    let foreign = app.last_code();
    for typed in ["000000", &foreign] {
        let wrong = browser.submit(&coded, "/account/confirm/verify", &[("code", typed)]);
        assert_eq!(wrong.status, 401, "{}", wrong.text());
        assert!(wrong.text().contains("The code is incorrect or has expired."));
    }
    let on = browser.submit(&coded, "/account/confirm/verify", &[("code", &code)]);
    assert_eq!(on.header("location"), "https://auth.example.com/account/delete");
    browser.follow(&on).assert_ok();
    app.pass_seconds(901);
    assert_ne!(browser.submit(&coded, "/account/confirm/verify", &[("code", &code)]).status, 303, "a code is for once");
}

#[test]
fn where_codes_are_off_there_is_none_to_ask_for() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    for action in ["/account/confirm/code", "/account/confirm/verify"] {
        assert_eq!(browser.press(action, &[("code", "000000")]).status, 404, "{action}");
    }
    assert_eq!(app.platform.count("codes"), 0);
}

#[test]
fn wrong_passwords_of_a_session_are_counted_wherever_they_are_typed() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let change = [("current_password", "wrong"), ("new_password", "long enough, isn't it")];
    let address = [("current_password", "wrong"), ("email", "new@example.com")];
    for turn in 0..10 {
        let reply = match turn % 3 {
            0 => browser.press("/account/confirm", &[("password", "wrong")]),
            1 => browser.press("/account/password", &change),
            _ => browser.press("/account/address", &address),
        };
        assert_eq!(reply.status, 401, "{turn}");
    }
    let waits = browser.press("/account/confirm", &[("password", PASSWORD)]);
    assert_eq!((waits.status.as_u16(), waits.header("retry-after")), (429, "15"));
    assert!(waits.text().contains("Try again in 15 seconds."), "{}", waits.text());
    let body = format!(r#"{{"password":"{PASSWORD}"}}"#);
    let route = browser.send(http::Method::POST, "/api/auth/reauthenticate", &[JSON, ("Origin", ORIGIN)], &body);
    route.assert_error(429, "rate_limited");
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn whose_session_ends_while_they_prove_it_is_sent_to_the_sign_in() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    app.platform.before_batch(1, "UPDATE sessions SET ended_at = 1, end_reason = 'ended', op = 'x'");
    let late = browser.press("/account/confirm", &[("password", PASSWORD)]);
    assert_eq!(late.header("location"), "https://auth.example.com/account/signin?r=%2Faccount%2Fconfirm");
}
