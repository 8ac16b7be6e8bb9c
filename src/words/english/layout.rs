//! English: navigation, form labels and flash messages.

use crate::words::layout::{Fields, Layout, Notices};

pub const LAYOUT: Layout = Layout {
    skip: "Skip to the content",
    places: "Pages",
    account: "Account",
    to_account: "To your account",
    sessions: "Sessions",
    keys: "Keys",
    administration: "Administration",
    sign_out: "Sign out",
    back: "Back",
    copy: "Copy",
    copied: "Copied",
    show: "Show",
    hide: "Hide",
    strength: [
        "Still too short.",
        "Long enough. A few more words make it much harder to guess.",
        "Long, and so hard to guess.",
    ],
};

pub const FIELDS: Fields = Fields {
    login_or_email: "Login name or e-mail address",
    login: "Login name",
    login_rule: "Emails, digits, and . _ - +",
    email: "E-mail address",
    password: "Password",
    current_password: "Current password",
    new_password: |fewest| format!("New password, at least {fewest} characters"),
    code: "Code",
};

pub const NOTICES: Notices = Notices {
    signed_out: "You are signed out.",
    key_deleted: "It is deleted. Whatever used it is refused from now on.",
    password_changed: "The password is changed, and every other session has ended.",
    language_chosen: "Saved. Pages and letters are in this language now.",
    session_ended: "The session has ended.",
    others_ended: "Every other session has ended.",
    user_disabled: "The account is disabled.",
    user_enabled: "The account is enabled again.",
    user_promoted: "They are an administrator from their next sign-in on.",
    user_demoted: "They are a user like any other now.",
    reset_started: "The old password has stopped working, and a link to choose another is on its way to the owner.",
    all_sessions_ended: "All sessions of the account have ended.",
    registered: "Check your mail. A letter is on its way to the address you gave, and says what to do next.",
    activated: "Your account is active. You can sign in with it now.",
    registration_declined: "No account is made of that registration. You need not do anything else.",
    activation_sent: "If somebody has registered with that address, its letter is on its way again.",
    recovery_sent: "If that address has an account here, a letter is on its way to it. Open its link to choose a new password.",
    password_set: "Your new password is set, and every session has ended. Sign in with it.",
    address_changed: "The account has its new address. Sign in with that one from now on.",
    address_restored: "Your account has its old address again. Sign in with the new password.",
};
