//! English: navigation, form labels and flash messages.

use crate::words::layout::{Fields, Layout, Notices};

pub const LAYOUT: Layout = Layout {
    skip: "Skip to content",
    nav: "Main menu",
    account: "Account",
    to_account: "Go to your account",
    security: "Security",
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
        "Long and hard to guess.",
    ],
};

pub const FIELDS: Fields = Fields {
    login_or_email: "Username or email",
    login: "Username",
    login_rule: "Letters, digits and . _ - +",
    email: "Email",
    password: "Password",
    current_password: "Current password",
    new_password: |fewest| format!("New password (at least {fewest} characters)"),
    code: "Code",
};

pub const NOTICES: Notices = Notices {
    signed_out: "You've signed out.",
    key_deleted: "Deleted. Programs that used it no longer have access.",
    password_changed: "Your password has been changed, and all your other sessions have ended.",
    language_chosen: "Your language has been saved.",
    session_ended: "The session has ended.",
    others_ended: "All your other sessions have ended.",
    user_disabled: "The account has been disabled.",
    user_enabled: "The account has been enabled.",
    user_promoted: "This user will be an administrator from their next sign-in.",
    user_demoted: "This user is no longer an administrator.",
    reset_started: "The old password no longer works. We've sent the user a link to choose a new one.",
    factors_reset: "Two-step sign-in is off, and all passkeys and recovery codes have been removed.",
    all_sessions_ended: "All sessions of this account have ended.",
    registered: "We've sent you an email with the next steps.",
    activated: "Your account is active. You can sign in now.",
    registration_declined: "The registration has been discarded. You don't need to do anything else.",
    activation_sent: "If someone has registered with this address, we've sent the activation email again.",
    recovery_sent: "If there is an account with this email, we've sent you a link to choose a new password.",
    password_set: "Your password has been changed, and all your sessions have ended. Sign in with the new password.",
    address_changed: "Your email has been changed. Use the new one to sign in from now on.",
    address_restored: "Your old email has been restored. Sign in with your new password.",
    app_added: "The authenticator app has been added. We'll ask for a code from it when you sign in.",
    app_removed: "The authenticator app has been removed. Its codes no longer work.",
    codes_renewed: "Your new recovery codes work from now on.",
    key_added: "The passkey or security key has been added.",
    key_renamed: "The name has been changed.",
    key_removed: "The passkey or security key has been removed. It no longer works here.",
    password_removed: "Your password has been removed. Sign in with your passkey from now on.",
    recovery_code_used: "You've used a recovery code, and it won't work again. If you've lost your device, remove it on the page “Security”.",
    factors_undone: "Two-step sign-in is off. Sign in with your new password.",
};
