//! German: sign-in with other providers.

use crate::words::identity_providers::IdentityProviders;

pub const IDENTITY_PROVIDERS: IdentityProviders = IdentityProviders {
    go_on_with: |name| format!("Weiter mit {name}"),
    connections: "Anmeldung bei anderen Anbietern",
    about: "Melden Sie sich bei diesem Konto mit einem Konto an, das Sie anderswo haben.",
    connect_with: |name| format!("Mit {name} verbinden"),
    connect: "Verbinden",
    remove: "Trennen",
    question: |name| format!("Ihr Konto mit {name} verbinden?"),
    account_there: "Konto dort:",
    account_here: "Konto hier:",
    unknown: |name| format!("Kein Konto hier ist mit diesem Konto bei {name} verbunden."),
    has_account: |email| {
        format!("Es gibt ein Konto mit der Adresse {email}. Melden Sie sich einmal dabei an, dann wird es verbunden.")
    },
    sign_in_to_connect: "Anmelden und verbinden",
    address: "E-Mail:",
    create_account: "Konto anlegen",
    or_connect: "Haben Sie hier schon ein Konto?",
    only_if_you: |name| {
        format!("Aktivieren Sie nur, wenn Sie sich mit {name} registriert haben. Sie melden sich dann damit an.")
    },
    confirm_with: |name| format!("Mit {name} bestätigen"),
    cancel: "Abbrechen",
};
