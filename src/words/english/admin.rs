//! English: the pages of administrators.

use crate::words::admin::{ActionText, Admin, AdminUser, Audit};

pub const ADMIN: Admin = Admin {
    users: "Users",
    log: "Audit log",
    find: "Username or email starts with",
    search: "Search",
    no_users: "No users found.",
    columns: ["Username", "Email", "Role", "Status", "Member since"],
    user: "User",
    administrator: "Administrator",
    enabled: "enabled",
    disabled: "disabled",
    first_page: "First page",
    next_page: "Next page",
};

pub const ADMIN_USER: AdminUser = AdminUser {
    profile: "Account",
    role: "Role",
    status: "Status",
    disabled_since: "disabled since",
    member_since: "Member since",
    last_seen: "Last seen",
    not_seen: "unknown (no session on record)",
    id: "ID",
    in_log: "Show audit log entries",
    signs_in_with: "Signs in with",
    factors: ["Password", "Passkeys", "Authenticator app", "Security keys", "Other providers"],
    recovery_codes: |left| format!("Recovery codes ({left} left)"),
    no_factors: "Nothing yet",
    sessions: "Sessions",
    no_sessions: "No active sessions.",
    end: "Revoke…",
    end_sessions: ActionText {
        name: "End all sessions…",
        effect: "The user will be signed out on every device. API keys and private tokens keep working.",
        button: "End all sessions",
    },
    tokens: "Keys and tokens",
    no_tokens: "No keys or tokens.",
    end_token_effect: "It stops working immediately, as does everything that was created with it. This can't be \
                       undone.",
    end_token: "Revoke permanently",
    actions: "Actions",
    disable: ActionText {
        name: "Disable account…",
        effect: "The user can't sign in any more, and all sessions, keys, tokens, links and codes stop working. You \
                 can enable the account again. We'll notify the user by email.",
        button: "Disable account",
    },
    enable: ActionText {
        name: "Enable account…",
        effect: "The user can sign in again, and API keys and private tokens work again. Old sessions, links and codes \
                 don't. We'll notify the user by email.",
        button: "Enable account",
    },
    promote: ActionText {
        name: "Make administrator…",
        effect: "The user will be able to do everything you can do here, including changes to your account. All their \
                 sessions will end, and we'll notify them by email.",
        button: "Make administrator",
    },
    demote: ActionText {
        name: "Remove administrator role…",
        effect: "The user loses access to the administration. All their sessions will end, and we'll notify them by \
                 email.",
        button: "Remove administrator role",
    },
    reset: ActionText {
        name: "Reset password…",
        effect: "Do this if someone else may know the password. It stops working immediately, all sessions end, and we \
                 send the user a link to choose a new one.",
        button: "Reset password",
    },
    reset_factors: ActionText {
        name: "Reset two-step sign-in…",
        effect: "Do this only if the user has lost all devices and recovery codes, and you are sure who is asking. Two-step \
                 sign-in is turned off, all passkeys, security keys and recovery codes are removed, accounts at other providers \
                 are disconnected, and all sessions end. The password stays. We send the user an email.",
        button: "Reset two-step sign-in",
    },
};

pub const AUDIT: Audit = Audit {
    conditions: "Filter entries",
    user: "User (username, email or ID)",
    action: "Action",
    any_action: "Any",
    outcome: "Outcome (ok or an error code)",
    client: "Client ID",
    address: "IP address",
    from: "From (UTC)",
    until: "Before (UTC)",
    show: "Show entries",
    clear: "Clear filters",
    no_such_user: "No user has this username or email. To find entries about a deleted account, search for its ID.",
    none: "No matching entries. Entries are deleted at the end of their retention period.",
    none_here: "No matching entries yet. The next page searches older ones.",
    columns: ["Time", "Action", "User", "Target", "Origin", "Request"],
    unknown: "not signed in",
    account_deleted: "(account deleted)",
};
