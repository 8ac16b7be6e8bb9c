//! German: `/admin/users/{id}`.

use crate::words::admin_user::{Act, AdminUser};

pub const ADMIN_USER: AdminUser = AdminUser {
    profile: "Konto",
    role: "Rolle",
    state: "Zustand",
    disabled_since: "gesperrt seit",
    member_since: "Mitglied seit",
    last_seen: "Zuletzt gesehen",
    not_seen: "in keiner Sitzung, die noch bekannt ist",
    id: "Kennung",
    in_log: "Was dieses Konto getan hat, und was mit ihm getan wurde",
    sessions: "Sitzungen",
    no_sessions: "Es gibt keine. Mit jeder Anmeldung beginnt eine.",
    end: "Beenden…",
    end_sessions: Act {
        name: "Alle Sitzungen beenden…",
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
        name: "Konto sperren…",
        says: "Nichts daran geht dann noch: Sitzungen, Schlüssel, Tokens, Links, Codes. Es lässt sich wieder öffnen. Der \
               Inhaber erfährt es per Mail.",
        button: "Konto sperren",
    },
    enable: Act {
        name: "Konto wieder öffnen…",
        says: "Der Inhaber kann sich wieder anmelden, und API-Schlüssel und private Tokens gelten wieder. Sonst nichts von \
               früher. Der Inhaber erfährt es per Mail.",
        button: "Konto öffnen",
    },
    promote: Act {
        name: "Zum Verwalter machen…",
        says: "Dann steht diesem Konto alles offen, was Sie hier tun können, auch mit Ihrem Konto. Alle seine Sitzungen enden, \
               und der Inhaber erfährt es per Mail.",
        button: "Zum Verwalter machen",
    },
    demote: Act {
        name: "Die Verwalterrolle nehmen…",
        says: "Dann ist es ein Konto wie jedes andere. Alle seine Sitzungen enden, und der Inhaber erfährt es per Mail.",
        button: "Rolle nehmen",
    },
    reset: Act {
        name: "Ein neues Passwort wählen lassen…",
        says: "Für ein Passwort, das vielleicht jemand anders kennt. Es öffnet ab sofort nichts mehr, alle Sitzungen enden, \
               und der Inhaber bekommt einen Link, um ein anderes zu wählen.",
        button: "Link senden",
    },
};
