//! `/account/register`.

pub struct Register {
    /// With the application's name.
    pub title: fn(&str) -> String,
    pub register: &'static str,
    /// Where nobody may.
    pub closed: &'static str,
    /// With the mail domains whose addresses may.
    pub domains: fn(&str) -> String,
    pub have_account: &'static str,
}
