//! Letters: what the house writes to people. Their words are in `wording`; here is what fills them.

use serde::{Deserialize, Serialize};

use crate::domain::content::Content;
use crate::domain::device;
use crate::domain::email_change::{self, EmailChange, EmailUndo};
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::recovery::{self, Recovery};
use crate::domain::registration::{self, Registration};
use crate::domain::settings::Settings;
use crate::domain::template::{LINK, Values, plain};
use crate::domain::timestamp::Timestamp;
use crate::domain::user::Role;
use crate::domain::wording::Wording;

/// A letter's kind and parameters, as they are sealed into the outbox. Links are made when it is rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// The links that make registrations accounts: several, if several wait for one address.
    Activation { links: Vec<ActivationLink> },
    /// To the owner of an account, when somebody registers with its address, asks for its activation or wants it for
    /// another account.
    AccountExists,
    /// A spent refresh token came back: its session was ended.
    RefreshTokenReused { agent: String, signed_in_at: String },
    /// The link that lets its reader choose a new password.
    Recovery { recovery: Id<Recovery>, address: String, works_until: String },
    /// A one-time code.
    Code { code: String, address: String, works_until: String },
    /// The password is another one now.
    PasswordChanged {
        address: String,
        changed_at: String,
        /// What goes on acting for the account, described.
        #[serde(default)]
        keys: Vec<String>,
    },
    /// A sign-in from a network the account did not know.
    NewPlace { address: String, agent: String, signed_in_at: String },
    /// To an address that somebody wants for their account: the link that gives it to them.
    EmailChanging { change: Id<EmailChange>, login: String, address: String, works_until: String },
    /// To the address an account has left: the link that brings both back.
    EmailChanged { undo: Id<EmailUndo>, login: String, address: String, changed_at: String, works_until: String },
    /// To the address of an account that is gone.
    AccountDeleted { address: String, deleted_at: String },
    /// An administrator has shut the account.
    AccountDisabled { changed_at: String },
    /// An administrator has opened it again.
    AccountEnabled { changed_at: String },
    /// An administrator has given it another role.
    RoleChanged { role: Role, changed_at: String },
    /// An administrator wants its owner to choose a new password: the link that lets them.
    ResetStarted { recovery: Id<Recovery>, works_until: String },
    /// A program can act for the account from now on.
    TokenCreated { key: String, address: String, created_at: String, works_until: String },
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

    fn values(&self, settings: &Settings) -> Values {
        let token = registration::activation_token(&settings.keys, self.registration);
        vec![
            ("Login", self.login.clone()),
            ("AskedAt", self.asked_at.clone()),
            ("Address", whence(&self.address)),
            ("WorksUntil", self.works_until.clone()),
            (LINK, link(settings, "activate", &token)),
        ]
    }
}

/// Built from `APP_BASE_URL` alone: a request's headers have no say in where a token travels.
fn link(settings: &Settings, page: &str, token: &str) -> String {
    format!("{}/account/{page}?token={token}", settings.base_url)
}

