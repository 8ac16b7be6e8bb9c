//! Forms sent twice: by a double click, a second Enter, or an impatient user.

use std::cell::RefCell;
use std::collections::BTreeSet;

use http::Method;

use crate::app::{CODES, NEW_PASSWORD, ORIGIN, PASSWORD, Reply, TestApp, UNCOUNTED};
use crate::authenticator::Authenticator;
use crate::browser::{Browser, filled_in, hidden, passkey_options};
use crate::discord::{DISCORD, arrive, said};
use crate::machine_clients::bearer;
use crate::oauth_client::OAuthClient;
use crate::oauth_device::{enter, tv, user_code};
use crate::required_factors::secret_on;
use crate::routes::ROUTES;
use crate::second_factors::code_of;

/// A filled-in form.
struct Filled {
    browser: Browser<'static>,
    action: String,
    fields: Vec<(String, String)>,
}

impl Filled {
    /// On a page at `path`.
    #[track_caller]
    fn at(mut browser: Browser<'static>, path: &str, action: &str, fields: &[(&str, &str)]) -> Self {
        let page = browser.get(path).assert_ok();
        Self::on(browser, &page, action, fields)
    }

    #[track_caller]
    fn on(browser: Browser<'static>, page: &Reply, action: &str, fields: &[(&str, &str)]) -> Self {
        Self { browser, action: action.to_owned(), fields: filled_in(page, action, fields) }
    }

    /// The form that adds a required app.
    #[track_caller]
    fn enrolling(app: &TestApp, browser: Browser<'static>, page: &Reply, at: &str) -> Self {
        let code = code_of(&secret_on(page), app.step());
        Self::on(browser, page, &format!("{at}/enrol"), &[("recovery_codes_saved", "yes"), ("code", &code)])
    }

    /// Sends it with the cookies its browser had when the form was filled in, as a second click does.
    fn send(&self) -> Answer {
        let mut browser = self.browser.clone();
        let reply = browser.post(&self.action, &self.fields);
        let kept = |name: &str| browser.cookie(name).map(str::to_owned);
        let kept = ["__Host-session", "__Host-device", "__Host-notice"].map(kept);
        let (status, _, text) = reply.observable();
        Answer { kept, status: status.as_u16(), location: reply.header("location").to_owned(), text }
    }
}

/// The result of a form, for the browser that sent it.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    kept: [Option<String>; 3],
    status: u16,
    location: String,
    text: String,
}

type Scene = (&'static str, fn(&'static TestApp) -> Filled);

