//! The admin pages: what they list, what their buttons do, and which users are refused.

use http::Method;
use serde_json::json;

use crate::app::{ORIGIN, PASSWORD, Reply, TestApp};
use crate::browser::{Browser, hidden};
use crate::routes::ROUTES;
use crate::user_actions::email_to;

impl TestApp {
    /// An administrator's browser, and the path of a user's page.
    fn admin_browser(&self, login: &str) -> (Browser<'_>, String) {
        self.user("ada");
        self.platform.tell("UPDATE users SET role = 'admin' WHERE login = 'ada'");
        let mut browser = Browser::new(self);
        browser.sign_in("ada", "/admin");
        (browser, self.page_of(login))
    }

    fn page_of(&self, login: &str) -> String {
        format!("/admin/users/{}", self.id_of(login))
    }
}

impl Browser<'_> {
    /// Presses a button of a page, which then reports success.
    #[track_caller]
    fn click(&mut self, page: &str, button: &str, said: &str) -> Reply {
        let shown = self.get(page).assert_ok();
        let pressed = self.submit(&shown, &format!("{page}/{button}"), &[]);
        assert_eq!(pressed.header("location"), format!("{ORIGIN}{page}"), "{}", pressed.text());
        let next = self.follow(&pressed).assert_ok();
        assert!(next.text().contains(said), "{}", next.text());
        next
    }
}

/// The fields that every form of a page carries.
fn seal(page: &Reply) -> [(String, String); 1] {
    [hidden(&page.text()).swap_remove(0)]
}

