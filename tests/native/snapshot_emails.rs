//! Every email as its recipient reads it, in each language and with an operator's words (`snapshots/emails/`).

use std::collections::{BTreeMap, BTreeSet};

use gatehouse::words::language::Language;
use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, JSON, NEW_PASSWORD, ORIGIN, PASSWORD, TestApp, Tokens};
use crate::authenticator::Authenticator;
use crate::browser::Browser;
use crate::docs_tables;
use crate::machine_clients::bearer;
use crate::oauth_device::{decide, enter, tv, user_code};
use crate::second_factors::{SAVED, suspended};
use crate::snapshot;

const ADA: &str = "ada@example.com";

/// An account whose owner has a language.
fn reader(app: &TestApp, login: &str, language: Language) -> Tokens {
    let form = json!({ "login": login, "email": format!("{login}@example.com"), "password": PASSWORD });
    let headers = [JSON, ("Accept-Language", language.tag())];
    app.request(Method::POST, "/api/auth/local/register", &headers, &form.to_string()).assert_ok();
    app.activate(&app.last_link_token()).assert_ok();
    let tokens = app.sign_in(login);
    app.choose(&tokens.access, Some(language)).ok().unwrap();
    tokens
}

/// One email of each kind.
fn one_of_each(changes: &[(&str, &str)], language: Language) -> BTreeMap<String, Value> {
    let app = TestApp::with(&[&[CODES], changes].concat());
    let root = app.administrator("root");
    let bob = reader(&app, "bob", language);
    assert_eq!(app.delete_account(&bob.access).status, 204);
    let ada = reader(&app, "ada", language);
    let mut browser = Browser::of(&app, "ada");
    let question = enter(&mut browser, user_code(&tv(&app).device(&[])));
    decide(&mut browser, &question, "allow");
    app.register("eve", ADA).assert_ok();
    app.refresh(&ada.refresh).assert_ok();
    app.pass_seconds(60);
    app.refresh(&ada.refresh).assert_error(401, "refresh_token_reused");
    app.request_code(ADA).assert_ok();
    app.post_from("198.51.100.9", "/api/auth/local/login", &json!({ "login": "ada", "password": PASSWORD }))
        .assert_ok();
    let ada = app.sign_in("ada");
    app.make_key(&bearer(&ada));
    app.moved(&ada.access, "ada@new.example");
    app.change_email(&ada.access, ADA).assert_ok();
    app.confirm_email(&app.last_link_token()).assert_ok();
    app.change_password(&ada.access, PASSWORD, NEW_PASSWORD).assert_ok();
    app.add_app(&ada.access);
    assert_eq!(app.remove_app(&ada.access).status, 204);
    for act in ["disable", "enable", "reset"] {
        app.administer(&root, "ada", act).assert_ok();
    }
    app.give_role(&root, "ada", "admin").assert_ok();
    app.platform.tell("UPDATE users SET role = 'user' WHERE login = 'ada'");
    app.give_second_factor("ada");
    app.recover(ADA).assert_ok();
    app.reset(&app.last_link_token(), PASSWORD).assert_ok();
    app.use_recovery_code(&suspended(&app.login("ada", PASSWORD)), SAVED).assert_ok();
    for _ in 0..5 {
        app.recover(ADA).assert_ok();
    }
    app.administer(&root, "ada", "factors/reset").assert_ok();
    let ada = app.sign_in("ada");
    let mut key = Authenticator::new(ORIGIN, 1);
    (key.backup_eligible, key.backed_up, key.counter) = (false, false, 5);
    assert_eq!(app.add_key(&ada.access, &mut key, "passkey").status, 201);
    let mut copy = key.clone();
    app.sign_in_with(&mut key).assert_ok();
    app.sign_in_with(&mut copy).assert_error(401, "invalid_credentials");
    assert_eq!(app.with_bearer(Method::DELETE, "/api/auth/password", &ada.access).status, 204);
    app.pass_seconds(3600);
    app.cron();

    let mut found = BTreeMap::new();
    let roots = |email: &Value| email["to"] == json!(["root@example.com"]);
    for (request, email) in app.platform.sent.borrow().iter().zip(app.emails()).filter(|(_, email)| !roots(email)) {
        let id = request.headers()["idempotency-key"].to_str().unwrap();
        let kind = format!("SELECT max(iif(withheld, 'withheld', kind)) FROM outbox WHERE id = '{id}'");
        if let Some(kind) = app.platform.ask::<Option<String>>(&kind) {
            found.entry(kind).or_insert(email);
        }
    }
    let listed: BTreeSet<_> = docs_tables::emails().iter().map(|(email, ..)| email.to_lowercase()).collect();
    assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), listed);
    found
}

/// With a line for each element of the HTML, and another one-time code.
fn shown(email: &Value) -> String {
    let part = |name: &str| email[name].as_str().unwrap();
    let all = format!("{}\n\n{}\n{}", part("subject"), part("text"), part("html").replace("><", ">\n<"));
    let code = part("text").split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6);
    code.map_or(all.clone(), |code| all.replace(code, "000000"))
}

/// Words for every email that consist of all its fields.
fn all_fields() -> Vec<(String, String)> {
    let words = |fields: &BTreeSet<String>| {
        let (links, others): (Vec<_>, Vec<_>) = fields.iter().partition(|field| *field == "Link");
        let line =
            |fields: Vec<&String>| fields.iter().map(|name| format!("{{{{.{name}}}}}")).collect::<Vec<_>>().join(", ");
        format!("{}\n{}", line(others), line(links)).trim().to_owned()
    };
    let both = |(email, subject, body): (&str, _, _)| {
        [(format!("MAIL_{email}_SUBJECT"), words(&subject)), (format!("MAIL_{email}_BODY"), words(&body))]
    };
    docs_tables::emails().into_iter().flat_map(both).collect()
}

#[test]
fn every_email_reads_as_it_was_reviewed() {
    let operators = all_fields();
    let operators: Vec<_> = operators.iter().map(|(name, words)| (name.as_str(), words.as_str())).collect();
    let mut all = BTreeMap::new();
    for (words, changes, language) in
        [("en", &[][..], Language::English), ("de", &[], Language::German), ("operator", &operators, Language::English)]
    {
        for (kind, email) in one_of_each(changes, language) {
            all.insert(format!("{kind}.{words}"), shown(&email));
        }
    }
    snapshot::assert_folder("emails", &all);
}
