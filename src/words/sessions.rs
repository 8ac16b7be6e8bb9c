//! `/account/sessions`.

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
