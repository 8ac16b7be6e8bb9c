//! `/account/confirm`.

pub struct Confirm {
    pub title: &'static str,
    /// With the minutes for which a proof is good.
    pub why: fn(u64) -> String,
    /// Before the login name.
    pub who: &'static str,
    pub confirm: &'static str,
    /// Before the user's address.
    pub code_sent: &'static str,
    pub with_password: &'static str,
}
