//! German: the pages of administrators.

use crate::words::admin::{ActionText, Admin, AdminUser, Audit};

pub const ADMIN: Admin = Admin {
    users: "Benutzer",
    log: "Protokoll",
    find: "Anmeldename oder E-Mail-Adresse beginnt mit",
    search: "Suchen",
    nobody_found: "So beginnt kein Anmeldename und keine E-Mail-Adresse.",
    columns: ["Anmeldename", "E-Mail-Adresse", "Rolle", "Zustand", "Mitglied seit"],
    user: "Benutzer",
    administrator: "Administrator",
    enabled: "aktiv",
    disabled: "gesperrt",
    first_page: "Zurück zur ersten Seite",
    next_page: "Nächste Seite",
};

pub const ADMIN_USER: AdminUser = AdminUser {
    profile: "Konto",
    role: "Rolle",
    state: "Zustand",
    disabled_since: "gesperrt seit",
    member_since: "Mitglied seit",
    last_seen: "Zuletzt gesehen",
    not_seen: "in keiner Sitzung, die noch gespeichert ist",
    id: "Kennung",
    in_log: "Seine Einträge im Protokoll",
    sessions: "Sitzungen",
    no_sessions: "Es gibt keine. Jede Anmeldung beginnt eine.",
    end: "Beenden …",
    end_sessions: ActionText {
        name: "Alle Sitzungen beenden …",
        says: "Wer an diesem Konto angemeldet ist, muss sich auf jedem Gerät neu anmelden. Schlüssel und private Tokens bleiben.",
        button: "Alle Sitzungen beenden",
    },
    tokens: "Schlüssel und Tokens",
    no_tokens: "Es gibt keine. Benutzer legen sie für ihre Programme an.",
    kinds: ["API-Schlüssel", "Privates Token", "Portal-Token", "Portal-Schlüssel"],
    end_token_says: "Es gilt sofort nicht mehr, und auch nicht, was damit angelegt wurde. Das lässt sich nicht rückgängig machen.",
    end_token: "Endgültig beenden",
    actions: "Was Sie tun können",
    disable: ActionText {
        name: "Konto sperren …",
        says: "Nichts davon gilt dann noch: Sitzungen, Schlüssel, Tokens, Links, Codes. Sie können es wieder entsperren. Der \
               Inhaber erfährt es per Mail.",
        button: "Konto sperren",
    },
    enable: ActionText {
        name: "Konto entsperren …",
        says: "Der Inhaber kann sich wieder anmelden, und API-Schlüssel und private Tokens gelten wieder, sonst \
               nichts von früher. Der Inhaber erfährt es per Mail.",
        button: "Konto entsperren",
    },
    promote: ActionText {
        name: "Zum Administrator machen …",
        says: "Dann kann dieses Konto alles, was Sie hier können, auch mit Ihrem Konto. Alle seine Sitzungen enden, \
               und der Inhaber erfährt es per Mail.",
        button: "Zum Administrator machen",
    },
    demote: ActionText {
        name: "Administratorrolle entziehen …",
        says: "Dann ist es ein Konto wie jedes andere. Alle seine Sitzungen enden, und der Inhaber erfährt es per Mail.",
        button: "Rolle entziehen",
    },
    reset: ActionText {
        name: "Passwort zurücksetzen …",
        says: "Für ein Passwort, das vielleicht jemand anders kennt. Es gilt ab sofort nicht mehr, alle Sitzungen enden, \
               und der Inhaber bekommt einen Link, um ein anderes zu wählen.",
        button: "Link senden",
    },
};

pub const AUDIT: Audit = Audit {
    conditions: "Nur solche Einträge",
    user: "Von oder über (Name, E-Mail, Kennung)",
    act: "Vorgang",
    any_act: "jeder",
    outcome: "Ergebnis (ok oder ein Fehlerwort)",
    address: "IP-Adresse",
    from: "Ab (UTC)",
    until: "Vor (UTC)",
    show: "Anzeigen",
    clear: "Alles anzeigen",
    nobody: "Diesen Anmeldenamen oder diese E-Mail-Adresse hat niemand. Einträge über ein gelöschtes Konto finden Sie über \
             seine Kennung.",
    none: "Solche Einträge gibt es nicht. Alte werden nach der Zeit gelöscht, die der Betreiber bestimmt hat.",
    none_here: "Bis hierher gibt es keinen solchen Eintrag. Die nächste Seite durchsucht ältere.",
    columns: ["Wann", "Was", "Wer", "Betrifft", "Woher", "Anfrage"],
    unknown: "nicht angemeldet",
    gone: "(kein Konto mehr)",
};