/// Every form of every page, filled in successfully.
const SCENES: &[Scene] = &[
    ("/account/signout", |app| Filled::at(of_ada(app), "/account", "/account/signout", &[])),
    ("/account/keys/api", |app| Filled::at(of_ada(app), KEYS, "/account/keys/api", KEY)),
    ("/account/keys/private", |app| Filled::at(of_ada(app), KEYS, "/account/keys/private", KEY)),
    ("/account/keys/portal", |app| Filled::at(of_ada(app), KEYS, "/account/keys/portal", &[])),
    ("/account/keys/delete", |app| {
        let browser = of_ada(app);
        app.make_key(&bearer(&app.sign_in("ada")));
        Filled::at(browser, KEYS, "/account/keys/delete", &[])
    }),
    ("/account/language", |app| Filled::at(of_ada(app), "/account", "/account/language", &[("language", "de")])),
    ("/account/password", |app| {
        let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
        Filled::at(of_ada(app), "/account/password", "/account/password", &fields)
    }),
    ("/account/address", |app| {
        let fields = [("email", "new@example.com"), ("current_password", PASSWORD)];
        Filled::at(of_ada(app), "/account/address", "/account/address", &fields)
    }),
    ("/account/security/app", setting_up_an_app),
    ("/account/security/browsers/forget", |app| {
        let mut browser = of_ada(app);
        let page = browser.get("/account/security").assert_ok();
        let fields = filled_in(&page, "/account/signout", &[]);
        Filled { browser, action: "/account/security/browsers/forget".to_owned(), fields }
    }),
    ("/account/security/app/remove", |app| {
        let mut setting_up = setting_up_an_app(app);
        setting_up.browser.post(&setting_up.action, &setting_up.fields);
        Filled::at(setting_up.browser, "/account/security", "/account/security/app/remove", &[])
    }),
    ("/account/security/codes", |app| {
        let saved = [("recovery_codes_saved", "yes")];
        Filled::at(of_ada(app), "/account/security/codes", "/account/security/codes", &saved)
    }),
    ("/account/security/passkeys", |app| {
        let mut browser = of_ada(app);
        let page = browser.get(PASSKEYS).assert_ok();
        let made = Authenticator::new(ORIGIN, 2).create(&passkey_options(&page, PASSKEYS)).to_string();
        Filled::on(browser, &page, PASSKEYS, &[("credential", &made)])
    }),
    ("/account/security/passkeys/rename", |app| {
        let (browser, _) = with_passkey(app);
        Filled::at(browser, PASSKEYS, "/account/security/passkeys/rename", &[("name", "Phone")])
    }),
    ("/account/security/passkeys/remove", |app| {
        let (browser, _) = with_passkey(app);
        Filled::at(browser, PASSKEYS, "/account/security/passkeys/remove", &[])
    }),
    ("/account/security/password/remove", |app| {
        let (browser, _) = with_passkey(app);
        Filled::at(browser, "/account/security", "/account/security/password/remove", &[])
    }),
    ("/account/confirm/passkey", |app| {
        let (mut browser, mut key) = with_passkey(app);
        app.pass_seconds(15 * 60 + 1);
        let (page, action) = (browser.get("/account/confirm").assert_ok(), "/account/confirm/passkey");
        let made = key.get(&passkey_options(&page, action)).to_string();
        Filled::on(browser, &page, action, &[("credential", &made)])
    }),
    ("/account/signin/passkey", |app| {
        let (_, mut key) = with_passkey(app);
        let mut browser = Browser::new(app);
        let (page, action) = (browser.get("/account/signin").assert_ok(), "/account/signin/passkey");
        let made = key.get(&passkey_options(&page, action)).to_string();
        Filled::on(browser, &page, action, &[("credential", &made)])
    }),
    ("/account/security/undo", |app| {
        app.add_app(&app.signed_in("ada").access);
        let path = format!("/account/security/undo?token={}", app.last_link_token());
        Filled::at(Browser::new(app), &path, "/account/security/undo", &[("password", NEW_PASSWORD)])
    }),
    ("/account/sessions/end", |app| {
        let browser = of_ada(app);
        app.pass_seconds(1);
        app.sign_in("ada");
        Filled::at(browser, "/account/sessions", "/account/sessions/end", &[])
    }),
    ("/account/sessions/others", |app| {
        let browser = of_ada(app);
        app.sign_in("ada");
        Filled::at(browser, "/account/sessions", "/account/sessions/others", &[])
    }),
    ("/account/apps/remove", |app| {
        let mut browser = of_ada(app);
        OAuthClient::new(app).registered().tokens(&mut browser, &[]);
        Filled::at(browser, "/account/apps", "/account/apps/remove", &[])
    }),
    ("/oauth/consent", |app| {
        let client = OAuthClient::new(app).registered();
        Filled::at(of_ada(app), &client.request(&[]), "/oauth/consent", &[("decision", "allow")])
    }),
    ("/account/confirm", |app| {
        Filled::at(of_old_ada(app), "/account/confirm", "/account/confirm", &[("password", PASSWORD)])
    }),
    ("/account/confirm/code", |app| Filled::at(of_old_ada(app), "/account/confirm", "/account/confirm/code", &[])),
    ("/account/confirm/verify", |app| {
        let mut asking = Filled::at(of_old_ada(app), "/account/confirm", "/account/confirm/code", &[]);
        let page = asking.browser.post(&asking.action, &asking.fields).assert_ok();
        Filled::on(asking.browser, &page, "/account/confirm/verify", &[("code", &app.last_code())])
    }),
    ("/account/confirm/second", |app| {
        let browser = of_old_ada(app);
        app.give_second_factor("ada");
        let mut asking = Filled::at(browser, "/account/confirm", "/account/confirm", &[("password", PASSWORD)]);
        let page = asking.browser.post(&asking.action, &asking.fields).assert_ok();
        Filled::on(asking.browser, &page, "/account/confirm/second", &[("code", &app.shown_code())])
    }),
    ("/account/confirm/enrol", |app| {
        app.user("ada");
        let mut browser = Browser::new(app);
        browser.sign_in("ada", "/account");
        app.pass_seconds(15 * 60 + 1);
        app.platform.tell("UPDATE users SET role = 'admin'");
        let mut asking = Filled::at(browser, "/account/confirm", "/account/confirm", &[("password", PASSWORD)]);
        let page = asking.browser.post(&asking.action, &asking.fields).assert_ok();
        Filled::enrolling(app, asking.browser, &page, "/account/confirm")
    }),
    ("/account/device", |app| {
        let browser = of_ada(app);
        let device = tv(app).device(&[]);
        Filled::at(browser, "/account/device", "/account/device", &[("user_code", user_code(&device))])
    }),
    ("/account/device/consent", |app| {
        let mut browser = of_ada(app);
        let question = enter(&mut browser, user_code(&tv(app).device(&[])));
        Filled::on(browser, &question, "/account/device/consent", &[("decision", "allow")])
    }),
    ("/account/delete", |app| {
        Filled::at(of_ada(app), "/account/delete", "/account/delete", &[("confirm_login", "ada")])
    }),
    ("/account/signin", |app| {
        app.user("ada");
        let fields = [("login", "ada"), ("password", PASSWORD)];
        Filled::at(Browser::new(app), "/account/signin", "/account/signin", &fields)
    }),
    ("/account/signin/code", asking_for_a_code),
    ("/account/signin/verify", |app| {
        let mut asking = asking_for_a_code(app);
        let page = asking.browser.post(&asking.action, &asking.fields).assert_ok();
        Filled::on(asking.browser, &page, "/account/signin/verify", &[("code", &app.last_code())])
    }),
    ("/account/signin/enrol", |app| {
        app.user("ada");
        app.platform.tell("UPDATE users SET role = 'admin'");
        let mut browser = Browser::new(app);
        let page = browser.sign_in("ada", "/account").assert_ok();
        Filled::enrolling(app, browser, &page, "/account/signin")
    }),
    ("/account/signin/second", |app| {
        app.user("ada");
        app.give_second_factor("ada");
        let mut browser = Browser::new(app);
        let page = browser.sign_in("ada", "/account").assert_ok();
        Filled::on(browser, &page, "/account/signin/second", &[("code", &app.shown_code())])
    }),
    ("/account/register", |app| {
        let fields = [("login", "bob"), ("email", "bob@example.com"), ("password", PASSWORD)];
        Filled::at(Browser::new(app), "/account/register", "/account/register", &fields)
    }),
    ("/account/activate", |app| {
        let link = registered(app);
        Filled::at(
            Browser::new(app),
            &format!("/account/activate?token={link}"),
            "/account/activate",
            &[("password", PASSWORD)],
        )
    }),
    ("/account/register/passkey", |app| {
        let fields = [("login", "ada"), ("email", "ada@example.com")];
        Filled::at(Browser::new(app), "/account/register", "/account/register/passkey", &fields)
    }),
    ("/account/activate/passkey", |app| {
        let (mut browser, action) = (Browser::new(app), "/account/activate/passkey");
        let path = format!("/account/activate?token={}", app.register_for_passkey("ada", "ada@example.com"));
        let page = browser.get(&path).assert_ok();
        let made = Authenticator::new(ORIGIN, 2).create(&passkey_options(&page, action)).to_string();
        Filled::on(browser, &page, action, &[("credential", &made)])
    }),
    ("/account/activate/decline", |app| {
        let link = registered(app);
        Filled::at(Browser::new(app), &format!("/account/activate?token={link}"), "/account/activate/decline", &[])
    }),
    ("/account/activate/send", |app| {
        registered(app);
        let fields = [("email", "bob@example.com")];
        Filled::at(Browser::new(app), "/account/activate", "/account/activate/send", &fields)
    }),
    ("/account/connect", connecting),
    ("/account/security/identities/remove", |app| {
        let mut connecting = connecting(app);
        connecting.browser.post(&connecting.action, &connecting.fields);
        Filled::at(connecting.browser, "/account/security", "/account/security/identities/remove", &[])
    }),
    ("/account/connect/register", signing_up_elsewhere),
    ("/account/activate/identity", |app| {
        let mut signing_up = signing_up_elsewhere(app);
        signing_up.browser.post(&signing_up.action, &signing_up.fields);
        let path = format!("/account/activate?token={}", app.last_link_token());
        Filled::at(signing_up.browser, &path, "/account/activate/identity", &[])
    }),
    ("/account/recover", |app| {
        app.user("ada");
        app.recover("ada@example.com").assert_ok();
        let path = format!("/account/recover?token={}", app.last_link_token());
        Filled::at(Browser::new(app), &path, "/account/recover", &[("password", NEW_PASSWORD)])
    }),
    ("/account/recover/send", |app| {
        app.user("ada");
        Filled::at(Browser::new(app), "/account/recover", "/account/recover/send", &[("email", "ada@example.com")])
    }),
    ("/account/email", |app| {
        let link = moving(app);
        Filled::at(Browser::new(app), &format!("/account/email?token={link}"), "/account/email", &[])
    }),
    ("/account/email/undo", |app| {
        let link = moving(app);
        app.confirm_email(&link).assert_ok();
        let path = format!("/account/email/undo?token={}", app.last_link_token());
        Filled::at(Browser::new(app), &path, "/account/email/undo", &[("password", NEW_PASSWORD)])
    }),
    (USER_ACTS[0], |app| administering(app, "", "disable")),
    (USER_ACTS[1], |app| administering(app, "UPDATE users SET disabled_at = 1 WHERE login = 'bea'", "enable")),
    (USER_ACTS[2], |app| administering(app, "", "promote")),
    (USER_ACTS[3], |app| administering(app, "UPDATE users SET role = 'admin' WHERE login = 'bea'", "demote")),
    (USER_ACTS[4], |app| administering(app, "", "reset")),
    (USER_ACTS[5], |app| {
        app.signed_in("bea");
        administering(app, "", "sessions/end")
    }),
    (USER_ACTS[6], |app| {
        app.signed_in("bea");
        let session: String = app.platform.ask("SELECT id FROM sessions");
        administering(app, "", &format!("sessions/{session}/end"))
    }),
    (USER_ACTS[7], |app| {
        app.make_key(&bearer(&app.signed_in("bea")));
        let token: String = app.platform.ask("SELECT id FROM tokens");
        administering(app, "", &format!("tokens/{token}/end"))
    }),
    (USER_ACTS[8], |app| {
        app.user("bea");
        app.give_second_factor("bea");
        administering(app, "", "factors/reset")
    }),
    ("/admin/clients/new", |app| {
        let fields = [("client_name", "New"), ("kind", "website"), ("redirect_uris", "https://a.example/")];
        let required = [("require_pkce", "yes")];
        Filled::at(of_ada(app), "/admin/clients/new", "/admin/clients/new", &[&fields[..], &required].concat())
    }),
    ("/admin/clients/*", |app| {
        let fields = [("client_name", "New"), ("kind", "website"), ("redirect_uris", "https://a.example/")];
        of_a_client(app, "previous_secret_until = NULL", "", &fields)
    }),
    ("/admin/clients/*/secret", |app| {
        of_a_client(app, "previous_secret_until = NULL", "/secret", &[("overlap_seconds", "86400")])
    }),
    ("/admin/clients/*/secret/end", |app| {
        of_a_client(app, "previous_secret_until = 9000000000000", "/secret/end", &[])
    }),
    ("/admin/clients/*/disable", |app| of_a_client(app, "disabled_at = NULL", "/disable", &[])),
    ("/admin/clients/*/enable", |app| of_a_client(app, "disabled_at = 5", "/enable", &[])),
    ("/admin/clients/*/delete", |app| of_a_client(app, "disabled_at = NULL", "/delete", &[])),
];

