//! German: `/account/register`.

use crate::words::register::Register;

pub const REGISTER: Register = Register {
    title: |app| format!("Bei {app} registrieren"),
    register: "Registrieren",
    closed: "Hier kann sich niemand selbst registrieren. Bitten Sie den Betreiber dieses Dienstes um ein Konto.",
    domains: |domains| format!("Nur mit einer Adresse bei: {domains}"),
    have_account: "Sie haben schon ein Konto?",
};
