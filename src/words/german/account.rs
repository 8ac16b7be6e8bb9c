//! German: `/account`, `/account/password` and `/account/address`.

use crate::words::account::{Account, AddressChange, LanguageChoice, PasswordChange};

pub const ACCOUNT: Account = Account {
    profile: "Profil",
    since: "Dabei seit",
    role: "Rolle",
    administrator: "Verwaltung",
    change: "Ändern",
    change_password: "Ändern: Passwort",
    change_address: "Ändern: E-Mail-Adresse",
    language: LanguageChoice {
        title: "Sprache",
        label: "Seiten und Mails sind in",
        of_browser: "der Sprache meines Browsers",
        save: "Sprache speichern",
    },
    password: PasswordChange {
        title: "Passwort ändern",
        what_ends: "Alle anderen Sitzungen werden beendet: Wer anderswo angemeldet ist, muss sich mit dem neuen Passwort \
                    anmelden. API-Schlüssel und private Token gelten weiter.",
        save: "Passwort setzen",
        forgotten: "Passwort vergessen?",
    },
    address: AddressChange {
        title: "E-Mail-Adresse ändern",
        now: "Jetzt ist es:",
        what_happens: "Sie bleibt es, bis Sie den Link in der Mail öffnen, die wir an die neue senden. Die alte Adresse \
                       erfährt davon und kann die Änderung eine Woche lang rückgängig machen.",
        new: "Neue E-Mail-Adresse",
        send: "Mail senden",
        look: "Sehen Sie in Ihre Mails",
        sent: "Eine Mail ist unterwegs an:",
        then: "Ihr Link gilt eine Stunde. Öffnen Sie ihn, dann hat das Konto diese Adresse.",
        nothing_came: "Nichts angekommen? Sehen Sie im Spam nach und prüfen Sie, ob die Adresse richtig geschrieben ist.",
    },
};
