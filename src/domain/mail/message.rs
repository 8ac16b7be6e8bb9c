//! Emails to users: their kinds and parameters. The texts are in `message_templates`.

use serde::{Deserialize, Serialize};

use crate::domain::accounts::email_change::{self, EmailChange, EmailUndo};
use crate::domain::accounts::password_reset::{self, PasswordReset};
use crate::domain::accounts::registration::{self, Registration};
use crate::domain::accounts::user::Role;
use crate::domain::base_url::BaseUrl;
use crate::domain::crypto::keyring::Keyring;
use crate::domain::devices::user_agent;
use crate::domain::id::Id;
use crate::domain::mail::message_templates::{Template, Templates};
use crate::domain::mail::rendered::{Frame, RenderedEmail};
use crate::domain::mail::template::{LINK, Values, plain};
use crate::domain::mail::withheld::Withheld;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::TokenSummary;
use crate::words::catalogue::{self, Words};
use crate::words::emails::Fillings;
use crate::words::language::Language;

/// The settings that emails need.
pub struct EmailSource<'a> {
    pub app_name: &'a str,
    /// The origin of every link.
    pub base_url: &'a BaseUrl,
    /// The tokens of links are stamped with these.
    pub keys: &'a Keyring,
    pub templates: &'a Templates,
}

/// An email as it is encrypted into the outbox, with the language tag of the client that caused it. A missing or unknown tag
/// comes from another version of the service, older or newer.
#[derive(Serialize, Deserialize)]
pub struct Sealed<L> {
    #[serde(flatten)]
    message: L,
    #[serde(default)]
    language: String,
}

impl<'a> Sealed<&'a Email> {
    pub fn new(message: &'a Email, language: Language) -> Self {
        Self { message, language: language.tag().to_owned() }
    }
}

impl Sealed<Email> {
    /// Another email to the same reader.
    pub fn instead(self, message: impl FnOnce(Email) -> Email) -> Self {
        Self { message: message(self.message), ..self }
    }

    /// In its reader's language, if they have chosen one.
    pub fn render(&self, from: &EmailSource<'_>, chosen: Option<Language>) -> RenderedEmail {
        let language = chosen.or_else(|| Language::parse(&self.language)).unwrap_or_default();
        self.message.render(from, language)
    }
}

/// An email's kind and parameters. Text and links are added when it is rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Email {
    /// The links that activate registrations: several, if several are pending for one address.
    Activation { links: Vec<ActivationLink> },
    /// To the owner of an account, when its address is used to register, to request activation, or as the new address of
    /// another account.
    AccountExists,
    /// A spent refresh token was reused: its session was ended.
    RefreshTokenReused { agent: String, signed_in_at: String },
    /// The link for choosing a new password.
    Recovery { recovery: Id<PasswordReset>, address: String, works_until: String },
    /// A one-time code.
    Code { code: String, address: String, works_until: String },
    /// The password has changed.
    PasswordChanged {
        address: String,
        changed_at: String,
        /// The tokens that remain valid, described.
        #[serde(default)]
        keys: Vec<TokenSummary>,
    },
    /// A sign-in from a network the account did not know.
    NewPlace { address: String, agent: String, signed_in_at: String },
    /// To the new address of an account: the link that confirms it.
    EmailChanging { change: Id<EmailChange>, login: String, address: String, works_until: String },
    /// To the previous address of an account: the link that undoes the change.
    EmailChanged { undo: Id<EmailUndo>, login: String, address: String, changed_at: String, works_until: String },
    /// To the previous address of an account that returned to an earlier one: this change cannot be undone from here.
    EmailWentBack { login: String, address: String, changed_at: String },
    /// To the address of a deleted account.
    AccountDeleted { address: String, deleted_at: String },
    /// An administrator has disabled the account.
    AccountDisabled { changed_at: String },
    /// An administrator has enabled it again.
    AccountEnabled { changed_at: String },
    /// An administrator has changed its role.
    RoleChanged { role: Role, changed_at: String },
    /// An administrator requires a new password: the link for choosing it.
    ResetStarted { recovery: Id<PasswordReset>, works_until: String },
    /// A new token can act for the account.
    TokenCreated { key: TokenSummary, address: String, created_at: String, works_until: String },
    /// Replaces all emails of a kind that exceed a mailbox's budget.
    Withheld { what: Withheld },
}

