//! German: `/admin/users/{id}`.

use crate::words::admin_user::{Act, AdminUser};

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
    end_sessions: Act {
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
    disable: Act {
        name: "Konto sperren …",
        says: "Nichts davon gilt dann noch: Sitzungen, Schlüssel, Tokens, Links, Codes. Sie können es wieder entsperren. Der \
               Inhaber erfährt es per Mail.",
        button: "Konto sperren",
    },
    enable: Act {
        name: "Konto entsperren …",
        says: "Der Inhaber kann sich wieder anmelden, und API-Schlüssel und private Tokens gelten wieder, sonst \
               nichts von früher. Der Inhaber erfährt es per Mail.",
        button: "Konto entsperren",
    },
    promote: Act {
        name: "Zum Administrator machen …",
        says: "Dann kann dieses Konto alles, was Sie hier können, auch mit Ihrem Konto. Alle seine Sitzungen enden, \
               und der Inhaber erfährt es per Mail.",
        button: "Zum Administrator machen",
    },
    demote: Act {
        name: "Administratorrolle entziehen …",
        says: "Dann ist es ein Konto wie jedes andere. Alle seine Sitzungen enden, und der Inhaber erfährt es per Mail.",
        button: "Rolle entziehen",
    },
    reset: Act {
        name: "Passwort zurücksetzen …",
        says: "Für ein Passwort, das vielleicht jemand anders kennt. Es gilt ab sofort nicht mehr, alle Sitzungen enden, \
               und der Inhaber bekommt einen Link, um ein anderes zu wählen.",
        button: "Link senden",
    },
};
