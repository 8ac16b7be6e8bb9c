//! `/account/export` and `/account/delete`.

pub struct Leaving {
    pub export: Export,
    pub delete: Delete,
}

pub struct Export {
    pub title: &'static str,
    /// On the account's page.
    pub what: &'static str,
    pub way: &'static str,
    /// With the most rows of a kind.
    pub what_is_in_it: fn(u32) -> String,
    pub download: &'static str,
}

pub struct Delete {
    pub title: &'static str,
    /// On the account's page.
    pub what: &'static str,
    pub way: &'static str,
    pub no_way_back: &'static str,
    pub goes: &'static str,
    pub what_goes: &'static str,
    pub stays: &'static str,
    /// With the days that entries of the log are kept.
    pub what_stays: fn(u64) -> String,
    /// Before the login name.
    pub type_login: &'static str,
    pub delete: &'static str,
    pub done: &'static str,
    pub goodbye: &'static str,
}
