//! The texts of emails, with placeholders. `domain/mail/message.rs` lists the placeholders of each.

/// A text for every kind of email, and the words that placeholders can stand for.
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
    pub factor_added: Text,
    pub factor_removed: Text,
    pub account_deleted: Text,
    pub account_disabled: Text,
    pub account_enabled: Text,
    pub role_changed: Text,
    pub reset_started: Text,
    pub factors_reset: Text,
    pub token_created: Text,
    pub recovery_code_used: Text,
    pub passkey_counter: Text,
    pub password_removed: Text,
    pub device_signed_in: Text,
    pub withheld: Text,
    pub fillings: Fillings,
}

/// Placeholders are written `{{.AppName}}`, and are the same in every language. An email to someone who may not have
/// requested it contains no username: a stranger chose that name, and mail programs turn one that looks like an address into
/// a link.
pub struct Text {
    pub subject: &'static str,
    pub body: &'static str,
    /// The label of the link's button, if there is one.
    pub button: Option<&'static str>,
}

pub struct Fillings {
    /// Follows "from".
    pub unknown_address: &'static str,
    /// Instead of a list of keys.
    pub no_keys: &'static str,
    /// The end of a list that was cut off.
    pub older_keys: &'static str,
    pub user: &'static str,
    pub admin: &'static str,
    /// An authenticator app, recovery codes, a passkey, a security key: each follows a colon.
    pub factors: [&'static str; 5],
    /// What was not sent: activation links, recovery links, codes, links to confirm an address, notifications.
    pub withheld: [&'static str; 5],
}
