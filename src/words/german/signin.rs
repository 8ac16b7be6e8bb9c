//! German: `/account/signin`.

use crate::words::signin::Signin;

pub const SIGNIN: Signin = Signin {
    title: |app| format!("Bei {app} anmelden"),
    sign_in: "Anmelden",
    send_code: "Code zusenden",
    send_another: "Noch einen senden",
    code_sent: |email| format!("Wenn {email} hier ein Konto hat, ist ein Code dorthin unterwegs."),
    no_letter: "Die Mail ist nicht gekommen?",
    no_account: "Noch kein Konto?",
};
