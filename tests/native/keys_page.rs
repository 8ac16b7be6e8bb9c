//! Keys and tokens on `/account/keys`: created, shown once, listed and deleted in a browser, and refusals.

use http::Method;
use serde_json::json;

use crate::app::{PASSWORD, Reply, TestApp};
use crate::browser::{Browser, filled_in, owned};
use crate::machine_clients::{basic, bearer, mask};
use crate::user_actions::email_to;

const PAGE: &str = "/account/keys";
const API: &str = "/account/keys/api";
const PRIVATE: &str = "/account/keys/private";
const PORTAL: &str = "/account/keys/portal";
const DELETE: &str = "/account/keys/delete";

/// A browser with a signed-in user.
fn browser<'h>(app: &'h TestApp, login: &str) -> Browser<'h> {
    app.user(login);
    let mut browser = Browser::new(app);
    assert_eq!(browser.sign_in(login, PAGE).status, 303);
    browser
}

fn administrator<'h>(app: &'h TestApp, login: &str) -> Browser<'h> {
    app.administrator(login);
    let mut browser = Browser::new(app);
    browser.sign_in(login, PAGE);
    browser
}

/// The values a page offers to copy.
fn copied(page: &Reply) -> Vec<String> {
    let text = page.text();
    text.split(r#"data-copy="Copy">"#).skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

/// Creates a key or token on the page; returns its value.
#[track_caller]
fn make(browser: &mut Browser<'_>, action: &str, name: &str) -> String {
    let page = browser.get(PAGE).assert_ok();
    copied(&browser.submit(&page, action, &[("name", name), ("life", "90")]).assert_ok()).remove(0)
}

fn living(app: &TestApp) -> i64 {
    app.platform.ask("SELECT count(*) FROM tokens WHERE ended_at IS NULL")
}

fn last_entry(app: &TestApp) -> String {
    app.platform.ask("SELECT concat(act, ' ', outcome) FROM audit ORDER BY id DESC LIMIT 1")
}

#[test]
fn an_api_key_of_the_page_is_one_like_any_other() {
    let app = TestApp::new();
    let mut browser = browser(&app, "ada");
    let page = browser.get(PAGE).assert_ok();
    assert!(
        page.text().contains("You don't have any API keys.")
            && page.text().contains("You don't have any private tokens.")
    );
    let made = browser.submit(&page, API, &[("name", " nightly backup "), ("life", "30")]).assert_ok();
    let key = copied(&made).remove(0);
    assert!(made.text().contains("Authorization: Basic base64(apikey:KEY)"), "{}", made.text());
    assert_eq!(app.me_with(&basic(&key)).assert_ok().json()["login"], "ada");
    assert_eq!(email_to(&app, "ada@example.com").0, "A new key for your Gatehouse account");
    let list = app.list_keys(&bearer(&app.sign_in("ada"))).json();
    assert_eq!(list["apiKeys"][0]["description"], "nightly backup");
    assert_eq!(list["apiKeys"][0]["expired"], "2026-06-27T20:26:40.123Z");
    let page = browser.get(PAGE).assert_ok().text();
    for shown in ["<bdi>nightly backup</bdi>", "2026-06-27 20:26 UTC</time>", "last used <time"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    app.pass_seconds(30 * 86_400);
    app.me_with(&basic(&key)).assert_error(401, "token_expired");
    let mut browser = Browser::new(&app);
    browser.sign_in("ada", PAGE);
    assert!(browser.get(PAGE).text().contains(r#"<span class="mark">expired</span>"#));
}

#[test]
fn the_page_shows_of_an_api_key_what_the_list_for_programs_shows() {
    for (reveal, shown_late) in [("300", false), ("0", true)] {
        let app = TestApp::with(&[("AUTH_API_KEY_REVEAL", reveal)]);
        let mut browser = browser(&app, "ada");
        let key = make(&mut browser, API, "");
        assert_eq!(copied(&browser.get(PAGE)), [key.as_str()]);
        app.pass_seconds(300);
        let late = browser.get(PAGE).assert_ok();
        assert_eq!(copied(&late).len(), usize::from(shown_late), "{reveal}");
        assert_eq!(late.text().contains(&key[26..]), shown_late, "{reveal}");
        assert!(late.text().contains(&mask(&key)), "its button says which key it deletes");
    }
}

#[test]
fn a_private_token_of_the_page_is_shown_this_once() {
    let app = TestApp::new();
    let mut browser = browser(&app, "ada");
    let token = make(&mut browser, PRIVATE, "build");
    app.me(&token).assert_ok();
    let page = browser.get(PAGE).assert_ok();
    assert!(page.text().contains("<bdi>build</bdi>"));
    assert!(!page.text().contains(token.rsplit('.').next().unwrap()));
    assert_eq!(copied(&page).len(), 0);
}

#[test]
fn a_form_offers_no_life_beyond_the_longest_and_takes_none() {
    let app = TestApp::with(&[("AUTH_API_KEY_MAX_LIFETIME", "5184000")]);
    let mut browser = browser(&app, "ada");
    let page = browser.get(PAGE).assert_ok();
    assert!(page.text().contains(r#"value="30""#) && !page.text().contains(r#"value="90""#));
    for life in ["90", "365", "31", "-30", "30.0", "", "1e1", "\u{663}\u{660}"] {
        let refused = browser.submit(&page, API, &[("name", "kept"), ("life", life)]);
        assert_eq!(refused.status, 400, "{life}");
        assert!(refused.text().contains(r#"value="kept""#) && refused.text().contains(r#"role="alert""#), "{life}");
    }
    browser.submit(&page, API, &[("life", "longest")]).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT expires_at - created_at FROM tokens"), 5_184_000_000);
}

#[test]
fn what_cannot_be_made_is_said_above_the_form_it_was_typed_in() {
    let app = TestApp::new();
    let mut browser = browser(&app, "ada");
    let page = browser.get(PAGE).assert_ok();
    let too_long = "ä".repeat(301);
    for (action, name) in [(PRIVATE, ""), (PRIVATE, " \t "), (PRIVATE, &too_long), (API, &too_long)] {
        let refused = browser.submit(&page, action, &[("name", name), ("life", "30")]);
        assert_eq!(refused.status, 400, "{action} {name}");
        assert!(refused.text().contains(r#"<option value="30" selected>"#), "{}", refused.text());
    }
    browser.submit(&page, PRIVATE, &[("name", &too_long[..600]), ("life", "30")]).assert_ok();
    assert_eq!(living(&app), 1);
    for _ in 0..5 {
        make(&mut browser, API, "x");
    }
    let full = browser.submit(&page, API, &[("name", "the sixth"), ("life", "365")]);
    assert_eq!(full.status, 400);
    assert!(full.text().contains("You've reached the maximum number of keys. Delete one first."));
    assert!(full.text().contains(r#"value="the sixth""#) && full.text().contains(r#"<option value="365" selected>"#));
    assert_eq!(full.text().matches("the sixth").count(), 1, "the other form is as it was");
    assert_eq!(last_entry(&app), "create_token too_many_keys");
}

#[test]
fn nobody_makes_more_than_twenty_an_hour_and_the_page_says_until_when() {
    let app = TestApp::with(&[("ENVIRONMENT", "development"), ("AUTH_LIMITS_ADDRESS", "off")]);
    let mut browser = browser(&app, "ada");
    for _ in 0..20 {
        make(&mut browser, PRIVATE, "x");
    }
    let page = browser.get(PAGE).assert_ok();
    let refused = browser.submit(&page, PRIVATE, &[("name", "one more"), ("life", "30")]);
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "3600"));
    assert!(refused.text().contains("Try again in 60 minutes.") && refused.text().contains(r#"value="one more""#));
    assert_eq!(living(&app), 20);
}

#[test]
fn who_finds_a_laptop_open_makes_no_key_on_it_and_its_owner_can_delete_one() {
    let app = TestApp::new();
    let mut browser = administrator(&app, "ada");
    let key = make(&mut browser, API, "");
    let early = browser.get(PAGE).assert_ok();
    app.pass_seconds(15 * 60 + 1);
    let late = browser.get(PAGE).assert_ok();
    assert!(late.text().contains(r#"href="/account/confirm?r=%2Faccount%2Fkeys""#));
    for action in [API, PRIVATE, PORTAL] {
        assert!(!late.text().contains(&format!(r#"action="{action}""#)));
        let refused = browser.submit(&early, action, &[("name", "taken along"), ("life", "longest")]);
        let way = "https://auth.example.com/account/confirm?r=%2Faccount%2Fkeys";
        assert_eq!((refused.status.as_u16(), refused.header("location")), (303, way), "{action}");
    }
    assert_eq!(living(&app), 1);
    let deleted = browser.submit(&late, DELETE, &[]);
    assert!(browser.follow(&deleted).text().contains("Deleted. Programs that used it no longer have access."));
    app.me_with(&basic(&key)).assert_error(401, "token_revoked");
}

#[test]
fn a_key_is_deleted_with_all_it_has_made_and_once() {
    let app = TestApp::new();
    let mut browser = browser(&app, "ada");
    let key = make(&mut browser, API, "first");
    let child = app.make_key(&basic(&key));
    let page = browser.get(PAGE).assert_ok();
    let id: String = app.platform.ask("SELECT id FROM tokens WHERE made_by IS NULL");
    assert_eq!(browser.press(DELETE, &[("kind", "api_key"), ("id", &id)]).status, 303);
    assert_eq!(app.alive(&[&key, &child]), [false, false]);
    assert_eq!(last_entry(&app), "end_token ok");
    assert_eq!(browser.submit(&page, DELETE, &[]).status, 404, "it is gone already");
    assert_eq!(last_entry(&app), "end_token not_found");
}

#[test]
fn somebody_elses_keys_are_neither_seen_nor_deleted() {
    let app = TestApp::new();
    let mut ada = browser(&app, "ada");
    let mut bob = browser(&app, "bob");
    let key = make(&mut ada, API, "of ada alone");
    let id: String = app.platform.ask("SELECT id FROM tokens");
    assert!(!bob.get(PAGE).text().contains("of ada alone"));
    for (kind, id) in [("api_key", id.as_str()), ("private", &id), ("api_key", "x"), ("api_key", ""), ("portal", &id)] {
        assert_eq!(bob.press(DELETE, &[("kind", kind), ("id", id)]).status, 404, "{kind} {id}");
        assert_eq!(last_entry(&app), "end_token not_found");
    }
    assert_eq!(ada.press(DELETE, &[("kind", "private"), ("id", &id)]).status, 404, "a kind that it is not");
    assert_eq!(ada.press(DELETE, &[("kind", "session"), ("id", &id)]).status, 400);
    assert_eq!(app.alive(&[&key]), [true]);
}

#[test]
fn an_administrator_regenerates_the_key_of_the_portal_and_no_other_ends() {
    let app = TestApp::new();
    let mut browser = administrator(&app, "ada");
    let [first, second] = [(), ()].map(|()| make(&mut browser, PORTAL, ""));
    let held = app.portal_token("ada");
    let me = |token: &str| app.with_portal_token(Method::GET, "/api/auth/me", token).status.as_u16();
    assert_eq!([&first, &second, &held].map(|token| (token.len(), me(token))), [(64, 200); 3]);
    let page = browser.get(PAGE).assert_ok().text();
    assert_eq!(page.matches("API Key from this page</bdi>").count(), 2);
    assert!(page.contains("valid until deleted") && page.contains(">Regenerate</button>"), "{page}");
    assert!(!page.contains(&first[32..]) && !page.contains(&held[32..]));
    app.pass_seconds(3600);
    assert_eq!([&first, &second, &held].map(|token| me(token)), [401, 401, 200]);
}

#[test]
fn a_lost_portal_token_without_expiry_locks_nobody_out() {
    let app = TestApp::new();
    let mut browser = administrator(&app, "ada");
    let lost = app.portal_token("ada");
    let request = json!({ "username": "ada", "password": PASSWORD });
    assert_eq!(app.portal_login(&request).status, 403);
    let page = browser.get(PAGE).assert_ok();
    assert_eq!(browser.submit(&page, DELETE, &[]).status, 303);
    assert_eq!(app.with_portal_token(Method::GET, "/api/auth/me", &lost).status, 401);
    app.portal_login(&request).assert_ok();
}

#[test]
fn who_does_not_administer_sees_no_portal_and_is_refused_on_the_record() {
    let app = TestApp::new();
    let mut browser = browser(&app, "bob");
    let page = browser.get(PAGE).assert_ok();
    for hidden in ["Regenerate", "portal", "/admin"] {
        assert!(!page.text().contains(hidden), "{hidden}: {}", page.text());
    }
    assert_eq!(browser.press(PORTAL, &[]).status, 403);
    assert_eq!((last_entry(&app).as_str(), app.platform.count("tokens")), ("create_token forbidden", 0));
}

#[test]
fn a_form_that_is_not_this_browsers_makes_and_deletes_nothing() {
    let app = TestApp::new();
    let mut ada = administrator(&app, "ada");
    make(&mut ada, API, "");
    let mut eve = browser(&app, "eve");
    make(&mut eve, API, "");
    let foreign = eve.get(PAGE).assert_ok();
    let id: String =
        app.platform.ask("SELECT tokens.id FROM tokens JOIN users ON users.id = user_id WHERE login = 'ada'");
    for action in [API, PRIVATE, DELETE] {
        let fields = [("name", "x"), ("life", "30"), ("kind", "api_key"), ("id", id.as_str())];
        assert_eq!(ada.submit(&foreign, action, &fields[..2]).status, 403, "{action}: a seal for another browser");
        assert_eq!(ada.post(action, &owned(&fields)).status, 403, "{action}: no seal");
    }
    assert_eq!(ada.post(PORTAL, &[]).status, 403);
    let own = ada.get(PAGE).assert_ok();
    let seal = own.text().split(r#"name="seal" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    for (header, value) in [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")] {
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), (header, value)];
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("seal", &seal)
            .append_pair("life", "30")
            .finish();
        assert_eq!(ada.send(Method::POST, API, &headers, &body).status, 403, "{header}");
    }
    assert_eq!(living(&app), 2);
}

#[test]
fn no_key_opens_the_page_of_keys() {
    let app = TestApp::new();
    let key = app.make_key(&bearer(&app.signed_in("ada")));
    let access = bearer(&app.sign_in("ada"));
    for credential in [basic(&key), access] {
        let credential = [("Authorization", credential.as_str())];
        let mut browser = Browser::new(&app);
        let page = browser.get("/account/signin");
        let fields = filled_in(&page, "/account/signin", &[("name", "x"), ("life", "30")]);
        let replies = [
            browser.send(Method::GET, PAGE, &credential, ""),
            browser.post_with(&credential, API, &fields),
            browser.post_with(&credential, DELETE, &fields),
        ];
        for reply in replies {
            let way = "https://auth.example.com/account/signin?r=%2Faccount%2Fkeys";
            assert_eq!((reply.status.as_u16(), reply.header("location")), (303, way));
        }
    }
    assert_eq!(living(&app), 1);
}

#[test]
fn who_is_shut_out_meanwhile_makes_nothing() {
    let app = TestApp::new();
    let mut browser = browser(&app, "ada");
    let page = browser.get(PAGE).assert_ok();
    app.platform.before_batch(0, "UPDATE users SET auth_version = auth_version + 1");
    let out = browser.submit(&page, API, &[("name", "x"), ("life", "30")]);
    assert_eq!(out.header("location"), "https://auth.example.com/account/signin?r=%2Faccount%2Fkeys");
    assert_eq!((last_entry(&app).as_str(), living(&app)), ("create_token token_revoked", 0));
    app.platform.tell("UPDATE users SET disabled_at = 1780000000123");
    assert_eq!(browser.get(PAGE).status, 303);
}

#[test]
fn a_hostile_name_is_text_and_stays_in_its_place() {
    let app = TestApp::new();
    let mut browser = browser(&app, "ada");
    let hostile = "\"><script>alert(1)</script>\u{202e}<img src=x onerror=y>";
    make(&mut browser, API, hostile);
    make(&mut browser, PRIVATE, hostile);
    let page = browser.get(PAGE).assert_ok().text();
    assert_eq!(page.matches("<script").count(), 1, "our own: {page}");
    assert!(!page.contains("<img"));
    let shown = "<bdi>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\u{202e}&lt;img src=x onerror=y&gt;</bdi>";
    assert_eq!(page.matches(shown).count(), 2);
}
