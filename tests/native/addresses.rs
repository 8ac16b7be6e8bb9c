//! Email addresses and login names: which two count as one, which may be chosen, and where they are shown.

use serde_json::{Value, json};

use crate::app::{CODES, PASSWORD, TestApp, UNCOUNTED};

const TYPED: &str = "Ada@Bücher.example";
/// As Chromium submits text typed into an email field.
const ROUTED: &str = "Ada@xn--bcher-kva.example";

impl TestApp {
    /// A user with this address.
    fn user_at(&self, login: &str, email: &str) {
        self.register(login, email).assert_ok();
        self.activate(&self.last_link_token()).assert_ok();
    }

    /// Recipients and subjects of the emails sent.
    fn posted(&self) -> Vec<(String, String)> {
        let part = |email: &Value, name: &str| email[name].as_str().unwrap_or_default().to_owned();
        let to = |email: &Value| email["to"][0].as_str().unwrap().to_owned();
        self.emails().iter().map(|email| (to(email), part(email, "subject"))).collect()
    }
}

#[test]
fn a_mailbox_is_one_in_both_spellings_of_its_domain() {
    for (first, second) in [(TYPED, ROUTED), (ROUTED, TYPED)] {
        let app = TestApp::with(&[CODES]);
        app.user_at("ada", first);
        for address in [TYPED, ROUTED, "ada@bu\u{308}cher.EXAMPLE", "ada@XN--bcher-KVA.example", "ada@ｂücher。example"]
        {
            app.login(address, PASSWORD).assert_ok();
        }
        app.register("eve", second).assert_ok();
        app.recover(second).assert_ok();
        let code = app.code_for(second);
        app.verify_code(first, &code).assert_ok();
        let posted = app.posted();
        assert!(posted.iter().all(|(to, _)| to == ROUTED), "the envelope has it as the DNS does: {posted:?}");
        let subjects: Vec<_> = posted.iter().map(|(_, subject)| subject.replace(&code, "N")).collect();
        let expected = [
            "Activate your Gatehouse account",
            "You already have a Gatehouse account",
            "Choose a new Gatehouse password",
            "N is your Gatehouse code",
        ];
        assert_eq!(subjects, expected);
        let shown = app.me(&app.sign_in("ada").access).assert_ok().json();
        assert_eq!(shown["email"], first, "its owner sees what they have typed");
    }
}

#[test]
fn limits_count_both_spellings_as_one() {
    let app = TestApp::with(&UNCOUNTED);
    app.user_at("ada", TYPED);
    for address in [TYPED, ROUTED, TYPED, ROUTED, TYPED, ROUTED, TYPED] {
        app.recover(address).assert_ok();
    }
    let recoveries = app.posted().iter().filter(|(_, subject)| subject.starts_with("Choose")).count();
    assert_eq!(recoveries, 5);
    for address in [TYPED, ROUTED].repeat(5) {
        app.login(address, "wrong").assert_error(401, "invalid_credentials");
    }
    app.login(TYPED, "wrong").assert_error(429, "rate_limited");
}

#[test]
fn a_list_of_domains_admits_an_address_in_both_spellings() {
    for listed in ["Bücher.example", "xn--bcher-kva.example", "example.com, bücher.example"] {
        let app = TestApp::with(&[("AUTH_REGISTRATION", listed)]);
        app.register("ada", TYPED).assert_ok();
        app.register("eve", ROUTED).assert_ok();
        app.register("bob", "bob@bucher.example").assert_error(403, "forbidden");
        let page = app.get("/account/register").text();
        let shown = listed.to_lowercase();
        assert!(page.contains(&shown), "the page says it as its operator did: {page}");
    }
}