/// One registration as its email describes it: enough for the reader to know whether it is theirs, because the password was
/// chosen by the client that registered.
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

    fn values(&self, from: &EmailSource<'_>, words: &Fillings) -> Values {
        let token = registration::TOKEN.spell(from.keys, self.registration);
        vec![
            ("Login", self.login.clone()),
            ("AskedAt", self.asked_at.clone()),
            ("Address", whence(&self.address, words)),
            ("WorksUntil", self.works_until.clone()),
            (LINK, link(from, "activate", &token)),
        ]
    }
}

/// Built from `APP_BASE_URL` alone: a request's headers must not determine where a token is sent.
fn link(from: &EmailSource<'_>, page: &str, token: &str) -> String {
    format!("{}/account/{page}?token={token}", from.base_url)
}

/// Where a request came from, in words that fit after "from".
fn whence(address: &str, words: &Fillings) -> String {
    if address.is_empty() { words.unknown_address } else { address }.to_owned()
}

const fn role_name(role: Role, words: &Fillings) -> &'static str {
    match role {
        Role::User => words.user,
        Role::Admin => words.admin,
    }
}

fn mentions(keys: &[TokenSummary], words: &Fillings) -> String {
    if keys.is_empty() {
        return words.no_keys.to_owned();
    }
    keys.iter().map(|key| key.describe(words)).collect::<Vec<_>>().join(", ")
}

