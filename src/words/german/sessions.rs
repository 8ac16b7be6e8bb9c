//! German: `/account/sessions`.

use crate::words::sessions::Sessions;

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
