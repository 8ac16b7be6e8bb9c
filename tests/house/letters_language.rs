//! Whose language a letter is in.

use gatehouse::domain::crypto::keyring::Purpose;
use gatehouse::domain::crypto::seal;
use gatehouse::flows::mail;
use gatehouse::words::language::Language;
use http::Method;
use pollster::block_on;
use serde_json::{Value, json};

use crate::house::{House, JSON, NEW_PASSWORD, PASSWORD, Reply, Tokens, UNCOUNTED};
use crate::people::letter_to;

const ADA: &str = "ada@example.com";

impl House {
    /// What a browser posts that likes German best.
    #[track_caller]
    fn post_in_german(&self, path: &str, body: &Value) -> Reply {
        let headers = [JSON, ("Accept-Language", "de-AT,de;q=0.9,en;q=0.5")];
        self.knock(Method::POST, path, &headers, &body.to_string())
    }

    #[track_caller]
    fn post_in_german_as(&self, token: &str, path: &str, body: &Value) -> Reply {
        let authorization = format!("Bearer {token}");
        let headers = [JSON, ("Accept-Language", "de"), ("Authorization", &authorization)];
        self.knock(Method::POST, path, &headers, &body.to_string())
    }

    /// Somebody who has signed in and chosen a language.
    fn reader(&self, login: &str, language: Language) -> Tokens {
        let tokens = self.signed_in(login);
        self.choose(&tokens.access, Some(language)).ok().unwrap();
        tokens
    }
}

/// Subject of the last letter to an address.
fn subject(house: &House, address: &str) -> String {
    letter_to(house, address).0
}

#[test]
fn who_has_no_account_yet_is_written_to_as_their_browser_asks() {
    let house = House::new();
    let form = json!({ "login": "ada", "email": ADA, "password": PASSWORD });
    house.post_in_german("/api/auth/local/register", &form).granted();
    let letter = &house.letters()[0];
    assert_eq!(letter["subject"], "Schalten Sie Ihr Konto bei Gatehouse frei");
    let (text, html) = (letter["text"].as_str().unwrap(), letter["html"].as_str().unwrap());
    let note = "Angefordert am 2026-05-28T20:26:40Z von 203.0.113.7 aus. Der Link gilt bis \
                2026-05-29T20:26:40Z.\nhttps://auth.example.com/account/activate?token=gha_";
    assert!(text.contains(note), "{text}");
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"de\">"), "{html}");
    assert!(html.contains(">Konto freischalten</a>"), "{html}");
    house.activate(&house.last_link_token()).granted();

    // The account's owner, by whoever wants its address.
    house.register("eve", ADA).granted();
    assert_eq!(subject(&house, ADA), "You already have a Gatehouse account");
    assert!(house.letters()[1]["html"].as_str().unwrap().starts_with("<!DOCTYPE html><html lang=\"en\">"));
    house.post_in_german("/api/auth/local/register", &json!({ "login": "e", "email": ADA, "password": PASSWORD }));
    assert_eq!(subject(&house, ADA), "Sie haben schon ein Konto bei Gatehouse");
}

#[test]
fn what_somebody_has_chosen_wins_over_the_browser_that_asks() {
    let house = House::new();
    house.reader("ada", Language::English);
    house.post_in_german("/api/auth/local/recover", &json!({ "email": "ADA@example.com" })).granted();
    assert_eq!(subject(&house, ADA), "Choose a new Gatehouse password");

    let bob = house.reader("bob", Language::German);
    house.recover("bob@example.com").granted();
    assert_eq!(subject(&house, "bob@example.com"), "Wählen Sie ein neues Passwort für Gatehouse");
    house.world.tell("UPDATE users SET language = 'tlh' WHERE login = 'bob'");
    house.post_in_german("/api/auth/local/recover", &json!({ "email": "bob@example.com" })).granted();
    assert_eq!(subject(&house, "bob@example.com"), "Wählen Sie ein neues Passwort für Gatehouse");
    house.choose(&bob.access, None).ok().unwrap();
    house.recover("bob@example.com").granted();
    assert_eq!(subject(&house, "bob@example.com"), "Choose a new Gatehouse password");
}

#[test]
fn a_letter_of_alarm_is_not_in_the_language_of_the_thief() {
    let house = House::new();
    let ada = house.reader("ada", Language::English);
    house.refresh(&ada.refresh).granted();
    house.pass_seconds(60);
    house
        .post_in_german("/api/auth/token/refresh", &json!({ "refresh_token": ada.refresh }))
        .refused(401, "refresh_token_reused");
    let (subject, text) = letter_to(&house, ADA);
    assert_eq!(subject, "A Gatehouse session of yours was ended");
    assert!(text.contains("(Unknown device)"), "{text}");
}