/// The forms of a page that act on a user.
fn buttons(page: &Reply) -> Vec<String> {
    let text = page.text();
    let actions = text.split(r#"action="/admin/users/"#).skip(1).map(|rest| rest.split('"').next().unwrap());
    actions.map(|action| action.split_once('/').unwrap().1.to_owned()).collect()
}

fn admin_pages() -> impl Iterator<Item = (Method, &'static str)> {
    ROUTES.iter().filter(|(_, path)| path.starts_with("/admin")).cloned()
}

#[test]
fn an_administrator_finds_somebody_and_their_account_does_as_the_buttons_say() {
    let app = TestApp::new();
    app.user("bob");
    let (mut browser, bob) = app.admin_browser("bob");
    let found = browser.get("/admin?q=bo").assert_ok().text();
    assert!(found.contains(&format!(r#"<a href="{bob}"><bdi>bob</bdi></a>"#)) && !found.contains("ada@"), "{found}");
    assert!(found.contains(r#"value="bo""#));
    let page = browser.get(&bob).assert_ok();
    assert_eq!(buttons(&page), ["promote", "disable", "reset"]);
    let page = browser.click(&bob, "disable", "The account has been disabled.");
    assert_eq!(buttons(&page), ["promote", "enable"]);
    assert_eq!(email_to(&app, "bob@example.com").0, "Your Gatehouse account was disabled");
    app.login("bob", PASSWORD).assert_error(403, "account_disabled");
    browser.click(&bob, "enable", "The account has been enabled.");
    browser.click(&bob, "reset", "a link to choose a new one");
    assert_eq!(email_to(&app, "bob@example.com").0, "Choose a new Gatehouse password");
    let page = browser.click(&bob, "promote", "This user will be an administrator");
    assert_eq!(buttons(&page), ["demote", "disable", "reset"]);
    browser.click(&bob, "demote", "This user is no longer an administrator");
    let told =
        ["disable_user", "enable_user", "start_reset", "promote", "demote"].map(|act| format!("{act} ok ada bob"));
    assert_eq!(app.administered(), told);
}

#[test]
fn sessions_and_keys_are_shown_and_ended_on_their_owners_page() {
    let app = TestApp::new();
    let tokens = app.signed_in("bob");
    let key = app.private(&tokens.access, "backup");
    let (first, second) = (app.sign_in("bob"), app.sign_in("bob"));
    let (mut browser, bob) = app.admin_browser("bob");
    let page = browser.get(&bob).assert_ok().text();
    assert!(page.contains("<bdi>backup</bdi>") && page.matches("Unknown device").count() >= 3, "{page}");
    assert!(!page.contains("This browser"));
    let session = app.verify(&first.access).assert_ok().header("x-auth-session").to_owned();
    browser.click(&bob, &format!("sessions/{session}/end"), "The session has ended.");
    app.has_no_way_in(&first);
    app.me(&second.access).assert_ok();
    let page = browser.click(&bob, "sessions/end", "All sessions of this account have ended.");
    app.has_no_way_in(&second);
    assert!(page.text().contains("No active sessions."));
    app.me(&key.data).assert_ok();
    let page =
        browser.click(&bob, &format!("tokens/{}/end", key.id), "Deleted. Programs that used it no longer have access.");
    assert!(page.text().contains("No keys or tokens."));
    app.me(&key.data).assert_error(401, "token_revoked");
    let own = browser.get(&app.page_of("ada")).assert_ok();
    assert_eq!(own.text().matches("This browser").count(), 1);
}

#[test]
fn who_does_not_administer_gets_nowhere_and_is_on_the_record() {
    let app = TestApp::new();
    app.user("eve");
    let mut eve = Browser::new(&app);
    for (_, path) in admin_pages().filter(|(method, _)| method == Method::GET) {
        let sent = eve.get(path);
        assert_eq!(sent.status, 303);
        assert!(sent.header("location").starts_with("https://auth.example.com/account/signin?r=%2Fadmin"));
    }
    eve.sign_in("eve", "/account");
    for (method, path) in admin_pages() {
        let reply = match method {
            Method::GET => eve.get(path),
            _ => eve.press(path, &[]),
        };
        assert_eq!(reply.status, 403, "{path}");
        let said = reply.text();
        assert!(said.contains("You don't have access to this page") && !said.contains("eve@example.com"), "{said}");
    }
    let mut told = app.administered();
    told.sort();
    let acts = [
        "change_client",
        "create_client",
        "delete_client",
        "demote",
        "disable_client",
        "disable_user",
        "enable_client",
        "enable_user",
        "end_client_secret",
        "end_user_session",
        "end_user_sessions",
        "promote",
        "reset_factors",
        "rotate_client_secret",
        "start_reset",
    ];
    assert_eq!(told, acts.map(|act| format!("{act} forbidden eve ")));
    let refused = "SELECT count(*) FROM audit WHERE act = 'end_user_token' AND outcome = 'forbidden'";
    assert_eq!(app.platform.ask::<i64>(refused), 1);
}

#[test]
fn a_button_that_was_not_made_for_this_browser_does_nothing_and_puts_nobody_on_the_record() {
    let app = TestApp::new();
    app.signed_in("bob");
    let (mut ada, bob) = app.admin_browser("bob");
    let mut eve = Browser::new(&app);
    let foreign = seal(&eve.get("/account/signin"));
    let own = seal(&ada.get(&bob).assert_ok());
    let before = app.platform.count("audit");
    for (_, path) in admin_pages().filter(|(method, _)| method == Method::POST) {
        let path = path.replacen("00000000-0000-0000-0000-000000000000", &app.id_of("bob"), 1);
        let stale = [("seal".to_owned(), "x".to_owned())];
        for fields in [&[][..], &foreign, &stale, &[own.clone(), own.clone()].concat()] {
            assert_eq!(ada.post(&path, fields).status, 403, "{path} {fields:?}");
        }
        let elsewhere = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "https://evil.example")];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&own).finish();
        assert_eq!(ada.send(Method::POST, &path, &elsewhere, &body).status, 403, "{path}");
    }
    assert_eq!(app.platform.count("audit"), before);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL"), 0);
}

#[test]
fn acting_wants_a_fresh_proof_and_looking_does_not() {
    let app = TestApp::new();
    app.user("bob");
    let (mut browser, bob) = app.admin_browser("bob");
    let page = browser.get(&bob).assert_ok();
    app.pass_seconds(901);
    for button in buttons(&page) {
        let sent = browser.submit(&page, &format!("{bob}/{button}"), &[]);
        let confirm = format!("{ORIGIN}/account/confirm?r={}", bob.replace('/', "%2F"));
        assert_eq!((sent.status.as_u16(), sent.header("location")), (303, confirm.as_str()));
    }
    assert_eq!(app.administered(), [""; 0]);
    for path in ["/admin", "/admin/audit", &bob] {
        browser.get(path).assert_ok();
    }
    // After the proof the administrator returns to the page and can continue.
    let sent = browser.submit(&page, &format!("{bob}/disable"), &[]);
    let asked = browser.follow(&sent).assert_ok();
    let back = browser.submit(&asked, "/account/confirm", &[("password", PASSWORD)]);
    assert_eq!(back.header("location"), format!("{ORIGIN}{bob}"));
    browser.click(&bob, "disable", "The account has been disabled.");
}

#[test]
fn what_stands_in_the_way_is_said_on_the_users_page() {
    let app = TestApp::new();
    app.user("bob");
    let (mut browser, ada) = app.admin_browser("ada");
    let page = browser.get(&ada).assert_ok();
    for button in ["demote", "disable"] {
        let refused = browser.submit(&page, &format!("{ada}/{button}"), &[]);
        assert_eq!(refused.status, 409);
        assert!(refused.text().contains("This is the last administrator."), "{}", refused.text());
        assert_eq!(buttons(&refused).last().unwrap(), "reset", "the page is there");
    }
    // Another request was quicker than the button.
    let bob = app.page_of("bob");
    let page = browser.get(&bob).assert_ok();
    browser.click(&bob, "disable", "The account has been disabled.");
    let refused = browser.submit(&page, &format!("{bob}/reset"), &[]);
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("This account is disabled.") && refused.text().contains("<bdi>bob</bdi>"));
}

#[test]
fn who_takes_the_role_from_themselves_has_to_sign_in_and_administers_no_more() {
    let app = TestApp::new();
    app.administrator("bob");
    let (mut browser, ada) = app.admin_browser("ada");
    let page = browser.get(&ada).assert_ok();
    let done = browser.submit(&page, &format!("{ada}/demote"), &[]);
    let sent = browser.follow(&done);
    let landed = browser.follow(&sent);
    let landed = browser.submit(&landed, "/account/signin", &[("login", "ada"), ("password", PASSWORD)]);
    assert_eq!(browser.follow(&landed).status, 403);
}

#[test]
fn an_id_that_is_nobodys_is_no_page_and_somebody_elses_session_or_key_is_not_found() {
    let app = TestApp::new();
    let bob_in = app.signed_in("bob");
    let carol = app.signed_in("carol");
    let key = app.private(&carol.access, "carols");
    let session = app.verify(&carol.access).assert_ok().header("x-auth-session").to_owned();
    let (mut browser, bob) = app.admin_browser("bob");
    for nobody in ["00000000-0000-4000-8000-000000000000", "bob", "%3Cscript%3E", "'"] {
        let page = browser.get(&format!("/admin/users/{nobody}"));
        assert_eq!(page.status, 404);
        assert!(page.text().contains("Page not found"), "{}", page.text());
        for button in ["disable", "promote", "reset", "sessions/end", &format!("sessions/{session}/end")] {
            let reply = browser.press(&format!("/admin/users/{nobody}/{button}"), &[]);
            assert_eq!(reply.status, 404, "{nobody} {button}");
        }
    }
    for button in [format!("sessions/{session}/end"), format!("tokens/{}/end", key.id), "sessions/x/end".into()] {
        let reply = browser.press(&format!("{bob}/{button}"), &[]);
        assert_eq!(reply.status, 404, "{button}");
    }
    app.me(&carol.access).assert_ok();
    app.me(&key.data).assert_ok();
    app.me(&bob_in.access).assert_ok();
}

#[test]
fn names_devices_and_addresses_are_shown_as_text_whatever_they_are() {
    let app = TestApp::new();
    let tokens = app.signed_in("bob");
    app.private(&tokens.access, "backup");
    let (mut browser, bob) = app.admin_browser("bob");
    let name = "<script>alert(1)</script>\u{202e}\"'&";
    let shown = "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;\u{202e}&quot;'&amp;</bdi>";
    let quoted = name.replace('\'', "''");
    app.platform.tell(&format!(
        "UPDATE users SET login = '{quoted}', email = concat('{quoted}', '@x') WHERE login = 'bob';
         UPDATE tokens SET name = '{quoted}';
         UPDATE sessions SET address = '{quoted}', agent = '{quoted}', place = '{quoted}';
         UPDATE audit SET address = '{quoted}', agent = '{quoted}', request_id = '{quoted}', act = '{quoted}'"
    ));
    let query = form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>();
    for path in
        [bob, "/admin".into(), "/admin/audit".into(), format!("/admin/audit?user={query}&act={query}&from={query}")]
    {
        let page = browser.get(&path);
        let text = page.text();
        assert_eq!(text.matches("<script").count(), 1, "{text}");
        assert!(path.contains('?') || text.contains(shown), "{text}");
        assert!(!path.contains('?') || text.contains(r#"value="&lt;script&gt;"#), "{text}");
    }
}

#[test]
fn the_log_is_read_by_who_what_where_from_and_when() {
    let app = TestApp::new();
    app.user("bob");
    app.login("bob", "wrong").assert_error(401, "invalid_credentials");
    app.pass_seconds(100);
    let sign_in = json!({ "login": "bob", "password": PASSWORD });
    app.post_from("198.51.100.9", "/api/auth/local/login", &sign_in).assert_ok();
    let (mut browser, bob) = app.admin_browser("bob");
    browser.click(&bob, "sessions/end", "have ended");
    let mut told = |query: &str| {
        let text = browser.get(&format!("/admin/audit?{query}")).assert_ok().text();
        let (_, rows) = text.split_once("<tbody>").unwrap_or_default();
        let acts = rows.split("<tr>").skip(1).map(|row| row.split("<code>").nth(1).unwrap().split('<').next().unwrap());
        // Except the entries for pages viewed on the way here.
        acts.filter(|act| !act.starts_with("view_")).map(str::to_owned).collect::<Vec<_>>()
    };
    let of_bob = ["end_user_sessions", "sign_in", "sign_in", "activate"];
    for who in ["bob", "BOB", "Bob%40example.com", &app.id_of("bob")] {
        assert_eq!(told(&format!("user={who}")), of_bob, "{who}");
    }
    assert_eq!(told("user=bob&act=sign_in&outcome=ok&address=&from=&until="), ["sign_in"]);
    assert_eq!(told("address=198.51.100.9"), ["sign_in"]);
    assert_eq!(told("user=bob&from=2026-05-28T20:28"), of_bob[..2]);
    assert_eq!(told("user=bob&until=2026-05-28T20:28"), of_bob[2..]);
    assert_eq!(told("user=nobody"), [""; 0]);
    let entry = browser.get("/admin/audit?act=end_user_sessions").assert_ok().text();
    for said in [&*format!(r#"<a href="{bob}"><bdi>bob</bdi></a>"#), "<bdi>ada</bdi>", "203.0.113.7", "Unknown device"]
    {
        assert!(entry.contains(said), "{said}: {entry}");
    }
    assert!(entry.contains("<option selected>end_user_sessions</option>"));
}

#[test]
fn a_log_that_shows_nothing_says_why() {
    let app = TestApp::new();
    let (mut browser, _) = app.admin_browser("ada");
    let nobody = browser.get("/admin/audit?user=nobody").assert_ok().text();
    assert!(nobody.contains("No user has this username") && nobody.contains(r#"value="nobody""#));
    assert!(browser.get("/admin/audit?address=x").assert_ok().text().contains("No matching entries."));
    assert!(browser.get("/admin?q=nobody").assert_ok().text().contains("No users found."));
    let unreadable = browser.get("/admin/audit?from=yesterday&address=1.2.3.4");
    assert_eq!(unreadable.status, 400);
    let text = unreadable.text();
    assert!(text.contains("From (UTC) is missing or invalid.") && !text.contains("<tbody>"), "{text}");
    assert!(text.contains(r#"value="yesterday""#) && text.contains(r#"value="1.2.3.4""#));
    assert_eq!(browser.get(&format!("/admin?q={}", "a".repeat(255))).status, 400);
}

#[test]
fn who_has_left_is_named_by_their_id_and_found_by_it() {
    let app = TestApp::new();
    let bob = app.signed_in("bob");
    let id = app.id_of("bob");
    app.delete_account(&bob.access);
    let (mut browser, _) = app.admin_browser("ada");
    let text = browser.get(&format!("/admin/audit?user={id}&act=delete_account")).assert_ok().text();
    assert!(text.contains(&format!("<code>{id}</code> (account deleted)")), "{text}");
}

#[test]
fn a_long_list_has_a_next_page_that_keeps_what_was_looked_for() {
    let app = TestApp::new();
    let (mut browser, _) = app.admin_browser("ada");
    app.platform.tell(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
         INSERT INTO audit (id, at, act, outcome, address, agent, request_id)
         SELECT 1000 + i, 1780000000000, 'refresh', 'ok', '1&2', '', '' FROM n;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
         INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
         SELECT printf('00000000-0000-4000-8000-%012d', i), printf('user%03d', i), printf('u%d@example.com', i),
                printf('u%d@example.com', i), '$argon2id$x', 'user', 1, i, i FROM n",
    );
    for path in ["/admin?q=user", "/admin/audit?act=refresh&address=1%262"] {
        let first = browser.get(path).assert_ok().text();
        assert!(!first.contains("First page"));
        let (_, link) = first.split_once(r#"rel="next" href=""#).unwrap();
        let second = browser.get(&link.split('"').next().unwrap().replace("&amp;", "&")).assert_ok().text();
        assert_eq!([&first, &second].map(|text| text.matches("<tr>").count() - 1), [100, 50], "{path}");
        assert!(!second.contains(r#"rel="next""#));
        assert!(second.contains(&format!(r#"href="{}">First page"#, path.replace('&', "&amp;"))), "{second}");
    }
}
