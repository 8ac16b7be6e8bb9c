//! The page of a user's sessions.

use crate::app::{Reply, TestApp};
use crate::browser::Browser;

/// The session ids that a page offers to end.
fn offered(page: &Reply) -> Vec<String> {
    let text = page.text();
    let ids = text.split(r#"name="id" value=""#).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    ids.collect()
}

#[test]
fn a_person_sees_where_they_are_signed_in_and_which_of_it_is_here() {
    let app = TestApp::new();
    app.signed_in("bob");
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let alone = browser.get("/account/sessions").assert_ok();
    assert!(alone.text().contains("You're not signed in anywhere else."), "{}", alone.text());
    assert!(!alone.text().contains("End all other sessions") && offered(&alone).is_empty());
    app.pass_seconds(60);
    app.sign_in("ada");
    app.platform.tell(
        "UPDATE sessions SET place = 'Lyon, FR', agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Firefox/127.0'
         WHERE created_at > 1780000000123",
    );
    let page = browser.get("/account/sessions").assert_ok();
    assert_eq!(offered(&page).len(), 1);
    let text = page.text();
    assert_eq!(text.matches("This browser").count(), 1);
    for shown in ["<bdi>Firefox on Linux</bdi>", "<bdi>Lyon, FR</bdi>", "<bdi>203.0.113.7</bdi>", "data-live"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    let id = &offered(&page)[0];
    assert!(text.contains(&format!(r#"aria-labelledby="end-{id} device-{id} begun-{id}""#)), "{text}");
}

#[test]
fn what_a_place_and_a_device_are_called_is_text_and_nothing_else() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    app.platform.tell(
        "UPDATE sessions SET place = '</bdi><script>alert(1)</script>\u{202e}', address = '\"><img src=x>',
           agent = '<script>alert(2)</script>'",
    );
    let text = browser.get("/account/sessions").assert_ok().text();
    assert!(text.contains("<bdi>&lt;/bdi&gt;&lt;script&gt;alert(1)&lt;/script&gt;\u{202e}</bdi>"), "{text}");
    assert!(text.contains("<bdi>&quot;&gt;&lt;img src=x&gt;</bdi>") && text.contains("<bdi>Unknown device</bdi>"));
}

#[test]
fn a_session_ended_on_the_page_is_out_at_its_next_click() {
    let app = TestApp::new();
    app.user("ada");
    let (mut browser, mut elsewhere) = (Browser::of(&app, "ada"), Browser::of(&app, "ada"));
    let page = browser.get("/account/sessions").assert_ok();
    let done = browser.submit(&page, "/account/sessions/end", &[]);
    assert!(browser.follow(&done).assert_ok().text().contains("The session has ended."));
    let out = elsewhere.get("/account/sessions");
    assert_eq!(out.header("location"), "https://auth.example.com/account/signin?r=%2Faccount%2Fsessions");
    app.pass_seconds(10);
    let gone = browser.submit(&page, "/account/sessions/end", &[]);
    assert_eq!(gone.status, 404);
    assert!(
        gone.text().contains("This doesn't exist, or it has been deleted.") && gone.text().contains("This browser")
    );
}

#[test]
fn nobody_ends_somebody_elses_session_and_ones_own_leads_to_the_sign_in() {
    let app = TestApp::new();
    let bob = app.signed_in("bob");
    let bobs: String = app.platform.ask("SELECT id FROM sessions");
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    for id in [bobs.as_str(), "", "x", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(browser.press("/account/sessions/end", &[("id", id)]).status, 404, "{id}");
    }
    app.me(&bob.access).assert_ok();
    let own: String =
        app.platform.ask("SELECT sessions.id FROM sessions JOIN users ON users.id = user_id WHERE login = 'ada'");
    let done = browser.press("/account/sessions/end", &[("id", &own)]);
    assert_eq!(browser.follow(&done).status, 303);
    app.me(&bob.access).assert_ok();
}

#[test]
fn every_other_session_ends_with_its_tokens_and_this_one_goes_on() {
    let app = TestApp::new();
    let bob = app.signed_in("bob");
    let first = app.administrator("ada");
    let second = app.sign_in("ada");
    let (mut browser, mut elsewhere) = (Browser::of(&app, "ada"), Browser::of(&app, "ada"));
    let portal = app.portal_token("ada");
    let private = app.private(&first.access, "goes on").data;
    let page = browser.get("/account/sessions").assert_ok();
    assert_eq!(offered(&page).len(), 3);
    let done = browser.submit(&page, "/account/sessions/others", &[]);
    let page = browser.follow(&done).assert_ok();
    assert!(page.text().contains("All your other sessions have ended.") && offered(&page).is_empty());
    for tokens in [&first, &second] {
        app.verify(&tokens.access).assert_error(401, "token_revoked");
        app.me(&tokens.access).assert_error(401, "token_revoked");
        app.refresh(&tokens.refresh).assert_error(401, "invalid_refresh_token");
    }
    assert_eq!(elsewhere.get("/account").status, 303);
    assert_eq!(app.portal_logout(&portal).status, 401, "a portal token is a sign-in");
    app.verify(&private).assert_ok();
    app.verify(&bob.access).assert_ok();
    let entries =
        "SELECT count(*) FROM audit WHERE act = 'end_other_sessions' AND outcome = 'ok' AND user_id IS NOT NULL";
    assert_eq!(app.platform.ask::<i64>(entries), 1);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE end_reason = 'ended'"), 3);
}

#[test]
fn of_two_sessions_that_end_each_other_at_once_one_does() {
    for meanwhile in [
        "UPDATE users SET auth_version = auth_version + 1",
        "UPDATE sessions SET ended_at = 1, end_reason = 'ended' WHERE id = (SELECT session_id FROM audit ORDER BY id DESC LIMIT 1)",
    ] {
        let app = TestApp::new();
        let tokens = app.signed_in("ada");
        let mut browser = Browser::of(&app, "ada");
        app.platform.before_batch(0, meanwhile);
        let late = browser.press("/account/sessions/others", &[]);
        assert_eq!(late.header("location"), "https://auth.example.com/account/signin?r=%2Faccount%2Fsessions");
        app.me(&tokens.access).assert_ok();
        let told = "SELECT group_concat(outcome) FROM audit WHERE act = 'end_other_sessions'";
        assert_eq!(app.platform.ask::<String>(told), "token_revoked");
    }
}
