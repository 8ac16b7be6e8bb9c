//! The language of emails.

use gatehouse::domain::crypto::keyring::Purpose;
use gatehouse::domain::crypto::seal;
use gatehouse::flows::mail;
use gatehouse::words::language::Language;
use http::Method;
use pollster::block_on;
use serde_json::{Value, json};

use crate::app::{JSON, NEW_PASSWORD, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::user_actions::email_to;

const ADA: &str = "ada@example.com";

impl TestApp {
    /// The form post of a browser that prefers German.
    #[track_caller]
    fn post_in_german(&self, path: &str, body: &Value) -> Reply {
        let headers = [JSON, ("Accept-Language", "de-AT,de;q=0.9,en;q=0.5")];
        self.request(Method::POST, path, &headers, &body.to_string())
    }

    #[track_caller]
    fn post_in_german_as(&self, token: &str, path: &str, body: &Value) -> Reply {
        let authorization = format!("Bearer {token}");
        let headers = [JSON, ("Accept-Language", "de"), ("Authorization", &authorization)];
        self.request(Method::POST, path, &headers, &body.to_string())
    }

    /// A signed-in user with a chosen language.
    fn reader(&self, login: &str, language: Language) -> Tokens {
        let tokens = self.signed_in(login);
        self.choose(&tokens.access, Some(language)).ok().unwrap();
        tokens
    }
}

/// Subject of the last email to an address.
fn subject(app: &TestApp, address: &str) -> String {
    email_to(app, address).0
}

#[test]
fn who_has_no_account_yet_is_written_to_as_their_browser_asks() {
    let app = TestApp::new();
    let form = json!({ "login": "ada", "email": ADA, "password": PASSWORD });
    app.post_in_german("/api/auth/local/register", &form).assert_ok();
    let email = &app.emails()[0];
    assert_eq!(email["subject"], "Aktivieren Sie Ihr Konto bei Gatehouse");
    assert!(email["html"].as_str().unwrap().starts_with("<!DOCTYPE html><html lang=\"de\">"));
    app.activate(&app.last_link_token()).assert_ok();

    // The account's owner, when another user wants its address.
    app.register("eve", ADA).assert_ok();
    assert_eq!(subject(&app, ADA), "You already have a Gatehouse account");
    assert!(app.emails()[1]["html"].as_str().unwrap().starts_with("<!DOCTYPE html><html lang=\"en\">"));
    app.post_in_german("/api/auth/local/register", &json!({ "login": "e", "email": ADA, "password": PASSWORD }));
    assert_eq!(subject(&app, ADA), "Sie haben schon ein Konto bei Gatehouse");
}

#[test]
fn what_somebody_has_chosen_wins_over_the_browser_that_asks() {
    let app = TestApp::new();
    app.reader("ada", Language::English);
    app.post_in_german("/api/auth/local/recover", &json!({ "email": "ADA@example.com" })).assert_ok();
    assert_eq!(subject(&app, ADA), "Choose a new Gatehouse password");

    let bob = app.reader("bob", Language::German);
    app.recover("bob@example.com").assert_ok();
    assert_eq!(subject(&app, "bob@example.com"), "Wählen Sie ein neues Passwort für Gatehouse");
    app.platform.tell("UPDATE users SET language = 'tlh' WHERE login = 'bob'");
    app.post_in_german("/api/auth/local/recover", &json!({ "email": "bob@example.com" })).assert_ok();
    assert_eq!(subject(&app, "bob@example.com"), "Wählen Sie ein neues Passwort für Gatehouse");
    app.choose(&bob.access, None).ok().unwrap();
    app.recover("bob@example.com").assert_ok();
    assert_eq!(subject(&app, "bob@example.com"), "Choose a new Gatehouse password");
}

#[test]
fn an_email_of_alarm_is_not_in_the_language_of_the_thief() {
    let app = TestApp::new();
    let ada = app.reader("ada", Language::English);
    app.refresh(&ada.refresh).assert_ok();
    app.pass_seconds(60);
    app.post_in_german("/api/auth/token/refresh", &json!({ "refresh_token": ada.refresh }))
        .assert_error(401, "refresh_token_reused");
    let (subject, text) = email_to(&app, ADA);
    assert_eq!(subject, "We ended one of your Gatehouse sessions");
    assert!(text.contains("(Unknown device)"), "{text}");
}

#[test]
fn an_administrator_writes_in_the_language_of_whom_it_concerns() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.reader("bob", Language::German);
    app.give_role(&ada, "bob", "admin").assert_ok();
    let (subject, text) = email_to(&app, "bob@example.com");
    assert_eq!(subject, "Die Rolle Ihres Kontos bei Gatehouse wurde geändert");
    assert!(text.contains("die Rolle „Administrator“ gegeben"), "{text}");
    app.administer(&ada, "bob", "disable").assert_ok();
    assert_eq!(email_to(&app, "bob@example.com").0, "Ihr Konto bei Gatehouse wurde gesperrt");
}

