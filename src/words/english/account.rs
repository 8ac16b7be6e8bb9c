//! English: the pages of the signed-in user.

use crate::words::account::{
    Account, AccountDeletion, DataExport, EmailChange, Keys, LanguageChoice, PasswordChange, Sessions,
};

pub const ACCOUNT: Account = Account {
    profile: "Profile",
    since: "Member since",
    role: "Role",
    change: "Change",
    change_password: "Change password",
    change_email: "Change email",
    language: LanguageChoice {
        title: "Language",
        label: "Language of pages and emails",
        of_browser: "Same as my browser",
        save: "Save language",
    },
    password: PasswordChange {
        title: "Change password",
        what_ends: "All your other sessions will end, and you'll need to sign in there again. API keys and private \
                    tokens keep working.",
        save: "Change password",
    },
    email: EmailChange {
        title: "Change email",
        current: "Current email:",
        what_happens: "Your email changes when you open the link that we send to the new address. We also notify the \
                       old address, where you can undo the change for a week.",
        new: "New email",
        send: "Send confirmation email",
        check_email: "Check your email",
        sent: "We've sent an email to:",
        next_step: "Open the link in it within an hour and confirm the change.",
        not_received: "Didn't get it? Check your spam folder and the spelling of the address.",
    },
};

pub const SESSIONS: Sessions = Sessions {
    title: "Sessions",
    what_they_are: "This is where you're signed in. If a session looks unfamiliar, end it and change your password.",
    this_browser: "This browser",
    begun: "Signed in",
    last_used: "Last used",
    end: "End session",
    end_others: "End all other sessions",
    what_goes_on: "You'll need to sign in again on your other devices. API keys and private tokens keep working.",
    no_others: "You're not signed in anywhere else.",
};

pub const KEYS: Keys = Keys {
    title: "Keys and tokens",
    confirm: "To create a key, please confirm your identity first. You can delete keys right away.",
    confirm_link: "Confirm your identity",
    description: "Description (optional)",
    name: "Name",
    life: "Valid for",
    days: |days| format!("{days} days"),
    longest: |until| format!("As long as possible (until {until})"),
    created: "Created",
    valid_until: "valid until",
    until_deleted: "valid until deleted",
    was_valid_until: "was valid until",
    expired: "expired",
    used: "last used",
    unused: "never used",
    delete: "Delete",
    delete_this: |name, created| format!("Delete {name}, created {created}"),
    delete_warning: "Programs that use it will lose access. Keys that were created with it stop working, too. This \
                     can't be undone.",
    shown_once: "Copy it now and keep it safe. We won't show it again.",
    shown_a_while: "Copy it now and keep it safe. The list shows it in full for a short time only.",
    shown_always: "Copy it and keep it safe. You can also copy it from the list later.",
    header: "Send it in this header with every request:",
    done: "Back to the list",
};

pub const DATA_EXPORT: DataExport = DataExport {
    title: "Your data",
    about: "Get a copy of everything we store about you.",
    link: "Download your data",
    contents: |rows| {
        format!(
            "The file (JSON) contains your profile, your sessions, the names of your keys and tokens, the networks you \
             signed in from, the emails we sent you and your entries in the audit log: the newest {rows} of each. It \
             contains no passwords, keys or tokens."
        )
    },
    download: "Download file",
};

pub const ACCOUNT_DELETION: AccountDeletion = AccountDeletion {
    title: "Delete account",
    about: "Permanently delete your account and everything that belongs to it.",
    link: "Delete account…",
    irreversible: "This can't be undone. We can't restore your account either.",
    deleted: "What will be deleted",
    what_is_deleted: "Your username, email and password, all your sessions, API keys and tokens, and any links and \
                      codes that we've sent you.",
    kept: "What we keep",
    what_is_kept: |days| {
        format!(
            "Audit log entries about what happened when and from which IP address. We keep them for at most {days} \
             days, under an ID that no longer leads to you. Applications may store their own data about you. Please \
             contact them directly."
        )
    },
    type_login: "To confirm, enter your username:",
    delete: "Delete account permanently",
    done: "Your account has been deleted",
    goodbye: "You've been signed out everywhere, and we've sent you a confirmation by email.",
};
