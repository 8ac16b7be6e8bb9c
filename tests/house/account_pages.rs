//! The pages of somebody's own account: what they change there, and what nobody else can.

use http::Method;

use crate::browser::{Browser, owned};
use crate::house::{CODES, House, NEW_PASSWORD, PASSWORD};
use crate::people::letter_to;

/// A page, where one of its forms leads, and what is filled in.
type Filled = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Every page that wants a proof of the last minutes.
const LATELY: [Filled; 5] = [
    ("/account/password", "/account/password", &[("current_password", PASSWORD), ("new_password", NEW_PASSWORD)]),
    ("/account/address", "/account/address", &[("email", "new@example.com"), ("current_password", PASSWORD)]),
    ("/account/sessions", "/account/sessions/others", &[]),
    ("/account/sessions", "/account/sessions/end", &[("id", "x")]),
    ("/account/delete", "/account/delete", &[("confirm_login", "ada")]),
];

#[test]
fn a_person_sees_their_profile_and_the_ways_to_change_it() {
    let house = House::new();
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    let text = browser.get("/account").granted().text();
    for shown in ["<bdi>ada</bdi>", "<bdi>ada@example.com</bdi>", r#"<time datetime="2026-05-28T20:26:40Z">"#] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    for path in ["/account/password", "/account/address", "/account/export", "/account/delete", "/account/sessions"] {
        assert!(text.contains(&format!(r#"href="{path}""#)), "{path}");
        browser.get(path).granted();
    }
    assert!(!text.contains("Administrator") && !text.contains("/admin"), "{text}");
    house.world.tell("UPDATE users SET role = 'admin'");
    assert!(browser.get("/account").text().contains("Administrator"));
}

#[test]
fn a_password_changed_on_its_page_ends_every_session_but_this_one() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let (mut browser, mut elsewhere) = (Browser::of(&house, "ada"), Browser::of(&house, "ada"));
    let page = browser.get("/account/password").granted();
    assert!(page.text().contains(r#"value="ada" autocomplete="username""#), "{}", page.text());
    let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
    let done = browser.submit(&page, "/account/password", &fields);
    assert!(browser.follow(&done).granted().text().contains("The password is changed"));
    let out = elsewhere.get("/account/sessions");
    assert_eq!(out.header("location"), "https://auth.example.com/account/signin?r=%2Faccount%2Fsessions");
    house.verify(&tokens.access).refused(401, "token_revoked");
    house.login("ada", PASSWORD).refused(401, "invalid_credentials");
    house.login("ada", NEW_PASSWORD).granted();
    assert!(letter_to(&house, "ada@example.com").0.contains("password"));
}

#[test]
fn what_is_wrong_with_a_password_is_said_where_it_was_typed_and_no_password_is_repeated() {
    let house = House::new();
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    let page = browser.get("/account/password");
    for (present, new, status, said) in [
        ("wrong indeed", NEW_PASSWORD, 401, "The password is wrong."),
        (PASSWORD, "short", 422, "It is too short."),
        (PASSWORD, "ada@example.com", 422, "It is built on your name"),
    ] {
        let reply = browser.submit(&page, "/account/password", &[("current_password", present), ("new_password", new)]);
        assert_eq!(reply.status, status, "{}", reply.text());
        let text = reply.text();
        assert!(text.contains(said) && text.contains(r#"action="/account/password""#), "{text}");
        assert!(!text.contains(present) && !text.contains(&format!(r#""{new}""#)), "{text}");
    }
    house.login("ada", PASSWORD).granted();
}

#[test]
fn another_address_is_asked_for_and_nothing_tells_whose_it_is() {
    let house = House::new();
    house.user("bob");
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    let page = browser.get("/account/address").granted();
    let mut ask = |email: &str, password: &str| {
        browser.submit(&page, "/account/address", &[("email", email), ("current_password", password)])
    };
    for (email, password, status) in [("nowhere", PASSWORD, 400), ("new@example.com", "wrong", 401)] {
        let reply = ask(email, password);
        assert_eq!(reply.status, status, "{}", reply.text());
        assert!(reply.text().contains(&format!(r#"value="{email}""#)), "{}", reply.text());
        assert_eq!(house.world.count("email_changes"), 0);
    }
    let free = ask("new@example.com", PASSWORD).granted();
    let token = house.last_link_token();
    let taken = ask("bob@example.com", PASSWORD).granted();
    assert!(free.text().contains("<bdi>new@example.com</bdi>"), "{}", free.text());
    assert_eq!(free.face().2.replace("new@", "bob@"), taken.face().2);
    assert_eq!(free.cost, taken.cost);
    house.confirm_email(&token).granted();
    assert!(browser.get("/account").granted().text().contains("<bdi>new@example.com</bdi>"));
}

#[test]
fn pages_speak_the_language_that_was_chosen_until_it_is_left_to_the_browser() {
    let house = House::new();
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    let page = browser.get("/account").granted();
    let done = browser.submit(&page, "/account/language", &[("language", "de")]);
    let german = browser.follow(&done).granted();
    assert!(german.text().contains(r#"<html lang="de">"#) && german.text().contains("Gespeichert."));
    assert!(german.text().contains(r#"<option value="de" lang="de" selected>"#), "{}", german.text());
    assert!(Browser::of(&house, "ada").get("/account/sessions").text().contains("Sitzungen"));
    for wrong in ["tlh", "DE", "<script>"] {
        assert_eq!(browser.submit(&german, "/account/language", &[("language", wrong)]).status, 400, "{wrong}");
    }
    let done = browser.submit(&german, "/account/language", &[("language", "")]);
    assert!(browser.follow(&done).text().contains(r#"<html lang="en">"#));
}

#[test]
fn what_is_kept_is_taken_away_as_a_file_and_an_old_proof_leads_back_to_its_page() {
    let house = House::new();
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    browser.get("/account/export").granted();
    let file = browser.get("/account/export/file").granted();
    assert_eq!(file.header("content-disposition"), r#"attachment; filename="account.json""#);
    assert_eq!(file.json()["user"]["login"], "ada");
    house.pass_seconds(901);
    let sent = browser.get("/account/export/file");
    assert_eq!(sent.header("location"), "https://auth.example.com/account/export");
    let confirm = browser.follow(&sent);
    let confirm = browser.follow(&confirm).granted();
    let back = browser.submit(&confirm, "/account/confirm", &[("password", PASSWORD)]);
    assert!(browser.follow(&back).granted().text().contains("/account/export/file"));
    browser.get("/account/export/file").granted();
    assert_eq!(Browser::new(&house).get("/account/export/file").status, 303);
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'export'"), 2);
}

#[test]
fn an_account_is_deleted_by_who_types_its_login_name() {
    let house = House::new();
    house.user("bob");
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    let mut page = browser.get("/account/delete").granted();
    assert!(page.text().contains("365 days"), "{}", page.text());
    for typed in ["", "bob", "ada@example.com", "<script>alert(1)</script>"] {
        page = browser.submit(&page, "/account/delete", &[("confirm_login", typed)]);
        assert_eq!(page.status, 400, "{typed}");
        assert!(page.text().contains("That is not your login name."), "{}", page.text());
        assert!(!page.text().contains("<script>alert"), "{}", page.text());
    }
    let gone = browser.submit(&page, "/account/delete", &[("confirm_login", " Ada ")]).granted();
    assert!(gone.text().contains("Your account is deleted") && !gone.text().contains("<nav"), "{}", gone.text());
    assert!(browser.cookie("__Host-session").is_none() && !browser.cookies().contains("__Host-form"));
    assert_eq!(house.world.ask::<String>("SELECT group_concat(login) FROM users"), "bob");
    house.login("ada", PASSWORD).refused(401, "invalid_credentials");
    assert_eq!(browser.get("/account").status, 303);
}

#[test]
fn an_old_proof_leads_to_a_new_one_and_back_and_until_then_nothing_happens() {
    let house = House::new();
    house.user("ada");
    let session = Browser::of(&house, "ada").cookie("__Host-session").unwrap().to_owned();
    house.pass_seconds(901);
    let before = (house.world.dump(), house.letters().len());
    for (page, action, fields) in LATELY {
        let mut browser = Browser::with_session(&house, &session);
        let asked = form_urlencoded::byte_serialize(page.as_bytes()).collect::<String>();
        let confirm = format!("https://auth.example.com/account/confirm?r={asked}");
        assert_eq!(browser.press(action, fields).header("location"), confirm);
        if page != "/account/sessions" {
            assert_eq!(browser.get(page).header("location"), confirm);
        }
    }
    assert_eq!((house.world.dump(), house.letters().len()), before);
}

#[test]
fn whose_session_is_over_is_out_at_the_next_click_wherever_it_is() {
    let house = House::with(&[CODES]);
    house.user("ada");
    let session = Browser::of(&house, "ada").cookie("__Host-session").unwrap().to_owned();
    for end in [
        "UPDATE users SET disabled_at = 1",
        "UPDATE sessions SET ended_at = 1, end_reason = 'ended', op = 'x'; UPDATE users SET disabled_at = NULL",
    ] {
        house.world.tell(end);
        let before = (house.world.dump(), house.letters().len());
        let pages =
            ["/account", "/account/export", "/account/confirm"].map(|page| (page, "/account/language", &[][..]));
        let proofs = ["/account/confirm", "/account/confirm/code", "/account/confirm/verify"]
            .map(|action| ("/account/sessions", action, &[("password", PASSWORD), ("code", "1")][..]));
        for (page, action, fields) in LATELY.into_iter().chain(pages).chain(proofs) {
            let mut browser = Browser::with_session(&house, &session);
            let sent = |location: &str| location.starts_with("https://auth.example.com/account/signin?r=%2Faccount");
            assert!(sent(browser.get(page).header("location")), "{page}");
            assert!(sent(browser.press(action, fields).header("location")), "{action}");
        }
        assert_eq!((house.world.dump(), house.letters().len()), before);
    }
}

#[test]
fn a_form_of_somebody_elses_making_changes_nothing() {
    let house = House::with(&[CODES]);
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    browser.get("/account").granted();
    let strangers = Browser::new(&house).get("/account/signin").text();
    let (_, rest) = strangers.split_once(r#"name="seal" value=""#).unwrap();
    let strangers = rest.split('"').next().unwrap();
    let before = (house.world.dump(), house.letters().len());
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
        // Sealed, and sent from elsewhere.
        let sealed = browser.get("/account").text();
        let (_, rest) = sealed.split_once(r#"name="seal" value=""#).unwrap();
        let body = [owned(&[("seal", rest.split('"').next().unwrap())]), owned(fields)].concat();
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(body).finish();
        let from = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "https://evil.example")];
        assert_eq!(browser.send(Method::POST, action, &from, &body).status, 403, "{action}");
    }
    assert_eq!((house.world.dump(), house.letters().len()), before);
}
