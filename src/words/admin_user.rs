//! `/admin/users/{id}`: one of the users, and what can be done about their account.

pub struct AdminUser {
    pub profile: &'static str,
    pub role: &'static str,
    pub state: &'static str,
    pub disabled_since: &'static str,
    pub member_since: &'static str,
    pub last_seen: &'static str,
    pub not_seen: &'static str,
    pub id: &'static str,
    pub in_log: &'static str,
    pub sessions: &'static str,
    pub no_sessions: &'static str,
    pub end: &'static str,
    pub end_sessions: Act,
    pub tokens: &'static str,
    pub no_tokens: &'static str,
    /// API key, private token, portal token, key of a page.
    pub kinds: [&'static str; 4],
    pub end_token_says: &'static str,
    pub end_token: &'static str,
    pub actions: &'static str,
    pub disable: Act,
    pub enable: Act,
    pub promote: Act,
    pub demote: Act,
    pub reset: Act,
}

/// What an administrator can do.
pub struct Act {
    /// What opens it.
    pub name: &'static str,
    /// What happens then.
    pub says: &'static str,
    pub button: &'static str,
}
