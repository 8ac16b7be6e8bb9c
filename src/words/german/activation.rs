//! German: `/account/activate`.

use crate::words::activation::Activation;

pub const ACTIVATION: Activation = Activation {
    title: |app| format!("Konto bei {app} freischalten"),
    only_if_you: "Schalten Sie das Konto nur frei, wenn Sie selbst sich registriert haben. Sein Passwort ist das, das dabei gewählt wurde.",
    asked_at: "Registriert am",
    asked_from: "Von",
    name_taken: "Diesen Anmeldenamen hat inzwischen jemand anderes. Wählen Sie einen anderen; alles Übrige bleibt, wie es ist.",
    activate: "Freischalten",
    not_you: "Das war ich nicht",
    what_declining_does: "Dann wird aus dieser Registrierung kein Konto, und ihr Link öffnet nichts mehr.",
    decline: "Registrierung verwerfen",
    look_into_mail: "Wer sich registriert, bekommt eine Mail mit einem Link, der das Konto freischaltet. Wenn sie nicht angekommen ist, sehen Sie auch im Spam nach, oder lassen Sie sie sich noch einmal senden.",
    send_again: "Noch einmal senden",
    too_old: "Ihr Link ist zu alt?",
    register: "Neu registrieren",
};
