//! Emails with texts set by the operator. How each reads is in `snapshot_emails.rs`.

use gatehouse::domain::mail::message::Email;
use gatehouse::domain::tokens::api_token::TokenKind;
use gatehouse::words::catalogue;
use gatehouse::words::emails::{Fillings, Text};
use gatehouse::words::language::Language;

use crate::app::TestApp;

const LINK: &str = "https://auth.example.com/account/activate?token=gha_";

/// Text, HTML and subject of the last email.
fn last(app: &TestApp) -> (String, String, String) {
    let email = app.emails().pop().expect("no email was sent");
    let part = |name: &str| email[name].as_str().unwrap().to_owned();
    (part("text"), part("html"), part("subject"))
}

fn registered(changes: &[(&str, &str)]) -> (String, String, String) {
    let app = TestApp::with(changes);
    app.register("ada", "ada@example.com").assert_ok();
    last(&app)
}

/// The problem with a variable, as `/health/ready` reports it.
fn told(changes: &[(&str, &str)], variable: &str) -> String {
    let app = TestApp::with(changes);
    app.login("ada", "x").assert_error(503, "unavailable");
    assert!(app.platform.log.borrow().iter().any(|line| line.contains(variable)), "the log does not name {variable}");
    let ready = app.get("/health/ready");
    assert_eq!(ready.status, 503);
    ready.json()["checks"][variable].as_str().unwrap_or_else(|| panic!("{}", ready.text())).to_owned()
}

#[test]
fn an_email_says_what_its_operator_wrote() {
    let (text, html, subject) = registered(&[
        ("APP_NAME", "Löwe & Co"),
        ("MAIL_ACTIVATION_SUBJECT", "Willkommen bei {{.AppName}}"),
        (
            "MAIL_ACTIVATION_BODY",
            "Für <b>{{ .Login }}</b>\r\nvon {{.Address}} um {{.AskedAt}}, bis {{.WorksUntil}}:\r\n\r\n{{.Link}}\r\n\r\n\
             Oder hier: {{.Link}}.",
        ),
    ]);
    assert_eq!(subject, "Willkommen bei Löwe & Co");
    assert!(
        text.starts_with(
            "Für <b>ada</b>\nvon 203.0.113.7 um 2026-05-28T20:26:40Z, bis 2026-05-29T20:26:40Z:\n\nhttps://auth"
        ),
        "{text}"
    );
    assert!(text.ends_with(".\n\n-- \nLöwe & Co\n"), "{text}");
    assert!(html.contains("<p>Für &lt;b&gt;ada&lt;/b&gt;<br>von 203.0.113.7 um"), "{html}");
    assert!(html.contains("<p>Oder hier: <a href=\"https://auth.example.com/account/activate?token=gha_"), "{html}");
    assert!(html.contains("Löwe &amp; Co"));
    assert_eq!(html.matches("Activate account").count(), 1, "a link amid words is no button");
}

#[test]
fn several_links_in_one_email_each_have_their_words() {
    let body = "Pick one.\n\n{{.Login}}, {{.AskedAt}}\n{{.Link}}\n\nBye, {{.AppName}}.";
    let app = TestApp::with(&[("MAIL_ACTIVATION_BODY", body)]);
    app.register("ada", "ada@example.com").assert_ok();
    app.pass_seconds(60);
    app.register("lovelace", "ada@example.com").assert_ok();
    app.post("/api/auth/local/activate/send", &serde_json::json!({ "email": "ada@example.com" })).assert_ok();
    let (text, html, _) = last(&app);
    assert_eq!((text.matches(LINK).count(), html.matches("Activate account").count()), (2, 2), "{text}");
    let shape: Vec<_> = text.lines().filter(|line| !line.is_empty() && !line.starts_with(LINK)).collect();
    let mut notes = [shape[1], shape[2]];
    notes.sort_unstable();
    assert_eq!(notes, ["ada, 2026-05-28T20:26:40Z", "lovelace, 2026-05-28T20:27:40Z"]);
    assert_eq!([shape[0], shape[3]], ["Pick one.", "Bye, Gatehouse."]);
}

#[test]
fn a_wrong_field_keeps_the_service_shut_and_is_named() {
    for (variable, value, named) in [
        ("MAIL_ACTIVATION_SUBJECT", "Hi {{.Nam}}", "{{.Nam}}"),
        ("MAIL_ACTIVATION_SUBJECT", "Hi {{.Login}}", "{{.Login}}"),
        ("MAIL_ACTIVATION_BODY", "Hi {{.Name}}: {{.Link}}", "{{.Name}}"),
        ("MAIL_ACTIVATION_BODY", "Hi {{.Login: {{.Link}}", "{{.Login"),
        ("MAIL_ACCOUNT_EXISTS_BODY", "Hi {{.Link}}", "{{.Link}}"),
        ("MAIL_REFRESH_TOKEN_REUSED_BODY", "Hi {{.Device", "{{.Device"),
        ("MAIL_REFRESH_TOKEN_REUSED_SUBJECT", "Hi {{AppName}}", "{{AppName}}"),
    ] {
        let told = told(&[(variable, value)], variable);
        assert!(told.contains(named), "{told}");
    }
}