#[test]
fn an_administrator_writes_in_the_language_of_whom_it_concerns() {
    let house = House::new();
    let ada = house.administrator("ada");
    house.reader("bob", Language::German);
    house.give_role(&ada, "bob", "admin").granted();
    let (subject, text) = letter_to(&house, "bob@example.com");
    assert_eq!(subject, "Ihr Konto bei Gatehouse hat jetzt eine andere Rolle");
    assert!(text.contains("die Rolle „Administrator“ gegeben"), "{text}");
    house.administer(&ada, "bob", "disable").granted();
    assert_eq!(letter_to(&house, "bob@example.com").0, "Ihr Konto bei Gatehouse wurde gesperrt");
}

#[test]
fn a_letter_is_in_the_language_that_is_chosen_when_it_leaves() {
    let house = House::new();
    let ada = house.signed_in("ada");
    house.world.provider_status.set(503);
    house.recover(ADA).granted();
    assert_eq!(subject(&house, ADA), "Choose a new Gatehouse password");
    house.choose(&ada.access, Some(Language::German)).ok().unwrap();
    house.world.provider_status.set(200);
    house.pass_seconds(60);
    let asked = house.world.database_calls.get();
    let id = house.world.ask::<String>("SELECT id FROM outbox WHERE sent_at IS NULL").parse().ok().unwrap();
    block_on(mail::deliver(&house.world, house.settings(), id)).ok().unwrap();
    assert_eq!(subject(&house, ADA), "Wählen Sie ein neues Passwort für Gatehouse");
    // The claim and the report: the language costs no look of its own.
    assert_eq!(house.world.database_calls.get() - asked, 2);
}

#[test]
fn letters_about_a_change_of_address_are_in_the_language_of_whose_account_it_is() {
    let (old, new) = (ADA, "ada@new.example");
    for (chosen, texts) in [
        (
            Language::German,
            [
                "Bestätigen Sie Ihre neue Adresse bei Gatehouse",
                "Ihr Konto bei Gatehouse hat jetzt eine andere Adresse",
                "Ihr Passwort für Gatehouse wurde geändert",
            ],
        ),
        (
            Language::English,
            [
                "Confirm your new Gatehouse address",
                "Your Gatehouse account has another address now",
                "Your Gatehouse password was changed",
            ],
        ),
    ] {
        let house = House::new();
        let ada = house.reader("ada", chosen);
        // Neither the new address nor, later, the old one has an account when its letter leaves.
        let wish = json!({ "email": new, "current_password": PASSWORD });
        match chosen {
            Language::English => house.post_in_german_as(&ada.access, "/api/auth/email", &wish).granted(),
            Language::German => house.post_as(&ada.access, "/api/auth/email", &wish).granted(),
        };
        assert_eq!(subject(&house, new), texts[0]);
        let link = json!({ "token": house.last_link_token() });
        match chosen {
            Language::English => house.post_in_german("/api/auth/email/confirm", &link).granted(),
            Language::German => house.post("/api/auth/email/confirm", &link).granted(),
        };
        assert_eq!(subject(&house, old), texts[1]);
        let undo = json!({ "token": house.last_link_token(), "password": NEW_PASSWORD });
        match chosen {
            Language::English => house.post_in_german("/api/auth/email/undo", &undo).granted(),
            Language::German => house.post("/api/auth/email/undo", &undo).granted(),
        };
        assert_eq!([subject(&house, old), subject(&house, new)], [texts[2], texts[2]]);
    }
}

#[test]
fn without_a_choice_a_change_of_address_is_told_as_the_browser_asks() {
    let house = House::new();
    let ada = house.signed_in("ada");
    let wish = json!({ "email": "ada@new.example", "current_password": PASSWORD });
    house.post_in_german_as(&ada.access, "/api/auth/email", &wish).granted();
    assert_eq!(subject(&house, "ada@new.example"), "Bestätigen Sie Ihre neue Adresse bei Gatehouse");
    house.confirm_email(&house.last_link_token()).granted();
    assert_eq!(subject(&house, ADA), "Your Gatehouse account has another address now");
}

#[test]
fn whoever_leaves_is_told_so_in_the_language_they_had_chosen() {
    let house = House::new();
    let ada = house.reader("ada", Language::German);
    assert_eq!(house.delete_account(&ada.access).status, 204);
    assert_eq!(subject(&house, ADA), "Ihr Konto bei Gatehouse wurde gelöscht");
}

