//! Emails with texts set by the operator.

use gatehouse::words::catalogue;
use gatehouse::words::emails::{Emails, Fillings, Text};
use gatehouse::words::language::Language;

use crate::app::{TestApp, Tokens};
use crate::user_actions::letter_to;

const LINK: &str = "https://auth.example.com/account/activate?token=gha_";

/// Text, HTML and subject of the last email.
fn last(app: &TestApp) -> (String, String, String) {
    let letter = app.letters().pop().expect("no letter was sent");
    let part = |name: &str| letter[name].as_str().unwrap().to_owned();
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
fn without_words_of_its_operators_a_letter_has_ours() {
    let (text, html, subject) = registered(&[]);
    assert_eq!(subject, "Activate your Gatehouse account");
    let (before, link) = text.split_once(LINK).unwrap();
    assert_eq!(
        before,
        "Someone, probably you, registered for Gatehouse with this email address.\n\n\
         To activate the account, open the link and confirm on the page. Do this only if you registered yourself: the \
         account has the password that was chosen at registration. The page shows the username.\n\n\
         Requested at 2026-05-28T20:26:40Z from 203.0.113.7. The link works until 2026-05-29T20:26:40Z.\n"
    );
    let (_, after) = link.split_once('\n').unwrap();
    assert_eq!(
        after,
        "\nIf this wasn't you, you don't need to do anything. Without the link, no account will be created.\n\n\
         -- \nGatehouse\n"
    );
    assert!(html.contains(">Activate account</a>"), "{html}");
    assert_eq!(html.matches(LINK).count(), 2, "a button, and the link to be seen");
}

#[test]
fn a_letter_says_what_its_operator_wrote() {
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
fn several_links_in_one_letter_each_have_their_words() {
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
fn notices_say_what_their_operator_wrote() {
    let app = TestApp::with(&[
        ("MAIL_ACCOUNT_EXISTS_SUBJECT", "{{.AppName}} knows you"),
        ("MAIL_ACCOUNT_EXISTS_BODY", "Hello again."),
        ("MAIL_REFRESH_TOKEN_REUSED_SUBJECT", "Ended: {{.Device}}"),
        ("MAIL_REFRESH_TOKEN_REUSED_BODY", "{{.AppName}}, {{.SignedInAt}}, {{.Device}}."),
    ]);
    let Tokens { refresh, .. } = app.signed_in("ada");
    app.register("eve", "ada@example.com").assert_ok();
    let (text, html, subject) = last(&app);
    assert_eq!((text.as_str(), subject.as_str()), ("Hello again.\n\n-- \nGatehouse\n", "Gatehouse knows you"));
    assert!(html.contains("<p>Hello again.</p>"), "{html}");

    app.refresh(&refresh).assert_ok();
    app.pass_seconds(60);
    app.refresh(&refresh).assert_error(401, "refresh_token_reused");
    let (text, _, subject) = last(&app);
    assert_eq!(text, "Gatehouse, 2026-05-28T20:26:40Z, Unknown device.\n\n-- \nGatehouse\n");
    assert_eq!(subject, "Ended: Unknown device");
}

#[test]
fn letters_about_a_change_of_address_and_a_farewell_have_theirs_too() {
    let app = TestApp::with(&[
        ("MAIL_EMAIL_CHANGING_SUBJECT", "{{.Login}}?"),
        ("MAIL_EMAIL_CHANGING_BODY", "{{.Login}}, {{.Address}}, {{.WorksUntil}}\n{{.Link}}"),
        ("MAIL_EMAIL_CHANGED_SUBJECT", "{{.Login}}!"),
        ("MAIL_EMAIL_CHANGED_BODY", "{{.Login}}, {{.Address}}, {{.ChangedAt}}, {{.WorksUntil}}\n{{.Link}}"),
        ("MAIL_EMAIL_WENT_BACK_SUBJECT", "{{.Login}}."),
        ("MAIL_EMAIL_WENT_BACK_BODY", "{{.Login}}, {{.Address}}, {{.ChangedAt}}"),
        ("MAIL_ACCOUNT_DELETED_SUBJECT", "Bye from {{.AppName}}"),
        ("MAIL_ACCOUNT_DELETED_BODY", "{{.Address}}, {{.DeletedAt}}"),
    ]);
    let tokens = app.signed_in("ada");
    app.moved(&tokens.access, "ada@new.example");
    let (subject, text) = letter_to(&app, "ada@new.example");
    assert_eq!(subject, "ada?");
    assert!(text.starts_with("ada, 203.0.113.7, 2026-05-28T21:26:40Z\nhttps://auth.example.com/account/email?token="));
    let (subject, text) = letter_to(&app, "ada@example.com");
    assert_eq!(subject, "ada!");
    let told =
        "ada, 203.0.113.7, 2026-05-28T20:26:40Z, 2026-06-04T20:26:40Z\nhttps://auth.example.com/account/email/undo?";
    assert!(text.starts_with(told), "{text}");
    app.change_email(&tokens.access, "ada@example.com").assert_ok();
    app.confirm_email(&app.last_link_token()).assert_ok();
    let (subject, text) = letter_to(&app, "ada@new.example");
    assert_eq!(
        (subject.as_str(), text.as_str()),
        ("ada.", "ada, 203.0.113.7, 2026-05-28T20:26:40Z\n\n-- \nGatehouse\n")
    );
    assert_eq!(app.delete_account(&tokens.access).status, 204);
    let (subject, text) = letter_to(&app, "ada@example.com");
    assert_eq!(subject, "Bye from Gatehouse");
    assert_eq!(text, "203.0.113.7, 2026-05-28T20:26:40Z\n\n-- \nGatehouse\n");
    for (variable, body) in [("MAIL_EMAIL_CHANGING_BODY", "{{.Login}}"), ("MAIL_EMAIL_CHANGED_BODY", "{{.Login}}")] {
        let ready = TestApp::with(&[(variable, body)]).get("/health/ready");
        assert!(ready.json()["checks"][variable].as_str().unwrap().contains("must have"), "{}", ready.text());
    }
}

#[test]
fn letters_about_what_an_administrator_did_have_theirs_too() {
    let app = TestApp::with(&[
        ("MAIL_ACCOUNT_DISABLED_SUBJECT", "Shut"),
        ("MAIL_ACCOUNT_DISABLED_BODY", "{{.AppName}}, {{.ChangedAt}}"),
        ("MAIL_ACCOUNT_ENABLED_SUBJECT", "Open"),
        ("MAIL_ACCOUNT_ENABLED_BODY", "{{.ChangedAt}}"),
        ("MAIL_ROLE_CHANGED_SUBJECT", "{{.Role}}"),
        ("MAIL_ROLE_CHANGED_BODY", "{{.Role}}, {{.ChangedAt}}"),
        ("MAIL_RESET_STARTED_SUBJECT", "Choose"),
        ("MAIL_RESET_STARTED_BODY", "{{.WorksUntil}}\n{{.Link}}"),
    ]);
    let ada = app.administrator("ada");
    app.user("bob");
    let letter = || letter_to(&app, "bob@example.com");
    let frame = |subject: &str, body: &str| (subject.to_owned(), format!("{body}\n\n-- \nGatehouse\n"));
    app.administer(&ada, "bob", "disable").assert_ok();
    assert_eq!(letter(), frame("Shut", "Gatehouse, 2026-05-28T20:26:40Z"));
    app.administer(&ada, "bob", "enable").assert_ok();
    assert_eq!(letter(), frame("Open", "2026-05-28T20:26:40Z"));
    app.give_role(&ada, "bob", "admin").assert_ok();
    assert_eq!(letter(), frame("administrator", "administrator, 2026-05-28T20:26:40Z"));
    app.administer(&ada, "bob", "reset").assert_ok();
    let (subject, text) = letter();
    assert_eq!(subject, "Choose");
    assert!(text.starts_with("2026-05-28T21:26:40Z\nhttps://auth.example.com/account/recover?token=ghv_"), "{text}");
    let ready = TestApp::with(&[("MAIL_RESET_STARTED_BODY", "Hi")]).get("/health/ready");
    assert!(ready.json()["checks"]["MAIL_RESET_STARTED_BODY"].as_str().unwrap().contains("must have"));
}

#[test]
fn a_wrong_field_keeps_the_house_shut_and_is_named() {
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
fn a_letter_that_could_not_be_acted_on_is_no_letter() {
    for (body, missing) in [
        ("Welcome!", "{{.AskedAt}}"),
        ("{{.Login}}, {{.AskedAt}}", "{{.Link}}"),
        ("{{.Login}}\n{{.Link}}", "{{.AskedAt}}"),
    ] {
        let told = told(&[("MAIL_ACTIVATION_BODY", body)], "MAIL_ACTIVATION_BODY");
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

/// Every text of a language. Omitting an email here does not compile.
fn texts(language: Language) -> Vec<&'static Text> {
    let Emails {
        activation,
        account_exists,
        refresh_token_reused,
        recovery,
        code,
        password_changed,
        new_place,
        email_changing,
        email_changed,
        email_went_back,
        account_deleted,
        account_disabled,
        account_enabled,
        role_changed,
        reset_started,
        token_created,
        withheld,
        fillings: _,
    } = &catalogue::of(language).emails;
    vec![
        activation,
        account_exists,
        refresh_token_reused,
        recovery,
        code,
        password_changed,
        new_place,
        email_changing,
        email_changed,
        email_went_back,
        account_deleted,
        account_disabled,
        account_enabled,
        role_changed,
        reset_started,
        token_created,
        withheld,
    ]
}

/// Their fillings, each containing something that is not words.
fn fillings(language: Language) -> Vec<String> {
    let Fillings { unknown_address, no_keys, older_keys, api_key, private_token, portal_token, user, admin, withheld } =
        &catalogue::of(language).emails.fillings;
    let fixed = [unknown_address, no_keys, older_keys, user, admin].map(|text| (*text).to_owned());
    let given = [api_key, private_token, portal_token].map(|text| text("4711"));
    assert!(given.iter().all(|text| text.contains("4711")), "{given:?}");
    let on = (catalogue::of(language).devices.on)("Firefox", "Linux");
    assert!(on.contains("Firefox") && on.contains("Linux"), "{on}");
    let unknown = catalogue::of(language).devices.unknown.to_owned();
    let withheld = withheld.iter().map(|text| (*text).to_owned());
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
        for (text, english) in texts(language).into_iter().zip(texts(Language::English)) {
            let of_both = |text: &Text| (fields(text.subject).join(" "), fields(text.body).join(" "));
            assert_eq!(of_both(text), of_both(english), "{}", text.subject);
            let paragraphs = |text: &Text| text.body.split("\n\n").count();
            assert_eq!(paragraphs(text), paragraphs(english), "{}", text.subject);
            // A line with only the link becomes a button, which needs a label.
            let is_button = text.body.lines().any(|line| line == "{{.Link}}");
            assert_eq!((is_button, text.button.is_some()), (english.button.is_some(), is_button), "{}", text.subject);
        }
    }
}

#[test]
fn no_text_is_empty_and_none_was_left_in_english() {
    for language in Language::ALL {
        let all = |language: Language| {
            let texts = texts(language).into_iter();
            let words = texts.flat_map(|text| [Some(text.subject), Some(text.body), text.button]).flatten();
            words.map(str::to_owned).chain(fillings(language)).collect::<Vec<_>>()
        };
        for (text, english) in all(language).into_iter().zip(all(Language::English)) {
            assert!(!text.trim().is_empty() && text == text.trim(), "{text:?}");
            assert_eq!(text == english, language == Language::English, "{text}");
        }
    }
}
