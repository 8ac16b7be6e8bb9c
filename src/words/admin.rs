//! `/admin`: the users, and what both lists have in common.

pub struct Admin {
    pub users: &'static str,
    pub log: &'static str,
    pub find: &'static str,
    pub search: &'static str,
    pub nobody_found: &'static str,
    /// Login name, address, role, state, since when.
    pub columns: [&'static str; 5],
    pub user: &'static str,
    pub administrator: &'static str,
    pub enabled: &'static str,
    pub disabled: &'static str,
    pub first_page: &'static str,
    pub next_page: &'static str,
}
