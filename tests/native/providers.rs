//! Each mail provider: the exact request, and how its responses are read.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::app::TestApp;

const SENDER: &str = "Acme Inc. <no-reply@example.com>";

/// The settings that select a provider.
fn app(provider: &str, own: &[(&str, &str)]) -> TestApp {
    let basics = [("MAIL_PROVIDER", provider), ("MAIL_API_KEY", "key-1"), ("MAIL_FROM", SENDER)];
    let account = [("MAIL_ACCOUNT_ID", "023e105f4ecef8ad9ca31a8372d0c353")];
    TestApp::with(&[own, basics.as_slice(), account.as_slice()].concat())
}

/// A request as the provider receives it.
struct Sent {
    line: String,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Sent {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Registers Ada: the email's request, and text and HTML as Resend would have received them.
fn sent(provider: &str, own: &[(&str, &str)]) -> (Sent, String, String) {
    let like = TestApp::with(&[]);
    like.register("ada", "ada@example.com").assert_ok();
    let email = like.emails().pop().unwrap();
    let part = |name: &str| email[name].as_str().unwrap().to_owned();

    let app = app(provider, own);
    app.register("ada", "ada@example.com").assert_ok();
    let request = app.platform.sent.borrow_mut().pop().expect("nothing was sent");
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), value.to_str().unwrap().to_owned())
    };
    let mut headers: BTreeMap<_, _> = request.headers().iter().map(header).collect();
    assert_eq!(headers.remove("idempotency-key"), Some(app.platform.ask("SELECT id FROM outbox")));
    assert!(headers.remove("user-agent").unwrap().starts_with("gatehouse/"));
    assert_eq!(headers.remove("accept").unwrap(), "application/json");
    let line = format!("{} {}", request.method(), request.uri());
    let body = String::from_utf8(request.into_body()).unwrap();
    (Sent { line, headers, body }, part("text"), part("html"))
}