const KEYS: &str = "/account/keys";
const KEY: &[(&str, &str)] = &[("name", "backup"), ("life", "90")];
const USER_ACTS: [&str; 9] = [
    "/admin/users/*/disable",
    "/admin/users/*/enable",
    "/admin/users/*/promote",
    "/admin/users/*/demote",
    "/admin/users/*/reset",
    "/admin/users/*/sessions/end",
    "/admin/users/*/sessions/*/end",
    "/admin/users/*/tokens/*/end",
    "/admin/users/*/factors/reset",
];

fn of_ada(app: &'static TestApp) -> Browser<'static> {
    app.administrator("ada");
    Browser::of(app, "ada")
}

/// A form of a client's page, after a change of its row.
fn of_a_client(app: &'static TestApp, change: &str, act: &str, fields: &[(&str, &str)]) -> Filled {
    app.has_client("shop", change);
    let page = "/admin/clients/shop";
    Filled::at(of_ada(app), page, &format!("{page}{act}"), fields)
}

/// Ada, who signed in a while ago.
fn of_old_ada(app: &'static TestApp) -> Browser<'static> {
    let browser = of_ada(app);
    app.pass_seconds(15 * 60 + 1);
    browser
}

const PASSKEYS: &str = "/account/security/passkeys";

/// Ada, who has added a passkey elsewhere.
fn with_passkey(app: &'static TestApp) -> (Browser<'static>, Authenticator) {
    let browser = of_ada(app);
    let mut key = Authenticator::new(ORIGIN, 1);
    assert_eq!(app.add_key(&app.sign_in("ada").access, &mut key, "passkey").status, 201);
    (browser, key)
}

fn setting_up_an_app(app: &'static TestApp) -> Filled {
    let mut browser = of_ada(app);
    let page = browser.get("/account/security/app").assert_ok();
    let fields = [("code", &*app.shown_on(&page)), ("recovery_codes_saved", "yes")];
    Filled::on(browser, &page, "/account/security/app", &fields)
}

fn asking_for_a_code(app: &'static TestApp) -> Filled {
    app.user("ada");
    let fields = [("login", "ada@example.com"), ("password", "")];
    Filled::at(Browser::new(app), "/account/signin", "/account/signin/code", &fields)
}

fn connecting(app: &'static TestApp) -> Filled {
    let mut browser = of_ada(app);
    arrive(app, &mut browser, &said("1", "ada@example.com", true));
    Filled::at(browser, "/account/connect", "/account/connect", &[])
}

/// With an address that Discord has not checked.
fn signing_up_elsewhere(app: &'static TestApp) -> Filled {
    let mut browser = Browser::new(app);
    arrive(app, &mut browser, &said("2", "bob@example.com", false));
    let fields = [("login", "bob"), ("email", "bob@example.com")];
    Filled::at(browser, "/account/connect", "/account/connect/register", &fields)
}

fn registered(app: &TestApp) -> String {
    app.register("bob", "bob@example.com").assert_ok();
    app.last_link_token()
}

fn moving(app: &TestApp) -> String {
    let tokens = app.signed_in("ada");
    app.change_email(&tokens.access, "new@example.com").assert_ok();
    app.last_link_token()
}

fn administering(app: &'static TestApp, before: &str, act: &str) -> Filled {
    let browser = of_ada(app);
    if app.platform.ask::<i64>("SELECT count(*) FROM users WHERE login = 'bea'") == 0 {
        app.user("bea");
    }
    app.platform.tell(before);
    let page = format!("/admin/users/{}", app.id_of("bea"));
    Filled::at(browser, &page, &format!("{page}/{act}"), &[])
}

/// A test app that lives as long as the tests, so that one request can run in the middle of another.
fn app() -> &'static TestApp {
    Box::leak(Box::new(TestApp::with(&[CODES, UNCOUNTED[0], UNCOUNTED[1], DISCORD[0], DISCORD[1]])))
}

/// One whose administrators need a second factor, for the forms that add it.
fn app_for(form: &str) -> &'static TestApp {
    if !form.ends_with("/enrol") {
        return app();
    }
    Box::leak(Box::new(TestApp::with(&[("AUTH_MFA", "admins"), UNCOUNTED[0], UNCOUNTED[1]])))
}

