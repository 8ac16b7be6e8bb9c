//! English: `/admin/audit`.

use crate::words::audit::Audit;

pub const AUDIT: Audit = Audit {
    conditions: "Only entries like these",
    user: "By or about (name, e-mail or id)",
    act: "Act",
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
