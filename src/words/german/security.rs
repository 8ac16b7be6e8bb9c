//! German: the pages about what an account is signed in to with.

use crate::words::security::{AuthenticatorApp, FactorUndo, RecoveryCodes, RememberedBrowsers, Security};

pub const SECURITY: Security = Security {
    title: "Sicherheit",
    change_password: "Passwort ändern",
    no_password: "Ihr Konto hat kein Passwort.",
    two_steps: "Anmeldung in zwei Schritten",
    two_steps_on: "Die Anmeldung in zwei Schritten ist eingeschaltet. Nach Ihrem Passwort fragen wir nach einem zweiten \
                   Schritt.",
    two_steps_off: "Die Anmeldung in zwei Schritten ist ausgeschaltet. Richten Sie eine Authenticator-App ein, um sie \
                    einzuschalten. Dann genügt Ihr Passwort allein nicht mehr, um sich anzumelden.",
    added: "Hinzugefügt",
    last_used: "zuletzt verwendet",
    never_used: "noch nie verwendet",
    keys: "Passkeys und Sicherheitsschlüssel",
    about_keys: "Mit einem Passkey melden Sie sich ohne Passwort an. Ein Sicherheitsschlüssel ist ein zweiter Schritt.",
    no_keys: "Sie haben noch keine.",
    passkey: "Passkey",
    security_key: "Sicherheitsschlüssel",
    app: AuthenticatorApp {
        name: "Authenticator-App",
        about: "Eine App auf Ihrem Telefon zeigt alle 30 Sekunden einen neuen Code. Sie geben ihn nach Ihrem Passwort ein.",
        set_up: "Authenticator-App einrichten",
        removal: "Entfernen …",
        remove: "App entfernen",
        what_removing_does: "Die Codes der App gelten dann nicht mehr. Wenn Sie keinen Sicherheitsschlüssel haben, wird die \
                             Anmeldung in zwei Schritten ausgeschaltet, und Ihre Wiederherstellungscodes werden gelöscht.",
        title: "Authenticator-App einrichten",
        others_end: "Wenn die Anmeldung in zwei Schritten noch ausgeschaltet ist, wird sie damit eingeschaltet, und alle \
                     Ihre anderen Sitzungen werden beendet.",
        scan: "QR-Code mit der App scannen",
        qr_code: "QR-Code für die Authenticator-App",
        type_it: "Scannen nicht möglich? Geben Sie diesen Schlüssel in der App ein:",
        enter_code: "Code eingeben, den die App zeigt",
        code: "Code aus der App",
        add: "App hinzufügen",
    },
    codes: RecoveryCodes {
        name: "Wiederherstellungscodes",
        about: "Wenn Sie Ihr Telefon oder Ihren Sicherheitsschlüssel verlieren, tritt ein Wiederherstellungscode an die \
                Stelle. Jeder Code gilt einmal.",
        left: |left, all| format!("Von {all} Codes sind noch {left} übrig."),
        none: "Sie haben noch keine.",
        create: "Neue Codes erstellen",
        title: "Neue Codes erstellen",
        save: "Wiederherstellungscodes speichern",
        save_them: "Speichern Sie diese Codes in einem Passwort-Manager oder drucken Sie sie aus. Wir zeigen sie nicht noch \
                    einmal an.",
        replaces: "Ihre alten Wiederherstellungscodes gelten nicht mehr, sobald Sie die neuen bestätigen.",
        saved: "Ich habe diese Wiederherstellungscodes gespeichert",
        confirm: "Diese Codes verwenden",
        keep: "Ohne neue Codes weiter",
    },
    browsers: RememberedBrowsers {
        name: "Bekannte Browser",
        about: |days| {
            match days {
            1 => "In einem Browser, in dem Sie den zweiten Schritt ausgeführt haben, fragen wir einen Tag lang nicht danach."
                .to_owned(),
            _ => format!(
                "In einem Browser, in dem Sie den zweiten Schritt ausgeführt haben, fragen wir {days} Tage lang nicht danach."
            ),
        }
        },
        remembered: |browsers| match browsers {
            0 => "Zurzeit ist kein Browser bekannt.".to_owned(),
            1 => "Zurzeit ist 1 Browser bekannt.".to_owned(),
            _ => format!("Zurzeit sind {browsers} Browser bekannt."),
        },
        forget: "Alle Browser vergessen",
    },
    undo: FactorUndo {
        title: "Konto wiederherstellen",
        what_it_does: "Wenn Sie das nicht selbst hinzugefügt haben, hat jemand anderes Ihr Konto benutzt. Wählen Sie ein \
                       neues Passwort, das Sie nirgends sonst verwenden. Dann wird die Anmeldung in zwei Schritten \
                       ausgeschaltet, alle Passkeys, Sicherheitsschlüssel und Wiederherstellungscodes werden entfernt, Konten \
                       bei anderen Anbietern getrennt, alle Sitzungen beendet und alle Schlüssel und Tokens gelöscht.",
        added: "Hinzugefügt",
        undo: "Konto wiederherstellen",
    },
};
