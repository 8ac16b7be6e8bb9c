//! German: `/account/confirm`.

use crate::words::confirm::Confirm;

pub const CONFIRM: Confirm = Confirm {
    title: "Sind Sie es?",
    why: "Was jetzt kommt, ist nur für Sie, und Ihre Anmeldung ist eine Weile her. Weisen Sie sich aus, dann ist es \
          15 Minuten lang offen.",
    who: "Sie sind angemeldet als:",
    confirm: "Bestätigen",
    send_code: "Code zusenden",
    send_another: "Noch einen senden",
    code_sent: "Ein Code ist unterwegs an:",
    with_password: "Mit dem Passwort bestätigen",
};
