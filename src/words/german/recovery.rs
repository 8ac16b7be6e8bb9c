//! German: `/account/recover`.

use crate::words::recovery::Recovery;

pub const RECOVERY: Recovery = Recovery {
    forgotten: "Passwort vergessen?",
    type_address: "Geben Sie die E-Mail-Adresse Ihres Kontos ein. Wir senden dorthin einen Link, mit dem Sie ein neues Passwort wählen.",
    send: "Link senden",
    choose: "Neues Passwort wählen",
    what_it_does: "Alle Sitzungen des Kontos werden beendet, und Sie melden sich mit dem neuen Passwort an.",
    end_keys: "Auch API-Schlüssel und Tokens beenden: Programme, die in Ihrem Namen arbeiten, hören damit auf",
    set: "Passwort setzen",
};
