//! German: signing in, registration and the links in emails.

use crate::words::sign_in::{Activation, Confirm, EmailLinks, Recovery, Register, SecondStep, SignIn};

pub const SIGN_IN: SignIn = SignIn {
    title: |app| format!("Bei {app} anmelden"),
    sign_in: "Anmelden",
    send_code: "Code per E-Mail senden",
    send_another: "Neuen Code senden",
    code_sent: |email| {
        format!("Falls es ein Konto mit der E-Mail-Adresse {email} gibt, haben wir einen Code dorthin gesendet.")
    },
    no_email: "Keine Aktivierungs-E-Mail erhalten?",
    no_account: "Noch kein Konto?",
};

pub const SECOND_STEP: SecondStep = SecondStep {
    title: "Anmeldung in zwei Schritten",
    what: "Führen Sie den zweiten Schritt aus, um fortzufahren.",
    required: "Dieses Konto braucht die Anmeldung in zwei Schritten. Fügen Sie eine Authenticator-App hinzu, um fortzufahren.",
    code: "Code aus Ihrer Authenticator-App",
    recovery_code: "Wiederherstellungscode",
    lost: "Wenn Sie Ihr Gerät nicht haben, geben Sie einen der gespeicherten Wiederherstellungscodes ein.",
    verify: "Weiter",
    start_again: "Neu beginnen",
};

pub const REGISTER: Register = Register {
    title: |app| format!("Konto bei {app} erstellen"),
    register: "Konto erstellen",
    closed: "Die Registrierung ist geschlossen. Bitten Sie den Betreiber dieses Dienstes um ein Konto.",
    domains: |domains| format!("Zugelassene E-Mail-Domains: {domains}"),
    have_account: "Sie haben schon ein Konto?",
    with_passkey: "Passkey statt Passwort verwenden",
};

pub const ACTIVATION: Activation = Activation {
    title: |app| format!("Konto bei {app} aktivieren"),
    only_if_you: "Aktivieren Sie das Konto nur, wenn Sie sich selbst registriert haben. Es gilt das Passwort, das bei \
                  der Registrierung gewählt wurde.",
    only_if_you_passkey: "Aktivieren Sie das Konto nur, wenn Sie sich selbst registriert haben. Es hat kein Passwort: Sie erstellen \
                          jetzt einen Passkey und melden sich damit an.",
    create_passkey: "Passkey erstellen und Konto aktivieren",
    asked_at: "Registriert am",
    asked_from: "Registriert von",
    name_taken: "Dieser Benutzername wurde inzwischen vergeben. Wählen Sie einen anderen. Alles andere bleibt \
                 unverändert.",
    why_password: "Geben Sie das Passwort ein, das Sie bei der Registrierung gewählt haben. Wenn Sie keines gewählt \
                   haben, hat sich jemand anderes mit Ihrer E-Mail-Adresse registriert. Verwerfen Sie dann unten die \
                   Registrierung und registrieren Sie sich selbst.",
    chosen_password: "Gewähltes Passwort",
    activate: "Konto aktivieren",
    not_you: "Das war ich nicht",
    what_declining_does: "Aus dieser Registrierung wird kein Konto, und der Link funktioniert nicht mehr.",
    decline: "Registrierung verwerfen",
    check_email: "Wenn Sie sich registrieren, senden wir Ihnen eine E-Mail mit einem Link, der Ihr Konto aktiviert. \
                  Falls Sie keine erhalten haben, sehen Sie im Spam-Ordner nach oder fordern Sie eine neue E-Mail an.",
    send_again: "Neue E-Mail senden",
    too_old: "Ist Ihr Link abgelaufen?",
    register: "Neu registrieren",
};

pub const RECOVERY: Recovery = Recovery {
    forgotten: "Passwort vergessen?",
    enter_email: "Geben Sie die E-Mail-Adresse Ihres Kontos ein. Wir senden Ihnen einen Link, mit dem Sie ein neues \
                  Passwort wählen können.",
    send: "Link senden",
    choose: "Neues Passwort wählen",
    what_it_does: "Alle Ihre Sitzungen werden beendet. Melden Sie sich danach mit dem neuen Passwort an. Passkeys und der zweite \
                   Schritt bleiben, wie sie sind.",
    end_keys: "Auch meine API-Schlüssel und Tokens löschen. Programme, die sie verwenden, funktionieren dann nicht \
               mehr.",
    set: "Neues Passwort speichern",
};

pub const EMAIL_LINKS: EmailLinks = EmailLinks {
    confirm_title: "Neue E-Mail-Adresse bestätigen",
    only_if_yours: "Bestätigen Sie nur, wenn dieses Konto Ihnen gehört. Danach gilt die neue E-Mail-Adresse, und wir \
                    benachrichtigen die alte.",
    account: "Konto",
    new_address: "Neue E-Mail-Adresse",
    confirm: "E-Mail-Adresse bestätigen",
    undo_title: "Konto wiederherstellen",
    what_undoing_does: "Ihr Konto erhält seine alte E-Mail-Adresse zurück, alle Sitzungen werden beendet und alle \
                        Schlüssel und Tokens gelöscht. Jemand, der Ihr Passwort kannte, hat die Adresse geändert. \
                        Wählen Sie deshalb eines, das Sie nirgends sonst verwenden.",
    old_address: "Alte E-Mail-Adresse",
    undo: "Konto wiederherstellen",
    given_away: "Ihre alte E-Mail-Adresse gehört inzwischen zu einem anderen Konto, und zwei Konten können nicht \
                 dieselbe Adresse haben. Wenn dieses andere Konto Ihnen gehört, löschen Sie es. Danach funktioniert \
                 dieser Link wieder, bis er abläuft.",
};

pub const CONFIRM: Confirm = Confirm {
    title: "Identität bestätigen",
    why: "Bitte bestätigen Sie, dass Sie es sind.",
    how_long: |minutes| format!("Danach werden Sie {minutes} Minuten lang nicht mehr gefragt."),
    signed_in_as: "Sie sind angemeldet als:",
    confirm: "Bestätigen",
    code_sent: "Wir haben einen Code gesendet an:",
    with_password: "Stattdessen Passwort verwenden",
};
