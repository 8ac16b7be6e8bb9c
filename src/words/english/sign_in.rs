//! English: signing in, registration and the links in emails.

use crate::words::sign_in::{Activation, Confirm, EmailLinks, Recovery, Register, SecondStep, SignIn};

pub const SIGN_IN: SignIn = SignIn {
    title: |app| format!("Sign in to {app}"),
    sign_in: "Sign in",
    send_code: "Email me a code",
    send_another: "Send a new code",
    code_sent: |email| format!("If there is an account with the email {email}, we've sent a code to it."),
    no_email: "Didn't get the activation email?",
    no_account: "No account yet?",
};

pub const SECOND_STEP: SecondStep = SecondStep {
    title: "Two-step sign-in",
    what: "Complete the second step to continue.",
    required: "This account needs two-step sign-in. Add an authenticator app to continue.",
    code: "Code from your authenticator app",
    recovery_code: "Recovery code",
    lost: "If you don't have your device, enter one of the recovery codes you saved.",
    verify: "Continue",
    start_again: "Start again",
};

pub const REGISTER: Register = Register {
    title: |app| format!("Create your {app} account"),
    register: "Create account",
    closed: "Registration is closed. Ask the people who run this service for an account.",
    domains: |domains| format!("Allowed email domains: {domains}"),
    have_account: "Already have an account?",
    with_passkey: "Use a passkey instead of a password",
};

pub const ACTIVATION: Activation = Activation {
    title: |app| format!("Activate your {app} account"),
    only_if_you: "Activate this account only if you registered it yourself. Its password is the one that was chosen at \
                  registration.",
    only_if_you_passkey: "Activate this account only if you registered it yourself. It has no password: you create a passkey now and \
                          sign in with that.",
    create_passkey: "Create a passkey and activate account",
    asked_at: "Registered at",
    asked_from: "Registered from",
    name_taken: "This username has been taken in the meantime. Choose another one. Everything else stays the same.",
    why_password: "Enter the password you chose when you registered. If you didn't choose one, someone else registered \
                   with your email. In that case, discard the registration below and register yourself.",
    chosen_password: "Password you chose",
    activate: "Activate account",
    not_you: "This wasn't me",
    what_declining_does: "We won't create an account from this registration, and the link will stop working.",
    decline: "Discard registration",
    check_email: "When you register, we send you an email with a link that activates your account. If you haven't \
                  received it, check your spam folder or request a new email.",
    send_again: "Send a new email",
    too_old: "Has your link expired?",
    register: "Register again",
};

pub const RECOVERY: Recovery = Recovery {
    forgotten: "Forgot your password?",
    enter_email: "Enter the email of your account. We'll send you a link to choose a new password.",
    send: "Send link",
    choose: "Choose a new password",
    what_it_does: "All your sessions will end. Then sign in with the new password. Passkeys and the second step stay as they are.",
    end_keys: "Also delete my API keys and tokens. Programs that use them will stop working.",
    set: "Set new password",
};

pub const EMAIL_LINKS: EmailLinks = EmailLinks {
    confirm_title: "Confirm your new email",
    only_if_yours: "Confirm only if this is your account. It will then use the new email, and we'll notify the old \
                    one.",
    account: "Account",
    new_address: "New email",
    confirm: "Confirm email",
    undo_title: "Recover your account",
    what_undoing_does: "This restores your old email, ends all sessions and deletes all keys and tokens. Someone who \
                        knew your password changed the email, so choose one that you don't use anywhere else.",
    old_address: "Old email",
    undo: "Recover account",
    given_away: "Your old email now belongs to another account, and two accounts can't share an email. If that account \
                 is yours, delete it. This link will then work again until it expires.",
};

pub const CONFIRM: Confirm = Confirm {
    title: "Confirm your identity",
    why: "Please confirm it's you to continue.",
    how_long: |minutes| format!("You won't be asked again for {minutes} minutes."),
    signed_in_as: "You're signed in as:",
    confirm: "Confirm",
    code_sent: "We've sent a code to:",
    with_password: "Use your password instead",
};
