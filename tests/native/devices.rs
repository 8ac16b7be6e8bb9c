//! `__Host-device`: a browser recognised in any network, and the limits of its cookie.

use gatehouse::domain::devices::device;
use gatehouse::domain::id::Id;
use http::Method;
use serde_json::json;

use crate::app::{
    JSON, KEY, NEW_PASSWORD, OTHER_KEY, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED, UNCOUNTED_WITH_CODES,
};
use crate::browser::Browser;

const STRANGER: &str = "198.51.100.1";
const HOTEL: &str = "192.0.2.5";
const DAY: u64 = 86_400;
const COOKIE: &str = "__Host-device";

impl TestApp {
    /// A stranger guesses until requests from unknown networks are no longer accepted.
    fn besiege(&self, name: &str) {
        let body = json!({ "login": name, "password": "wrong" });
        while self.post_from(STRANGER, "/api/auth/local/login", &body).status != 429 {}
    }

    /// Ada's browser, known to her account and signed out.
    fn known_browser(&self) -> Browser<'_> {
        let mut browser = Browser::new(self);
        browser.sign_in("ada", "/account");
        browser.sign_out();
        browser
    }

    fn emails_of(&self, kind: &str) -> i64 {
        self.platform.ask(&format!("SELECT count(*) FROM outbox WHERE kind = '{kind}'"))
    }
}

impl Browser<'_> {
    fn try_password(&mut self, name: &str, password: &str) -> Reply {
        let page = self.get("/account/signin");
        self.submit(&page, "/account/signin", &[("login", name), ("password", password)])
    }

    /// Whether the right password is accepted from a network never seen before.
    fn comes_in_from_afar(&mut self, app: &TestApp) -> bool {
        app.besiege("ada");
        self.travel("192.0.2.77");
        match self.try_password("ada", PASSWORD).status.as_u16() {
            303 => true,
            429 => false,
            status => panic!("{status}"),
        }
    }
}

#[test]
fn strangers_cannot_keep_a_browser_out_that_the_account_knows_wherever_it_is() {
    for name in ["ada", "ada@example.com"] {
        let app = TestApp::with(&UNCOUNTED);
        app.user("ada");
        let (mut known, mut new) = (app.known_browser(), Browser::new(&app));
        app.besiege(name);
        known.travel(HOTEL);
        new.travel(HOTEL);
        let refused = new.try_password(name, PASSWORD);
        assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "15"), "{name}");
        assert_eq!(known.try_password(name, PASSWORD).status, 303, "{name}");
        // The owner's success does not reset the stranger's counter.
        assert_eq!(
            app.post_from(STRANGER, "/api/auth/local/login", &json!({ "login": name, "password": "x" })).status,
            429
        );
    }
}

#[test]
fn strangers_use_up_neither_the_codes_nor_the_emails_of_a_known_browser() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    app.user("ada");
    let mut browser = app.known_browser();
    let ada = json!({ "email": "ada@example.com" });
    for _ in 0..10 {
        app.pass_seconds(61);
        app.post_from(STRANGER, "/api/auth/otp/request", &ada).assert_ok();
        let guess = json!({ "email": "ada@example.com", "code": "000000" });
        app.post_from(STRANGER, "/api/auth/otp/verify", &guess);
        app.post_from(STRANGER, "/api/auth/otp/verify", &guess);
    }
    app.pass_seconds(61);
    let sent = app.emails_of("code");
    browser.travel(HOTEL);
    let page = browser.get("/account/signin");
    let asked = browser.submit(&page, "/account/signin/code", &[("login", "ada@example.com")]);
    assert_eq!(app.emails_of("code"), sent + 1);
    let code = app.last_code();
    let guess = json!({ "email": "ada@example.com", "code": code });
    assert_eq!(app.post_from(STRANGER, "/api/auth/otp/verify", &guess).status, 429);
    assert_eq!(browser.submit(&asked, "/account/signin/verify", &[("code", &code)]).status, 303);
}

#[test]
fn who_shares_the_owners_network_cannot_keep_the_owners_browser_out() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let mut browser = app.known_browser();
    while app.login("ada", "wrong").status != 429 {}
    assert_eq!(browser.try_password("ada", PASSWORD).status, 303);
}

#[test]
fn a_browser_somebody_else_has_signed_in_with_is_a_stranger() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    app.user("eve");
    let mut browser = Browser::new(&app);
    browser.sign_in("eve", "/account");
    browser.sign_out();
    assert!(!browser.comes_in_from_afar(&app));
}

