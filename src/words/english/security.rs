//! English: the pages about what an account is signed in to with.

use crate::words::security::{AuthenticatorApp, FactorUndo, RecoveryCodes, RememberedBrowsers, Security};

pub const SECURITY: Security = Security {
    title: "Security",
    change_password: "Change password",
    no_password: "Your account has no password.",
    two_steps: "Two-step sign-in",
    two_steps_on: "Two-step sign-in is on. After your password we ask for a second step.",
    two_steps_off: "Two-step sign-in is off. Set up an authenticator app to turn it on. Then your password alone isn't \
                    enough to sign in.",
    added: "Added",
    last_used: "last used",
    never_used: "never used",
    keys: "Passkeys and security keys",
    about_keys: "A passkey signs you in without a password. A security key is a second step.",
    no_keys: "You don't have any.",
    passkey: "Passkey",
    security_key: "Security key",
    app: AuthenticatorApp {
        name: "Authenticator app",
        about: "An app on your phone shows a new code every 30 seconds. You enter it after your password.",
        set_up: "Set up an authenticator app",
        removal: "Remove…",
        remove: "Remove authenticator app",
        what_removing_does: "The app's codes stop working. If you have no security key, two-step sign-in is turned off, and \
                             your recovery codes are deleted.",
        title: "Set up an authenticator app",
        others_end: "If two-step sign-in is off, this turns it on and ends all your other sessions.",
        scan: "Scan the QR code with the app",
        qr_code: "QR code for the authenticator app",
        type_it: "Can't scan it? Enter this key in the app:",
        enter_code: "Enter the code that the app shows",
        code: "Code from the app",
        add: "Add authenticator app",
    },
    codes: RecoveryCodes {
        name: "Recovery codes",
        about: "If you lose your phone or your security key, a recovery code takes its place. Each code works once.",
        left: |left, all| format!("{left} of {all} codes are left."),
        none: "You don't have any.",
        create: "Create new recovery codes",
        title: "New recovery codes",
        save: "Save your recovery codes",
        save_them: "Save these codes in a password manager, or print them. We won't show them again.",
        replaces: "Your old recovery codes stop working when you confirm the new ones.",
        saved: "I have saved these recovery codes",
        confirm: "Use these codes",
        keep: "Continue without new codes",
    },
    browsers: RememberedBrowsers {
        name: "Remembered browsers",
        about: |days| match days {
            1 => "For a day we don't ask for the second step in a browser where you have completed it.".to_owned(),
            _ => format!("For {days} days we don't ask for the second step in a browser where you have completed it."),
        },
        remembered: |browsers| match browsers {
            0 => "No browser is remembered.".to_owned(),
            1 => "1 browser is remembered.".to_owned(),
            _ => format!("{browsers} browsers are remembered."),
        },
        forget: "Forget all browsers",
    },
    undo: FactorUndo {
        title: "Recover your account",
        what_it_does: "If it wasn't you who added this, someone else has used your account. Choose a new password that you \
                       don't use anywhere else. This turns two-step sign-in off, removes all passkeys, security keys and \
                       recovery codes, disconnects other providers, ends all sessions and deletes all keys and tokens.",
        added: "Added",
        undo: "Recover account",
    },
};
