//! `/account/confirm`.

pub struct Confirm {
    pub title: &'static str,
    pub why: &'static str,
    /// Before the login name.
    pub who: &'static str,
    pub confirm: &'static str,
    pub send_code: &'static str,
    pub send_another: &'static str,
    /// Before the user's address.
    pub code_sent: &'static str,
    pub with_password: &'static str,
}
