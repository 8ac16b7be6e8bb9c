//! English: `/account/recover`.

use crate::words::recovery::Recovery;

pub const RECOVERY: Recovery = Recovery {
    forgotten: "Forgot your password?",
    type_address: "Type the e-mail address of your account. We send a link there to choose a new password with.",
    send: "Send the link",
    choose: "Choose a new password",
    what_it_does: "Every session of the account ends, and you sign in with the new password.",
    end_keys: "Also end API keys and tokens: programs that act for you stop working",
    set: "Set the password",
};