#[test]
fn an_account_from_before_is_found_by_both_spellings_once_cron_has_seen_it() {
    let app = TestApp::new();
    app.user_at("ada", TYPED);
    app.user_at("eve", "eve@example.com");
    app.platform.tell("UPDATE users SET email_folded = 'ada@bücher.example' WHERE login = 'ada'");
    app.login(TYPED, PASSWORD).assert_error(401, "invalid_credentials");
    app.cron();
    app.login(TYPED, PASSWORD).assert_ok();
    app.login(ROUTED, PASSWORD).assert_ok();
    // Two accounts for one mailbox, from before its spellings were treated as one: both stay, and the newer one has the address.
    app.platform
        .tell("UPDATE users SET email = 'ada@bücher.example', email_folded = 'ada@bücher.example' WHERE login = 'eve'");
    app.cron();
    let folded = "SELECT group_concat(email_folded, ' ') FROM (SELECT email_folded FROM users ORDER BY login)";
    assert_eq!(app.platform.ask::<String>(folded), "ada@xn--bcher-kva.example ada@bücher.example");
    app.login("eve", PASSWORD).assert_ok();
}

#[test]
fn an_address_that_cannot_be_written_to_is_refused_at_once() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let said = "We can't send email to this address. The part before the @ may only contain the letters a to z, digits and \
                symbols. Use a different address.";
    for reply in [app.register("jörg", "jörg@example.com"), app.change_email(&ada.access, "jörg@example.com")] {
        reply.assert_error(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], "email");
    }
    let sdk = TestApp::with(&[("AUTH_RESPONSE_ENVELOPE", "fastschema")]);
    assert_eq!(sdk.register("jörg", "jörg@example.com").json()["error"]["message"], said);
    assert_eq!(app.platform.count("registrations"), 1);

    let mailgun = TestApp::with(&[("MAIL_PROVIDER", "mailgun")]);
    mailgun.register("jörg", "jörg@Bücher.example").assert_ok();
    let sent = mailgun.platform.sent.borrow_mut().pop().unwrap().into_body();
    let to = form_urlencoded::parse(&sent).find(|(name, _)| name == "to").unwrap().1.into_owned();
    assert_eq!(to, "jörg@xn--bcher-kva.example");
}

#[test]
fn a_login_name_is_chosen_by_a_rule_and_kept_whatever_the_rule_is() {
    let app = TestApp::with(&UNCOUNTED);
    for (number, name) in ["สมชาย", "लक्ष्मी", "İbrahim", "דָּוִד", "홍길동", "田中-Tanaka"].into_iter().enumerate()
    {
        app.user_at(name, &format!("{number}@example.com"));
        app.login(name, PASSWORD).assert_ok();
    }
    for name in ["pаypal", "αdmin", "a\u{3164}b", "\u{115f}", "a\u{34f}b", "a\u{200d}b"] {
        let reply = app.register(name, "eve@example.com");
        reply.assert_error(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], "login");
    }
    // A user whose name was accepted under an earlier rule.
    app.user_at("eve", "eve@example.com");
    app.platform.tell("UPDATE users SET login = 'pаypal' WHERE login = 'eve'");
    for typed in ["pаypal", "PАYPAL "] {
        app.login(typed, PASSWORD).assert_ok();
    }
}

#[test]
fn no_email_to_somebody_who_asked_for_nothing_names_who_did() {
    let app = TestApp::new();
    app.register("evil.example", "victim@example.org").assert_ok();
    app.post("/api/auth/local/activate/send", &json!({ "email": "victim@example.org" })).assert_ok();
    app.user_at("thief.example", "thief@example.com");
    let thief = app.sign_in("thief.example");
    app.change_email(&thief.access, "victim@example.org").assert_ok();
    app.recover("victim@example.org").assert_ok();
    let emails: Vec<_> = app.emails().into_iter().filter(|email| email["to"][0] == "victim@example.org").collect();
    assert_eq!(emails.len(), 3);
    for email in emails {
        let told = email.to_string();
        assert!(!told.contains("evil.example") && !told.contains("thief.example"), "{told}");
    }
    let page = app.get(&format!("/account/email?token={}", app.last_link_token())).text();
    assert!(page.contains("thief.example"), "the page says whose account it is");
}
