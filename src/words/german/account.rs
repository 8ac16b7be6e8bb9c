//! German: `/account`, `/account/password` and `/account/address`.

use crate::words::account::{Account, AddressChange, LanguageChoice, PasswordChange};

pub const ACCOUNT: Account = Account {
    profile: "Profil",
    since: "Mitglied seit",
    role: "Rolle",
    change: "Ändern",
    change_password: "Ändern: Passwort",
    change_address: "Ändern: E-Mail-Adresse",
    language: LanguageChoice {
        title: "Sprache",
        label: "Sprache der Seiten und Mails",
        of_browser: "Sprache meines Browsers",
        save: "Sprache speichern",
    },
    password: PasswordChange {
        title: "Passwort ändern",
        what_ends: "Alle Ihre anderen Sitzungen werden beendet: Melden Sie sich dort mit dem neuen Passwort wieder \
                    an. API-Schlüssel und private Tokens gelten weiter.",
        save: "Passwort setzen",
    },
    address: AddressChange {
        title: "E-Mail-Adresse ändern",
        now: "Ihre jetzige Adresse:",
        what_happens: "Sie gilt, bis Sie den Link in der Mail öffnen, die wir an die neue senden. Die alte Adresse erfährt von \
                       der Änderung und kann sie eine Woche lang rückgängig machen.",
        new: "Neue E-Mail-Adresse",
        send: "Mail senden",
        look: "Sehen Sie in Ihr Postfach",
        sent: "Eine Mail ist unterwegs an:",
        then: "Der Link darin gilt eine Stunde. Öffnen Sie ihn und bestätigen Sie dort: Dann hat das Konto diese Adresse.",
        nothing_came: "Nichts angekommen? Sehen Sie im Spam-Ordner nach und prüfen Sie, ob die Adresse richtig geschrieben ist.",
    },
};
