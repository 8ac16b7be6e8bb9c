//! English: `/account`, `/account/password` and `/account/address`.

use crate::words::account::{Account, AddressChange, LanguageChoice, PasswordChange};

pub const ACCOUNT: Account = Account {
    profile: "Profile",
    since: "Member since",
    role: "Role",
    change: "Change",
    change_password: "Change the password",
    change_address: "Change the e-mail address",
    language: LanguageChoice {
        title: "Language",
        label: "Language of pages and letters",
        of_browser: "My browser's language",
        save: "Save the language",
    },
    password: PasswordChange {
        title: "Change the password",
        what_ends: "All your other sessions end: sign in there again, with the new password. API keys and private tokens keep \
                    working.",
        save: "Set the password",
    },
    address: AddressChange {
        title: "Change the e-mail address",
        now: "Your address now:",
        what_happens: "It stays until you open the link in the letter that we send to the new one. The old address is told of \
                       the change, and can undo it for a week.",
        new: "New e-mail address",
        send: "Send the letter",
        look: "Check your mail",
        sent: "A letter is on its way to:",
        then: "Its link works for an hour. Open it and confirm there: then the account has this address.",
        nothing_came: "Nothing came? Check the spam folder, and how the address is spelled.",
    },
};
