//! `/account/signin`.

pub struct Signin {
    /// With the application's name.
    pub title: fn(&str) -> String,
    pub sign_in: &'static str,
    pub send_code: &'static str,
    pub send_another: &'static str,
    /// With the address somebody typed.
    pub code_sent: fn(&str) -> String,
    /// To who has not activated the account yet.
    pub no_letter: &'static str,
    pub no_account: &'static str,
}
