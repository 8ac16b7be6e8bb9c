//! Pages of the signed-in user: account, sessions, keys, data export and account deletion.

/// `/account`.
pub struct Account {
    pub profile: &'static str,
    pub since: &'static str,
    pub role: &'static str,
    pub change: &'static str,
    pub change_password: &'static str,
    pub change_email: &'static str,
    pub language: LanguageChoice,
    pub password: PasswordChange,
    pub email: EmailChange,
}

pub struct LanguageChoice {
    pub title: &'static str,
    /// Of the select.
    pub label: &'static str,
    /// None in particular.
    pub of_browser: &'static str,
    pub save: &'static str,
}

/// `/account/password`.
pub struct PasswordChange {
    pub title: &'static str,
    pub what_ends: &'static str,
    pub save: &'static str,
}

/// `/account/address`.
pub struct EmailChange {
    pub title: &'static str,
    /// Before the address.
    pub current: &'static str,
    pub what_happens: &'static str,
    pub new: &'static str,
    pub send: &'static str,
    pub check_email: &'static str,
    /// Before the address that was typed.
    pub sent: &'static str,
    pub next_step: &'static str,
    pub not_received: &'static str,
}

/// `/account/sessions`.
pub struct Sessions {
    pub title: &'static str,
    pub what_they_are: &'static str,
    pub this_browser: &'static str,
    /// Before a moment.
    pub begun: &'static str,
    pub last_used: &'static str,
    pub end: &'static str,
    pub end_others: &'static str,
    pub what_goes_on: &'static str,
    pub no_others: &'static str,
}

/// `/account/keys`.
pub struct Keys {
    pub title: &'static str,
    /// Where nothing can be made yet, and the way to change that.
    pub confirm: &'static str,
    pub confirm_link: &'static str,
    pub api_keys: Section,
    pub private_tokens: Section,
    /// Above the field for what an API key is called, which may be left empty.
    pub description: &'static str,
    pub name: &'static str,
    pub life: &'static str,
    pub days: fn(u64) -> String,
    /// With its last moment.
    pub longest: fn(&str) -> String,
    pub created: &'static str,
    pub valid_until: &'static str,
    pub until_deleted: &'static str,
    pub was_valid_until: &'static str,
    pub expired: &'static str,
    pub used: &'static str,
    pub unused: &'static str,
    pub delete: &'static str,
    /// With what it is called, and when it was made.
    pub delete_this: fn(&str, &str) -> String,
    pub delete_warning: &'static str,
    /// Above a new one, by how long it can be seen.
    pub shown_once: &'static str,
    pub shown_a_while: &'static str,
    pub shown_always: &'static str,
    pub header: &'static str,
    pub done: &'static str,
}

/// A kind of key.
pub struct Section {
    pub title: &'static str,
    pub about: &'static str,
    /// In place of a list that is empty.
    pub none: &'static str,
    pub create: &'static str,
    /// Above one that has just been made.
    pub new: &'static str,
    /// The line of a request it is sent in.
    pub header: &'static str,
}

/// `/account/keys`: what administrators sign in to the portal with.
pub struct Portal {
    pub section: Section,
    /// What a token from `tokenlogin` is called.
    pub token: &'static str,
    /// What one that was made on the page is called.
    pub key: &'static str,
}

/// `/account/export`.
pub struct DataExport {
    pub title: &'static str,
    /// On the account's page.
    pub about: &'static str,
    pub link: &'static str,
    /// With the most rows of a kind.
    pub contents: fn(u32) -> String,
    pub download: &'static str,
}

/// `/account/delete`.
pub struct AccountDeletion {
    pub title: &'static str,
    /// On the account's page.
    pub about: &'static str,
    pub link: &'static str,
    pub irreversible: &'static str,
    pub deleted: &'static str,
    pub what_is_deleted: &'static str,
    pub kept: &'static str,
    /// With the days that entries of the log are kept.
    pub what_is_kept: fn(u64) -> String,
    /// Before the login name.
    pub type_login: &'static str,
    pub delete: &'static str,
    pub done: &'static str,
    pub goodbye: &'static str,
}
