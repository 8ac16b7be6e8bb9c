//! Sign-in with other providers.

pub struct IdentityProviders {
    /// Takes the provider's name.
    pub go_on_with: fn(&str) -> String,
    /// The section of the page "Security", and the title of the question.
    pub connections: &'static str,
    pub about: &'static str,
    /// Takes the provider's name.
    pub connect_with: fn(&str) -> String,
    pub connect: &'static str,
    pub remove: &'static str,
    /// Takes the provider's name.
    pub question: fn(&str) -> String,
    /// Before the account at the provider.
    pub account_there: &'static str,
    /// Before the account here.
    pub account_here: &'static str,
    /// Takes the provider's name.
    pub unknown: fn(&str) -> String,
    /// The address has an account here. Takes it.
    pub has_account: fn(&str) -> String,
    pub sign_in_to_connect: &'static str,
    /// Before the address of a new account.
    pub address: &'static str,
    pub create_account: &'static str,
    pub or_connect: &'static str,
    /// Before an activation. Takes the provider's name.
    pub only_if_you: fn(&str) -> String,
    /// On the page that asks for a proof of identity. Takes the provider's name.
    pub confirm_with: fn(&str) -> String,
    pub cancel: &'static str,
}
