//! German: `/account/confirm`.

use crate::words::confirm::Confirm;

pub const CONFIRM: Confirm = Confirm {
    title: "Sind Sie es?",
    why: |minutes| {
        format!(
            "Was jetzt kommt, ist nur für Sie, und Ihre Anmeldung ist eine Weile her. Weisen Sie sich noch einmal aus; das \
             gilt dann {minutes} Minuten lang."
        )
    },
    who: "Sie sind angemeldet als:",
    confirm: "Bestätigen",
    code_sent: "Ein Code ist unterwegs an:",
    with_password: "Mit dem Passwort bestätigen",
};