#[test]
fn an_email_is_in_the_language_that_is_chosen_when_it_leaves() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    app.platform.provider_status.set(503);
    app.recover(ADA).assert_ok();
    assert_eq!(subject(&app, ADA), "Choose a new Gatehouse password");
    app.choose(&ada.access, Some(Language::German)).ok().unwrap();
    app.platform.provider_status.set(200);
    app.pass_seconds(60);
    let asked = app.platform.database_calls.get();
    let id = app.platform.ask::<String>("SELECT id FROM outbox WHERE sent_at IS NULL").parse().ok().unwrap();
    block_on(mail::deliver(&app.platform, app.settings(), id)).ok().unwrap();
    assert_eq!(subject(&app, ADA), "Wählen Sie ein neues Passwort für Gatehouse");
    // The claim and the report: the language costs no extra read.
    assert_eq!(app.platform.database_calls.get() - asked, 2);
}

#[test]
fn emails_about_a_change_of_address_are_in_the_language_of_whose_account_it_is() {
    let (old, new) = (ADA, "ada@new.example");
    for (chosen, texts) in [
        (
            Language::German,
            [
                "Bestätigen Sie Ihre neue E-Mail-Adresse für Gatehouse",
                "Die E-Mail-Adresse Ihres Kontos bei Gatehouse wurde geändert",
                "Ihr Passwort für Gatehouse wurde geändert",
            ],
        ),
        (
            Language::English,
            [
                "Confirm your new Gatehouse email",
                "The email of your Gatehouse account was changed",
                "Your Gatehouse password was changed",
            ],
        ),
    ] {
        let app = TestApp::new();
        let ada = app.reader("ada", chosen);
        // Neither the new address nor, later, the old one has an account when its email is sent.
        let request = json!({ "email": new, "current_password": PASSWORD });
        match chosen {
            Language::English => app.post_in_german_as(&ada.access, "/api/auth/email", &request).assert_ok(),
            Language::German => app.post_as(&ada.access, "/api/auth/email", &request).assert_ok(),
        };
        assert_eq!(subject(&app, new), texts[0]);
        let link = json!({ "token": app.last_link_token() });
        match chosen {
            Language::English => app.post_in_german("/api/auth/email/confirm", &link).assert_ok(),
            Language::German => app.post("/api/auth/email/confirm", &link).assert_ok(),
        };
        assert_eq!(subject(&app, old), texts[1]);
        let undo = json!({ "token": app.last_link_token(), "password": NEW_PASSWORD });
        match chosen {
            Language::English => app.post_in_german("/api/auth/email/undo", &undo).assert_ok(),
            Language::German => app.post("/api/auth/email/undo", &undo).assert_ok(),
        };
        assert_eq!([subject(&app, old), subject(&app, new)], [texts[2], texts[2]]);
    }
}

#[test]
fn without_a_choice_a_change_of_address_is_told_as_the_browser_asks() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let request = json!({ "email": "ada@new.example", "current_password": PASSWORD });
    app.post_in_german_as(&ada.access, "/api/auth/email", &request).assert_ok();
    assert_eq!(subject(&app, "ada@new.example"), "Bestätigen Sie Ihre neue E-Mail-Adresse für Gatehouse");
    app.confirm_email(&app.last_link_token()).assert_ok();
    assert_eq!(subject(&app, ADA), "The email of your Gatehouse account was changed");
}

#[test]
fn whoever_leaves_is_told_so_in_the_language_they_had_chosen() {
    let app = TestApp::new();
    let ada = app.reader("ada", Language::German);
    assert_eq!(app.delete_account(&ada.access).status, 204);
    assert_eq!(subject(&app, ADA), "Ihr Konto bei Gatehouse wurde gelöscht");
}

#[test]
fn keys_are_named_in_the_language_of_the_email() {
    let app = TestApp::new();
    let ada = app.reader("ada", Language::German);
    let key = json!({ "description": null, "expired": "2027-01-01T00:00:00Z" });
    app.post_as(&ada.access, "/api/manage/v1/ApiKeys", &key).assert_ok();
    let (_, text) = email_to(&app, ADA);
    assert!(text.contains("ein Schlüssel für Programme erstellt: API-Schlüssel "), "{text}");
    app.change_password(&ada.access, PASSWORD, NEW_PASSWORD).assert_ok();
    let (_, text) = email_to(&app, ADA);
    assert!(text.contains("die weiter gelten: API-Schlüssel "), "{text}");
}

