//! Pages of administrators: users and audit log.

/// `/admin`: the list of users, and what it shares with the audit log.
pub struct Admin {
    pub users: &'static str,
    pub log: &'static str,
    pub find: &'static str,
    pub search: &'static str,
    pub no_users: &'static str,
    /// Username, email, role, status, member since.
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
    pub signs_in_with: &'static str,
    /// What an account has: a password, passkeys, an authenticator app, security keys, accounts at other providers.
    pub factors: [&'static str; 5],
    /// How many recovery codes are unused.
    pub recovery_codes: fn(i64) -> String,
    pub no_factors: &'static str,
    pub sessions: &'static str,
    pub no_sessions: &'static str,
    pub end: &'static str,
    pub end_sessions: ActionText,
    pub tokens: &'static str,
    pub no_tokens: &'static str,
    pub end_token_effect: &'static str,
    pub end_token: &'static str,
    pub actions: &'static str,
    pub disable: ActionText,
    pub enable: ActionText,
    pub promote: ActionText,
    pub demote: ActionText,
    pub reset: ActionText,
    pub reset_factors: ActionText,
}

/// An action of an administrator.
pub struct ActionText {
    /// Label of the disclosure.
    pub name: &'static str,
    /// Shown before the button.
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
    pub client: &'static str,
    pub address: &'static str,
    pub from: &'static str,
    pub until: &'static str,
    pub show: &'static str,
    pub clear: &'static str,
    pub no_such_user: &'static str,
    pub none: &'static str,
    /// No entries on this page, but older pages follow.
    pub none_here: &'static str,
    /// Time, action, user, target, origin, request ID.
    pub columns: [&'static str; 6],
    /// For an entry without a user.
    pub unknown: &'static str,
    /// Follows the ID of a deleted account.
    pub account_deleted: &'static str,
}
