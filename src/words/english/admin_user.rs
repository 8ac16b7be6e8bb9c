//! English: `/admin/users/{id}`.

use crate::words::admin_user::{Act, AdminUser};

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
    end_sessions: Act {
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
    disable: Act {
        name: "Disable the account…",
        says: "Nothing of it works any more: sessions, keys, tokens, links, codes. You can enable it again. Its owner is told \
               by mail.",
        button: "Disable the account",
    },
    enable: Act {
        name: "Enable the account again…",
        says: "Its owner can sign in again, and API keys and private tokens work again. Nothing else of before does. Its \
               owner is told by mail.",
        button: "Enable the account",
    },
    promote: Act {
        name: "Make an administrator…",
        says: "They can then do all that you can do here, also to your account. All their sessions end, and they are told by mail.",
        button: "Make an administrator",
    },
    demote: Act {
        name: "Take the administrator role away…",
        says: "They are a user like any other then. All their sessions end, and they are told by mail.",
        button: "Take the role away",
    },
    reset: Act {
        name: "Reset the password…",
        says: "For a password that somebody else may know. It stops working at once, all sessions end, and the owner is sent \
               a link to choose another.",
        button: "Send the link",
    },
};
