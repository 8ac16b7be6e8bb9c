//! German: passkeys and security keys.

use crate::words::passkeys::Passkeys;

pub const PASSKEYS: Passkeys = Passkeys {
    title: "Passkeys und Sicherheitsschlüssel",
    needs_script: "Um hier Passkeys oder Sicherheitsschlüssel zu verwenden, brauchen Sie JavaScript und einen Browser, der sie \
                   unterstützt.",
    sign_in: "Mit Passkey anmelden",
    confirm: "Mit Passkey bestätigen",
    second: "Passkey oder Schlüssel nutzen",
    refused: "Dieser Passkey oder Sicherheitsschlüssel gilt hier nicht, oder die Anfrage ist abgelaufen. Versuchen Sie es noch \
              einmal oder melden Sie sich anders an.",
    failed: "Das hat nicht funktioniert. Versuchen Sie es noch einmal oder wählen Sie einen anderen Weg.",
    held: "Dieses Gerät oder dieser Schlüssel wurde Ihrem Konto schon hinzugefügt.",
    manage: "Passkeys verwalten",
    about_passkeys: "Ein Passkey ist auf Ihrem Telefon, Ihrem Computer oder in einem Passwort-Manager gespeichert. Sie bestätigen \
                     ihn mit Fingerabdruck, Gesicht oder PIN und melden sich ohne Passwort an.",
    add_passkey: "Passkey hinzufügen",
    about_security_keys: "Ein Sicherheitsschlüssel ist ein kleines Gerät, das Sie anstecken oder an Ihr Telefon halten. Er ist ein \
                          zweiter Schritt nach Ihrem Passwort. Wenn die Anmeldung in zwei Schritten noch ausgeschaltet ist, wird \
                          sie damit eingeschaltet, und alle Ihre anderen Sitzungen werden beendet.",
    add_security_key: "Sicherheitsschlüssel ergänzen",
    codes_first: "Erstellen Sie zuerst Wiederherstellungscodes, bevor Sie einen Sicherheitsschlüssel hinzufügen",
    synced: "Zwischen Geräten synchronisiert",
    one_device: "Nur auf einem Gerät",
    name: "Name des Passkeys oder Schlüssels",
    rename: "Umbenennen",
    remove: "Entfernen",
    what_removing_does: "Sie können sich damit nicht mehr anmelden. Löschen Sie ihn auch auf Ihrem Gerät. Wenn er Ihr letzter \
                         zweiter Schritt war, wird die Anmeldung in zwei Schritten ausgeschaltet, und Ihre \
                         Wiederherstellungscodes werden gelöscht.",
    set_password: "Passwort festlegen",
    remove_password: "Passwort entfernen",
    what_removing_password_does: "Sie melden sich dann nur noch mit Ihren Passkeys an. Alle Ihre anderen Sitzungen werden \
                                  beendet. Wenn Sie alle Passkeys verlieren, brauchen Sie Zugriff auf Ihre E-Mails, um ein neues \
                                  Passwort festzulegen.",
};
