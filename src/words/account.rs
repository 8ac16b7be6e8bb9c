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
    /// Label of the select.
    pub label: &'static str,
    /// No language chosen.
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
    /// Followed by the address.
    pub current: &'static str,
    pub what_happens: &'static str,
    pub new: &'static str,
    pub send: &'static str,
    pub check_email: &'static str,
    /// Followed by the address that was entered.
    pub sent: &'static str,
    pub next_step: &'static str,
    pub not_received: &'static str,
}

/// `/account/sessions`.
pub struct Sessions {
    pub title: &'static str,
    pub what_they_are: &'static str,
    pub this_browser: &'static str,
    /// Followed by a time.
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
    /// In place of the forms while recent authentication is required.
    pub confirm: &'static str,
    pub confirm_link: &'static str,
    /// Label of an API key's name, which is optional.
    pub description: &'static str,
    pub name: &'static str,
    pub life: &'static str,
    pub days: fn(u64) -> String,
    /// Takes the time it expires.
    pub longest: fn(&str) -> String,
    pub created: &'static str,
    pub valid_until: &'static str,
    pub until_deleted: &'static str,
    pub was_valid_until: &'static str,
    pub expired: &'static str,
    pub used: &'static str,
    pub unused: &'static str,
    pub delete: &'static str,
    /// Takes its name and the time it was created.
    pub delete_this: fn(&str, &str) -> String,
    pub delete_warning: &'static str,
    /// Above a new key: the list never shows it in full, for a while, or always.
    pub shown_once: &'static str,
    pub shown_a_while: &'static str,
    pub shown_always: &'static str,
    pub header: &'static str,
    pub done: &'static str,
}

/// `/account/export`.
pub struct DataExport {
    pub title: &'static str,
    /// Shown on the account page.
    pub about: &'static str,
    pub link: &'static str,
    /// Takes the maximum number of rows of a kind.
    pub contents: fn(u32) -> String,
    pub download: &'static str,
}

/// `/account/delete`.
pub struct AccountDeletion {
    pub title: &'static str,
    /// Shown on the account page.
    pub about: &'static str,
    pub link: &'static str,
    pub irreversible: &'static str,
    pub deleted: &'static str,
    pub what_is_deleted: &'static str,
    pub kept: &'static str,
    /// Takes the retention of the audit log in days.
    pub what_is_kept: fn(u64) -> String,
    /// Followed by the username.
    pub type_login: &'static str,
    pub delete: &'static str,
    pub done: &'static str,
    pub goodbye: &'static str,
}
