//! German: navigation, form labels and flash messages.

use crate::words::layout::{Fields, Layout, Notices};

pub const LAYOUT: Layout = Layout {
    skip: "Zum Inhalt springen",
    places: "Bereiche",
    account: "Konto",
    to_account: "Zu Ihrem Konto",
    sessions: "Sitzungen",
    keys: "Schlüssel",
    administration: "Verwaltung",
    sign_out: "Abmelden",
    back: "Zurück",
    copy: "Kopieren",
    copied: "Kopiert",
    show: "Zeigen",
    hide: "Verbergen",
    strength: [
        "Noch zu kurz.",
        "Lang genug. Ein paar Wörter mehr, und es ist viel schwerer zu erraten.",
        "Lang, und damit schwer zu erraten.",
    ],
};

pub const FIELDS: Fields = Fields {
    login_or_email: "Anmeldename oder E-Mail-Adresse",
    login: "Anmeldename",
    login_rule: "Buchstaben, Ziffern und . _ - +",
    email: "E-Mail-Adresse",
    password: "Passwort",
    current_password: "Bisheriges Passwort",
    new_password: |fewest| format!("Neues Passwort, mindestens {fewest} Zeichen"),
    code: "Code",
};

pub const NOTICES: Notices = Notices {
    signed_out: "Sie sind abgemeldet.",
    key_deleted: "Gelöscht. Was damit arbeitete, wird ab jetzt abgewiesen.",
    password_changed: "Das Passwort ist geändert, alle anderen Sitzungen sind beendet.",
    language_chosen: "Gespeichert. Seiten und Mails sind jetzt in dieser Sprache.",
    session_ended: "Die Sitzung ist beendet.",
    others_ended: "Alle anderen Sitzungen sind beendet.",
    user_disabled: "Das Konto ist gesperrt.",
    user_enabled: "Das Konto ist entsperrt.",
    user_promoted: "Das Konto hat ab der nächsten Anmeldung die Administratorrolle.",
    user_demoted: "Das Konto ist jetzt ein Konto wie jedes andere.",
    reset_started: "Das alte Passwort gilt nicht mehr, und ein Link, um ein anderes zu wählen, ist zum Inhaber unterwegs.",
    all_sessions_ended: "Alle Sitzungen des Kontos sind beendet.",
    registered: "Sehen Sie in Ihr Postfach. An die angegebene Adresse ist eine Nachricht unterwegs; darin steht, wie es weitergeht.",
    activated: "Ihr Konto ist freigeschaltet. Sie können sich jetzt anmelden.",
    registration_declined: "Aus dieser Registrierung wird kein Konto. Sie müssen nichts weiter tun.",
    activation_sent: "Wenn sich jemand mit dieser Adresse registriert hat, ist die Mail noch einmal dorthin unterwegs.",
    recovery_sent: "Wenn diese Adresse hier ein Konto hat, ist eine Mail dorthin unterwegs. Öffnen Sie den Link darin, um ein neues Passwort zu wählen.",
    password_set: "Ihr neues Passwort gilt, und alle Sitzungen sind beendet. Melden Sie sich damit an.",
    address_changed: "Das Konto hat seine neue Adresse. Melden Sie sich von jetzt an mit ihr an.",
    address_restored: "Ihr Konto hat wieder seine alte Adresse. Melden Sie sich mit dem neuen Passwort an.",
};