/// How many rows each table has, and how many emails were sent. A try spent by the second request is not a guess, and stays spent
/// until the next success.
fn lasting(app: &TestApp) -> Vec<(String, i64)> {
    let tables = app.platform.tables().into_iter().filter(|table| table != "attempts");
    let rows = tables.map(|table| (app.platform.count(&table), table)).map(|(rows, table)| (table, rows));
    rows.chain([("emails".to_owned(), i64::try_from(app.emails().len()).unwrap())]).collect()
}

/// Requests for a code may be repeated, keep the code of a minute ago, and are logged each time.
fn is_recorded_twice(form: &str) -> bool {
    matches!(form, "/account/signin/code" | "/account/confirm/code")
}

#[test]
fn every_form_of_every_page_is_sent_twice_here() {
    let nil = "00000000-0000-0000-0000-000000000000";
    let forms = ROUTES.iter().filter(|(method, path)| {
        // An answer of a provider is a form of its own page, and becomes a link.
        *method == Method::POST
            && !path.ends_with("/callback")
            && (path.starts_with("/account") || path.starts_with("/admin") || *path == "/oauth/consent")
    });
    let forms: BTreeSet<_> = forms.map(|(_, path)| path.replace(nil, "*")).collect();
    assert_eq!(SCENES.iter().map(|(form, _)| (*form).to_owned()).collect::<BTreeSet<_>>(), forms);
}