#[test]
fn one_browser_is_known_to_everybody_who_has_signed_in_with_it() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("eve");
    app.user("ada");
    let mut browser = app.known_browser();
    let cookie = browser.cookie(COOKIE).unwrap().to_owned();
    browser.sign_in("eve", "/account");
    browser.sign_out();
    assert_eq!(browser.cookie(COOKIE), Some(cookie.as_str()));
    assert!(browser.comes_in_from_afar(&app));
}

#[test]
fn what_is_no_cookie_of_ours_opens_nothing() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let mut browser = app.known_browser();
    browser.sign_in("ada", "/account");
    let (genuine, session) = (browser.cookie(COOKIE).unwrap(), browser.cookie("__Host-session").unwrap());
    let id: String = app.platform.ask("SELECT device FROM sessions LIMIT 1");
    let foreign =
        device::DEVICE_TOKEN.spell(&TestApp::with(&[("APP_KEY", OTHER_KEY)]).settings().keys, id.parse().unwrap());
    let unknown = device::DEVICE_TOKEN.spell(&app.settings().keys, Id::from_bytes([7; 16]));
    let last = if genuine.ends_with('A') { "Q" } else { "A" };
    for cookie in [
        "",
        "x",
        &id,
        &foreign,
        &unknown,
        &session.replace("ghb_", "ghd_"),
        &genuine.replace("ghd_", "ghb_"),
        &format!("{}{last}", &genuine[..genuine.len() - 1]),
        &format!("{genuine}; {COOKIE}={unknown}"),
    ] {
        let mut forger = Browser::new(&app);
        forger.keep(COOKIE, cookie);
        assert!(!forger.comes_in_from_afar(&app), "{cookie}");
    }
    let mut thief = Browser::new(&app);
    thief.keep(COOKIE, genuine);
    assert!(thief.comes_in_from_afar(&app), "the test would notice");
}

#[test]
fn a_cookie_is_known_through_a_change_of_the_key_and_stamped_anew() {
    let mut app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let cookie = app.known_browser().cookie(COOKIE).unwrap().to_owned();
    let swapped = [UNCOUNTED[0], UNCOUNTED[1], ("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", KEY)];
    app.redeploy(&swapped);
    let mut browser = Browser::new(&app);
    browser.keep(COOKIE, &cookie);
    assert!(browser.comes_in_from_afar(&app));
    let renewed = browser.cookie(COOKIE).unwrap().to_owned();
    assert_ne!(renewed, cookie);
    app.redeploy(&swapped[..3]);
    for (cookie, known) in [(cookie, false), (renewed, true)] {
        let mut browser = Browser::new(&app);
        browser.keep(COOKIE, &cookie);
        browser.travel("192.0.2.99");
        app.besiege("ada");
        assert_eq!(browser.try_password("ada", PASSWORD).status == 303, known);
    }
}

#[test]
fn a_stolen_cookie_is_ten_guesses_and_holds_nobody_out_anywhere_else() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let owner = app.known_browser();
    let mut thief = Browser::new(&app);
    thief.keep(COOKIE, owner.cookie(COOKIE).unwrap());
    thief.travel(STRANGER);
    for _ in 0..10 {
        assert_eq!(thief.try_password("ada", "wrong").status, 401);
    }
    for seconds in [15, 30, 60] {
        let refused = thief.try_password("ada", PASSWORD);
        assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, seconds.to_string().as_str()));
        // Another network does not help.
        thief.travel(HOTEL);
        assert_eq!(thief.try_password("ada", PASSWORD).status, 429);
        app.pass_seconds(seconds);
        assert_eq!(thief.try_password("ada", "wrong").status, 401);
    }
    assert_eq!(app.platform.count("attempts"), 1);
    app.login("ada", PASSWORD).assert_ok();
    app.post_from(HOTEL, "/api/auth/local/login", &json!({ "login": "ada", "password": PASSWORD })).assert_ok();
}

#[test]
fn a_browser_is_forgotten_a_month_after_its_last_session_must_be_over() {
    for (seconds, known) in [(60 * DAY - 1, true), (60 * DAY, false)] {
        let app = TestApp::with(&UNCOUNTED);
        app.user("ada");
        let mut browser = app.known_browser();
        app.pass_seconds(seconds);
        // Cron deletes nothing too early; expired rows it has not deleted yet have no effect.
        if known {
            app.cron();
        }
        assert_eq!(browser.comes_in_from_afar(&app), known, "{seconds}");
    }
}

