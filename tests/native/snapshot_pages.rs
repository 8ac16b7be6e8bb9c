//! The text of pages, in each language (`snapshots/pages/`).

use std::collections::BTreeMap;

use http::Method;

use crate::app::{CODES, ORIGIN, TestApp};
use crate::authenticator::Authenticator;
use crate::browser::Browser;
use crate::machine_clients::bearer;
use crate::oauth_device::tv;
use crate::snapshot;

/// A name for each page, and its path.
type Pages = Vec<(&'static str, String)>;

/// Pages for everybody, with a link of each kind.
fn public_pages(app: &TestApp) -> Pages {
    app.register("carol", "carol@example.com").assert_ok();
    let activation = app.last_link_token();
    app.recover("bob@example.com").assert_ok();
    let recovery = app.last_link_token();
    let bob = app.sign_in("bob").access;
    app.add_app(&bob);
    let factor = app.last_link_token();
    let undo = app.moved(&bob, "bob@new.example");
    app.change_email(&bob, "bob@newer.example").assert_ok();
    let change = app.last_link_token();
    let for_passkey = app.register_for_passkey("cy", "cy@example.com");
    vec![
        ("sign_in", "/account/signin".to_owned()),
        ("register", "/account/register".to_owned()),
        ("recover", "/account/recover".to_owned()),
        ("choose_a_password", format!("/account/recover?token={recovery}")),
        ("send_activation", "/account/activate".to_owned()),
        ("activate", format!("/account/activate?token={activation}")),
        ("activate_with_passkey", format!("/account/activate?token={for_passkey}")),
        ("confirm_email", format!("/account/email?token={change}")),
        ("undo_factor", format!("/account/security/undo?token={factor}")),
        ("undo_email", format!("/account/email/undo?token={undo}")),
        ("logout_done", "/oauth/logout".to_owned()),
        ("wrong_link", "/account/email?token=x".to_owned()),
        ("no_page", "/account/x".to_owned()),
    ]
}

/// Pages of an administrator.
fn own_pages(app: &TestApp) -> Pages {
    let client = tv(app);
    client.device(&[("scope", "openid profile email role")]);
    app.platform.tell("UPDATE authorizations SET session_id = (SELECT id FROM sessions WHERE device IS NOT NULL)");
    let asking: String = app.platform.ask("SELECT id FROM authorizations");
    vec![
        ("consent", client.request(&[("scope", "openid profile email role offline_access")])),
        ("applications", "/account/apps".to_owned()),
        ("device", "/account/device".to_owned()),
        ("device_consent", format!("/account/device/consent?id={asking}")),
        ("account", "/account".to_owned()),
        ("logout_question", "/oauth/logout".to_owned()),
        ("password", "/account/password".to_owned()),
        ("email", "/account/address".to_owned()),
        ("security", "/account/security".to_owned()),
        ("app", "/account/security/app".to_owned()),
        ("recovery_codes", "/account/security/codes".to_owned()),
        ("passkeys", "/account/security/passkeys".to_owned()),
        ("sessions", "/account/sessions".to_owned()),
        ("keys", "/account/keys".to_owned()),
        ("export", "/account/export".to_owned()),
        ("delete", "/account/delete".to_owned()),
        ("users", "/admin".to_owned()),
        ("user", format!("/admin/users/{}", app.id_of("bob"))),
        ("clients", "/admin/clients".to_owned()),
        ("new_client", "/admin/clients/new".to_owned()),
        ("client", "/admin/clients/shop".to_owned()),
        ("audit_log", "/admin/audit?act=register".to_owned()),
    ]
}

/// A line for the language and for each text, with the element that begins or ends before it.
fn texts(page: &str) -> String {
    let (_, language) = page.split_once("<html lang=").unwrap();
    let element = |part: &str| {
        let (tag, text) = part.split_once('>').unwrap();
        let name = tag.split(' ').next().unwrap().trim_start_matches('/');
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = if is_secret(&text) { "<secret>".to_owned() } else { text };
        (!text.is_empty()).then(|| format!("{name}: {text}\n"))
    };
    let texts = page.split('<').skip(1).filter_map(element);
    format!("lang: {}\n", language.split('>').next().unwrap()) + &texts.collect::<String>()
}

/// Whether a text is the secret of an authenticator app: eight groups of four.
fn is_secret(text: &str) -> bool {
    let is_group = |group: &str| group.len() == 4 && group.chars().all(|c| matches!(c, 'A'..='Z' | '2'..='7'));
    text.split(' ').count() == 8 && text.split(' ').all(is_group)
}

#[test]
fn pages_read_as_they_were_reviewed() {
    let app = TestApp::with(&[CODES]);
    app.signed_in("bob");
    let ada = app.administrator("ada");
    app.make_key(&bearer(&ada));
    app.has_client("shop", "previous_secret_until = 9000000000000");
    let mut passkey = Authenticator::new(ORIGIN, 1);
    assert_eq!(app.add_key(&ada.access, &mut passkey, "passkey").status, 201);
    let mut all = BTreeMap::new();
    for (browser, pages) in [(Browser::new(&app), public_pages(&app)), (Browser::of(&app, "ada"), own_pages(&app))] {
        for (name, path) in pages {
            for language in ["en", "de"] {
                let headers = [("Accept-Language", language), ("Sec-Fetch-Dest", "document")];
                let page = browser.clone().send(Method::GET, &path, &headers, "");
                all.insert(format!("{name}.{language}"), texts(&page.text()));
            }
        }
    }
    snapshot::assert_folder("pages", &all);
}