#[test]
fn whoever_sends_a_form_again_within_seconds_gets_the_first_outcome() {
    for (form, fill_in) in SCENES {
        let app = app_for(form);
        let filled = fill_in(app);
        let first = filled.send();
        assert!(first.status < 400, "{form}: {first:?}");
        let after_one = lasting(app);
        app.pass_seconds(1);
        assert_eq!(filled.send(), first, "{form}");
        if !is_recorded_twice(form) {
            assert_eq!(lasting(app), after_one, "{form}");
        }
    }
}

/// Forms that end in different ways: the name already exists, another request won, or the item is gone, before or during the
/// action.
#[test]
fn of_two_at_once_the_loser_sees_what_the_winner_has_done() {
    overtaken(&["/account/keys/api", "/account/keys/private", "/account/password", "/account/delete"]);
}

#[test]
fn of_two_sign_ins_at_once_with_one_form_one_is_a_session() {
    overtaken(&["/account/signin", "/account/signin/verify", "/account/confirm/verify"]);
}

#[test]
fn of_two_uses_of_one_link_at_once_with_one_form_both_are_told_of_the_first() {
    overtaken(&["/account/activate", "/account/activate/decline", "/account/recover", "/account/recover/send"]);
}

#[test]
fn of_two_confirmations_at_once_with_one_form_one_changes_the_factors() {
    let changes = ["app", "app/remove", "codes", "undo"].map(|change| format!("/account/security/{change}"));
    overtaken(&changes.each_ref().map(String::as_str));
}