#[test]
fn the_browser_keeps_the_cookie_as_long_as_the_account_knows_it_and_longer_with_every_sign_in() {
    let app = TestApp::with(&[("AUTH_SESSION_LIFETIME", "864000")]);
    app.user("ada");
    let mut browser = Browser::new(&app);
    let wrong = browser.try_password("ada", "wrong");
    assert!(!wrong.headers.get_all("set-cookie").iter().any(|set| set.to_str().unwrap().starts_with(COOKIE)));
    let mut values = Vec::new();
    for _ in 0..2 {
        let landed = browser.sign_in("ada", "/account");
        let set = landed.headers.get_all("set-cookie").iter().find(|set| set.to_str().unwrap().starts_with(COOKIE));
        let (value, attributes) = set.unwrap().to_str().unwrap().split_once("; ").unwrap();
        // Sessions end on a whole second.
        assert_eq!(attributes, format!("Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}", 40 * DAY - 1));
        values.push(value.to_owned());
        browser.sign_out();
        app.pass_seconds(DAY);
    }
    assert_eq!(values[0], values[1]);
    assert_eq!(browser.cookie(COOKIE).map(|value| format!("{COOKIE}={value}")), values.pop());
}

#[test]
fn a_browser_whose_session_was_ended_from_elsewhere_is_a_stranger_until_somebody_signs_in_there() {
    // How the browser's session ends, and whether the browser is known afterwards.
    type Act = fn(&TestApp, &Tokens);
    let acts: [(&str, Act, bool); 7] = [
        ("nothing", |_, _| {}, true),
        ("another session is ended", |app, owner| assert!(app.logout(&owner.access).status == 200), true),
        (
            "the session is ended",
            |app, owner| {
                let id: String =
                    app.platform.ask("SELECT id FROM sessions WHERE device IS NOT NULL AND ended_at IS NULL");
                let path = format!("/api/auth/sessions/{id}");
                assert_eq!(app.with_bearer(Method::DELETE, &path, &owner.access).status, 204);
            },
            false,
        ),
        (
            "all sessions are ended",
            |app, owner| {
                app.with_bearer(Method::POST, "/api/auth/logout/all", &owner.access).assert_ok();
            },
            false,
        ),
        (
            "the password is changed, and back",
            |app, owner| {
                app.change_password(&owner.access, PASSWORD, NEW_PASSWORD).assert_ok();
                app.change_password(&owner.access, NEW_PASSWORD, PASSWORD).assert_ok();
            },
            false,
        ),
        (
            "an administrator ends them",
            |app, _| {
                let admin = app.administrator("root");
                let path = format!("/api/admin/users/{}/sessions", app.id_of("ada"));
                assert_eq!(app.with_bearer(Method::DELETE, &path, &admin.access).status, 204);
            },
            false,
        ),
        (
            "the account is recovered",
            |app, _| {
                app.recover("ada@example.com").assert_ok();
                app.reset(&app.last_link_token(), PASSWORD).assert_ok();
            },
            false,
        ),
    ];
    for (name, act, known) in acts {
        let app = TestApp::with(&UNCOUNTED);
        let owner = app.signed_in("ada");
        // The latest session counts, not the earlier one, which was signed out.
        let mut browser = app.known_browser();
        app.pass_seconds(1);
        browser.sign_in("ada", "/account");
        act(&app, &owner);
        let cookie = browser.cookie(COOKIE).unwrap().to_owned();
        let mut browser = Browser::new(&app);
        browser.keep(COOKIE, &cookie);
        assert_eq!(browser.comes_in_from_afar(&app), known, "{name}");
        app.pass_seconds(3600);
        if !known {
            assert_eq!(browser.sign_in("ada", "/account").status, 303, "{name}");
        }
        browser.sign_out();
        app.besiege("ada");
        browser.travel(HOTEL);
        assert_eq!(browser.try_password("ada", PASSWORD).status, 303, "{name}");
    }
}