#[test]
fn keys_are_named_in_the_language_of_the_letter() {
    let house = House::new();
    let ada = house.reader("ada", Language::German);
    let key = json!({ "description": null, "expired": "2027-01-01T00:00:00Z" });
    house.post_as(&ada.access, "/api/manage/v1/ApiKeys", &key).granted();
    let (_, text) = letter_to(&house, ADA);
    assert!(text.contains("ein Schlüssel für Programme angelegt: API-Schlüssel "), "{text}");
    house.change_password(&ada.access, PASSWORD, NEW_PASSWORD).granted();
    let (_, text) = letter_to(&house, ADA);
    assert!(text.contains("die weiter gelten: API-Schlüssel "), "{text}");
}

#[test]
fn an_operators_words_are_said_whatever_the_language_and_the_button_is_the_readers() {
    let house = House::with(&[("MAIL_RECOVERY_BODY", "Bonjour.\n\n{{.Link}}")]);
    house.reader("ada", Language::German);
    house.recover(ADA).granted();
    let letter = house.letters().pop().unwrap();
    let html = letter["html"].as_str().unwrap();
    assert_eq!(letter["subject"], "Wählen Sie ein neues Passwort für Gatehouse");
    assert!(html.contains("<p>Bonjour.</p>") && html.contains(">Neues Passwort wählen</a>"), "{html}");
    // We would only guess which language that is.
    assert!(html.starts_with("<!DOCTYPE html><html><head>"), "{html}");
}

#[test]
fn letters_sealed_by_another_version_of_the_house_still_open() {
    for (letter, told) in [
        (json!({ "kind": "account_exists" }), "There is an account with this address already"),
        (json!({ "kind": "account_exists", "language": "de" }), "Zu dieser Adresse gibt es schon ein Konto"),
        (json!({ "kind": "account_exists", "language": "tlh" }), "There is an account with this address already"),
        (
            json!({ "kind": "password_changed", "address": "", "changed_at": "now", "keys": ["API key x…", "and older ones"] }),
            "from an unknown address. All other sessions have been ended. Keys of programs that go on working: \
             API key x…, and older ones.",
        ),
        (
            json!({ "kind": "token_created", "key": "private token made at noon", "address": "", "created_at": "now", "works_until": "then" }),
            "from an unknown address: private token made at noon, which works until then.",
        ),
    ] {
        let house = House::new();
        let (id, kind) = ("00000000-0000-0000-0000-000000000004", letter["kind"].as_str().unwrap());
        let context = format!("{id}\n{kind}\n{ADA}");
        let (keys, plain) = (&house.settings().keys, letter.to_string());
        let sealed = seal::seal(keys, Purpose::Letter, &context, [7; 24], plain.as_bytes()).ok().unwrap();
        house.world.tell(&format!(
            "INSERT INTO outbox (id, kind, recipient, mailbox, sealed, created_at, next_at, dead_after)
             VALUES ('{id}', '{kind}', '{ADA}', '{ADA}', '{sealed}', 5, 5, 9000000000000)"
        ));
        house.cron();
        let (_, text) = letter_to(&house, ADA);
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn a_known_reader_of_german_is_not_told_from_a_stranger() {
    let felt = |email: &str, route: &str| {
        let house = House::with(&UNCOUNTED);
        house.reader("ada", Language::German);
        house.reader("bob", Language::English);
        let body = json!({ "login": "somebody", "email": email, "password": PASSWORD });
        let reply = house.post_in_german(&format!("/api/auth/local/{route}"), &body).granted();
        (reply.face(), reply.cost)
    };
    for route in ["register", "recover", "activate/send"] {
        let stranger = felt("stranger@example.com", route);
        assert_eq!(felt(ADA, route), stranger, "{route}");
        assert_eq!(felt("bob@example.com", route), stranger, "{route}");
    }
}

#[test]
fn the_local_mailbox_shows_letters_as_they_would_be_sent() {
    let local =
        [("MAIL_PROVIDER", "outbox"), ("ENVIRONMENT", "development"), ("APP_BASE_URL", "http://127.0.0.1:8787")];
    let house = House::with(&local);
    let form = json!({ "login": "ada", "email": ADA, "password": PASSWORD });
    house.post_in_german("/api/auth/local/register", &form).granted();
    let page = house.local_mailbox().text();
    assert!(page.contains("<h2>Schalten Sie Ihr Konto bei Gatehouse frei</h2>"), "{page}");
    let (_, rest) = page.split_once("token=").unwrap();
    house.activate(rest.split('"').next().unwrap()).granted();
    house.world.tell("UPDATE users SET language = 'en'");
    let form = json!({ "login": "eve", "email": ADA, "password": PASSWORD });
    house.post_in_german("/api/auth/local/register", &form).granted();
    let page = house.local_mailbox().text();
    assert!(page.contains("<h2>You already have a Gatehouse account</h2>"), "{page}");
}
