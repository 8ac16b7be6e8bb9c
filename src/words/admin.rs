//! Pages of administrators: users and audit log.

/// `/admin`: the list of users, and what it shares with the audit log.
pub struct Admin {
    pub users: &'static str,
    pub log: &'static str,
    pub find: &'static str,
    pub search: &'static str,
    pub no_users: &'static str,
    /// Login name, address, role, state, since when.
    pub columns: [&'static str; 5],
    pub user: &'static str,
    pub administrator: &'static str,
    pub enabled: &'static str,
    pub disabled: &'static str,
    pub first_page: &'static str,
    pub next_page: &'static str,
}

/// `/admin/users/{id}`.
pub struct AdminUser {
    pub profile: &'static str,
    pub role: &'static str,
    pub status: &'static str,
    pub disabled_since: &'static str,
    pub member_since: &'static str,
    pub last_seen: &'static str,
    pub not_seen: &'static str,
    pub id: &'static str,
    pub in_log: &'static str,
    pub sessions: &'static str,
    pub no_sessions: &'static str,
    pub end: &'static str,
    pub end_sessions: ActionText,
    pub tokens: &'static str,
    pub no_tokens: &'static str,
    /// API key, private token, portal token, key of a page.
    pub kinds: [&'static str; 4],
    pub end_token_effect: &'static str,
    pub end_token: &'static str,
    pub actions: &'static str,
    pub disable: ActionText,
    pub enable: ActionText,
    pub promote: ActionText,
    pub demote: ActionText,
    pub reset: ActionText,
}

/// What an administrator can do.
pub struct ActionText {
    /// What opens it.
    pub name: &'static str,
    /// What happens then.
    pub effect: &'static str,
    pub button: &'static str,
}

/// `/admin/audit`.
pub struct Audit {
    pub conditions: &'static str,
    pub user: &'static str,
    pub action: &'static str,
    pub any_action: &'static str,
    pub outcome: &'static str,
    pub address: &'static str,
    pub from: &'static str,
    pub until: &'static str,
    pub show: &'static str,
    pub clear: &'static str,
    pub no_such_user: &'static str,
    pub none: &'static str,
    /// Where there is none yet, and the next page looks further back.
    pub none_here: &'static str,
    /// When, what, who, to whom, where from, in which request.
    pub columns: [&'static str; 6],
    /// Where an entry names nobody.
    pub unknown: &'static str,
    /// Behind the id of somebody who has no account any more.
    pub account_deleted: &'static str,
}
