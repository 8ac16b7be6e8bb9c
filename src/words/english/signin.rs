//! English: `/account/signin`.

use crate::words::signin::Signin;

pub const SIGNIN: Signin = Signin {
    title: |app| format!("Sign in to {app}"),
    sign_in: "Sign in",
    send_code: "Send me a code",
    send_another: "Send another",
    code_sent: |email| format!("If {email} has an account here, a code is on its way to it."),
    no_letter: "The letter has not come?",
    no_account: "No account yet?",
};
