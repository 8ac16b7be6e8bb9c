//! Letters: what the house writes to people, in text and in HTML.

use std::time::Duration;

use maud::{DOCTYPE, html};
use serde::{Deserialize, Serialize};

use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::registration::{self, Registration};
use crate::domain::settings::Settings;

/// A letter's kind and parameters, as they are sealed into the outbox. Links are made when it is rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// The link that makes a registration an account.
    Activation { login: String, registration: Id<Registration> },
    /// To the owner of an account, when somebody registers with its address or asks for its activation again.
    AccountExists,
    /// A spent refresh token came back: its session was ended.
    RefreshTokenReused { agent: String, signed_in_at: String },
}

impl Letter {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Activation { .. } => "activation",
            Self::AccountExists => "account_exists",
            Self::RefreshTokenReused { .. } => "refresh_token_reused",
        }
    }

    /// How long it is worth sending: as long as what it carries works.
    pub const fn lifetime(&self) -> Duration {
        match self {
            Self::Activation { .. } => policy::REGISTRATION_LIFETIME,
            Self::AccountExists | Self::RefreshTokenReused { .. } => policy::NOTICE_LIFETIME,
        }
    }

    pub fn render(&self, settings: &Settings) -> Content {
        self.compose(settings).typeset(&settings.app_name)
    }

    fn compose(&self, settings: &Settings) -> Draft {
        let app = &settings.app_name;
        match self {
            Self::Activation { login, registration } => Draft {
                subject: format!("Activate your {app} account"),
                paragraphs: vec![
                    format!(
                        "Somebody, probably you, registered at {app} with this address and the login name {login}."
                    ),
                    "Open the link and press the button there to activate the account. The link works for 24 hours."
                        .into(),
                ],
                action: Some(("Activate your account", activation_link(settings, *registration))),
                closing: "If this was not you, you need not do anything: without the link no account comes to be."
                    .into(),
            },
            Self::AccountExists => Draft {
                subject: format!("You already have a {app} account"),
                paragraphs: vec![
                    format!("Somebody, perhaps you, tried to register at {app} with this address."),
                    "There is an account with this address already, and it stays as it is. Sign in with it as always."
                        .into(),
                ],
                action: None,
                closing: "If this was not you, you need not do anything: they have learned nothing about you.".into(),
            },
            Self::RefreshTokenReused { agent, signed_in_at } => Draft {
                subject: format!("A {app} session of yours was ended"),
                paragraphs: vec![
                    format!(
                        "The session you opened on {signed_in_at} ({agent}) was used in a way that can mean its \
                             token was copied: an old token came back after a newer one had replaced it."
                    ),
                    "We have ended that session. Whoever holds its tokens can do nothing with them any more.".into(),
                ],
                action: None,
                closing: "Sign in again where you use it. If this happens twice, change your password.".into(),
            },
        }
    }
}

/// Built from `APP_BASE_URL` alone: a request's headers have no say in where a token travels.
fn activation_link(settings: &Settings, registration: Id<Registration>) -> String {
    let token = registration::activation_token(&settings.keys, registration);
    format!("{}/account/activate?token={token}", settings.base_url)
}

/// A letter's words before they are set.
struct Draft {
    subject: String,
    paragraphs: Vec<String>,
    /// Label and link.
    action: Option<(&'static str, String)>,
    closing: String,
}

/// A letter as a mail client gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Draft {
    fn typeset(self, app_name: &str) -> Content {
        Content { text: self.text(app_name), html: self.html(app_name), subject: self.subject }
    }

    fn text(&self, app_name: &str) -> String {
        let mut parts = self.paragraphs.clone();
        parts.extend(self.action.as_ref().map(|(_, link)| link.clone()));
        parts.push(self.closing.clone());
        parts.push(format!("-- \n{app_name}\n"));
        parts.join("\n\n")
    }

    /// One column, inline styles, no image, nothing fetched: what every client shows, on a phone too.
    fn html(&self, app_name: &str) -> String {
        let button = "display:inline-block;padding:12px 20px;border-radius:6px;background:#1f4d3d;color:#ffffff;\
                      text-decoration:none;font-weight:600";
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.subject) }
                }
                body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1c1c1c" {
                    div style="max-width:560px;margin:0 auto" {
                        @for paragraph in &self.paragraphs { p { (paragraph) } }
                        @if let Some((label, link)) = &self.action {
                            p { a href=(link) style=(button) { (label) } }
                            p style="font-size:14px;color:#555555;word-break:break-all" { (link) }
                        }
                        p { (self.closing) }
                        p style="color:#555555" { (app_name) }
                    }
                }
            }
        };
        page.into_string()
    }
}
