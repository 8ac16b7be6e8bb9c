//! English: `/account/activate`.

use crate::words::activation::Activation;

pub const ACTIVATION: Activation = Activation {
    title: |app| format!("Activate your {app} account"),
    only_if_you: "Activate the account only if it was you who registered. Its password is the one that was chosen then.",
    asked_at: "Asked for at",
    asked_from: "From",
    name_taken: "Somebody else has that login name by now. Choose another; everything else stays as it is.",
    activate: "Activate",
    not_you: "This was not me",
    what_declining_does: "Then no account comes of this registration, and its link opens nothing any more.",
    decline: "Void this registration",
    look_into_mail: "Whoever registers is sent a letter with a link that activates the account. If it has not come, look among the spam, or have it sent again.",
    send_again: "Send it again",
    too_old: "Your link is too old?",
    register: "Register anew",
};
