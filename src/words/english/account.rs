//! English: `/account`, `/account/password` and `/account/address`.

use crate::words::account::{Account, AddressChange, LanguageChoice, PasswordChange};

pub const ACCOUNT: Account = Account {
    profile: "Profile",
    since: "Member since",
    role: "Role",
    administrator: "Administrator",
    change: "Change",
    change_password: "Change the password",
    change_address: "Change the e-mail address",
    language: LanguageChoice {
        title: "Language",
        label: "Pages and letters are in",
        of_browser: "the language of my browser",
        save: "Save the language",
    },
    password: PasswordChange {
        title: "Change the password",
        what_ends: "Every other session ends: whoever is signed in elsewhere has to sign in with the new password. \
                    API keys and private tokens go on.",
        save: "Set the password",
        forgotten: "Forgot your password?",
    },
    address: AddressChange {
        title: "Change the e-mail address",
        now: "It is now:",
        what_happens: "It stays so until you follow the link in the letter we send to the new one. The old address is \
                       told, and can undo the change for a week.",
        new: "New e-mail address",
        send: "Send the letter",
        look: "Look into your mail",
        sent: "A letter is on its way to:",
        then: "Its link works for an hour. Follow it, and the account has that address.",
        nothing_came: "Nothing came? Look among the spam, and at how the address is spelled.",
    },
};
