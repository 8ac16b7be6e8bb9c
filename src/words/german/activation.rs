//! German: `/account/activate`.

use crate::words::activation::Activation;

pub const ACTIVATION: Activation = Activation {
    title: |app| format!("Konto bei {app} freischalten"),
    only_if_you: "Schalten Sie das Konto nur frei, wenn Sie sich selbst registriert haben. Es gilt das Passwort, das dabei gewählt wurde.",
    asked_at: "Registriert am",
    asked_from: "Von",
    name_taken: "Diesen Anmeldenamen hat inzwischen jemand anders. Wählen Sie einen anderen; alles Übrige bleibt, wie es ist.",
    why_password: "Geben Sie das Passwort ein, das Sie bei der Registrierung gewählt haben. Haben Sie keines gewählt, hat sich jemand anders mit Ihrer Adresse registriert: Verwerfen Sie die Registrierung weiter unten, und registrieren Sie sich selbst.",
    chosen_password: "Gewähltes Passwort",
    activate: "Freischalten",
    not_you: "Das war ich nicht",
    what_declining_does: "Dann wird aus dieser Registrierung kein Konto, und ihr Link funktioniert nicht mehr.",
    decline: "Registrierung verwerfen",
    look_into_mail: "Wenn Sie sich registrieren, senden wir Ihnen eine Mail mit einem Link, der das Konto freischaltet. Ist sie nicht angekommen, sehen Sie im Spam-Ordner nach, oder lassen Sie sie noch einmal senden.",
    send_again: "Noch einmal senden",
    too_old: "Ihr Link ist zu alt?",
    register: "Neu registrieren",
};
