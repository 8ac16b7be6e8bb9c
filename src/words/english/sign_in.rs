//! English: signing in, registration and the links in emails.

use crate::words::sign_in::{Activation, Confirm, EmailLinks, Recovery, Register, SignIn};

pub const SIGN_IN: SignIn = SignIn {
    title: |app| format!("Sign in to {app}"),
    sign_in: "Sign in",
    send_code: "Send me a code",
    send_another: "Send another",
    code_sent: |email| format!("If {email} has an account here, a code is on its way to it."),
    no_letter: "The letter has not come?",
    no_account: "No account yet?",
};

pub const REGISTER: Register = Register {
    title: |app| format!("Register at {app}"),
    register: "Register",
    closed: "New accounts are not given out here. Ask whoever runs this service for one.",
    domains: |domains| format!("Only with an address at: {domains}"),
    have_account: "Already have an account?",
};

pub const ACTIVATION: Activation = Activation {
    title: |app| format!("Activate your {app} account"),
    only_if_you: "Activate the account only if you registered it yourself. Its password is the one that was chosen then.",
    asked_at: "Registered at",
    asked_from: "From",
    name_taken: "Somebody else has that login name by now. Choose another; everything else stays as it is.",
    why_password: "Enter the password that you chose when you registered. If you did not choose one, somebody else registered with your address: discard the registration below and register yourself.",
    chosen_password: "Password you chose",
    activate: "Activate",
    not_you: "This was not me",
    what_declining_does: "No account is made of this registration then, and its link stops working.",
    decline: "Discard this registration",
    look_into_mail: "When you register, we send you a letter with a link that activates the account. If it has not come, check the spam folder, or have it sent again.",
    send_again: "Send it again",
    too_old: "Your link is too old?",
    register: "Register again",
};

pub const RECOVERY: Recovery = Recovery {
    forgotten: "Forgot your password?",
    type_address: "Type the e-mail address of your account. We send a link there to choose a new password with.",
    send: "Send the link",
    choose: "Choose a new password",
    what_it_does: "Every session of the account ends, and you sign in with the new password.",
    end_keys: "Also end API keys and tokens: programs that act for you stop working",
    set: "Set the password",
};

pub const EMAIL_LINKS: EmailLinks = EmailLinks {
    confirm_title: "Confirm your new address",
    only_if_yours: "Confirm only if this account is yours. It has the new address then, and the old one is told.",
    account: "Account",
    new_address: "New address",
    confirm: "Confirm",
    undo_title: "Take your account back",
    what_undoing_does: "Your account gets its old address back, and every session, key and token ends. Whoever changed the address knew the password: choose one that you use nowhere else.",
    old_address: "Old address",
    undo: "Take it back",
    given_away: "The old address belongs to another account by now, and no two accounts can have the same one. If that account is yours, delete it: then this link works again, for as long as it would have.",
};

pub const CONFIRM: Confirm = Confirm {
    title: "Is it you?",
    why: |minutes| {
        format!(
            "What comes next is for you alone, and you signed in a while ago. Prove that it is you, and it is open for {minutes} minutes."
        )
    },
    who: "You are signed in as:",
    confirm: "Confirm",
    code_sent: "A code is on its way to:",
    with_password: "Confirm with the password",
};
