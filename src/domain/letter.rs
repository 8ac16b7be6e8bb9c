//! Letters: what the house writes to people, in text and in HTML.

use maud::{DOCTYPE, html};
use serde::{Deserialize, Serialize};

use crate::domain::id::Id;
use crate::domain::recovery::{self, Recovery};
use crate::domain::registration::{self, Registration};
use crate::domain::settings::Settings;
use crate::domain::timestamp::Timestamp;

/// A letter's kind and parameters, as they are sealed into the outbox. Links are made when it is rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// The links that make registrations accounts: several, if several wait for one address.
    Activation { links: Vec<ActivationLink> },
    /// To the owner of an account, when somebody registers with its address or asks for its activation.
    AccountExists,
    /// A spent refresh token came back: its session was ended.
    RefreshTokenReused { agent: String, signed_in_at: String },
    /// The link that lets its reader choose a new password.
    Recovery { recovery: Id<Recovery>, address: String, works_until: String },
    /// A one-time code.
    Code { code: String, address: String, works_until: String },
    /// The password is another one now.
    PasswordChanged { address: String, changed_at: String },
}

/// One registration as its letter tells of it: enough for the reader to know whether it is theirs, because whoever
/// registered chose the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivationLink {
    registration: Id<Registration>,
    login: String,
    /// Where the request came from; may be empty.
    address: String,
    asked_at: String,
    works_until: String,
}

impl ActivationLink {
    pub fn new(
        registration: Id<Registration>,
        login: &str,
        address: &str,
        asked_at: Timestamp,
        works_until: Timestamp,
    ) -> Self {
        let printed = |moment: Timestamp| moment.whole_seconds().to_string();
        let (asked_at, works_until) = (printed(asked_at), printed(works_until));
        Self { registration, login: login.to_owned(), address: address.to_owned(), asked_at, works_until }
    }

    fn note(&self) -> String {
        let Self { login, asked_at, works_until, address, .. } = self;
        let from = from(address);
        format!("Login name {login}, asked for at {asked_at}{from}. The link works until {works_until}.")
    }
}

impl Letter {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Activation { .. } => "activation",
            Self::AccountExists => "account_exists",
            Self::RefreshTokenReused { .. } => "refresh_token_reused",
            Self::Recovery { .. } => "recovery",
            Self::Code { .. } => "code",
            Self::PasswordChanged { .. } => "password_changed",
        }
    }

    pub fn render(&self, settings: &Settings) -> Content {
        self.compose(settings).typeset(&settings.app_name)
    }

    fn compose(&self, settings: &Settings) -> Draft {
        let app = &settings.app_name;
        match self {
            Self::Activation { links } => Draft {
                subject: format!("Activate your {app} account"),
                paragraphs: vec![
                    format!("Somebody, probably you, registered at {app} with this address."),
                    "Open the link and press the button there to activate the account. Do so only if you asked for it: \
                     the password is the one that was chosen then."
                        .into(),
                ],
                actions: links.iter().map(|link| link.action(settings)).collect(),
                closing: "If this was not you, you need not do anything: without the link no account comes to be."
                    .into(),
            },
            Self::AccountExists => Draft {
                subject: format!("You already have a {app} account"),
                paragraphs: vec![
                    format!(
                        "Somebody, perhaps you, tried to register at {app} with this address, or asked for its \
                             activation letter."
                    ),
                    "There is an account with this address already, and it stays as it is. Sign in with it as always."
                        .into(),
                ],
                actions: Vec::new(),
                closing: "If this was not you, you need not do anything: they have learned nothing about you.".into(),
            },
            Self::RefreshTokenReused { agent, signed_in_at } => Draft {
                subject: format!("A {app} session of yours was ended"),
                paragraphs: vec![
                    format!(
                        "The session you opened at {signed_in_at} ({agent}) was used in a way that can mean its \
                             token was copied: an old token came back after a newer one had replaced it."
                    ),
                    "We have ended that session. Whoever holds its tokens can do nothing with them any more.".into(),
                ],
                actions: Vec::new(),
                closing: "Sign in again where you use it. If this happens twice, change your password.".into(),
            },
            Self::Recovery { recovery, address, works_until } => Draft {
                subject: format!("Choose a new {app} password"),
                paragraphs: vec![format!(
                    "Somebody, probably you, asked to choose a new password for the {app} account with this address."
                )],
                actions: vec![Action {
                    note: format!("Asked for{}. The link works once, until {works_until}.", from(address)),
                    label: "Choose a new password",
                    link: link(settings, "recover", &recovery::token(&settings.keys, *recovery)),
                }],
                closing: "If this was not you, you need not do anything: your password stays as it is.".into(),
            },
            Self::Code { code, address, works_until } => Draft {
                subject: format!("{code} is your {app} code"),
                paragraphs: vec![
                    format!("Your code is {code}."),
                    format!(
                        "Somebody, probably you, asked for it{}. It works once, until {works_until}.",
                        from(address)
                    ),
                ],
                actions: Vec::new(),
                closing: "Nobody of ours will ever ask you for it. If this was not you, you need not do anything."
                    .into(),
            },
            Self::PasswordChanged { address, changed_at } => Draft {
                subject: format!("Your {app} password was changed"),
                paragraphs: vec![
                    format!("The password of your {app} account was changed at {changed_at}{}.", from(address)),
                    "All other sessions have been ended.".into(),
                ],
                actions: Vec::new(),
                closing: "If this was not you, ask for a new password at once: that ends every session.".into(),
            },
        }
    }
}

impl ActivationLink {
    fn action(&self, settings: &Settings) -> Action {
        let token = registration::activation_token(&settings.keys, self.registration);
        Action { note: self.note(), label: "Activate this account", link: link(settings, "activate", &token) }
    }
}

/// Built from `APP_BASE_URL` alone: a request's headers have no say in where a token travels.
fn link(settings: &Settings, page: &str, token: &str) -> String {
    format!("{}/account/{page}?token={token}", settings.base_url)
}

/// Where a request came from, if that is known.
fn from(address: &str) -> String {
    if address.is_empty() { String::new() } else { format!(" from {address}") }
}

/// A letter's words before they are set.
struct Draft {
    subject: String,
    paragraphs: Vec<String>,
    actions: Vec<Action>,
    closing: String,
}

/// A link with what is to be known before it is followed.
struct Action {
    note: String,
    label: &'static str,
    link: String,
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
        parts.extend(self.actions.iter().map(|action| format!("{}\n{}", action.note, action.link)));
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
                        @for action in &self.actions {
                            p { (action.note) }
                            p { a href=(action.link) style=(button) { (action.label) } }
                            p style="font-size:14px;color:#555555;word-break:break-all" { (action.link) }
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
