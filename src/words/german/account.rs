//! German: the pages of the signed-in user.

use crate::words::account::{
    Account, AccountDeletion, DataExport, EmailChange, Keys, LanguageChoice, PasswordChange, Sessions,
};

pub const ACCOUNT: Account = Account {
    profile: "Profil",
    since: "Mitglied seit",
    role: "Rolle",
    change: "Ändern",
    change_password: "Passwort ändern",
    change_email: "E-Mail-Adresse ändern",
    language: LanguageChoice {
        title: "Sprache",
        label: "Sprache der Seiten und E-Mails",
        of_browser: "Wie in meinem Browser",
        save: "Sprache speichern",
    },
    password: PasswordChange {
        title: "Passwort ändern",
        what_ends: "Alle Ihre anderen Sitzungen werden beendet, und Sie müssen sich dort neu anmelden. API-Schlüssel \
                    und private Tokens gelten weiter.",
        save: "Passwort ändern",
    },
    email: EmailChange {
        title: "E-Mail-Adresse ändern",
        current: "Ihre aktuelle E-Mail-Adresse:",
        what_happens: "Die Änderung gilt, sobald Sie den Link öffnen, den wir an die neue Adresse senden. Wir \
                       benachrichtigen auch die alte Adresse. Von dort aus können Sie die Änderung eine Woche lang \
                       rückgängig machen.",
        new: "Neue E-Mail-Adresse",
        send: "Bestätigungs-E-Mail senden",
        check_email: "Prüfen Sie Ihr Postfach",
        sent: "Wir haben eine E-Mail gesendet an:",
        next_step: "Öffnen Sie innerhalb einer Stunde den Link in der E-Mail und bestätigen Sie die Änderung.",
        not_received: "Keine E-Mail erhalten? Sehen Sie im Spam-Ordner nach und prüfen Sie die Schreibweise der \
                       Adresse.",
    },
};

pub const SESSIONS: Sessions = Sessions {
    title: "Sitzungen",
    what_they_are: "Hier sind Sie angemeldet. Wenn Ihnen eine Sitzung unbekannt ist, beenden Sie sie und ändern Sie \
                    Ihr Passwort.",
    this_browser: "Dieser Browser",
    begun: "Angemeldet",
    last_used: "Zuletzt verwendet",
    end: "Sitzung beenden",
    end_others: "Alle anderen Sitzungen beenden",
    what_goes_on: "Auf Ihren anderen Geräten müssen Sie sich dann neu anmelden. API-Schlüssel und private Tokens \
                   gelten weiter.",
    no_others: "Sie sind nirgendwo sonst angemeldet.",
};

pub const KEYS: Keys = Keys {
    title: "Schlüssel und Tokens",
    confirm: "Um einen Schlüssel zu erstellen, bestätigen Sie bitte zuerst Ihre Identität. Löschen können Sie \
              Schlüssel sofort.",
    confirm_link: "Identität bestätigen",
    description: "Beschreibung (optional)",
    name: "Name",
    life: "Gültigkeit",
    days: |days| format!("{days} Tage"),
    longest: |until| format!("So lange wie möglich (bis {until})"),
    created: "Erstellt",
    valid_until: "gültig bis",
    until_deleted: "gültig, bis es gelöscht wird",
    was_valid_until: "war gültig bis",
    expired: "abgelaufen",
    used: "zuletzt verwendet",
    unused: "noch nie verwendet",
    delete: "Löschen",
    delete_this: |name, created| format!("Löschen: {name}, erstellt {created}"),
    delete_warning: "Programme, die damit arbeiten, verlieren den Zugriff. Auch Schlüssel, die damit erstellt wurden, \
                     gelten dann nicht mehr. Das lässt sich nicht rückgängig machen.",
    shown_once: "Kopieren Sie den Wert jetzt und bewahren Sie ihn sicher auf. Wir zeigen ihn nicht noch einmal an.",
    shown_a_while: "Kopieren Sie den Wert jetzt und bewahren Sie ihn sicher auf. Die Liste zeigt ihn nur kurze Zeit \
                    vollständig an.",
    shown_always: "Kopieren Sie den Wert und bewahren Sie ihn sicher auf. Sie können ihn auch später aus der Liste \
                   kopieren.",
    header: "Senden Sie ihn mit jeder Anfrage in diesem Header:",
    done: "Zurück zur Liste",
};

pub const DATA_EXPORT: DataExport = DataExport {
    title: "Ihre Daten",
    about: "Erhalten Sie eine Kopie aller Daten, die wir über Sie speichern.",
    link: "Daten herunterladen",
    contents: |rows| {
        format!(
            "Die Datei (JSON) enthält Ihr Profil, Ihre Sitzungen, die Namen Ihrer Schlüssel und Tokens, die Netzwerke, \
             aus denen Sie sich angemeldet haben, die E-Mails, die wir Ihnen gesendet haben, und Ihre Einträge im \
             Protokoll: jeweils die neuesten {rows}. Passwörter, Schlüssel und Tokens sind nicht enthalten."
        )
    },
    download: "Datei herunterladen",
};

pub const ACCOUNT_DELETION: AccountDeletion = AccountDeletion {
    title: "Konto löschen",
    about: "Löschen Sie Ihr Konto und alles, was dazugehört, endgültig.",
    link: "Konto löschen …",
    irreversible: "Das lässt sich nicht rückgängig machen. Auch wir können Ihr Konto nicht wiederherstellen.",
    deleted: "Was gelöscht wird",
    what_is_deleted: "Ihr Benutzername, Ihre E-Mail-Adresse und Ihr Passwort, alle Sitzungen, API-Schlüssel und Tokens \
                      sowie alle Links und Codes, die wir Ihnen gesendet haben.",
    kept: "Was wir behalten",
    what_is_kept: |days| {
        format!(
            "Einträge im Protokoll darüber, was wann und von welcher IP-Adresse aus geschehen ist. Wir behalten sie \
             höchstens {days} Tage lang, unter einer ID, die nicht mehr zu Ihnen führt. Anwendungen können eigene \
             Daten über Sie speichern. Wenden Sie sich dazu direkt an deren Betreiber."
        )
    },
    type_login: "Geben Sie zur Bestätigung Ihren Benutzernamen ein:",
    delete: "Konto endgültig löschen",
    done: "Ihr Konto wurde gelöscht",
    goodbye: "Sie wurden überall abgemeldet. Zur Bestätigung haben wir Ihnen eine E-Mail gesendet.",
};
