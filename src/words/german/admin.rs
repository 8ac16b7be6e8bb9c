//! German: the pages of administrators.

use crate::words::admin::{ActionText, Admin, AdminUser, Audit};

pub const ADMIN: Admin = Admin {
    users: "Benutzer",
    log: "Protokoll",
    find: "Benutzername oder E-Mail-Adresse beginnt mit",
    search: "Suchen",
    no_users: "Keine Benutzer gefunden.",
    columns: ["Benutzername", "E-Mail-Adresse", "Rolle", "Status", "Mitglied seit"],
    user: "Benutzer",
    administrator: "Administrator",
    enabled: "aktiv",
    disabled: "gesperrt",
    first_page: "Erste Seite",
    next_page: "Nächste Seite",
};

pub const ADMIN_USER: AdminUser = AdminUser {
    profile: "Konto",
    role: "Rolle",
    status: "Status",
    disabled_since: "gesperrt seit",
    member_since: "Mitglied seit",
    last_seen: "Zuletzt aktiv",
    not_seen: "unbekannt (keine Sitzung gespeichert)",
    id: "ID",
    in_log: "Einträge im Protokoll anzeigen",
    signs_in_with: "Meldet sich an mit",
    factors: ["Passwort", "Passkeys", "Authenticator-App", "Sicherheitsschlüssel", "Andere Anbieter"],
    recovery_codes: |left| format!("Wiederherstellungscodes (noch {left})"),
    no_factors: "Noch nichts",
    sessions: "Sitzungen",
    no_sessions: "Keine aktiven Sitzungen.",
    end: "Widerrufen …",
    end_sessions: ActionText {
        name: "Alle Sitzungen beenden …",
        effect: "Der Benutzer wird auf allen Geräten abgemeldet. API-Schlüssel und private Tokens gelten weiter.",
        button: "Alle Sitzungen beenden",
    },
    tokens: "Schlüssel und Tokens",
    no_tokens: "Keine Schlüssel oder Tokens.",
    end_token_effect: "Der Zugriff endet sofort, auch für alles, was damit erstellt wurde. Das lässt sich nicht \
                       rückgängig machen.",
    end_token: "Endgültig widerrufen",
    actions: "Aktionen",
    disable: ActionText {
        name: "Konto sperren …",
        effect: "Der Benutzer kann sich nicht mehr anmelden, und alle Sitzungen, Schlüssel, Tokens, Links und Codes \
                 gelten nicht mehr. Sie können das Konto wieder entsperren. Wir benachrichtigen den Benutzer per \
                 E-Mail.",
        button: "Konto sperren",
    },
    enable: ActionText {
        name: "Konto entsperren …",
        effect: "Der Benutzer kann sich wieder anmelden, und API-Schlüssel und private Tokens gelten wieder. Alte \
                 Sitzungen, Links und Codes bleiben ungültig. Wir benachrichtigen den Benutzer per E-Mail.",
        button: "Konto entsperren",
    },
    promote: ActionText {
        name: "Zum Administrator machen …",
        effect: "Der Benutzer kann dann alles tun, was Sie hier tun können, auch mit Ihrem Konto. Alle seine Sitzungen \
                 werden beendet, und wir benachrichtigen ihn per E-Mail.",
        button: "Zum Administrator machen",
    },
    demote: ActionText {
        name: "Administratorrolle entziehen …",
        effect: "Der Benutzer verliert den Zugriff auf die Verwaltung. Alle seine Sitzungen werden beendet, und wir \
                 benachrichtigen ihn per E-Mail.",
        button: "Administratorrolle entziehen",
    },
    reset: ActionText {
        name: "Passwort zurücksetzen …",
        effect: "Verwenden Sie dies, wenn jemand anderes das Passwort kennen könnte. Es gilt sofort nicht mehr, alle \
                 Sitzungen werden beendet, und wir senden dem Benutzer einen Link, mit dem er ein neues wählen kann.",
        button: "Passwort zurücksetzen",
    },
    reset_factors: ActionText {
        name: "Anmeldung in zwei Schritten zurücksetzen …",
        effect: "Verwenden Sie dies nur, wenn der Benutzer alle Geräte und Wiederherstellungscodes verloren hat und Sie sicher \
                 sind, wer darum bittet. Die Anmeldung in zwei Schritten wird ausgeschaltet, alle Passkeys, \
                 Sicherheitsschlüssel und Wiederherstellungscodes werden entfernt, Konten bei anderen Anbietern getrennt und alle \
                 Sitzungen beendet. Das Passwort bleibt. Wir senden dem Benutzer eine E-Mail.",
        button: "Zwei Schritte zurücksetzen",
    },
};

pub const AUDIT: Audit = Audit {
    conditions: "Einträge filtern",
    user: "Benutzer (Name, E-Mail-Adresse oder ID)",
    action: "Aktion",
    any_action: "Alle",
    outcome: "Ergebnis (ok oder ein Fehlercode)",
    client: "Client-ID",
    address: "IP-Adresse",
    from: "Ab (UTC)",
    until: "Vor (UTC)",
    show: "Einträge anzeigen",
    clear: "Filter zurücksetzen",
    no_such_user: "Kein Benutzer hat diesen Namen oder diese E-Mail-Adresse. Einträge über ein gelöschtes Konto finden \
                   Sie über dessen ID.",
    none: "Keine passenden Einträge. Einträge werden nach Ablauf ihrer Aufbewahrungsfrist gelöscht.",
    none_here: "Bisher keine passenden Einträge. Die nächste Seite durchsucht ältere.",
    columns: ["Zeit", "Aktion", "Benutzer", "Ziel", "Herkunft", "Anfrage"],
    unknown: "nicht angemeldet",
    account_deleted: "(Konto gelöscht)",
};
