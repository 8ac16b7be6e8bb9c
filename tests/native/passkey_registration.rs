//! Registration without a password: the passkey of whoever opens the link activates the account.

use serde_json::{Value, json};

use crate::app::{KEY, NEW_PASSWORD, ORIGIN, OTHER_KEY, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::authenticator::Authenticator;
use crate::browser::{Browser, filled_in, owned, passkey_options};
use crate::platform::{Failure, FailureTiming};
use crate::register_page::says;

const ACTIVATE: &str = "/account/activate/passkey";

impl TestApp {
    /// Registers on the page, and returns the token of the link.
    pub fn register_for_passkey(&self, login: &str, email: &str) -> String {
        let mut browser = Browser::new(self);
        assert_eq!(browser.register_for_passkey(login, email).status, 303);
        self.last_link_token()
    }
}

impl Browser<'_> {
    fn register_for_passkey(&mut self, login: &str, email: &str) -> Reply {
        let page = self.get("/account/register").assert_ok();
        self.submit(&page, "/account/register/passkey", &[("login", login), ("email", email)])
    }

    fn open_link(&mut self, token: &str) -> Reply {
        self.get(&format!("/account/activate?token={token}"))
    }

    /// Sends a page's form with other values in its hidden fields.
    fn forge(&mut self, page: &Reply, action: &str, fields: &[(&str, &str)]) -> Reply {
        let own =
            filled_in(page, action, &[]).into_iter().filter(|(name, _)| fields.iter().all(|(other, _)| name != other));
        self.post(action, &own.chain(owned(fields)).collect::<Vec<_>>())
    }

    /// Lets a key answer the options on a page, and sends the page's form.
    fn make(&mut self, page: &Reply, key: &mut Authenticator, fields: &[(&str, &str)]) -> Reply {
        let made = key.create(&passkey_options(page, ACTIVATE)).to_string();
        self.submit(page, ACTIVATE, &[&[("credential", made.as_str())], fields].concat())
    }
}

fn key(seed: u8) -> Authenticator {
    Authenticator::new(ORIGIN, seed)
}

fn accounts(app: &TestApp) -> (i64, i64, i64) {
    (app.platform.count("users"), app.platform.count("passkeys"), app.platform.count("passwords"))
}