#[test]
fn an_email_that_could_not_be_acted_on_is_no_email() {
    for (variable, body, missing) in [
        ("MAIL_ACTIVATION_BODY", "Welcome!", "{{.AskedAt}}"),
        ("MAIL_ACTIVATION_BODY", "{{.Login}}, {{.AskedAt}}", "{{.Link}}"),
        ("MAIL_ACTIVATION_BODY", "{{.Login}}\n{{.Link}}", "{{.AskedAt}}"),
        ("MAIL_EMAIL_CHANGING_BODY", "{{.Login}}", "{{.Link}}"),
        ("MAIL_EMAIL_CHANGED_BODY", "{{.Login}}", "{{.Link}}"),
        ("MAIL_RESET_STARTED_BODY", "Hi", "{{.Link}}"),
    ] {
        let told = told(&[(variable, body)], variable);
        assert!(told.contains(missing), "{told}");
    }
}

#[test]
fn words_are_bounded_and_a_subject_is_one_line() {
    for (variable, value) in [
        ("MAIL_ACTIVATION_SUBJECT", "Hi\r\nBcc: eve@example.com"),
        ("MAIL_ACTIVATION_SUBJECT", "Hi\u{7f}"),
        ("MAIL_ACTIVATION_SUBJECT", &"a".repeat(201)),
        ("MAIL_ACCOUNT_EXISTS_BODY", &"a".repeat(5001)),
        ("MAIL_ACCOUNT_EXISTS_BODY", "a\u{0}b"),
        ("MAIL_ACCOUNT_EXISTS_BODY", "a\rb"),
    ] {
        let told = told(&[(variable, value)], variable);
        assert!(told.contains("control characters"), "{told}");
    }
    registered(&[("MAIL_ACTIVATION_SUBJECT", &"a".repeat(200))]);
}

/// Every text of a language, by the name of its email.
fn texts(language: Language) -> impl Iterator<Item = (&'static str, &'static Text)> {
    Email::ALL.iter().map(move |spec| (spec.kind, spec.text(language)))
}

/// Their fillings, each containing something that is not words.
fn fillings(language: Language) -> Vec<String> {
    let Fillings { unknown_address, no_keys, older_keys, user, admin, withheld, factors } =
        &catalogue::of(language).emails.fillings;
    let fixed = [unknown_address, no_keys, older_keys, user, admin].map(|text| (*text).to_owned());
    let tokens = TokenKind::ALL.iter().map(|kind| kind.texts(catalogue::of(language)));
    let given: Vec<_> = tokens.map(|texts| (texts.described)("4711")).collect();
    assert!(given.iter().all(|text| text.contains("4711")), "{given:?}");
    let on = (catalogue::of(language).devices.on)("Firefox", "Linux");
    assert!(on.contains("Firefox") && on.contains("Linux"), "{on}");
    let unknown = catalogue::of(language).devices.unknown.to_owned();
    let withheld = withheld.iter().chain(factors).map(|text| (*text).to_owned());
    fixed.into_iter().chain(withheld).chain(given).chain([on, unknown]).collect()
}

/// The fields of a text, sorted by name.
fn fields(text: &str) -> Vec<&str> {
    let mut fields: Vec<_> = text.split("{{.").skip(1).map(|rest| rest.split_once("}}").unwrap().0).collect();
    fields.sort_unstable();
    fields
}

#[test]
fn every_language_tells_what_the_others_tell() {
    for language in Language::ALL {
        for ((kind, text), (_, english)) in texts(language).zip(texts(Language::English)) {
            let of_both = |text: &Text| (fields(text.subject).join(" "), fields(text.body).join(" "));
            assert_eq!(of_both(text), of_both(english), "{kind}");
            let paragraphs = |text: &Text| text.body.split("\n\n").count();
            assert_eq!(paragraphs(text), paragraphs(english), "{kind}");
            // A line with only the link becomes a button, which needs a label.
            let is_button = text.body.lines().any(|line| line == "{{.Link}}");
            assert_eq!((is_button, text.button.is_some()), (english.button.is_some(), is_button), "{kind}");
        }
    }
}

#[test]
fn no_text_is_empty_and_none_was_left_in_english() {
    for language in Language::ALL {
        let all = |language: Language| {
            let words =
                texts(language).flat_map(|(_, text)| [Some(text.subject), Some(text.body), text.button]).flatten();
            words.map(str::to_owned).chain(fillings(language)).collect::<Vec<_>>()
        };
        for (text, english) in all(language).into_iter().zip(all(Language::English)) {
            assert!(!text.trim().is_empty() && text == text.trim(), "{text:?}");
            assert_eq!(text == english, language == Language::English, "{text}");
        }
    }
}
