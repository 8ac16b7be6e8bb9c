//! English: the pages of administrators.

use crate::words::admin::{ActionText, Admin, AdminUser, Audit};

pub const ADMIN: Admin = Admin {
    users: "Users",
    log: "Audit log",
    find: "Login name or e-mail address begins with",
    search: "Search",
    nobody_found: "Nobody's login name or e-mail address begins like that.",
    columns: ["Login name", "E-mail address", "Role", "State", "Member since"],
    user: "User",
    administrator: "Administrator",
    enabled: "enabled",
    disabled: "disabled",
    first_page: "Back to the first page",
    next_page: "Next page",
};

pub const ADMIN_USER: AdminUser = AdminUser {
    profile: "Account",
    role: "Role",
    state: "State",
    disabled_since: "disabled since",
    member_since: "Member since",
    last_seen: "Last seen",
    not_seen: "not in any session that is still kept",
    id: "Id",
    in_log: "Their entries in the audit log",
    sessions: "Sessions",
    no_sessions: "There are none. Every sign-in begins one.",
    end: "End…",
    end_sessions: ActionText {
        name: "End all sessions…",
        says: "Whoever is signed in to this account has to sign in again, on every device. Keys and private tokens stay.",
        button: "End all sessions",
    },
    tokens: "Keys and tokens",
    no_tokens: "There are none. Users make them for their programs.",
    kinds: ["API key", "Private token", "Portal token", "Portal key"],
    end_token_says: "It stops working at once, and so does whatever was made with it. That cannot be undone.",
    end_token: "End for good",
    actions: "What you can do",
    disable: ActionText {
        name: "Disable the account…",
        says: "Nothing of it works any more: sessions, keys, tokens, links, codes. You can enable it again. Its owner is told \
               by mail.",
        button: "Disable the account",
    },
    enable: ActionText {
        name: "Enable the account again…",
        says: "Its owner can sign in again, and API keys and private tokens work again. Nothing else of before does. Its \
               owner is told by mail.",
        button: "Enable the account",
    },
    promote: ActionText {
        name: "Make an administrator…",
        says: "They can then do all that you can do here, also to your account. All their sessions end, and they are told by mail.",
        button: "Make an administrator",
    },
    demote: ActionText {
        name: "Take the administrator role away…",
        says: "They are a user like any other then. All their sessions end, and they are told by mail.",
        button: "Take the role away",
    },
    reset: ActionText {
        name: "Reset the password…",
        says: "For a password that somebody else may know. It stops working at once, all sessions end, and the owner is sent \
               a link to choose another.",
        button: "Send the link",
    },
};

pub const AUDIT: Audit = Audit {
    conditions: "Only entries like these",
    user: "By or about (name, e-mail or id)",
    act: "ActionText",
    any_act: "any",
    outcome: "Outcome (ok or an error's word)",
    address: "IP address",
    from: "From (UTC)",
    until: "Before (UTC)",
    show: "Show",
    clear: "Show everything",
    nobody: "Nobody has this login name or e-mail address. Entries about an account that was deleted are found by its id.",
    none: "There is no entry like that. Old entries are deleted after the time the operator has set.",
    none_here: "So far back there is no entry like that. The next page looks through older ones.",
    columns: ["When", "What", "Who", "To whom", "From where", "Request"],
    unknown: "not signed in",
    gone: "(no account any more)",
};