/// Where a request came from, in words that fit behind "from".
fn whence(address: &str) -> String {
    if address.is_empty() { "an unknown address" } else { address }.to_owned()
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
            Self::NewPlace { .. } => "new_place",
            Self::EmailChanging { .. } => "email_changing",
            Self::EmailChanged { .. } => "email_changed",
            Self::AccountDeleted { .. } => "account_deleted",
            Self::AccountDisabled { .. } => "account_disabled",
            Self::AccountEnabled { .. } => "account_enabled",
            Self::RoleChanged { .. } => "role_changed",
            Self::ResetStarted { .. } => "reset_started",
            Self::TokenCreated { .. } => "token_created",
        }
    }

    /// Letters of this kind a mailbox may get within `policy::MAIL_BUDGET_WINDOW`. Codes are counted where they are made,
    /// for two origins apart.
    pub const fn budget(&self) -> u32 {
        match self {
            Self::Code { .. } => 2 * policy::MAIL_BUDGET,
            Self::TokenCreated { .. } => policy::KEYS_AT_ONCE,
            _ => policy::MAIL_BUDGET,
        }
    }

    pub fn render(&self, settings: &Settings) -> Content {
        let Wording { subject, body, button } = self.wording(settings);
        let mut values = self.values();
        values.push(("AppName", settings.app_name.clone()));
        let subject = plain(&subject.fill(&[&values]));
        Content::typeset(subject, &body.fill(&values, &self.links(settings)), button, &settings.app_name)
    }

    const fn wording<'a>(&self, settings: &'a Settings) -> &'a Wording {
        match self {
            Self::Activation { .. } => &settings.wordings.activation,
            Self::AccountExists => &settings.wordings.account_exists,
            Self::RefreshTokenReused { .. } => &settings.wordings.refresh_token_reused,
            Self::Recovery { .. } => &settings.wordings.recovery,
            Self::Code { .. } => &settings.wordings.code,
            Self::PasswordChanged { .. } => &settings.wordings.password_changed,
            Self::NewPlace { .. } => &settings.wordings.new_place,
            Self::EmailChanging { .. } => &settings.wordings.email_changing,
            Self::EmailChanged { .. } => &settings.wordings.email_changed,
            Self::AccountDeleted { .. } => &settings.wordings.account_deleted,
            Self::AccountDisabled { .. } => &settings.wordings.account_disabled,
            Self::AccountEnabled { .. } => &settings.wordings.account_enabled,
            Self::RoleChanged { .. } => &settings.wordings.role_changed,
            Self::ResetStarted { .. } => &settings.wordings.reset_started,
            Self::TokenCreated { .. } => &settings.wordings.token_created,
        }
    }

    /// What the letter's own fields stand for.
    fn values(&self) -> Values {
        match self {
            Self::Activation { .. } | Self::AccountExists => Values::new(),
            Self::RefreshTokenReused { agent, signed_in_at } => {
                vec![("Device", device::describe(agent)), ("SignedInAt", signed_in_at.clone())]
            }
            Self::Recovery { address, works_until, .. } => {
                vec![("Address", whence(address)), ("WorksUntil", works_until.clone())]
            }
            Self::Code { code, address, works_until } => {
                vec![("Code", code.clone()), ("Address", whence(address)), ("WorksUntil", works_until.clone())]
            }
            Self::PasswordChanged { address, changed_at, keys } => {
                let keys = if keys.is_empty() { "none".to_owned() } else { keys.join(", ") };
                vec![("Address", whence(address)), ("ChangedAt", changed_at.clone()), ("Keys", keys)]
            }
            Self::NewPlace { address, agent, signed_in_at } => {
                let device = device::describe(agent);
                vec![("Address", whence(address)), ("Device", device), ("SignedInAt", signed_in_at.clone())]
            }
            Self::EmailChanging { login, address, works_until, .. } => {
                vec![("Login", login.clone()), ("Address", whence(address)), ("WorksUntil", works_until.clone())]
            }
            Self::EmailChanged { login, address, changed_at, works_until, .. } => vec![
                ("Login", login.clone()),
                ("Address", whence(address)),
                ("ChangedAt", changed_at.clone()),
                ("WorksUntil", works_until.clone()),
            ],
            Self::AccountDeleted { address, deleted_at } => {
                vec![("Address", whence(address)), ("DeletedAt", deleted_at.clone())]
            }
            Self::AccountDisabled { changed_at } | Self::AccountEnabled { changed_at } => {
                vec![("ChangedAt", changed_at.clone())]
            }
            Self::RoleChanged { role, changed_at } => {
                vec![("Role", role.as_str().to_owned()), ("ChangedAt", changed_at.clone())]
            }
            Self::ResetStarted { works_until, .. } => vec![("WorksUntil", works_until.clone())],
            Self::TokenCreated { key, address, created_at, works_until } => vec![
                ("Key", key.clone()),
                ("Address", whence(address)),
                ("CreatedAt", created_at.clone()),
                ("WorksUntil", works_until.clone()),
            ],
        }
    }

    /// What the fields of each of its links stand for.
    fn links(&self, settings: &Settings) -> Vec<Values> {
        let keys = &settings.keys;
        let one = |page, token: &str| vec![vec![(LINK, link(settings, page, token))]];
        match self {
            Self::Activation { links } => links.iter().map(|link| link.values(settings)).collect(),
            Self::Recovery { recovery, .. } | Self::ResetStarted { recovery, .. } => {
                one("recover", &recovery::token(keys, *recovery))
            }
            Self::EmailChanging { change, .. } => one("email", &email_change::change_token(keys, *change)),
            Self::EmailChanged { undo, .. } => one("email/undo", &email_change::undo_token(keys, *undo)),
            Self::AccountExists
            | Self::RefreshTokenReused { .. }
            | Self::Code { .. }
            | Self::PasswordChanged { .. }
            | Self::NewPlace { .. }
            | Self::AccountDeleted { .. }
            | Self::AccountDisabled { .. }
            | Self::AccountEnabled { .. }
            | Self::RoleChanged { .. }
            | Self::TokenCreated { .. } => Vec::new(),
        }
    }
}
