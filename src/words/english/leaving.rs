//! English: `/account/export` and `/account/delete`.

use crate::words::leaving::{Delete, Export, Leaving};

pub const LEAVING: Leaving = Leaving {
    export: Export {
        title: "Your data",
        what: "A file with all that is kept about you here.",
        way: "Take your data",
        what_is_in_it: |rows| {
            format!(
                "The file (JSON) has your profile, sessions, keys and tokens by name, the networks you signed in from, the \
                 letters you were sent, and your entries in the log: of each kind the newest {rows}. There is no password \
                 and no key in it."
            )
        },
        download: "Download the file",
    },
    delete: Delete {
        title: "Delete the account",
        what: "Your account, and all that belongs to it. That cannot be undone.",
        way: "Delete the account…",
        no_way_back: "This cannot be undone: not by you, and not by us.",
        goes: "What goes",
        what_goes: "Your login name and e-mail address, the password, every session, API key and token, and whatever links \
                    and codes are on their way to you.",
        stays: "What stays",
        what_stays: |days| {
            format!(
                "Entries in the log about what was done when and from which network address, under an id that names \
                 nobody any more, for at most {days} days. What an application has stored about you stays there: \
                 ask its makers."
            )
        },
        type_login: "If you are sure, type your login name:",
        delete: "Delete the account for good",
        done: "Your account is deleted",
        goodbye: "You are signed out everywhere, and a letter to your address says so too.",
    },
};
