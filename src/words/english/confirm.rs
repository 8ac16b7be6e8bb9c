//! English: `/account/confirm`.

use crate::words::confirm::Confirm;

pub const CONFIRM: Confirm = Confirm {
    title: "Is it you?",
    why: "What comes next is for you alone, and you signed in a while ago. Prove that it is you, and it is open for 15 minutes.",
    who: "You are signed in as:",
    confirm: "Confirm",
    send_code: "Send me a code",
    send_another: "Send another",
    code_sent: "A code is on its way to:",
    with_password: "Confirm with the password",
};
