//! English: `/account/confirm`.

use crate::words::confirm::Confirm;

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
