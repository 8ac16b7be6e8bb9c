//! German: the pages of the signed-in user.

use crate::words::account::{
    Account, AccountDeletion, DataExport, EmailChange, Keys, LanguageChoice, PasswordChange, Portal, Section, Sessions,
};

pub const ACCOUNT: Account = Account {
    profile: "Profil",
    since: "Mitglied seit",
    role: "Rolle",
    change: "Ändern",
    change_password: "Ändern: Passwort",
    change_email: "Ändern: E-Mail-Adresse",
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
    email: EmailChange {
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

pub const SESSIONS: Sessions = Sessions {
    title: "Sitzungen",
    what_they_are: "Hier sind Sie angemeldet. Wenn Ihnen eine Sitzung fremd ist, beenden Sie sie und ändern Sie Ihr Passwort.",
    this_browser: "Dieser Browser",
    begun: "Angemeldet",
    last_used: "Zuletzt benutzt",
    end: "Beenden",
    end_others: "Alle anderen beenden",
    what_goes_on: "Auf Ihren anderen Geräten müssen Sie sich dann neu anmelden. API-Schlüssel und private Tokens gelten weiter.",
    no_others: "Sie sind sonst nirgends angemeldet. Jede weitere Anmeldung erscheint hier.",
};

pub const KEYS: Keys = Keys {
    title: "Schlüssel und Tokens",
    prove: "Ihre Anmeldung liegt eine Weile zurück. Um einen Schlüssel anzulegen, weisen Sie sich noch einmal aus; zum Löschen ist das nicht nötig.",
    prove_link: "Noch einmal ausweisen",
    api_keys: Section {
        title: "API-Schlüssel",
        about: "Ein Programm, das einen API-Schlüssel mitschickt, handelt in Ihrem Namen, bis der Schlüssel abläuft oder Sie ihn löschen.",
        none: "Sie haben keinen API-Schlüssel. Legen Sie für jedes Programm einen eigenen an, dann können Sie ihn einzeln löschen.",
        make: "API-Schlüssel anlegen",
        new: "Ihr neuer API-Schlüssel",
        header: "Authorization: Basic base64(apikey:SCHLÜSSEL)",
    },
    private_tokens: Section {
        title: "Private Tokens",
        about: "Dasselbe für Programme, die ein JWT mitschicken.",
        none: "Sie haben kein privates Token. Legen Sie für jedes Programm, das ein JWT verlangt, eines an.",
        make: "Privates Token anlegen",
        new: "Ihr neues privates Token",
        header: "Authorization: Bearer TOKEN",
    },
    description: "Wofür er gedacht ist (darf leer bleiben)",
    name: "Name",
    life: "Gilt",
    days: |days| format!("{days} Tage"),
    longest: |until| format!("so lange wie möglich: bis {until}"),
    made: "Angelegt",
    until: "gilt bis",
    until_taken_back: "gilt, bis es gelöscht wird",
    ended: "galt bis",
    expired: "abgelaufen",
    used: "zuletzt benutzt",
    unused: "noch nicht benutzt",
    delete: "Löschen",
    delete_this: |name, made| format!("Löschen: {name}, angelegt {made}"),
    delete_warning: "Programme, die damit arbeiten, werden von da an abgewiesen, ebenso alle Schlüssel, die damit angelegt wurden. Das lässt sich nicht rückgängig machen.",
    shown_once: "Kopieren Sie den Wert jetzt dorthin, wo er gebraucht wird. Er wird nur dieses eine Mal gezeigt und nirgends aufbewahrt.",
    shown_a_while: "Kopieren Sie den Wert jetzt dorthin, wo er gebraucht wird. Die Liste zeigt ihn nur für kurze Zeit vollständig.",
    shown_always: "Kopieren Sie den Wert dorthin, wo er gebraucht wird. Auch die Liste zeigt ihn vollständig.",
    header: "So steht es im Kopf jeder Anfrage:",
    done: "Fertig: zurück zur Liste",
};

pub const PORTAL: Portal = Portal {
    section: Section {
        title: "API Key für das Portal",
        about: "Für Administratoren. Ein neuer Schlüssel gilt eine Stunde und beendet keinen anderen. Solange ein Portal-Token vergeben ist, gibt es kein zweites: Löschen Sie eines, das verloren ist.",
        none: "Sie haben noch nichts, womit Sie ins Portal kommen. Ein Portal-Token gibt es bei der Anmeldung dort, einen API Key auf dieser Seite.",
        make: "Neu erzeugen",
        new: "Ihr neuer API Key für das Portal",
        header: "Authorization: Token SCHLÜSSEL",
    },
    token: "Portal-Token einer Anmeldung",
    key: "API Key von dieser Seite",
};

pub const DATA_EXPORT: DataExport = DataExport {
    title: "Ihre Daten",
    what: "Eine Datei mit allem, was hier über Sie aufbewahrt wird.",
    way: "Daten mitnehmen",
    what_is_in_it: |rows| {
        format!(
            "In der Datei (JSON) stehen Ihr Profil, Sitzungen, Namen von Schlüsseln und Tokens, die Netze, aus denen Sie \
             sich angemeldet haben, Mails an Sie und Ihre Einträge im Protokoll: von jeder Art die neuesten {rows}. \
             Passwörter und Schlüssel stehen nicht darin."
        )
    },
    download: "Datei herunterladen",
};

pub const ACCOUNT_DELETION: AccountDeletion = AccountDeletion {
    title: "Konto löschen",
    what: "Ihr Konto und alles, was dazugehört. Das lässt sich nicht rückgängig machen.",
    way: "Konto löschen …",
    no_way_back: "Das lässt sich nicht rückgängig machen: weder von Ihnen noch von uns.",
    goes: "Was gelöscht wird",
    what_goes: "Ihr Anmeldename und Ihre E-Mail-Adresse, das Passwort, alle Sitzungen, API-Schlüssel und Tokens, und \
                alle Links und Codes, die zu Ihnen unterwegs sind.",
    stays: "Was bleibt",
    what_stays: |days| {
        format!(
            "Einträge im Protokoll darüber, was wann und von welcher IP-Adresse aus geschah, unter einer Kennung, die \
             zu niemandem mehr führt, höchstens {days} Tage lang. Was eine Anwendung über Sie gespeichert hat, behält \
             sie: Fragen Sie dort."
        )
    },
    type_login: "Wenn Sie sicher sind, geben Sie Ihren Anmeldenamen ein:",
    delete: "Konto endgültig löschen",
    done: "Ihr Konto ist gelöscht",
    goodbye: "Sie sind überall abgemeldet; eine Mail an Ihre Adresse sagt es auch.",
};
