//! Registration and activation on pages, as a user does them.

use serde_json::json;

use crate::app::{PASSWORD, Reply, TestApp};
use crate::browser::Browser;

const ADA: [(&str, &str); 3] = [("login", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)];

impl Browser<'_> {
    fn register(&mut self, fields: &[(&str, &str)]) -> Reply {
        let page = self.get("/account/register").assert_ok();
        self.submit(&page, "/account/register", fields)
    }

    fn open_activation(&mut self, token: &str) -> Reply {
        self.get(&format!("/account/activate?token={token}"))
    }
}

#[track_caller]
pub fn says(page: &Reply, text: &str) {
    assert!(page.text().contains(text), "{text:?} is not said: {}", page.text());
}

#[test]
fn a_stranger_becomes_a_user_on_pages_alone() {
    let app = TestApp::new();
    let mut browser = Browser::new(&app);
    let page = browser.get("/account/signin");
    says(&page, r#"<a href="/account/register">"#);
    let registered = browser.register(&ADA);
    assert_eq!(registered.header("location"), "https://auth.example.com/account/activate");
    let told = browser.follow(&registered);
    says(&told, r#"role="status">We've sent you an email"#);

    // The link is opened in another browser, as on a phone.
    let mut phone = Browser::new(&app);
    let page = phone.open_activation(&app.last_link_token()).assert_ok();
    for shown in
        ["<bdi>ada</bdi>", r#"<time datetime="2026-05-28T20:26:40Z">2026-05-28 20:26 UTC</time>"#, "203.0.113.7"]
    {
        says(&page, shown);
    }
    assert!(!page.text().contains("login-rule"), "nobody has the name: {}", page.text());
    let active = phone.submit(&page, "/account/activate", &[("password", PASSWORD)]);
    says(&phone.follow(&active), "Your account is active.");
    assert_eq!(browser.sign_in("ada", "/account").status, 303);
    says(&browser.get("/account"), "ada@example.com");
}

/// A stranger registers with another person's address and a password of the stranger's. If that person follows the link without
/// thinking, the account must not be one the stranger can enter.
#[test]
fn a_link_makes_no_account_of_a_password_its_reader_does_not_know() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    let mut reader = Browser::new(&app);
    let page = reader.open_activation(&token).assert_ok();
    says(&page, "Enter the password you chose when you registered.");
    assert_eq!(reader.submit(&page, "/account/activate", &[]).status, 400);
    for turn in 0..10 {
        let guess = format!("not the stranger's {turn}");
        let wrong = reader.submit(&page, "/account/activate", &[("password", &guess)]);
        assert_eq!(wrong.status, 401);
        says(&wrong, "Incorrect password.");
    }
    let waits = reader.submit(&page, "/account/activate", &[("password", PASSWORD)]);
    assert_eq!((waits.status.as_u16(), waits.header("retry-after")), (429, "15"));
    assert_eq!(app.platform.count("users"), 0);
    app.pass_seconds(15);
    assert_eq!(reader.submit(&page, "/account/activate", &[("password", PASSWORD)]).status, 303);
    assert_eq!((app.platform.count("users"), app.platform.count("attempts")), (1, 0));
}

#[test]
fn the_browser_that_registered_is_not_asked_for_the_password_and_for_that_registration_alone() {
    let app = TestApp::new();
    let mut browser = Browser::new(&app);
    assert_eq!(browser.register(&ADA).status, 303);
    let mine = app.last_link_token();
    app.register("eve", "ada@example.com").assert_ok();
    let theirs = app.last_link_token();
    let cookie = browser.cookie("__Host-registered").unwrap().to_owned();
    assert!(cookie.starts_with("ghr_") && !cookie.contains(&mine[4..]), "it is no link: {cookie}");

    let page = browser.open_activation(&theirs).assert_ok();
    assert_eq!(browser.submit(&page, "/account/activate", &[]).status, 400);
    let page = browser.open_activation(&mine).assert_ok();
    assert!(!page.text().contains("type=\"password\""), "{}", page.text());
    let calls = page.cost[0];
    assert_eq!(calls, 1, "nobody is asked about the cookie");
    // Neither a link nor a forged value is a registration cookie.
    for forged in [mine.as_str(), &cookie.replace("ghr_", "gha_"), "ghr_x", ""] {
        let mut other = Browser::new(&app);
        other.keep("__Host-registered", forged);
        let page = other.open_activation(&mine).assert_ok();
        assert_eq!(other.submit(&page, "/account/activate", &[]).status, 400, "{forged}");
    }
    assert_eq!(browser.submit(&page, "/account/activate", &[]).status, 303);
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn the_pages_are_the_same_for_an_address_with_an_account_and_one_without() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::new(&app);
    let mut told = |page: &str, action: &str, fields: &[(&str, &str)]| {
        let form = browser.get(page);
        let reply = browser.submit(&form, action, fields);
        let next = browser.follow(&reply);
        let mut observable = reply.observable();
        for (_, value) in observable.1.iter_mut().filter(|(_, value)| value.contains("=ghr_")) {
            // The token differs with each registration, and does not reveal whose it is.
            value.replace_range(22..69, "");
        }
        (observable, reply.cost[..2].to_vec(), next.observable())
    };
    let register = |email| [("login", "somebody"), ("email", email), ("password", PASSWORD)];
    let mut pair = |page, action, known: &[_], unknown: &[_]| {
        assert_eq!(told(page, action, known), told(page, action, unknown), "{action}");
    };
    let (known, unknown) = ([("email", "ADA@example.com")], [("email", "nobody@example.com")]);
    pair("/account/register", "/account/register", &register(known[0].1), &register(unknown[0].1));
    pair("/account/activate", "/account/activate/send", &known, &[("email", "never@example.com")]);
    pair("/account/recover", "/account/recover/send", &known, &unknown);
}

#[test]
fn what_is_wrong_with_a_registration_is_said_where_it_was_typed() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::new(&app);
    let long = "x".repeat(300);
    let hostile = r#""><script>alert(1)</script>"#;
    for (login, email, password, status, said) in [
        ("Ada", "new@example.com", PASSWORD, 409, "This username is already taken."),
        ("new", "new@example.com", "12345678", 422, "a common password"),
        ("new", "new@example.com", "new@example.com", 422, "based on your username"),
        ("new", "nowhere", PASSWORD, 400, "Email is missing"),
        (&long, "new@example.com", PASSWORD, 400, "Username is missing"),
        ("a\u{202e}b", "new@example.com", PASSWORD, 400, "Username is missing"),
        (hostile, "new@example.com", PASSWORD, 400, "&quot;&gt;&lt;script&gt;alert(1)"),
    ] {
        let reply = browser.register(&[("login", login), ("email", email), ("password", password)]);
        assert_eq!(reply.status, status, "{login} {email}");
        says(&reply, said);
        says(&reply, &format!(r#"value="{email}""#));
        assert!(!reply.text().contains("<script>"), "{}", reply.text());
    }
    assert_eq!(app.platform.count("registrations"), 1);
    let weak = browser.register(&[ADA[0], ADA[1], ("password", "geheim")]);
    assert!(!weak.text().contains("geheim"), "a password is never shown again: {}", weak.text());
    let wrong = browser.register(&[("login", "ada"), ("email", "new@example.com"), ("password", PASSWORD)]);
    let mended = browser.submit(&wrong, "/account/register", &[("login", "lovelace"), ADA[1], ADA[2]]);
    assert_eq!(mended.status, 303, "the page of an error can be sent");
}

#[test]
fn closed_registration_says_so_and_no_link_leads_there() {
    let app = TestApp::with(&[("AUTH_REGISTRATION", "closed")]);
    let mut browser = Browser::new(&app);
    let signin = browser.get("/account/signin");
    assert!(!signin.text().contains("/account/register"), "{}", signin.text());
    let page = browser.get("/account/register").assert_ok();
    says(&page, "Registration is closed.");
    assert!(!page.text().contains("<form"), "{}", page.text());
    // A form that was open when registration was closed.
    let refused = browser.submit(&signin, "/account/signin", &[("login", "x"), ("password", "x")]);
    assert_eq!(refused.status, 401);
    let seal = signin.text().split_once(r#"name="seal" value=""#).unwrap().1.split('"').next().unwrap().to_owned();
    let mut fields = crate::browser::owned(&ADA);
    fields.push(("seal".into(), seal));
    assert_eq!(browser.post("/account/register", &fields).status, 403);
    assert_eq!(app.platform.count("registrations"), 0);
    assert_eq!(
        app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'register' AND outcome = 'forbidden'"),
        1
    );
}

#[test]
fn registration_for_some_domains_names_them() {
    let app = TestApp::with(&[("AUTH_REGISTRATION", "corp.example,example.com")]);
    let mut browser = Browser::new(&app);
    says(&browser.get("/account/register"), "Allowed email domains: corp.example, example.com");
    let refused = browser.register(&[ADA[0], ("email", "ada@evil.example"), ADA[2]]);
    assert_eq!(refused.status, 403);
    says(&refused, r#"value="ada@evil.example""#);
    assert_eq!(browser.register(&ADA).status, 303);
}

#[test]
fn a_login_name_taken_meanwhile_can_be_exchanged_on_the_page() {
    let app = TestApp::new();
    app.register("ada", "first@example.com").assert_ok();
    let token = app.last_link_token();
    let mut browser = Browser::new(&app);
    let before = browser.open_activation(&token);
    app.register("ada", "second@example.com").assert_ok();
    app.activate(&app.last_link_token()).assert_ok();

    // Taken while the page was open, and reported as taken.
    let found_taken = browser.open_activation(&token).assert_ok();
    let password = ("password", PASSWORD);
    for (page, typed) in [(before, &[password][..]), (found_taken, &[("login", "ada"), password])] {
        let taken = browser.submit(&page, "/account/activate", typed);
        assert_eq!(taken.status, 409, "{}", taken.text());
        says(&taken, "This username has been taken in the meantime.");
    }
    let page = browser.open_activation(&token);
    let wrong = browser.submit(&page, "/account/activate", &[("login", "a b"), password]);
    assert_eq!(wrong.status, 400);
    says(&wrong, r#"value="a b""#);
    assert_eq!(browser.submit(&wrong, "/account/activate", &[("login", "Ada2"), password]).status, 303);
    app.login("ada2", PASSWORD).assert_ok();
}

#[test]
fn who_did_not_register_ends_that_link_and_no_other() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let mine = app.last_link_token();
    let body = json!({ "login": "eve", "email": "ada@example.com", "password": "an intruder's" });
    app.post("/api/auth/local/register", &body).assert_ok();
    let theirs = app.last_link_token();

    let mut browser = Browser::new(&app);
    let page = browser.open_activation(&theirs).assert_ok();
    for _ in 0..2 {
        let declined = browser.submit(&page, "/account/activate/decline", &[]);
        says(&browser.follow(&declined), "The registration has been discarded.");
    }
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'decline_registration'"), 1);
    assert_eq!(browser.submit(&page, "/account/activate", &[("password", "an intruder's")]).status, 400);
    assert_eq!(browser.open_activation(&theirs).status, 400);
    app.activate(&theirs).assert_error(400, "invalid_token");
    // For its author, it waits like any other until it expires.
    app.login("eve", "an intruder's").assert_error(403, "account_not_activated");
    app.post("/api/auth/local/activate/send", &json!({ "email": "ada@example.com" })).assert_ok();
    let email = app.emails().pop().unwrap().to_string();
    assert!(email.contains(&mine) && !email.contains(&theirs), "{email}");
    app.activate(&mine).assert_ok();
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn a_declined_registration_is_not_brought_back_by_its_link_and_an_expired_one_can_be_declined() {
    let app = TestApp::sdk();
    app.register("eve", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    let mut browser = Browser::new(&app);
    let page = browser.open_activation(&token);
    app.pass_seconds(86_400);
    assert_eq!(browser.open_activation(&token).status, 400);
    assert_eq!(browser.submit(&page, "/account/activate/decline", &[]).status, 303);
    let sent = app.emails().len();
    app.post("/api/auth/local/activate/send", &json!({ "token": token })).assert_ok();
    assert_eq!(app.emails().len(), sent);
    app.activate(&token).assert_error(400, "invalid_token");
}

#[test]
fn what_has_become_an_account_is_not_declined_any_more() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    let mut browser = Browser::new(&app);
    let page = browser.open_activation(&token);
    app.activate(&token).assert_ok();
    assert_eq!(browser.submit(&page, "/account/activate/decline", &[]).status, 400);
    let refused = "SELECT count(*) FROM audit WHERE act = 'decline_registration' AND outcome = 'invalid_token'";
    assert_eq!(app.platform.ask::<i64>(refused), 1);
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn of_an_activation_and_a_refusal_at_once_one_happens() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    let mut browser = Browser::new(&app);
    let page = browser.open_activation(&token);
    // The link is used between the decline's read and its write.
    let used =
        "UPDATE registrations SET used_at = 1, op = 'another'; INSERT INTO users (id, login, email, email_folded,
                  password_hash, role, auth_version, created_at, updated_at) SELECT id, login, email, email_folded,
                  password_hash, 'user', 1, 1, 1 FROM registrations";
    app.platform.before_batch(0, used);
    assert_eq!(browser.submit(&page, "/account/activate/decline", &[]).status, 400);
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn from_a_dead_link_the_way_leads_to_another_email() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    let mut browser = Browser::new(&app);
    for dead in ["gha_x", &token.replace("gha_", "ghv_"), ""] {
        let page = browser.open_activation(dead);
        assert_eq!((page.status.as_u16(), page.cost[0]), (400, 0), "{dead}");
        says(&page, "This link has expired, has already been used or is incomplete.");
    }
    let page = browser.open_activation("gha_x");
    let malformed = browser.submit(&page, "/account/activate/send", &[("email", "a@<b>")]);
    assert_eq!(malformed.status, 400);
    says(&malformed, r#"value="a@&lt;b&gt;""#);
    let sent = browser.submit(&malformed, "/account/activate/send", &[("email", "ada@example.com")]);
    says(&browser.follow(&sent), "we've sent the activation email again");
    assert_eq!(app.last_link_token(), token);
    assert_eq!(app.emails().len(), 2);
}

#[test]
fn who_signs_in_too_early_is_shown_where_the_email_comes_from() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let page = Browser::new(&app).sign_in("ada", "/account");
    assert_eq!(page.status, 403);
    says(&page, r#"<a href="/account/activate">Didn't get the activation email?</a>"#);
}

#[test]
fn whereabouts_that_lie_about_themselves_stay_in_their_place() {
    let app = TestApp::new();
    app.register("ada", "ada@example.com").assert_ok();
    let token = app.last_link_token();
    app.platform.tell("UPDATE registrations SET address = '<b>\u{202e}' || char(10) || 'x'");
    let page = Browser::new(&app).open_activation(&token).assert_ok();
    says(&page, "<bdi>&lt;b&gt;\u{202e}\nx</bdi>");
    app.platform.tell("UPDATE registrations SET login = '</bdi><b>'");
    says(&Browser::new(&app).open_activation(&token).assert_ok(), "<bdi>&lt;/bdi&gt;&lt;b&gt;</bdi>");
    app.platform.tell("UPDATE registrations SET address = ''");
    assert!(!Browser::new(&app).open_activation(&token).text().contains("<bdi></bdi>"));
}
