//! What letters say, before anything has been filled in. Which fields there are, `domain/mail/message_templates.rs` tells.

/// A text for every kind of letter, and what fills them where it is words.
pub struct Emails {
    pub activation: Text,
    pub account_exists: Text,
    pub refresh_token_reused: Text,
    pub recovery: Text,
    pub code: Text,
    pub password_changed: Text,
    pub new_place: Text,
    pub email_changing: Text,
    pub email_changed: Text,
    pub email_went_back: Text,
    pub account_deleted: Text,
    pub account_disabled: Text,
    pub account_enabled: Text,
    pub role_changed: Text,
    pub reset_started: Text,
    pub token_created: Text,
    pub withheld: Text,
    pub fillings: Fillings,
}

/// Fields are spelled `{{.AppName}}`, and are the same in every language. A text to somebody who has asked for nothing names
/// nobody: whoever did ask has chosen the name, and mail programs make a link of one that looks like an address.
pub struct Text {
    pub subject: &'static str,
    pub body: &'static str,
    /// On the button that is the link, where there is one.
    pub button: Option<&'static str>,
}

pub struct Fillings {
    /// Fits behind "from".
    pub unknown_address: &'static str,
    /// Instead of a list of keys.
    pub no_keys: &'static str,
    /// Ends a list of keys that goes on.
    pub older_keys: &'static str,
    /// With as much of it as may be shown.
    pub api_key: fn(&str) -> String,
    /// With the moment it was made at.
    pub private_token: fn(&str) -> String,
    /// The same.
    pub portal_token: fn(&str) -> String,
    pub user: &'static str,
    pub admin: &'static str,
    /// What was not sent: links that activate, that let a password be chosen, codes, links that confirm an address, notices.
    pub withheld: [&'static str; 5],
}