fn headers(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn resend_gets_what_it_documents() {
    let (sent, text, html) = sent("resend", &[]);
    assert_eq!(sent.line, "POST https://api.resend.com/emails");
    assert_eq!(sent.headers, headers(&[("authorization", "Bearer key-1"), ("content-type", "application/json")]));
    let expected = json!({ "from": "\"Acme Inc.\" <no-reply@example.com>", "to": ["ada@example.com"],
        "subject": "Activate your Gatehouse account", "text": text, "html": html,
        "headers": { "Auto-Submitted": "auto-generated" } });
    assert_eq!(sent.json(), expected);
}

#[test]
fn postmark_gets_what_it_documents() {
    let (sent, text, html) = sent("postmark", &[]);
    assert_eq!(sent.line, "POST https://api.postmarkapp.com/email");
    assert_eq!(sent.headers, headers(&[("x-postmark-server-token", "key-1"), ("content-type", "application/json")]));
    let expected = json!({ "From": "\"Acme Inc.\" <no-reply@example.com>", "To": "ada@example.com",
        "Subject": "Activate your Gatehouse account", "TextBody": text, "HtmlBody": html, "MessageStream": "outbound",
        "Headers": [{ "Name": "Auto-Submitted", "Value": "auto-generated" }], "TrackOpens": false, "TrackLinks": "None" });
    assert_eq!(sent.json(), expected);
}

#[test]
fn sendgrid_gets_what_it_documents() {
    let (sent, text, html) = sent("sendgrid", &[]);
    assert_eq!(sent.line, "POST https://api.sendgrid.com/v3/mail/send");
    assert_eq!(sent.headers, headers(&[("authorization", "Bearer key-1"), ("content-type", "application/json")]));
    let expected = json!({ "personalizations": [{ "to": [{ "email": "ada@example.com" }] }],
        "from": { "email": "no-reply@example.com", "name": "Acme Inc." }, "subject": "Activate your Gatehouse account",
        "headers": { "Auto-Submitted": "auto-generated" },
        "content": [{ "type": "text/plain", "value": text }, { "type": "text/html", "value": html }],
        "tracking_settings": { "click_tracking": { "enable": false, "enable_text": false },
            "open_tracking": { "enable": false } } });
    assert_eq!(sent.json(), expected);
}

#[test]
fn mailgun_gets_what_it_documents() {
    let own = [("MAIL_DOMAIN", "mg.example.com"), ("MAIL_API_URL", "https://api.eu.mailgun.net")];
    let (sent, text, html) = sent("mailgun", &own);
    assert_eq!(sent.line, "POST https://api.eu.mailgun.net/v3/mg.example.com/messages");
    // printf api:key-1 | base64
    let expected = [("authorization", "Basic YXBpOmtleS0x"), ("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(sent.headers, headers(&expected));
    let form: Vec<(String, String)> = form_urlencoded::parse(sent.body.as_bytes()).into_owned().collect();
    let expected = [
        ("from", "\"Acme Inc.\" <no-reply@example.com>"),
        ("to", "ada@example.com"),
        ("subject", "Activate your Gatehouse account"),
        ("text", &text),
        ("html", &html),
        ("o:tracking", "no"),
        ("h:Auto-Submitted", "auto-generated"),
    ];
    assert_eq!(form, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));

    let (sent, ..) = self::sent("mailgun", &[]);
    assert_eq!(sent.line, "POST https://api.mailgun.net/v3/example.com/messages");
}

#[test]
fn cloudflare_gets_what_it_documents() {
    let (sent, text, html) = sent("cloudflare", &[]);
    assert_eq!(
        sent.line,
        "POST https://api.cloudflare.com/client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/email/sending/send"
    );
    assert_eq!(sent.headers, headers(&[("authorization", "Bearer key-1"), ("content-type", "application/json")]));
    let expected = json!({ "from": { "address": "no-reply@example.com", "name": "Acme Inc." },
        "to": "ada@example.com", "subject": "Activate your Gatehouse account", "text": text, "html": html,
        "headers": { "Auto-Submitted": "auto-generated" } });
    assert_eq!(sent.json(), expected);
}

#[test]
fn a_sender_without_a_name_has_none_anywhere() {
    let from = |provider: &str, pointer: &str| {
        let (sent, ..) = sent(provider, &[("MAIL_FROM", "no-reply@example.com")]);
        sent.json().pointer(pointer).unwrap().clone()
    };
    assert_eq!(from("resend", "/from"), "no-reply@example.com");
    assert_eq!(from("postmark", "/From"), "no-reply@example.com");
    assert_eq!(from("sendgrid", "/from"), json!({ "email": "no-reply@example.com" }));
    assert_eq!(from("cloudflare", "/from"), "no-reply@example.com");
    assert!(
        sent("mailgun", &[("MAIL_FROM", "no-reply@example.com")]).0.body.starts_with("from=no-reply%40example.com&")
    );
}

/// The fate of an email after this response: `sent`, `waits` or `refused`.
fn fate(provider: &str, status: u16, body: &str) -> String {
    let app = app(provider, &[]);
    app.platform.provider_status.set(status);
    body.clone_into(&mut app.platform.provider_body.borrow_mut());
    app.register("ada", "ada@example.com").assert_ok();
    app.platform.ask(
        "SELECT CASE WHEN sent_at > 0 THEN 'sent' WHEN dead_at IS NULL THEN 'waits' WHEN refused THEN 'refused' END
         FROM outbox",
    )
}

#[test]
fn an_answer_means_what_its_provider_says_it_means() {
    for provider in ["resend", "postmark", "sendgrid", "mailgun", "cloudflare"] {
        for status in [200, 202] {
            assert_eq!(fate(provider, status, ""), "sent", "{provider} {status}");
        }
        // Keys, senders and domains that can still be corrected, and outages.
        for status in [302, 401, 402, 403, 404, 409, 429, 500, 503] {
            assert_eq!(fate(provider, status, "{}"), "waits", "{provider} {status}");
        }
    }
    for (provider, status) in
        [("resend", 400), ("resend", 422), ("sendgrid", 400), ("mailgun", 400), ("cloudflare", 400)]
    {
        assert_eq!(fate(provider, status, "{}"), "refused", "{provider} {status}");
    }
}

#[test]
fn postmark_says_everything_with_one_status_and_a_code() {
    let fate = |code: u32| fate("postmark", 422, &json!({ "ErrorCode": code, "Message": "…" }).to_string());
    for of_the_email in [300, 406] {
        assert_eq!(fate(of_the_email), "refused", "{of_the_email}");
    }
    for accounts in [400, 401, 405, 412, 413, 1235] {
        assert_eq!(fate(accounts), "waits", "{accounts}");
    }
    assert_eq!(self::fate("postmark", 422, "<html>"), "waits");
}

#[test]
fn cloudflare_tells_of_a_bounce_with_status_200() {
    let fate = |delivered: &[&str], bounced: &[&str], queued: &[&str]| {
        let result = json!({ "delivered": delivered, "permanent_bounces": bounced, "queued": queued });
        fate("cloudflare", 200, &json!({ "success": true, "errors": [], "result": result }).to_string())
    };
    assert_eq!(fate(&["ada@example.com"], &[], &[]), "sent");
    assert_eq!(fate(&[], &[], &["ada@example.com"]), "sent");
    assert_eq!(fate(&[], &["ada@example.com"], &[]), "refused");
}

/// `npm run deploy` asks which one, before there is a Worker that could judge the answer.
#[test]
fn the_deploy_script_offers_each_provider() {
    let script = include_str!("../../scripts/deploy/answers.mjs");
    let (_, list) = script.split_once("const PROVIDERS = [").unwrap();
    let offered: Vec<_> = list.split(']').next().unwrap().split('\'').skip(1).step_by(2).collect();
    let problems = TestApp::with(&[("MAIL_PROVIDER", "another")]).settings.err().unwrap();
    let known = format!("MAIL_PROVIDER must be one of: {}, outbox", offered.join(", "));
    assert!(problems.iter().any(|problem| problem.to_string() == known), "{known}");
}
