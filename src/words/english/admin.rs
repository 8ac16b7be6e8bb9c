//! English: `/admin`.

use crate::words::admin::Admin;

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
