//! English: the pages of the signed-in user.

use crate::words::account::{
    Account, AccountDeletion, DataExport, EmailChange, Keys, LanguageChoice, PasswordChange, Portal, Section, Sessions,
};

pub const ACCOUNT: Account = Account {
    profile: "Profile",
    since: "Member since",
    role: "Role",
    change: "Change",
    change_password: "Change the password",
    change_email: "Change the e-mail address",
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
    email: EmailChange {
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

pub const SESSIONS: Sessions = Sessions {
    title: "Sessions",
    what_they_are: "Where you are signed in. If you do not recognise one of them, end it and change your password.",
    this_browser: "This browser",
    begun: "Signed in",
    last_used: "Last used",
    end: "End",
    end_others: "End all others",
    what_goes_on: "You will have to sign in again on your other devices. API keys and private tokens keep working.",
    no_others: "You are signed in nowhere else. Every further sign-in will be listed here.",
};

pub const KEYS: Keys = Keys {
    title: "Keys and tokens",
    prove: "You signed in a while ago. To make a key, prove once more that it is you; deleting one needs no proof.",
    prove_link: "Prove that it is you",
    api_keys: Section {
        title: "API keys",
        about: "A program that sends an API key acts as you until the key expires or you delete it.",
        none: "You have no API key. Make one for each program, so that you can delete it alone.",
        make: "Make an API key",
        new: "Your new API key",
        header: "Authorization: Basic base64(apikey:KEY)",
    },
    private_tokens: Section {
        title: "Private tokens",
        about: "The same for programs that send a JWT.",
        none: "You have no private token. Make one for each program that asks for a JWT.",
        make: "Make a private token",
        new: "Your new private token",
        header: "Authorization: Bearer TOKEN",
    },
    description: "What it is for (you may leave this empty)",
    name: "Name",
    life: "Works for",
    days: |days| format!("{days} days"),
    longest: |until| format!("as long as possible: until {until}"),
    made: "Made",
    until: "works until",
    until_taken_back: "works until it is deleted",
    ended: "worked until",
    expired: "expired",
    used: "last used",
    unused: "not used yet",
    delete: "Delete",
    delete_this: |name, made| format!("Delete: {name}, made {made}"),
    delete_warning: "Whatever uses it is refused from then on, and so is every key that was made with it. There is no way back.",
    shown_once: "Copy it now and put it where it is needed. It is shown this once, and kept nowhere.",
    shown_a_while: "Copy it now and put it where it is needed. The list shows it in full for a little while only.",
    shown_always: "Copy it and put it where it is needed. The list shows it in full as well.",
    header: "It is sent in a header of every request:",
    done: "Done: back to the list",
};

pub const PORTAL: Portal = Portal {
    section: Section {
        title: "API Key for the portal",
        about: "For administrators. A new key works for one hour and ends no other. While a portal token is held, no second one is given out: delete one that is lost.",
        none: "Nothing opens the portal for you yet. A portal token comes from a sign-in there, an API Key from this page.",
        make: "Regenerate",
        new: "Your new API Key for the portal",
        header: "Authorization: Token KEY",
    },
    token: "Portal token from a sign-in",
    key: "API Key from this page",
};

pub const DATA_EXPORT: DataExport = DataExport {
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
};

pub const ACCOUNT_DELETION: AccountDeletion = AccountDeletion {
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
};
