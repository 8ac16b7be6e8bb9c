//! Sign-in with Discord, which signs nothing, so that a test says who comes back.

use serde_json::{Value, json};

use crate::app::{Reply, TestApp};
use crate::browser::Browser;
use crate::fake_http::Host;

pub const DISCORD: [(&str, &str); 2] = [
    ("AUTH_PROVIDERS", r#"[{"kind":"discord","client_id":"gatehouse","keep_tokens":true}]"#),
    ("AUTH_PROVIDER_DISCORD_SECRET", "a secret"),
];

/// What Discord says of a user.
pub fn said(id: &str, email: &str, verified: bool) -> Value {
    json!({
        "access_token": "an access token", "token_type": "Bearer",
        "id": id, "username": "somebody", "email": email, "verified": verified
    })
}

/// Goes to Discord; returns the `state`.
pub fn begin(browser: &mut Browser<'_>, query: &str) -> String {
    let begun = browser.get(&format!("/account/with/discord{query}"));
    let (_, rest) = begun.header("location").split_once("state=").unwrap();
    rest.split('&').next().unwrap().to_owned()
}

/// Comes back with a `state`.
pub fn come_back(app: &TestApp, browser: &mut Browser<'_>, state: &str, said: &Value) -> Reply {
    let answer = Host::Answers(200, said.to_string().into_bytes());
    app.platform.hosts.borrow_mut().insert("discord.com", answer);
    browser.get(&format!("/account/with/discord/callback?code=c&state={state}"))
}

/// To Discord and back.
pub fn arrive(app: &TestApp, browser: &mut Browser<'_>, said: &Value) -> Reply {
    let state = begin(browser, "");
    come_back(app, browser, &state, said)
}