#[test]
fn a_stranger_becomes_a_user_without_ever_having_a_password() {
    let app = TestApp::new();
    let mut browser = Browser::new(&app);
    let registered = browser.register_for_passkey("ada", "ada@example.com");
    assert_eq!(registered.header("location"), "https://auth.example.com/account/activate");
    says(&browser.follow(&registered), r#"role="status">We've sent you an email"#);
    assert_eq!(registered.cost[1], 0, "nothing to hash");

    let mut phone = Browser::new(&app);
    let page = phone.open_link(&app.last_link_token()).assert_ok();
    says(&page, "It has no password");
    says(&page, "you need JavaScript");
    assert!(!page.text().contains("type=\"password\""), "{}", page.text());
    assert_eq!(passkey_options(&page, ACTIVATE)["user"]["name"], "ada");
    let mut passkey = key(1);
    let active = phone.make(&page, &mut passkey, &[]);
    assert_eq!(active.header("location"), "https://auth.example.com/account/signin", "{}", active.text());
    says(&phone.follow(&active), "Your account is active.");
    assert_eq!(accounts(&app), (1, 1, 0));
    let stored: String = app.platform.ask("SELECT kind || ' ' || name || ' ' || rp_id FROM passkeys");
    assert_eq!(stored, "passkey Passkey auth.example.com");
    let last = "SELECT act || ' ' || outcome || ' ' || factor FROM audit ORDER BY rowid DESC LIMIT 1";
    assert_eq!(app.platform.ask::<String>(last), "activate ok pop");

    let tokens = Tokens::of(&app.sign_in_with(&mut passkey).assert_ok());
    let me = app.me(&tokens.access).assert_ok().json();
    assert_eq!((&me["login"], &me["email"]), (&json!("ada"), &json!("ada@example.com")));
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
}

/// A stranger registers with another person's address. If that person activates the account, it is that person's alone.
#[test]
fn an_account_that_a_stranger_asked_for_opens_for_the_passkey_of_the_mailbox_alone() {
    let app = TestApp::with(&UNCOUNTED);
    let mut stranger = Browser::new(&app);
    assert_eq!(stranger.register_for_passkey("ada", "ada@example.com").status, 303);
    let token = app.last_link_token();
    let cookie = stranger.cookie("__Host-registered").unwrap().to_owned();
    assert!(!cookie.contains(&token[4..]), "the browser that registered has no link");
    for login in ["ada", "ada@example.com"] {
        app.login(login, PASSWORD).assert_error(401, "invalid_credentials");
        app.login(login, "").assert_error(401, "invalid_credentials");
    }
    let mut owner = Browser::new(&app);
    let page = owner.open_link(&token).assert_ok();
    let mut passkey = key(1);
    assert_eq!(owner.make(&page, &mut passkey, &[]).status, 303);
    let page = stranger.get("/account/activate").assert_ok();
    assert!(!page.text().contains(ACTIVATE));
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
    app.sign_in_with(&mut passkey).assert_ok();
    assert_eq!(accounts(&app), (1, 1, 0));
}

/// The password is the stranger's: a passkey beside it would leave the stranger a way in.
#[test]
fn a_passkey_activates_no_registration_that_has_a_password_and_no_password_one_that_has_none() {
    let app = TestApp::with(&UNCOUNTED);
    let without = app.register_for_passkey("ada", "ada@example.com");
    let mut browser = Browser::new(&app);
    let page = browser.open_link(&without).assert_ok();
    let made = key(1).create(&passkey_options(&page, ACTIVATE)).to_string();
    app.register("bob", "bob@example.com").assert_ok();
    let with = app.last_link_token();
    let other = browser.open_link(&with).assert_ok();
    assert!(!other.text().contains(ACTIVATE), "{}", other.text());
    // The challenge of one link is none of another, whatever the page says.
    let crossed = browser.forge(&page, ACTIVATE, &[("credential", &made), ("token", &with)]);
    assert_eq!(crossed.status, 400);
    // The API and the page know no password for it, and the browser that registered needs one all the same.
    app.activate(&without).assert_error(400, "invalid_request");
    let forged = browser.forge(&other, "/account/activate", &[("token", &without), ("password", PASSWORD)]);
    assert_eq!(forged.status, 401);
    let mut own = Browser::new(&app);
    own.register_for_passkey("eve", "eve@example.com");
    let eves = app.last_link_token();
    let other = own.open_link(&with).assert_ok();
    let forged = own.forge(&other, "/account/activate", &[("token", &eves)]);
    assert_eq!(forged.status, 400, "{}", forged.text());
    assert_eq!(accounts(&app), (0, 0, 0));
    assert_eq!(browser.submit(&page, ACTIVATE, &[("credential", &made)]).status, 303);
}

#[test]
fn a_right_challenge_is_not_enough_where_the_registration_has_a_password() {
    let app = TestApp::new();
    let token = app.register_for_passkey("ada", "ada@example.com");
    let mut browser = Browser::new(&app);
    let page = browser.open_link(&token).assert_ok();
    app.platform
        .tell("UPDATE registrations SET password_hash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2E$AAAA'");
    let refused = browser.make(&page, &mut key(1), &[]);
    assert_eq!(refused.status, 400);
    assert_eq!(accounts(&app), (0, 0, 0));
}

#[test]
fn a_link_makes_one_account_with_one_passkey() {
    let app = TestApp::new();
    let token = app.register_for_passkey("ada", "ada@example.com");
    let [mut one, mut other] = [Browser::new(&app), Browser::new(&app)];
    let pages = [one.open_link(&token).assert_ok(), other.open_link(&token).assert_ok()];
    let before = app.platform.dump();
    assert_eq!(passkey_options(&pages[0], ACTIVATE)["user"], passkey_options(&pages[1], ACTIVATE)["user"]);
    assert_ne!(passkey_options(&pages[0], ACTIVATE)["challenge"], passkey_options(&pages[1], ACTIVATE)["challenge"]);
    assert_eq!(app.platform.dump(), before, "looking changes nothing");
    let mut first = key(1);
    assert_eq!(one.make(&pages[0], &mut first, &[]).status, 303);
    let late = other.make(&pages[1], &mut key(2), &[]);
    assert_eq!(late.status, 400);
    says(&late, "Send a new email");
    assert_eq!(accounts(&app), (1, 1, 0));
    app.platform.tell("DELETE FROM users");
    assert_eq!(one.make(&pages[0], &mut key(3), &[]).status, 400, "a deleted account does not come back");
    assert_eq!(accounts(&app), (0, 0, 0));
}

#[test]
fn what_no_authenticator_of_ours_makes_activates_nothing_and_leaves_the_link() {
    let app = TestApp::with(&UNCOUNTED);
    let token = app.register_for_passkey("ada", "ada@example.com");
    let another = app.register_for_passkey("eve", "eve@example.com");
    let mut browser = Browser::new(&app);
    let page = browser.open_link(&token).assert_ok();
    let foreign = browser.open_link(&another).assert_ok();
    let wrong: [Authenticator; 4] = [
        Authenticator { user_verified: false, ..key(1) },
        Authenticator { user_present: false, ..key(1) },
        Authenticator { origin: "https://evil.example".to_owned(), ..key(1) },
        Authenticator { rp_id: Some("evil.example".to_owned()), ..key(1) },
    ];
    let calls = || app.platform.database_calls.get();
    for mut key in wrong {
        let refused = browser.make(&page, &mut key, &[]);
        assert_eq!(refused.status, 400, "{}", refused.text());
    }
    let other_link = key(1).create(&passkey_options(&foreign, ACTIVATE)).to_string();
    let sign_in = key(1).create(&creation_of(&app.passkey_options())).to_string();
    for credential in [other_link.as_str(), &sign_in, "", "{}", "null"] {
        let before = calls();
        let refused = browser.submit(&page, ACTIVATE, &[("credential", credential)]);
        assert_eq!(refused.status, 400, "{credential}");
        assert!(calls() - before <= 2, "the form and its page");
    }
    let ada = app.signed_in("ada2");
    let options = app.post_as(&ada.access, "/api/auth/passkeys/options", &json!({ "kind": "passkey" })).assert_ok();
    let enrolment = key(1).create(&options.json()["publicKey"]).to_string();
    assert_eq!(browser.submit(&page, ACTIVATE, &[("credential", &enrolment)]).status, 400);
    app.pass_seconds(5 * 60);
    let late = browser.make(&page, &mut key(1), &[]);
    says(&late, "the request has expired");
    assert_eq!(browser.make(&late, &mut key(1), &[]).status, 303, "{}", late.text());
}

/// A challenge of another kind in options that look like those of a new passkey.
fn creation_of(options: &Value) -> Value {
    json!({
        "challenge": options["challenge"],
        "rp": { "id": "auth.example.com" },
        "user": { "id": "AAAA" },
        "pubKeyCredParams": [{ "alg": -7 }],
    })
}

#[test]
fn after_a_change_of_the_key_a_passkey_is_made_anew_for_the_accounts_new_id() {
    let mut app = TestApp::new();
    let token = app.register_for_passkey("ada", "ada@example.com");
    let (page, cookies) = {
        let mut browser = Browser::new(&app);
        (browser.open_link(&token).assert_ok(), browser.cookies())
    };
    app.redeploy(&[("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", KEY)]);
    let mut browser = Browser::with(&app, &cookies);
    let mut passkey = key(1);
    let refused = browser.make(&page, &mut passkey, &[]);
    assert_eq!(
        (refused.status.as_u16(), accounts(&app)),
        (400, (0, 0, 0)),
        "an account that its passkey does not know"
    );
    let page = browser.open_link(&token).assert_ok();
    assert_eq!(browser.make(&page, &mut passkey, &[]).status, 303);
    app.sign_in_with(&mut passkey).assert_ok();
}

#[test]
fn a_name_that_was_taken_meanwhile_is_replaced_on_the_same_page() {
    let app = TestApp::new();
    let token = app.register_for_passkey("ada", "first@example.com");
    app.user("ada");
    let mut browser = Browser::new(&app);
    let page = browser.open_link(&token).assert_ok();
    says(&page, "has been taken");
    let mut passkey = key(1);
    for wrong in ["", "ada"] {
        let refused = browser.make(&page, &mut passkey, &[("login", wrong)]);
        assert_eq!(refused.status, 409, "{wrong}: {}", refused.text());
    }
    assert_eq!(browser.make(&page, &mut passkey, &[("login", "a b")]).status, 400);
    assert_eq!(browser.make(&page, &mut passkey, &[("login", "ada2")]).status, 303);
    app.sign_in_with(&mut passkey).assert_ok();
}

#[test]
fn an_outage_while_a_passkey_activates_makes_one_account_or_none() {
    for (when, made) in [(FailureTiming::Before, 0), (FailureTiming::After, 1)] {
        let app = TestApp::new();
        let token = app.register_for_passkey("ada", "ada@example.com");
        let mut browser = Browser::new(&app);
        let page = browser.open_link(&token).assert_ok();
        app.platform.trouble.set(Failure { database: Some((0, when)), ..Failure::default() });
        browser.make(&page, &mut key(1), &[]);
        app.platform.trouble.set(Failure::default());
        assert_eq!(accounts(&app), (made, made, 0));
    }
}

#[test]
fn switched_off_nobody_registers_for_a_passkey_and_a_link_from_before_makes_nothing() {
    let mut app = TestApp::new();
    let token = app.register_for_passkey("ada", "ada@example.com");
    app.redeploy(&[("AUTH_PASSKEYS", "off")]);
    let mut browser = Browser::new(&app);
    let page = browser.get("/account/register").assert_ok();
    assert!(!page.text().contains("/account/register/passkey"));
    let fields = [("login", "bob"), ("email", "bob@example.com"), ("password", NEW_PASSWORD)];
    let fields = filled_in(&page, "/account/register", &fields);
    assert_eq!(browser.post("/account/register/passkey", &fields).status, 404);
    let page = browser.open_link(&token);
    assert_eq!(page.status, 400);
    says(&page, "Send a new email");
}
