//! English: around pages, and on forms.

use crate::words::fields::Fields;
use crate::words::frame::Frame;
use crate::words::notices::Notices;

pub const FRAME: Frame = Frame {
    skip: "Skip to the content",
    places: "Places",
    account: "Account",
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
    language_chosen: "That is the language from now on.",
    session_ended: "The session has ended.",
    others_ended: "Every other session has ended.",
    user_disabled: "The account is disabled.",
    user_enabled: "The account is open again.",
    user_promoted: "They administer now, from their next sign-in on.",
    user_demoted: "They are a user like any other now.",
    reset_started: "The old password opens nothing any more, and a link to choose another is on its way to its owner.",
    all_sessions_ended: "All sessions of the account have ended.",
    token_ended: "The key has ended, and whatever was made with it.",
};
