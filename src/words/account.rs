//! `/account`, `/account/password` and `/account/address`.

pub struct Account {
    pub profile: &'static str,
    pub since: &'static str,
    pub role: &'static str,
    pub change: &'static str,
    pub change_password: &'static str,
    pub change_address: &'static str,
    pub language: LanguageChoice,
    pub password: PasswordChange,
    pub address: AddressChange,
}

pub struct LanguageChoice {
    pub title: &'static str,
    /// Of the select.
    pub label: &'static str,
    /// None in particular.
    pub of_browser: &'static str,
    pub save: &'static str,
}

pub struct PasswordChange {
    pub title: &'static str,
    pub what_ends: &'static str,
    pub save: &'static str,
}

pub struct AddressChange {
    pub title: &'static str,
    /// Before the address.
    pub now: &'static str,
    pub what_happens: &'static str,
    pub new: &'static str,
    pub send: &'static str,
    pub look: &'static str,
    /// Before the address that was typed.
    pub sent: &'static str,
    pub then: &'static str,
    pub nothing_came: &'static str,
}