impl Email {
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
            Self::EmailWentBack { .. } => "email_went_back",
            Self::AccountDeleted { .. } => "account_deleted",
            Self::AccountDisabled { .. } => "account_disabled",
            Self::AccountEnabled { .. } => "account_enabled",
            Self::RoleChanged { .. } => "role_changed",
            Self::ResetStarted { .. } => "reset_started",
            Self::TokenCreated { .. } => "token_created",
            Self::Withheld { .. } => "withheld",
        }
    }

    fn render(&self, from: &EmailSource<'_>, language: Language) -> RenderedEmail {
        let (wording, words) = (self.wording(from), catalogue::of(language));
        let mut values = self.values(words);
        values.push(("AppName", from.app_name.to_owned()));
        let (subject, body) = (wording.subject.for_language(language), wording.body.for_language(language));
        let paragraphs = body.fill(&values, &self.links(from, &words.emails.fillings));
        let frame = Frame {
            app_name: from.app_name,
            button: wording.button(language),
            language: wording.body.language(language),
        };
        RenderedEmail::render(plain(&subject.fill(&[&values])), &paragraphs, &frame)
    }

    const fn wording<'a>(&self, from: &EmailSource<'a>) -> &'a Template {
        match self {
            Self::Activation { .. } => &from.templates.activation,
            Self::AccountExists => &from.templates.account_exists,
            Self::RefreshTokenReused { .. } => &from.templates.refresh_token_reused,
            Self::Recovery { .. } => &from.templates.recovery,
            Self::Code { .. } => &from.templates.code,
            Self::PasswordChanged { .. } => &from.templates.password_changed,
            Self::NewPlace { .. } => &from.templates.new_place,
            Self::EmailChanging { .. } => &from.templates.email_changing,
            Self::EmailChanged { .. } => &from.templates.email_changed,
            Self::EmailWentBack { .. } => &from.templates.email_went_back,
            Self::AccountDeleted { .. } => &from.templates.account_deleted,
            Self::AccountDisabled { .. } => &from.templates.account_disabled,
            Self::AccountEnabled { .. } => &from.templates.account_enabled,
            Self::RoleChanged { .. } => &from.templates.role_changed,
            Self::ResetStarted { .. } => &from.templates.reset_started,
            Self::TokenCreated { .. } => &from.templates.token_created,
            Self::Withheld { .. } => &from.templates.withheld,
        }
    }

    /// The values of the email's own fields.
    fn values(&self, words: &Words) -> Values {
        let fillings = &words.emails.fillings;
        let whence = |address: &str| ("Address", whence(address, fillings));
        let device = |agent: &str| ("Device", user_agent::describe(agent, &words.devices));
        match self {
            Self::Activation { .. } | Self::AccountExists => Values::new(),
            Self::RefreshTokenReused { agent, signed_in_at } => {
                vec![device(agent), ("SignedInAt", signed_in_at.clone())]
            }
            Self::Recovery { address, works_until, .. } => {
                vec![whence(address), ("WorksUntil", works_until.clone())]
            }
            Self::Code { code, address, works_until } => {
                vec![("Code", code.clone()), whence(address), ("WorksUntil", works_until.clone())]
            }
            Self::PasswordChanged { address, changed_at, keys } => {
                vec![whence(address), ("ChangedAt", changed_at.clone()), ("Keys", mentions(keys, fillings))]
            }
            Self::NewPlace { address, agent, signed_in_at } => {
                vec![whence(address), device(agent), ("SignedInAt", signed_in_at.clone())]
            }
            Self::EmailChanging { login, address, works_until, .. } => {
                vec![("Login", login.clone()), whence(address), ("WorksUntil", works_until.clone())]
            }
            Self::EmailChanged { login, address, changed_at, works_until, .. } => vec![
                ("Login", login.clone()),
                whence(address),
                ("ChangedAt", changed_at.clone()),
                ("WorksUntil", works_until.clone()),
            ],
            Self::EmailWentBack { login, address, changed_at } => {
                vec![("Login", login.clone()), whence(address), ("ChangedAt", changed_at.clone())]
            }
            Self::AccountDeleted { address, deleted_at } => {
                vec![whence(address), ("DeletedAt", deleted_at.clone())]
            }
            Self::AccountDisabled { changed_at } | Self::AccountEnabled { changed_at } => {
                vec![("ChangedAt", changed_at.clone())]
            }
            Self::RoleChanged { role, changed_at } => {
                vec![("Role", role_name(*role, fillings).to_owned()), ("ChangedAt", changed_at.clone())]
            }
            Self::ResetStarted { works_until, .. } => vec![("WorksUntil", works_until.clone())],
            Self::TokenCreated { key, address, created_at, works_until } => vec![
                ("Key", key.describe(fillings)),
                whence(address),
                ("CreatedAt", created_at.clone()),
                ("WorksUntil", works_until.clone()),
            ],
            Self::Withheld { what } => vec![("What", what.named(fillings).to_owned())],
        }
    }

    /// The values of the fields of each of its links.
    fn links(&self, from: &EmailSource<'_>, words: &Fillings) -> Vec<Values> {
        let keys = from.keys;
        let one = |page, token: &str| vec![vec![(LINK, link(from, page, token))]];
        match self {
            Self::Activation { links } => links.iter().map(|link| link.values(from, words)).collect(),
            Self::Recovery { recovery, .. } | Self::ResetStarted { recovery, .. } => {
                one("recover", &password_reset::TOKEN.spell(keys, *recovery))
            }
            Self::EmailChanging { change, .. } => one("email", &email_change::CHANGE_TOKEN.spell(keys, *change)),
            Self::EmailChanged { undo, .. } => one("email/undo", &email_change::UNDO_TOKEN.spell(keys, *undo)),
            Self::AccountExists
            | Self::RefreshTokenReused { .. }
            | Self::Code { .. }
            | Self::PasswordChanged { .. }
            | Self::NewPlace { .. }
            | Self::EmailWentBack { .. }
            | Self::AccountDeleted { .. }
            | Self::AccountDisabled { .. }
            | Self::AccountEnabled { .. }
            | Self::RoleChanged { .. }
            | Self::TokenCreated { .. }
            | Self::Withheld { .. } => Vec::new(),
        }
    }
}
