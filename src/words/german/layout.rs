//! German: navigation, form labels and flash messages.

use crate::words::layout::{Fields, Layout, Notices};

pub const LAYOUT: Layout = Layout {
    skip: "Zum Inhalt springen",
    nav: "Hauptmenü",
    account: "Konto",
    to_account: "Zu Ihrem Konto",
    security: "Sicherheit",
    sessions: "Sitzungen",
    keys: "Schlüssel",
    administration: "Verwaltung",
    sign_out: "Abmelden",
    back: "Zurück",
    copy: "Kopieren",
    copied: "Kopiert",
    show: "Anzeigen",
    hide: "Verbergen",
    strength: [
        "Noch zu kurz.",
        "Lang genug. Mit ein paar Wörtern mehr ist es viel schwerer zu erraten.",
        "Lang und schwer zu erraten.",
    ],
};

pub const FIELDS: Fields = Fields {
    login_or_email: "Benutzername oder E-Mail-Adresse",
    login: "Benutzername",
    login_rule: "Buchstaben, Ziffern und . _ - +",
    email: "E-Mail-Adresse",
    password: "Passwort",
    current_password: "Aktuelles Passwort",
    new_password: |fewest| format!("Neues Passwort (mindestens {fewest} Zeichen)"),
    code: "Code",
};

pub const NOTICES: Notices = Notices {
    signed_out: "Sie haben sich abgemeldet.",
    key_deleted: "Gelöscht. Programme, die damit gearbeitet haben, haben keinen Zugriff mehr.",
    password_changed: "Ihr Passwort wurde geändert, und alle anderen Sitzungen wurden beendet.",
    language_chosen: "Ihre Sprache wurde gespeichert.",
    access_removed: "Der Zugriff wurde entfernt.",
    identity_connected: "Die Konten sind verbunden. Sie können sich künftig mit beiden anmelden.",
    identity_disconnected: "Das Konto wurde getrennt. Sie können sich hier nicht mehr damit anmelden.",
    session_ended: "Die Sitzung wurde beendet.",
    others_ended: "Alle anderen Sitzungen wurden beendet.",
    user_disabled: "Das Konto wurde gesperrt.",
    user_enabled: "Das Konto wurde entsperrt.",
    user_promoted: "Das Konto hat ab der nächsten Anmeldung die Administratorrolle.",
    user_demoted: "Das Konto hat die Administratorrolle nicht mehr.",
    reset_started: "Das alte Passwort gilt nicht mehr. Wir haben dem Benutzer einen Link gesendet, mit dem er ein \
                    neues wählen kann.",
    factors_reset: "Die Anmeldung in zwei Schritten ist ausgeschaltet, alle Passkeys und Wiederherstellungscodes wurden \
                    entfernt und Konten bei anderen Anbietern getrennt.",
    all_sessions_ended: "Alle Sitzungen dieses Kontos wurden beendet.",
    registered: "Wir haben Ihnen eine E-Mail mit den nächsten Schritten gesendet.",
    activated: "Ihr Konto ist aktiviert. Sie können sich jetzt anmelden.",
    registration_declined: "Die Registrierung wurde verworfen. Sie müssen nichts weiter tun.",
    activation_sent: "Falls sich jemand mit dieser Adresse registriert hat, haben wir die Aktivierungs-E-Mail noch \
                      einmal gesendet.",
    recovery_sent: "Falls es ein Konto mit dieser E-Mail-Adresse gibt, haben wir Ihnen einen Link gesendet, mit dem \
                    Sie ein neues Passwort wählen können.",
    password_set: "Ihr Passwort wurde geändert, und alle Sitzungen wurden beendet. Melden Sie sich mit dem neuen \
                   Passwort an.",
    address_changed: "Ihre E-Mail-Adresse wurde geändert. Melden Sie sich ab jetzt mit der neuen an.",
    address_restored: "Ihre alte E-Mail-Adresse wurde wiederhergestellt. Melden Sie sich mit dem neuen Passwort an.",
    app_added: "Die Authenticator-App wurde hinzugefügt. Bei der Anmeldung fragen wir nach einem Code aus der App.",
    app_removed: "Die Authenticator-App wurde entfernt. Ihre Codes gelten nicht mehr.",
    codes_renewed: "Ab jetzt gelten Ihre neuen Wiederherstellungscodes.",
    key_added: "Der Passkey oder Sicherheitsschlüssel wurde hinzugefügt.",
    key_renamed: "Der Name wurde geändert.",
    key_removed: "Der Passkey oder Sicherheitsschlüssel wurde entfernt. Er gilt hier nicht mehr.",
    password_removed: "Ihr Passwort wurde entfernt. Melden Sie sich ab jetzt mit Ihrem Passkey an.",
    recovery_code_used: "Sie haben einen Wiederherstellungscode verwendet, er gilt nicht noch einmal. Wenn Sie Ihr Gerät verloren haben, entfernen Sie es auf der Seite „Sicherheit“.",
    browsers_forgotten: "Alle Browser werden wieder nach dem zweiten Schritt gefragt.",
    factors_undone: "Die Anmeldung in zwei Schritten ist ausgeschaltet. Melden Sie sich mit dem neuen Passwort an.",
    device_approved: "Das Gerät wurde angemeldet. Kehren Sie zum Gerät zurück: Dort geht es in wenigen Sekunden weiter.",
    device_denied: "Das Gerät wurde nicht angemeldet.",
    client_created: "Der Client wurde erstellt.",
    client_changed: "Die Änderungen wurden gespeichert.",
    client_secret_ended: "Das vorige Secret gilt nicht mehr.",
    client_disabled: "Der Client wurde gesperrt.",
    client_enabled: "Der Client wurde entsperrt.",
    client_deleted: "Der Client wurde gelöscht.",
};