#[test]
fn who_comes_back_by_the_mailbox_makes_every_browser_a_stranger_also_those_that_have_signed_out() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let mut thief = app.known_browser();
    app.recover("ada@example.com").assert_ok();
    app.reset(&app.last_link_token(), PASSWORD).assert_ok();
    assert!(!thief.comes_in_from_afar(&app));

    let app = TestApp::with(&UNCOUNTED);
    let owner = app.signed_in("ada");
    let mut thief = app.known_browser();
    let undo = app.moved(&owner.access, "ada@thief.example");
    app.undo_email(&undo, PASSWORD).assert_ok();
    assert!(!thief.comes_in_from_afar(&app));
}

#[test]
fn a_recovery_on_a_page_forgets_what_a_thief_of_the_cookie_has_failed_at() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let mut browser = app.known_browser();
    while browser.try_password("ada", "wrong").status != 429 {}
    app.recover("ada@example.com").assert_ok();
    let page = browser.get(&format!("/account/recover?token={}", app.last_link_token()));
    assert_eq!(browser.submit(&page, "/account/recover", &[("password", PASSWORD)]).status, 303);
    for _ in 0..2 {
        assert_eq!(browser.sign_in("ada", "/account").status, 303);
        browser.sign_out();
    }
}

#[test]
fn a_known_browser_in_a_new_network_is_no_news_and_a_new_one_is() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let mut known = app.known_browser();
    known.travel(HOTEL);
    assert_eq!(known.sign_in("ada", "/account").status, 303);
    assert_eq!(app.emails_of("new_place"), 0);
    let mut new = Browser::new(&app);
    new.travel("192.0.2.6");
    assert_eq!(new.sign_in("ada", "/account").status, 303);
    assert_eq!(app.emails_of("new_place"), 1);
}

#[test]
fn routes_for_programs_neither_read_the_cookie_nor_set_it() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let cookie = format!("{COOKIE}={}", app.known_browser().cookie(COOKIE).unwrap());
    let body = json!({ "login": "ada", "password": PASSWORD }).to_string();
    let login = |address: &str| {
        let mut request = TestApp::builder(Method::POST, "/api/auth/local/login").header(JSON.0, JSON.1);
        request = request.header("Cookie", &cookie);
        request.headers_mut().unwrap().insert("cf-connecting-ip", address.parse().unwrap());
        app.send(request.body(body.clone().into_bytes()).unwrap())
    };
    app.besiege("ada");
    login(HOTEL).assert_error(429, "rate_limited");
    assert!(!login("203.0.113.7").assert_ok().headers.contains_key("set-cookie"));
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE device IS NULL"), 1);
}

#[test]
fn a_cookie_of_ones_own_tells_nobody_whether_a_name_is_known() {
    let faces = |name: &str| {
        let app = TestApp::with(&UNCOUNTED);
        app.user("eve");
        app.user("ada");
        app.register("waiting", "waiting@example.com").assert_ok();
        let mut browser = Browser::new(&app);
        browser.sign_in("eve", "/account");
        browser.sign_out();
        browser.travel(STRANGER);
        let told = |reply: Reply| {
            let text = reply.text().replace(&format!(r#"value="{name}""#), "");
            (reply.status, reply.cost, reply.headers.get_all("set-cookie").iter().count(), text)
        };
        (0..14).map(|_| told(browser.try_password(name, "wrong"))).collect::<Vec<_>>()
    };
    let expected = faces("nobody");
    assert_eq!(expected.last().unwrap().0, 429);
    for name in ["ada", "ada@example.com", "waiting"] {
        assert_eq!(faces(name), expected, "{name}");
    }
}

#[test]
fn an_export_names_the_browsers_of_ones_own_sessions() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("eve");
    let owner = app.signed_in("ada");
    let (mut mine, mut hers) = (Browser::new(&app), Browser::new(&app));
    mine.sign_in("ada", "/account");
    hers.sign_in("eve", "/account");
    let device = |login: &str| -> String {
        app.platform
            .ask(&format!("SELECT device FROM sessions WHERE user_id = '{}' AND device IS NOT NULL", app.id_of(login)))
    };
    let export = app.export(&owner.access).assert_ok();
    let sessions = export.json()["sessions"].as_array().unwrap().clone();
    let mut devices: Vec<_> = sessions.iter().map(|session| session["device"].clone()).collect();
    devices.sort_by_key(|device| device.to_string());
    assert_eq!(devices, [json!(device("ada")), json!(null)]);
    assert!(!export.text().contains(&device("eve")));
    // The counter's key is in no row.
    assert!(!app.platform.dump().contains(mine.cookie(COOKIE).unwrap()));
}