#[test]
fn an_operators_words_are_said_whatever_the_language_and_the_button_is_the_readers() {
    let app = TestApp::with(&[("MAIL_RECOVERY_BODY", "Bonjour.\n\n{{.Link}}")]);
    app.reader("ada", Language::German);
    app.recover(ADA).assert_ok();
    let email = app.emails().pop().unwrap();
    let html = email["html"].as_str().unwrap();
    assert_eq!(email["subject"], "Wählen Sie ein neues Passwort für Gatehouse");
    assert!(html.contains("<p>Bonjour.</p>") && html.contains(">Neues Passwort wählen</a>"), "{html}");
    // The language would only be a guess.
    assert!(html.starts_with("<!DOCTYPE html><html><head>"), "{html}");
}

#[test]
fn emails_sealed_by_another_version_of_the_service_still_open() {
    for (email, told) in [
        (json!({ "kind": "account_exists" }), "There is already an account with this address"),
        (json!({ "kind": "account_exists", "language": "de" }), "Zu dieser Adresse gibt es schon ein Konto"),
        (json!({ "kind": "account_exists", "language": "tlh" }), "There is already an account with this address"),
        (
            json!({ "kind": "password_changed", "address": "", "changed_at": "now", "keys": ["API key x…", "and older ones"] }),
            "from an unknown address. All other sessions have ended. Keys for programs that still work: \
             API key x…, and older ones.",
        ),
        (
            json!({ "kind": "token_created", "key": "private token made at noon", "address": "", "created_at": "now", "works_until": "then" }),
            "from an unknown address: private token made at noon, valid until then.",
        ),
    ] {
        let app = TestApp::new();
        let (id, kind) = ("00000000-0000-0000-0000-000000000004", email["kind"].as_str().unwrap());
        let context = format!("{id}\n{kind}\n{ADA}");
        let (keys, plain) = (&app.settings().keys, email.to_string());
        let sealed = seal::seal(keys, Purpose::Email, &context, [7; 24], plain.as_bytes()).ok().unwrap();
        app.platform.tell(&format!(
            "INSERT INTO outbox (id, kind, recipient, mailbox, sealed, created_at, next_at, dead_after)
             VALUES ('{id}', '{kind}', '{ADA}', '{ADA}', '{sealed}', 5, 5, 9000000000000)"
        ));
        app.cron();
        let (_, text) = email_to(&app, ADA);
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn a_known_reader_of_german_is_not_told_from_a_stranger() {
    let felt = |email: &str, route: &str| {
        let app = TestApp::with(&UNCOUNTED);
        app.reader("ada", Language::German);
        app.reader("bob", Language::English);
        let body = json!({ "login": "somebody", "email": email, "password": PASSWORD });
        let reply = app.post_in_german(&format!("/api/auth/local/{route}"), &body).assert_ok();
        (reply.observable(), reply.cost)
    };
    for route in ["register", "recover", "activate/send"] {
        let stranger = felt("stranger@example.com", route);
        assert_eq!(felt(ADA, route), stranger, "{route}");
        assert_eq!(felt("bob@example.com", route), stranger, "{route}");
    }
}

#[test]
fn the_local_mailbox_shows_emails_as_they_would_be_sent() {
    let local =
        [("MAIL_PROVIDER", "outbox"), ("ENVIRONMENT", "development"), ("APP_BASE_URL", "http://127.0.0.1:8787")];
    let app = TestApp::with(&local);
    let form = json!({ "login": "ada", "email": ADA, "password": PASSWORD });
    app.post_in_german("/api/auth/local/register", &form).assert_ok();
    let page = app.local_mailbox().text();
    assert!(page.contains("<h2>Aktivieren Sie Ihr Konto bei Gatehouse</h2>"), "{page}");
    let (_, rest) = page.split_once("token=").unwrap();
    app.activate(rest.split('"').next().unwrap()).assert_ok();
    app.platform.tell("UPDATE users SET language = 'en'");
    let form = json!({ "login": "eve", "email": ADA, "password": PASSWORD });
    app.post_in_german("/api/auth/local/register", &form).assert_ok();
    let page = app.local_mailbox().text();
    assert!(page.contains("<h2>You already have a Gatehouse account</h2>"), "{page}");
}
