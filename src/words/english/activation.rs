//! English: `/account/activate`.

use crate::words::activation::Activation;

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