#[test]
fn of_two_acts_of_an_administrator_at_once_one_has_an_effect() {
    overtaken(&["/admin/users/*/reset", "/admin/users/*/factors/reset", "/admin/users/*/sessions/*/end"]);
    overtaken(&[
        "/admin/clients/new",
        "/admin/clients/*/secret",
        "/admin/clients/*/disable",
        "/admin/clients/*/delete",
    ]);
}

/// Sends each form, and lets the same form overtake it before each of its database calls.
fn overtaken(forms: &[&str]) {
    for (form, fill_in) in SCENES.iter().filter(|(form, _)| forms.contains(form)) {
        let once = app();
        fill_in(once).send();
        for turn in 0.. {
            let app = app();
            let filled: &'static Filled = Box::leak(Box::new(fill_in(app)));
            let other: &'static RefCell<Option<Answer>> = Box::leak(Box::default());
            app.platform.before_call(turn, || *other.borrow_mut() = Some(filled.send()));
            let own = filled.send();
            let Some(other) = other.take() else {
                assert!(turn > 0, "{form} asks for nothing");
                break;
            };
            assert_eq!(own, other, "{form}, overtaken before its call {turn}");
            assert_eq!(lasting(app), lasting(once), "{form}, overtaken before its call {turn}");
        }
    }
}

#[test]
fn after_some_seconds_a_form_that_is_sent_again_is_another_act() {
    let app = app();
    let filled = Filled::at(of_ada(app), KEYS, "/account/keys/api", KEY);
    let first = filled.send();
    app.pass_seconds(9);
    assert_eq!(filled.send(), first);
    app.pass_seconds(1);
    let second = filled.send();
    assert!(second.status == 200 && second != first, "{second:?}");
    assert_eq!(filled.send(), second, "which is repeated as well");
    assert_eq!(app.platform.count("tokens"), 2);
}

#[test]
fn other_fields_another_page_or_another_browser_are_another_act() {
    let app = app();
    let browser = of_ada(app);
    let mut filled = Filled::at(browser.clone(), KEYS, "/account/keys/api", KEY);
    filled.send();
    for (_, value) in filled.fields.iter_mut().filter(|(name, _)| name == "name") {
        *value = "another".to_owned();
    }
    filled.send();
    Filled::at(browser, KEYS, "/account/keys/api", KEY).send();
    Filled::at(Browser::of(app, "ada"), KEYS, "/account/keys/api", KEY).send();
    assert_eq!(app.platform.count("tokens"), 4);
}

