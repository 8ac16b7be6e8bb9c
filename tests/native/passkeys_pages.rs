//! Passkeys on the pages: what a browser with a script sends there.

use serde_json::json;

use crate::app::{NEW_PASSWORD, ORIGIN, PASSWORD, Reply, TestApp, UNCOUNTED};
use crate::authenticator::{Authenticator, base64url};
use crate::browser::{Browser, passkey_options, way_for};
use crate::credentials::APP;

const SIGN_IN: &str = "/account/signin/passkey";
const PASSKEYS: &str = "/account/security/passkeys";

/// Lets a key answer the options on a page, and sends the page's form.
fn answer(browser: &mut Browser<'_>, page: &Reply, action: &str, key: &mut Authenticator) -> Reply {
    let credential = key.get(&passkey_options(page, action)).to_string();
    browser.submit(page, action, &[("credential", &credential)])
}

fn with_ada() -> (TestApp, Authenticator) {
    let app = TestApp::with(&[UNCOUNTED[0], UNCOUNTED[1], ("AUTH_REDIRECT_URIS", APP)]);
    let key = app.user_with_passkey("ada", 1);
    (app, key)
}

#[test]
fn the_page_signs_in_with_a_passkey_and_leads_on() {
    let (app, mut key) = with_ada();
    app.give_second_factor("ada");
    let mut browser = Browser::new(&app);
    let page = browser.get("/account/signin?r=/account/keys").assert_ok();
    assert_eq!((page.cost[0], page.text().contains(r#"autocomplete="username webauthn""#)), (0, true));
    let landed = answer(&mut browser, &page, SIGN_IN, &mut key);
    assert_eq!(landed.status, 303, "{}", landed.text());
    assert!(landed.header("location").ends_with("/account/keys"));
    browser.follow(&landed).assert_ok();
    let page = Browser::new(&app).get(&way_for(APP)).assert_ok();
    let mut browser = Browser::new(&app);
    let own = browser.get(&way_for(APP)).assert_ok();
    let stolen = key.get(&passkey_options(&page, SIGN_IN)).to_string();
    let refused = browser.submit(&own, SIGN_IN, &[("credential", &stolen)]);
    let only_the_form = (400, 1);
    assert_eq!((refused.status.as_u16(), refused.cost[0]), only_the_form, "the challenge of another browser");
    assert!(refused.text().contains("can&#39;t be used here") || refused.text().contains("can't be used here"));
    let landed = answer(&mut browser, &refused, SIGN_IN, &mut key);
    assert!(landed.header("location").starts_with(APP), "{}", landed.text());
}

#[test]
fn a_challenge_of_the_api_is_none_of_the_page_and_the_other_way_round() {
    let (app, mut key) = with_ada();
    let mut browser = Browser::new(&app);
    let page = browser.get("/account/signin").assert_ok();
    app.present(&key.get(&passkey_options(&page, SIGN_IN))).assert_error(400, "invalid_token");
    let credential = key.get(&app.passkey_options()).to_string();
    assert_eq!(browser.submit(&page, SIGN_IN, &[("credential", &credential)]).status, 400);
}

#[test]
fn only_an_unknown_passkey_may_be_forgotten_by_its_device() {
    let (app, mut key) = with_ada();
    let mut browser = Browser::new(&app);
    let page = browser.get("/account/signin").assert_ok();
    let mut removed = Authenticator { user_handle: key.user_handle.clone(), ..Authenticator::new(ORIGIN, 7) };
    let refused = answer(&mut browser, &page, SIGN_IN, &mut removed);
    assert_eq!(refused.status, 401);
    assert!(refused.text().contains(&format!(r#"data-unknown="{}""#, base64url(&removed.id))), "{}", refused.text());
    let refused = answer(&mut browser, &page, SIGN_IN, &mut Authenticator { signs_wrongly: true, ..key.clone() });
    assert_eq!((refused.status.as_u16(), refused.text().contains("data-unknown")), (401, false));
    let foreign = key.get(&json!({ "challenge": app.passkey_options()["challenge"], "rpId": "auth.example.com" }));
    let refused = browser.submit(&page, SIGN_IN, &[("credential", &foreign.to_string())]);
    assert_eq!((refused.status.as_u16(), refused.text().contains("data-unknown")), (400, false));
    for hostile in ["", "{}", "null"] {
        assert_eq!(browser.submit(&page, SIGN_IN, &[("credential", hostile)]).status, 400);
    }
}

#[test]
fn an_answer_without_its_user_stays_on_the_page_and_on_its_device() {
    let (app, key) = with_ada();
    let mut browser = Browser::new(&app);
    let page = browser.get("/account/signin").assert_ok();
    for mut absent in [
        Authenticator { user_verified: false, ..key.clone() },
        Authenticator { user_present: false, ..key.clone() },
        Authenticator { rp_id: Some("evil.example".to_owned()), ..key.clone() },
    ] {
        let refused = answer(&mut browser, &page, SIGN_IN, &mut absent);
        assert_eq!((refused.status.as_u16(), refused.text().contains("data-unknown")), (401, false));
        assert!(refused.text().contains("data-passkey"), "another attempt needs another page: {}", refused.text());
    }
}

#[test]
fn the_second_step_takes_a_key_and_asks_again_after_a_wrong_one() {
    let (app, mut key) = with_ada();
    app.give_second_factor("ada");
    let (mut browser, second) = (Browser::new(&app), "/account/signin/second");
    let asked = browser.sign_in("ada", "/account/keys");
    let again = answer_last(&mut browser, &asked, second, &mut Authenticator { signs_wrongly: true, ..key.clone() });
    assert_eq!(again.status, 401, "{}", again.text());
    let landed = answer_last(&mut browser, &again, second, &mut key);
    assert!(landed.header("location").ends_with("/account/keys"), "{}", landed.text());
}

/// The page has a form for codes and one for keys, with the same target: answers the latter.
fn answer_last(browser: &mut Browser<'_>, page: &Reply, action: &str, key: &mut Authenticator) -> Reply {
    let text = page.text();
    let form = text.split("<form ").find(|form| form.contains("data-passkey")).unwrap();
    let mut only = Reply { body: format!("<form {form}").into_bytes(), headers: page.headers.clone(), ..*page };
    only.body.extend(b"</form>");
    answer(browser, &only, action, key)
}

#[test]
fn the_page_confirms_an_identity_with_a_passkey() {
    let (app, mut key) = with_ada();
    let mut browser = Browser::of(&app, "ada");
    app.pass_seconds(901);
    let page = browser.get("/account/confirm?r=/account/password").assert_ok();
    let foreign = browser.clone().get("/account/confirm").assert_ok();
    let landed = answer(&mut browser, &page, "/account/confirm/passkey", &mut key);
    assert_eq!(landed.status, 303, "{}", landed.text());
    browser.follow(&landed).assert_ok();
    let mut other = Browser::of(&app, "ada");
    app.pass_seconds(10);
    let refused = answer(&mut other, &foreign, "/account/confirm/passkey", &mut key);
    assert_ne!(refused.status, 200, "the challenge of another session");
}

#[test]
fn the_page_adds_renames_and_removes_keys_and_tells_the_browser_which_there_are() {
    let (app, key) = with_ada();
    let mut browser = Browser::of(&app, "ada");
    let page = browser.get(PASSKEYS).assert_ok();
    assert!(
        page.text().contains(&format!("&quot;allAcceptedCredentialIds&quot;:[&quot;{}&quot;]", base64url(&key.id)))
    );
    assert!(page.text().contains("recovery codes"), "a security key needs codes first");
    let made = Authenticator::new(ORIGIN, 2).create(&passkey_options(&page, PASSKEYS)).to_string();
    let added = browser.submit(&page, PASSKEYS, &[("credential", &made)]);
    let page = browser.follow(&added).assert_ok();
    assert!(page.text().contains("has been added"));
    let rename = "/account/security/passkeys/rename";
    let wrong = browser.submit(&page, rename, &[("name", " ")]);
    assert_eq!(wrong.status, 400);
    let renamed = browser.submit(&page, rename, &[("name", "Ada's <phone>")]);
    assert!(browser.follow(&renamed).text().contains("Ada's &lt;phone&gt;"));
    let remove = "/account/security/passkeys/remove";
    let removed = browser.submit(&page, remove, &[]);
    browser.follow(&removed).assert_ok();
    assert_eq!(app.platform.count("passkeys"), 1);
    assert_eq!(browser.submit(&page, remove, &[]).status, 303, "it is gone already");
}

#[test]
fn the_page_removes_the_password_and_sets_one_again() {
    let (app, mut key) = with_ada();
    let mut browser = Browser::of(&app, "ada");
    let page = browser.get("/account/security").assert_ok();
    let removed = browser.submit(&page, "/account/security/password/remove", &[]);
    let page = browser.follow(&removed).assert_ok();
    assert!(page.text().contains("has no password") && !page.text().contains("/account/security/password/remove"));
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
    let keys = browser.get(PASSKEYS).assert_ok();
    assert_eq!(browser.submit(&keys, "/account/security/passkeys/remove", &[]).status, 409);
    let set = browser.get("/account/password").assert_ok();
    assert!(!set.text().contains("current_password"));
    let refused = browser.submit(&set, "/account/password", &[("new_password", NEW_PASSWORD)]);
    assert!(refused.header("location").contains("/account/confirm"), "one factor sets no password");
    let mut browser = Browser::new(&app);
    let page = browser.get("/account/signin").assert_ok();
    answer(&mut browser, &page, SIGN_IN, &mut key);
    let address = browser.get("/account/address").assert_ok();
    assert!(!address.text().contains("current_password"));
    browser.submit(&address, "/account/address", &[("email", "ada@new.example")]).assert_ok();
    app.confirm_email(&app.last_link_token()).assert_ok();
    app.pass_seconds(901);
    let confirm = browser.get("/account/confirm").assert_ok();
    assert!(!confirm.text().contains(r#"name="password""#));
    assert_eq!(answer(&mut browser, &confirm, "/account/confirm/passkey", &mut key).status, 303);
    let set = browser.get("/account/password").assert_ok();
    assert_eq!(browser.submit(&set, "/account/password", &[("new_password", NEW_PASSWORD)]).status, 303);
    app.login("ada", NEW_PASSWORD).assert_ok();
}