#[test]
fn whoever_has_seen_a_form_and_none_of_its_cookies_gets_nothing_of_it() {
    let app = app();
    let mut filled = asking_for_a_code(app);
    let page = filled.browser.post(&filled.action, &filled.fields).assert_ok();
    let fields = [("code", app.last_code())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let filled = Filled::on(filled.browser, &page, "/account/signin/verify", &fields);
    assert!(filled.send().kept[0].is_some());
    let mut thief = Browser::new(app);
    thief.get("/account/signin");
    let refused = thief.post(&filled.action, &filled.fields);
    assert_eq!((refused.status.as_u16(), thief.cookie("__Host-session")), (403, None));
    // Nor with its own CSRF token: it is another browser's form, and the code is used up.
    let page = thief.get("/account/signin");
    let own = hidden(&page.text()).into_iter().find(|(name, _)| name == "seal").unwrap();
    let fields: Vec<_> =
        filled.fields.iter().map(|field| if field.0 == "seal" { own.clone() } else { field.clone() }).collect();
    let refused = thief.post(&filled.action, &fields);
    assert_eq!((refused.status.as_u16(), thief.cookie("__Host-session")), (401, None));
}

#[test]
fn a_session_that_has_ended_is_given_to_nobody_again() {
    let app = app();
    app.user("ada");
    let fields = [("login", "ada"), ("password", PASSWORD)];
    let filled = Filled::at(Browser::new(app), "/account/signin", "/account/signin", &fields);
    let first = filled.send();
    app.platform.tell("UPDATE sessions SET ended_at = 1780000000123, end_reason = 'ended'");
    assert_ne!(filled.send().kept[0], first.kept[0]);
}

#[test]
fn the_same_wrong_guess_sent_twice_is_one_try_until_some_seconds_have_passed() {
    let app = app();
    let mut asking = asking_for_a_code(app);
    let page = asking.browser.post(&asking.action, &asking.fields).assert_ok();
    let code = app.last_code();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let filled = Filled::on(asking.browser.clone(), &page, "/account/signin/verify", &[("code", wrong)]);
    for _ in 0..20 {
        assert_eq!(filled.send().status, 401);
    }
    let failures = || app.platform.ask::<i64>("SELECT sum(failures) FROM attempts");
    assert_eq!((app.platform.ask::<i64>("SELECT tries FROM codes"), failures()), (1, 1));
    app.pass_seconds(10);
    filled.send();
    assert_eq!(failures(), 2, "it may be the right one of another code");
    // Other guesses cost one try each: of three, two are left.
    for (guess, status) in [("111111", 401), ("222222", 401), (code.as_str(), 429)] {
        let filled = Filled::on(asking.browser.clone(), &page, "/account/signin/verify", &[("code", guess)]);
        assert_eq!(filled.send().status, status, "{guess}");
    }
}

#[test]
fn whoever_succeeds_at_the_last_try_and_sends_it_twice_has_succeeded() {
    let app = app();
    app.user("ada");
    for _ in 0..9 {
        app.login("ada", "wrong").assert_error(401, "invalid_credentials");
    }
    let fields = [("login", "ada"), ("password", PASSWORD)];
    let filled: &'static Filled =
        Box::leak(Box::new(Filled::at(Browser::new(app), "/account/signin", "/account/signin", &fields)));
    let other: &'static RefCell<Option<Answer>> = Box::leak(Box::default());
    // The other finishes before this one has written its result.
    app.platform.before_call(1, || *other.borrow_mut() = Some(filled.send()));
    let own = filled.send();
    assert_eq!((own.status, own.kept[0].is_some()), (303, true), "{own:?}");
    assert_eq!(other.take(), Some(own));
}

#[test]
fn what_is_sent_twice_while_kv_lags_gives_one_try_back() {
    let app = app();
    let mut asking = asking_for_a_code(app);
    app.platform.kv_lag.set(std::time::Duration::from_secs(60));
    let page = asking.browser.post(&asking.action, &asking.fields).assert_ok();
    for _ in 0..5 {
        app.verify_code("ada@example.com", "000000");
    }
    app.platform.tell("UPDATE attempts SET failures = 5; UPDATE codes SET tries = 2");
    let filled: &'static Filled =
        Box::leak(Box::new(Filled::on(asking.browser, &page, "/account/signin/verify", &[("code", "000000")])));
    app.platform.before_call(1, || drop(filled.send()));
    assert_eq!(filled.send().status, 503);
    assert_eq!(app.platform.ask::<i64>("SELECT max(failures) FROM attempts"), 5);
    assert_eq!(app.platform.ask::<i64>("SELECT tries FROM codes"), 2);
}
